"""Reading of the ECB Data Portal's answer, in plain Python (no ORM).

The series ``FM.B.U2.EUR.4F.KR.MRR_FR.LEV`` has one row per change of the fixed rate of the
main refinancing operations. Columns are found by their name: the portal adds some.
"""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

COLUMNS = ("TIME_PERIOD", "OBS_VALUE")
INSTRUMENT = ("PROVIDER_FM_ID", "MRR_FR")  # neither the deposit rate (DFR) nor the marginal one (MLFR)
LOWEST, HIGHEST = Decimal(-5), Decimal(25)


class UnreadableAnswer(ValueError):
    """The answer is not the series that was asked for."""


def parse_change_points(text: str) -> list[tuple[date, Decimal]]:
    """Return the (day, rate in percent) of each change, in order.

    :raises UnreadableAnswer: rather than guess.
    """
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")))
    header = reader.fieldnames or []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise UnreadableAnswer(f"no column {', '.join(missing)}")
    points = {}
    for row in reader:
        if row.get(INSTRUMENT[0], INSTRUMENT[1]) != INSTRUMENT[1]:
            raise UnreadableAnswer(f"{INSTRUMENT[0]} is {row[INSTRUMENT[0]]}, not {INSTRUMENT[1]}")
        try:
            day, rate = date.fromisoformat(row["TIME_PERIOD"] or ""), Decimal(row["OBS_VALUE"] or "")
        except (ValueError, InvalidOperation) as error:
            raise UnreadableAnswer(f"line {reader.line_num}: {row['TIME_PERIOD']} {row['OBS_VALUE']}") from error
        if not rate.is_finite() or not LOWEST <= rate <= HIGHEST:
            raise UnreadableAnswer(f"line {reader.line_num}: a rate of {rate}")
        if points.setdefault(day, rate) != rate:
            raise UnreadableAnswer(f"two rates on {day}")
    if not points:
        raise UnreadableAnswer("no observation")
    return sorted(points.items())

"""What an upgrade changes for a reason; all else stays as it was."""

import re

#: Kind of stage now, by the name that a company gave to a stage of its own.
KINDS = {
    "Audience": "hearing",
    "Signification": "service",
    "Procédure collective": "insolvency",
    "Abandonné": "abandoned",
    "Sans nature": "precourt",
    "Mesures de sauvegarde": "enforcement",
}
#: Facts that a database in use registers otherwise than a new one.
REGISTERED = [
    re.compile(pattern)
    for pattern in (
        r"file ",
        r"method definitions",
        r"rows ",  # there are some
        r"parameter \| debt_recovery.tests_ground",
        r"record res.groups \| .* user_ids = ",  # who works there
        r"field \| .*lang \| selection = ",  # the tests speak English too
        # what data.py changed of what is shipped
        r"record recovery.case.stage \| debt_recovery.recovery_case_stage_(filed|enforcement) \| (name|fold) = ",
        r"record recovery.level \| debt_recovery.recovery_level_reminder_1 \| attach_account_statement = ",
    )
]


def compare(before, after):
    """Yield what became otherwise of the rows of before, in words."""
    for table, rows in before.items():
        if table not in after:
            if rows:
                yield f"{table}: the table is gone, with {len(rows)} rows"
            continue
        now = after[table]
        columns = set().union(*(row.keys() for row in now.values())) if now else set()
        for number, row in rows.items():
            if number not in now:
                yield f"{table} {number}: lost: {row}"
                continue
            for column, value in row.items():
                if column not in columns:
                    if value is not None:
                        yield f"{table} {number}: {column} is gone, it was {value!r}"
                elif now[number][column] != _expect(table, column, value, row, before):
                    yield f"{table} {number}: {column} was {value!r} and is {now[number][column]!r}"
    yield from _look_at_cases(after)


def _expect(table, column, value, row, before):
    """Return what the value should be now."""
    if table == "recovery_case_stage" and column == "kind":
        return _get_kind(row)
    if table == "recovery_case" and column == "kind":
        return _get_kind(before["recovery_case_stage"][str(row["stage_id"])])
    return value


def _get_kind(stage):
    names = stage["name"].values()
    return next((kind for name, kind in KINDS.items() if name in names), stage["kind"])


def _look_at_cases(after):
    """Yield what does not hold of the cases now."""
    stages = after["recovery_case_stage"]
    for number, case in after["recovery_case"].items():
        kind = stages[str(case["stage_id"])]["kind"]
        if not kind or case["kind"] != kind:
            yield f"case {number}: its kind is {case['kind']!r} in a stage of kind {kind!r}"
        is_closed = kind in ("settled", "lost", "abandoned", "merged")
        if case["is_open"] == is_closed:
            yield f"case {number}: open is {case['is_open']!r} in a stage of kind {kind!r}"
        if is_closed and not (case["closed_on"] and case["close_reason"]):
            yield f"case {number}: closed without a day or a reason"
    for number, claim in after["recovery_case_line"].items():
        case = after["recovery_case"][str(claim["case_id"])]
        is_left = not case["is_open"] and not claim["removed_on"] and not claim["is_final"] and claim["amount_now"] > 0
        if (claim["left_state"] == "to_decide") != is_left:
            yield f"claim {number}: what becomes of it is {claim['left_state']!r}"

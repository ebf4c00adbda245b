"""Identity numbers of French companies, in plain Python (no ORM)."""

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret


def extract_siren(number: str | None) -> str | None:
    """Return the nine digits of the SIREN inside a SIREN or SIRET, or None if its key is wrong."""
    for module in (siret, siren):
        try:
            return module.validate(number or "")[:9]
        except ValidationError:
            continue
    return None


def is_valid_siren(number: str | None) -> bool:
    """Tell whether ``number`` is a SIREN or a SIRET with a valid key."""
    return extract_siren(number) is not None


def format_siren(number: str | None) -> str | None:
    """Return the SIREN grouped by three digits, as letters print it, or None if it is not one."""
    found = extract_siren(number)
    return found and " ".join((found[:3], found[3:6], found[6:]))

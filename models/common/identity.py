"""Identity numbers of French companies, in plain Python (no ORM)."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.iso7064 import mod_97_10

# Companies whose letters state their share capital (C. com. R123-238).
_WITH_CAPITAL = re.compile(
    r"\b(?:sasu?|sarlu?|eurl|sa|sca|selarl|selas|selafa)\b"
    r"|soci[ée]t[ée]s?\s+(?:par\s+actions|anonyme|[àa]\s+responsabilit[ée]|en\s+commandite\s+par\s+actions)",
    re.IGNORECASE,
)
_PUBLIC_LIMITED = re.compile(r"\bsa\b|soci[ée]t[ée]s?\s+anonyme", re.IGNORECASE)
_WITHOUT_CAPITAL = re.compile(
    r"\b(?:ei|eirl|association|micro|auto-?entrepreneur|profession lib[ée]rale)\b", re.IGNORECASE
)

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
FRENCH_IBAN = 27


def has_capital(legal_form: str | None) -> bool:
    """Tell whether a company of this form has a share capital that its letters must state."""
    return bool(_WITH_CAPITAL.search((legal_form or "").replace(".", "")))


def has_no_capital(legal_form: str | None) -> bool:
    """Tell whether nobody of this form has a share capital."""
    form = (legal_form or "").replace(".", "")
    return bool(_WITHOUT_CAPITAL.search(form)) and not has_capital(form)


def is_public_limited(legal_form: str | None) -> bool:
    """Tell whether the form is that of a société anonyme, which has a least capital of its own."""
    return bool(_PUBLIC_LIMITED.search((legal_form or "").replace(".", "")))


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


def is_valid_iban(number: str | None) -> bool:
    """Tell whether ``number`` is written as an IBAN is, with a valid key; a French one has 27 characters."""
    compact = re.sub(r"[\s.-]", "", number or "").upper()
    if not _IBAN.fullmatch(compact) or (compact.startswith("FR") and len(compact) != FRENCH_IBAN):
        return False
    return mod_97_10.is_valid(compact[4:] + compact[:4])


def format_siren(number: str | None) -> str | None:
    """Return the SIREN grouped by three digits, as letters print it, or None if it is not one."""
    found = extract_siren(number)
    return found and " ".join((found[:3], found[3:6], found[6:]))

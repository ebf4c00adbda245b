"""Which rule a debtor falls under, and who of its collectors gets it: plain Python, no ORM."""

import unicodedata
from collections.abc import Mapping, Sequence

SETS = ("nature", "country", "salesperson", "scenario", "level_kind")


def first_letter(name: str) -> str:
    """Return the first letter of a name without its accent, in capitals; "" if it has none."""
    for character in unicodedata.normalize("NFD", name.upper()):
        if "A" <= character <= "Z":
            return character
    return ""


def fits(criteria: Mapping, facts: Mapping) -> bool:
    """Tell whether a debtor's facts meet all conditions of a rule; an empty condition is met by all."""
    if any(criteria[key] and facts[key] not in criteria[key] for key in SETS):
        return False
    if criteria["category"] and not criteria["category"] & facts["category"]:
        return False
    if criteria["amount_min"] and facts["amount"] < criteria["amount_min"]:
        return False
    if criteria["amount_max"] and facts["amount"] > criteria["amount_max"]:
        return False
    if criteria["letter_from"] or criteria["letter_to"]:
        letter = first_letter(facts["name"])
        return (criteria["letter_from"] or "A") <= letter <= (criteria["letter_to"] or "Z")
    return True


def least_loaded(user_ids: Sequence, load: Mapping) -> int:
    """Return the collector who follows the fewest debtors, the first of the list among equals."""
    return min(user_ids, key=lambda user_id: load.get(user_id, 0))

"""Which of the mandatory mentions a text already carries, in plain Python (no ORM)."""

import re

DISCOUNT, PENALTY, INDEMNITY = "discount", "penalty", "indemnity"

_PATTERNS = {
    DISCOUNT: r"escompte|discount",
    PENALTY: r"p[ée]nalit|penalt|int[ée]r[êe]ts?\s+(de\s+retard|moratoire)|late[\s-]payment\s+interest|L\.?\s*441-10",
    INDEMNITY: r"indemnit[ée]\s+forfaitaire|flat(-rate)?\s+indemnity|\b40(,00)?\s*(€|euros?\b)|D\.?\s*441-5",
}


def find_written(text: str) -> set[str]:
    """Return the mentions that the text speaks of: they are not printed a second time."""
    return {name for name, pattern in _PATTERNS.items() if re.search(pattern, text or "", re.IGNORECASE)}

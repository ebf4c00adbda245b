"""What the headers of a mail say of who wrote it, in plain Python (no ORM)."""

import re

_NOBODY = (
    "noreply",
    "donotreply",
    "dontreply",
    "noresponse",
    "nepasrepondre",
    "nepasreponse",
    "nonrepondre",
    "pasdereponse",
    "sansreponse",
    "mailerdaemon",
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(re\s*:\s*)?(r[ée]ponse automatique|automatic reply|auto(matic)?[- ]?repl(y|ied)|out of (the )?office"
    r"|absence du bureau|message d.absence|en cong[ée]s?\b)",
    re.IGNORECASE,
)


def is_answerable(address: str | None) -> bool:
    """Tell whether somebody reads what is sent to this normalised address: it exists and is no "no-reply"."""
    local, at, domain = (address or "").partition("@")
    if not (local and at and domain):
        return False
    letters = re.sub(r"[^a-z]", "", local.lower().translate(str.maketrans("éèêà", "eeea")))
    return not any(name in letters for name in _NOBODY)


def is_automatic(headers) -> bool:
    """Tell whether a machine wrote a mail: an out-of-office message, an acknowledgement (RFC 3834).

    :param headers: a mapping with ``get``, as ``email.message.EmailMessage`` is.
    """
    if str(headers.get("Auto-Submitted") or "no").split(";")[0].strip().lower() != "no":
        return True
    if any(headers.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return True
    if str(headers.get("Precedence") or "").strip().lower() in ("auto_reply", "auto-reply", "junk"):
        return True
    return bool(_AUTOMATIC_SUBJECT.match(str(headers.get("Subject") or "")))

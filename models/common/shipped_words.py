"""Words that were shipped once and read otherwise now: brought to databases in use where nobody changed them."""

import re


def read_again(text, pairs):
    """Return a text in which what was shipped reads as it does now; what people worded themselves stays theirs.

    A paragraph counts as shipped where it is the same word for word, whatever the spaces between the words.

    :param pairs: ``[(paragraph as it was shipped, as it is now)]``.
    """
    for shipped, now in pairs:
        pattern = r"(?:\s|&nbsp;)".join(re.escape(word) for word in re.split(r"\s|&nbsp;", shipped))
        text = re.sub(pattern, lambda _match, now=now: now, text)
    return text

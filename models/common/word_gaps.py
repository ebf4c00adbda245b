"""Words before others in bold: the printer measures a run wider than it draws it, and leaves a gap at its end.

Each word of such a run stands in an element of its own: what was gathered before the bold is spread between words.
"""

import re

from lxml import html

#: Sheets whose words are spread.
SHEETS = ("o_recovery_head", "o_recovery_letter", "o_recovery_document")
_INLINE = {"strong", "b", "em", "i", "span", "a"}
_WORDS = re.compile(r"[ \t\r\n]*[^ \t\r\n]+[ \t\r\n]*")


def spread(body):
    """Return a document whose runs before an inline element are cut into words; another one as it is."""
    if not any(sheet in body for sheet in SHEETS):
        return body
    root = html.document_fromstring(body)
    for sheet in SHEETS:
        for page in root.find_class(sheet):
            for element in list(page.iter()):
                if element.tag in _INLINE and element.getparent() is not None:
                    _cut_before(element)
    return html.tostring(root, encoding="unicode", doctype=root.getroottree().docinfo.doctype or None)


def _cut_before(element):
    """Put each word of the text just before an element into an element of its own."""
    parent, before = element.getparent(), element.getprevious()
    text = (parent.text if before is None else before.tail) or ""
    words = _WORDS.findall(text)
    if len(words) < 2:
        return
    if before is None:
        parent.text = None
    else:
        before.tail = None
    for word in words:
        piece = html.Element("span")
        piece.text = word
        element.addprevious(piece)

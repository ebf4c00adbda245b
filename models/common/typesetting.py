"""Our sheets as they go to the printer: what belongs together stays on one line, or on one page.

Texts are typed by people and shipped in two languages: what no page of theirs may show is mended here, once, and not
in each of them.

- The printer measures a run before bold words wider than it draws it, and leaves a gap at its end: each word of such
  a run stands in an element of its own, and a mark that follows bold words goes with them.
- A telephone number, an e-mail address, an article and its number, "no. 12" stand on one line.
- A sheet that may be fitted is set as large as one page allows, where one can hold it.
- A paragraph of few lines is not cut by a page, a heading goes with what it heads, a signature with the last
  paragraph before it.
"""

import re

from lxml import html

from .page_fit import AT_EASE, PIXEL, ROOM, ROOM_WITHOUT_ADDRESS, ROW, Piece, Style, find_size, write_size

SHEETS = ("o_recovery_head", "o_recovery_letter", "o_recovery_document")
REPORT = "o_recovery_report"  # laid out by its own styles
SIGN = "o_recovery_sign"
#: Of sheets whose size is found here; others bring theirs.
FITTED = "o_recovery_fit"
#: As our style sheets have them, in sizes.
HEADS = {"h1": 1.3, "h2": 1.08}
TABLE, TABLE_ROW, SMALL = 0.93, Style(1.3, 0.4), Style(1.25, 0.1)
SIGNED, BOXED = 7.0, 1.9  # room to sign; around what is framed
LONG_CELL = 62  # letters of a cell that stand on one line
SHORT = 700  # letters of a paragraph that no page cuts
HEADING = 90  # letters of a heading at most
KEPT = "page-break-inside: avoid;"
_SPACE = "\N{NO-BREAK SPACE}"
_INLINE = {"strong", "b", "em", "i", "span", "a"}
_BOLD = {"strong", "b"}
_WORDS = re.compile(r"[ \t\r\n]*[^ \t\r\n]+[ \t\r\n]*")
_MARK = re.compile(r"[,.;:!?)\]\u00bb\u201d\u2019]+|[\u00a0\u202f][:;!?\u00bb]")
#: An e-mail address, the number of an article.
_HYPHENED = re.compile(r"[\w.+-]+@\w[\w-]*(?:\.\w[\w-]*)+|\b[LRDA]?\d{3,4}-\d+(?:-\d+)*\b")
#: What is one thing for its reader: the plain spaces in it are no place to break a line.
_ONE = re.compile(
    r"\+\d{1,3}(?: \d{1,4}){2,}"
    r"|\b0\d(?: \d{2}){4}\b"
    r"|\b(?:[LRDA]\d{2,4}-\d+ )?C\. ?(?:com|civ|conso|mon|proc|trav)\."
    r"(?: art\.)?(?: [LRDA]?\.? ?\d[\w-]*(?: [IVX]+\b)?)?"
    r"|\b(?:CPC|CGI|COJ|CPCE|CCP|CMF|CPI)(?: art\.)? [LRDA]?\.? ?\d[\w-]*"
    r"|\b(?:art\.|article|articles|n°|no\.|No\.|N°) (?=\d|[LRDA]\.? ?\d)[\w.]*"
)


def is_ours(body):
    """Tell whether a document is one of ours."""
    return any(sheet in body for sheet in (*SHEETS, REPORT))


def typeset(body):
    """Return a document of ours as it is to be printed; another one as it is."""
    if not any(sheet in body for sheet in SHEETS):
        return body
    root = html.document_fromstring(body)
    for sheet in SHEETS:
        for page in root.find_class(sheet):
            _hold_lines(page)
            _spread(page)
            _hold_pages(page)
            if FITTED in page.get("class").split():
                _fit(page)
    return html.tostring(root, encoding="unicode", doctype=root.getroottree().docinfo.doctype or None)


# ------------------------------------------------------------
# Lines
# ------------------------------------------------------------
def hold(text):
    """Return a text whose plain spaces are no place to break a line where they part one thing."""
    return _ONE.sub(lambda found: found[0].replace(" ", _SPACE), text)


def _hold_lines(page):
    for element in list(page.iter()):
        if not isinstance(element.tag, str) or element.tag == "style":
            continue
        if element.text:
            element.text = hold(element.text)
            _wrap_hyphened(element, None)
        for child in list(element):
            if child.tail:
                child.tail = hold(child.tail)
                _wrap_hyphened(element, child)


def _wrap_hyphened(parent, before):
    """Have what holds a hyphen stand in elements that no line cuts: it would be a place to do so.

    :param before: the child that the text follows, None for that which opens the parent.
    """
    text = parent.text if before is None else before.tail
    found = list(_HYPHENED.finditer(text))
    if not found:
        return
    place, begun = (0, 0) if before is None else (parent.index(before) + 1, 0)
    rest = text[: found[0].start()]
    if before is None:
        parent.text = rest
    else:
        before.tail = rest
    for number, match in enumerate(found):
        piece = html.Element("span", style="white-space: nowrap;")
        piece.text = match[0]
        begun = match.end()
        piece.tail = text[begun : found[number + 1].start()] if number + 1 < len(found) else text[begun:]
        parent.insert(place + number, piece)


def _spread(page):
    for element in list(page.iter()):
        if element.tag in _INLINE and element is not page and element.getparent() is not None:
            _cut_before(element)
            if element.tag in _BOLD:
                _take_mark(element)


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


def _take_mark(element):
    """Have the mark just after bold words stand with them."""
    mark = _MARK.match(element.tail or "")
    if not mark or not element.text_content().strip():
        return
    element.tail = element.tail[mark.end() :]
    if len(element):
        element[-1].tail = (element[-1].tail or "") + mark[0]
    else:
        element.text = (element.text or "") + mark[0]


# ------------------------------------------------------------
# Pages
# ------------------------------------------------------------
def _hold_pages(page):
    for block in list(page.iter("p", "li")):
        if len(block.text_content()) <= SHORT:
            _keep(block)
    for block in list(page.iter("p")):
        if _is_heading(block):
            _join(block)
    for sign in page.find_class(SIGN):
        _take_last_paragraph(sign)


def _keep(block):
    style = block.get("style") or ""
    if "page-break-inside" not in style:
        block.set("style", f"{style.rstrip('; ')}; {KEPT}".lstrip("; "))


def _is_heading(block):
    """Tell whether a paragraph is nothing but a few words in bold."""
    text = block.text_content().strip()
    parts = [part for part in block if part.tag in _BOLD]
    return 0 < len(text) <= HEADING and len(parts) == 1 and len(block) == 1 and parts[0].text_content().strip() == text


def _join(heading):
    """Keep a heading with the paragraph that it heads."""
    after = heading.getnext()
    if after is None or after.tag != "p" or len(after.text_content()) > SHORT or (heading.tail or "").strip():
        return
    frame = html.Element("div", style=KEPT)
    heading.addprevious(frame)
    frame.append(heading)
    frame.append(after)


def _take_last_paragraph(sign):
    """Have the last paragraph before a signature go with it, where nothing else does."""
    block = next((outer for outer in sign.iterancestors("div") if KEPT[:-1] in (outer.get("style") or "")), None)
    if block is None or _says_before(block, sign):
        return
    before = block.getprevious()
    if before is None or (block.getparent().text if before is None else before.tail or "").strip():
        return
    last = before[-1] if before.tag == "div" and len(before) else before
    if last.tag in ("p", "ul") and not (last.tail or "").strip() and len(last.text_content()) <= SHORT:
        block.insert(0, last)


def _says_before(block, sign):
    """Tell whether words stand in a block before its signature."""
    if (block.text or "").strip():
        return True
    for element in block.iter():
        if element is sign:
            return False
        if element is not block and sign not in element.iter() and element.text_content().strip():
            return True
    return False


# ------------------------------------------------------------
# Size
# ------------------------------------------------------------
def _fit(page):
    """Set a sheet in the largest size at which one page holds it; it stays as it is where none does."""
    heads = page.xpath("preceding-sibling::div[contains(@class, 'o_recovery_head')]//*[contains(@class, 'address')]")
    size = find_size(_list_pieces(page), room=ROOM if heads else ROOM_WITHOUT_ADDRESS, sizes=AT_EASE, long=None)
    if size:
        style = re.sub(r"font-size:[^;]*;?", "", page.get("style") or "").strip()
        page.set("style", f"font-size: {write_size(size)}; {style}".strip())


def _list_pieces(block):
    """Yield what stands in a block, as it counts on the page."""
    for element in block:
        classes = (element.get("class") or "").split()
        if not isinstance(element.tag, str) or element.tag == "style":
            continue
        if SIGN in classes:
            yield Piece(height=SIGNED)
        elif element.tag == "table":
            yield from _list_rows(element)
        elif "o_recovery_pay" in classes or "o_recovery_box" in classes:
            yield Piece(height=BOXED)
            yield from _list_texts(element)
        else:
            yield from _list_texts(element)


def _list_texts(element):
    height = re.search(r"(?:^|[\s;])height: ?(\d+)px", element.get("style") or "")
    if height:
        yield Piece(height=int(height[1]) * PIXEL / AT_EASE[0])
    elif element.tag == "ul":
        yield Piece(html.tostring(element, encoding="unicode", with_tail=False), scale=0.9, style=SMALL)
    elif element.tag in HEADS:
        yield Piece(element.text_content(), height=1.0, scale=HEADS[element.tag])
    elif element.tag == "div" and len(element) and not (element.text or "").strip():
        yield from _list_pieces(element)
    else:
        yield Piece(html.tostring(element, encoding="unicode", with_tail=False))


def _list_rows(table):
    rows = table.xpath(".//tr[not(.//table)]")
    longer = sum(max((len(cell.text_content()) // LONG_CELL for cell in row), default=0) for row in rows)
    style = ROW if "o_recovery_table" in (table.get("class") or "") else TABLE_ROW
    yield Piece(rows=len(rows), height=1.3 + 1.3 * longer, scale=TABLE, style=style)
    ends = table.xpath(".//div[contains(@class, 'o_after')]")
    for end in ends:
        yield from _list_pieces(end)
    if not ends:
        for tall in table.xpath(".//td/div[contains(@style, 'height')]")[:1]:
            yield from _list_texts(tall)

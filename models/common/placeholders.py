"""Texts with placeholders, filled from finished strings and never evaluated, in plain Python (no ORM).

Two ways of writing one and no others, in a line of text as in HTML: ``{{ object.name }}``, and
``<t t-out="object.name"/>``, which may hold words for when there is nothing to say.
"""

import re
from difflib import get_close_matches
from html import unescape
from itertools import count
from typing import NamedTuple

from lxml import etree
from lxml import html as lxml_html
from markupsafe import Markup, escape

_SPACE = r"[\s\u200b\ufeff]*"  # editors leave spaces of no width
_PLACEHOLDER = re.compile(
    rf"(?<!\{{)\{{\{{{_SPACE}object\.(?P<braces>[a-z_][a-z0-9_]*){_SPACE}\}}\}}(?!\}})"
    r"|<t\s+t-out=(?P<quote>[\"'])\s*object\.(?P<tag>[a-z_][a-z0-9_]*)\s*(?P=quote)\s*"
    r"(?:/>|>(?P<default>[^<>{}]*)</t\s*>)"
)
_EXPRESSION = re.compile(rf"{_SPACE}object\.([a-z_][a-z0-9_]*){_SPACE}")
# what somebody may have meant as a placeholder, in the ways of Odoo and of other tools
_LOOKALIKE = re.compile(
    r"\{\{[^}]{0,60}\}{0,2}"
    r"|[#$]\{[^}]{0,60}\}?"
    r"|\{%[^%]*%\}"
    r"|\{\s*object\b[^}]{0,60}\}?"
    r"|\bobject\.[a-z]\w{0,60}_\w{1,60}\s*\}{0,2}|\bobject\.[a-z]\w{0,60}\s*\}{1,2}"  # the brackets forgotten
    r"|</?\s*(?:[\w-]+:)?t(?=[\s/>])[^>]{0,60}>?"
    r"|\bt-(?:out|esc|raw|call|set|value|if|elif|else|foreach|as|att|attf|options|field)\b[\w-]{0,60}\s*=",
    re.IGNORECASE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"(?:^|[^\w-])t-", re.IGNORECASE)  # the name of an attribute, whatever its namespace
_WRITTEN = re.compile(r"\{\{|\bt-[a-z][a-z-]*\s*=", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# what a browser takes as it stands, entities included: no value can be escaped there
_RAW = frozenset("script style title textarea xmp iframe noembed noframes noscript plaintext template".split())
_END_OF_LINE = re.compile(r"\s*[\r\n]+\s*")
_PAGE = re.compile(r"</?\s*(?:html|head|body)\b[^>]*>", re.IGNORECASE)
_LONGEST, _MOST = 80, 20  # characters shown of what was found, and how many of them


def write_placeholder(name: str) -> str:
    """Return a placeholder as one writes it, in a line as in HTML."""
    return f"{{{{ object.{name} }}}}"


def find_meant(found: str, titles: dict[str, str]) -> str | None:
    """Return the name of the placeholder that somebody seems to have meant, if any.

    :param found: what was written, which is none.
    :param titles: what people call each of those that exist, per name.
    """
    words = re.findall(r"[a-z_][a-z0-9_]*", found.lower())
    if known := [word for word in words if word in titles]:
        return known[0]
    called = {title.casefold(): name for name, title in titles.items()} | {name: name for name in titles}
    inner = re.sub(r"^object\s*\.\s*", "", found.strip("{}[]<>#$% \t\xa0")).casefold()
    if not inner:
        return None
    close = get_close_matches(inner, called, n=1) or get_close_matches(f"{inner}_text", called, n=1)
    return called[close[0]] if close else None


class UnknownPlaceholder(ValueError):
    """A text asks for what nobody gives it."""

    def __init__(self, found):
        super().__init__(", ".join(found))
        self.found = tuple(found)


class Placeholder(NamedTuple):
    """A name to replace, as it was written, and what stands there when there is nothing to say."""

    name: str
    written: str
    default: str = ""


class Text(NamedTuple):
    """A text cut at its placeholders.

    ``strange`` is what looks like a placeholder and is none: such a text is never filled.
    """

    parts: tuple
    strange: tuple = ()
    is_html: bool = False

    def get_names(self) -> set[str]:
        """Return the names that the text asks for."""
        return {part.name for part in self.parts if isinstance(part, Placeholder)}

    def find_unknown(self, names) -> list[str]:
        """Return what the text asks for beyond these names, as it is written there."""
        asked = [part.written for part in self.parts if isinstance(part, Placeholder) and part.name not in names]
        found = [*dict.fromkeys(" ".join(found.split())[:_LONGEST] for found in (*self.strange, *asked))][:_MOST]
        return [part for part in found if not any(part != whole and part in whole for whole in found)]

    def fill(self, values: dict) -> str:
        """Return the text with these strings in their places, once each; escaped, as Markup, if it is HTML.

        A line stays one line: it may become the header of a mail.

        :raises UnknownPlaceholder: it asks for what is not there.
        """
        if unknown := self.find_unknown(values):
            raise UnknownPlaceholder(unknown)
        write = (lambda value: str(escape(value))) if self.is_html else str
        filled = "".join(
            write(str(values[part.name] or part.default)) if isinstance(part, Placeholder) else part
            for part in self.parts
        )
        return Markup(filled) if self.is_html else _END_OF_LINE.sub(" ", filled)


def parse_line(source: str | None) -> Text:
    """Return a line of plain text cut at its placeholders."""
    pieces = [*_cut(_clean(source))]
    return Text(tuple(pieces), tuple(_find_strange(pieces)))


def parse_html(source: str | None) -> Text:
    """Return HTML cut at its placeholders, serialised as Odoo stores it.

    Placeholders are replaced in the text between tags only: in an attribute, a comment or a
    style sheet they are strange, and so is what the parser would have dropped.
    """
    source = _clean(source)
    if not source.strip():
        return Text((source,), is_html=True)
    return _Reading(source).cut()


class _Reading:
    """One reading of an HTML text: its placeholders give way to marks, then the whole is cut at these."""

    def __init__(self, source):
        self.plain = unescape(source)
        self.mark = next(mark for mark in (f"placeholder-{n}-" for n in count()) if mark not in self.plain)
        self.found, self.strange = [], []
        parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
        document = f"<html><body>{_PAGE.sub('', source)}</body></html>".encode()  # nothing after the end of a page
        self.root = etree.fromstring(document, parser=parser)

    def cut(self):
        written = unescape(etree.tostring(self.root, encoding="unicode"))
        if len(_WRITTEN.findall(self.plain)) > len(_WRITTEN.findall(written)):
            self.strange.append(_WRITTEN.search(self.plain).group())
        for node in [*self.root.iter()]:
            self._read_node(node)
            node.tail = self._mark(node.tail)
        self.root.attrib.clear()
        etree.strip_tags(self.root, "t", "head", "body")
        whole = etree.tostring(self.root, encoding="unicode", method="html", with_tail=False)
        whole = whole.removeprefix("<html>").removesuffix("</html>").replace("\xa0", "&nbsp;")
        pieces = re.split(rf"{self.mark}(\d+)\.", whole)
        parts = [self.found[int(piece)] if position % 2 else piece for position, piece in enumerate(pieces)]
        return Text(tuple(part for part in parts if part), tuple(self.strange), is_html=True)

    def _read_node(self, node):
        if not isinstance(node.tag, str) or node.tag in _RAW:  # a comment, a processing instruction, raw text
            self.strange += _find_strange([node.text or ""], _WRITTEN)
        elif node.tag == "t":
            self._read_t(node)
        else:
            node.text = self._mark(node.text)
            self._read_attributes(node)

    def _read_t(self, node):
        expression = _EXPRESSION.fullmatch(node.get("t-out") or "")
        directives = [name for name in node.attrib if name != "t-out" and _DIRECTIVE.search(name)]
        default = (node.text or "").strip()
        if not expression or directives or len(node) or _find_strange([*_cut(default)]) or "{{" in default:
            attributes = "".join(f' {name}="{value}"' for name, value in node.attrib.items())
            self.strange.append(f"<t{attributes}>")
        else:
            self.found.append(Placeholder(expression[1], f'<t t-out="object.{expression[1]}"/>', default))
            node.text = f"{self.mark}{len(self.found) - 1}."

    def _read_attributes(self, node):
        for name, value in node.attrib.items():
            if _DIRECTIVE.search(name) or _LOOKALIKE.search(f"{name} {value}"):
                self.strange.append(f'{name}="{value}"')

    def _mark(self, text):
        """Return text between two tags with marks in the place of its placeholders."""
        if not text:
            return text
        pieces = [*_cut(text)]
        self.strange += _find_strange(pieces)
        marked = ""
        for piece in pieces:
            if isinstance(piece, Placeholder):
                self.found.append(piece)
                piece = f"{self.mark}{len(self.found) - 1}."
            marked += piece
        return marked


def _clean(source):
    return _UNPRINTABLE.sub("", str(source or ""))


def _cut(text):
    """Yield the pieces of a text: what stands as it is, and its placeholders."""
    position = 0
    for match in _PLACEHOLDER.finditer(text):
        if match.start() > position:
            yield text[position : match.start()]
        name = match["braces"] or match["tag"]
        yield Placeholder(name, match.group(), (match["default"] or "").strip())
        position = match.end()
    if position < len(text):
        yield text[position:]


def _find_strange(pieces, *patterns):
    """Return what looks like a placeholder in the pieces that are none."""
    texts = [piece for piece in pieces if not isinstance(piece, Placeholder)]
    return [match.group() for text in texts for pattern in (_LOOKALIKE, *patterns) for match in pattern.finditer(text)]

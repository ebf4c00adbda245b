"""The manifest of an audit file on paper, without the ORM: the words are given, in whatever language."""

from typing import NamedTuple

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, Table, TableStyle

from ..common.paper import BODY, GREY, HEAD, LINE, RIGHT, RIGHT_HEAD, SMALL, TITLE, print_pages, write

CODE = ParagraphStyle("code", BODY, fontName="Courier", fontSize=6.8, leading=8.5)
PART = ParagraphStyle("part", HEAD, fontSize=11, leading=14, spaceBefore=4 * mm, spaceAfter=1.5 * mm)
WARNING = ParagraphStyle("warning", BODY, textColor=colors.HexColor("#B00020"))
HALF = 32  # characters of a digest on one line


class Sheet(NamedTuple):
    """What the manifest says on paper.

    :param facts: ``[(name, text)]``.
    :param checks: ``[(what, one amount, the other, verdict, is it right)]``.
    :param columns: titles of the columns of files: file, as of, size, digest.
    :param parts: ``[(title, [(title of the file, path, as of, size, digest)])]``.
    :param missing_title: what stands above ``missing``, ``[(title of the file, path, reason, is it broken)]``.
    :param notes: sentences at the end, the first of them a title.
    """

    title: str
    facts: list
    checks_title: str
    checks: list
    columns: tuple
    parts: list
    missing_title: str
    missing: list
    notes: list
    footer: str


def print_manifest(sheet: Sheet) -> bytes:
    """Return the PDF of the manifest, always the same for the same words."""
    story = [write(sheet.title, TITLE), _tabulate([[write(n, HEAD), write(t)] for n, t in sheet.facts], (48, 126))]
    if sheet.checks:
        story += [write(sheet.checks_title, PART)]
        rows = [
            [write(what), write(one, RIGHT), write(other, RIGHT), write(verdict, BODY if is_right else WARNING)]
            for what, one, other, verdict, is_right in sheet.checks
        ]
        story += [_tabulate(rows, (84, 32, 32, 26))]
    if sheet.missing:
        story += [write(sheet.missing_title, PART)]
        rows = [
            [[write(title), write(path, CODE)], write(reason, WARNING if is_broken else BODY)]
            for title, path, reason, is_broken in sheet.missing
        ]
        story += [_tabulate(rows, (78, 96))]
    titles = [*(write(title, HEAD) for title in sheet.columns[:2]), write(sheet.columns[2], RIGHT_HEAD)]
    titles += [write(sheet.columns[3], HEAD)]
    for title, files in sheet.parts:
        rows = [titles]
        for name, path, as_of, size, digest in files:
            halves = f"{digest[:HALF]}\n{digest[HALF:]}"
            rows.append(
                [[write(name), write(path, CODE)], write(as_of, SMALL), write(size, RIGHT), write(halves, CODE)]
            )
        table = _tabulate(rows, (82, 21, 18, 53), has_head=True)
        story += [KeepTogether([write(title, PART), table]) if len(files) < 8 else write(title, PART)]
        story += [] if len(files) < 8 else [table]
    story += [Spacer(1, 5 * mm)]
    for place, note in enumerate(sheet.notes):
        story += [write(note, BODY if place else PART), Spacer(1, 1.5 * mm)]
    return print_pages(story, sheet.title, sheet.footer)


def _tabulate(rows, widths, has_head=False):
    table = Table(rows, colWidths=[width * mm for width in widths], repeatRows=int(has_head))
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE)]
    style += [("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5)]
    table.setStyle(TableStyle([*style, ("BACKGROUND", (0, 0), (-1, 0), GREY)] if has_head else style))
    return table

"""The manifest of an audit file on paper, without the ORM: the words are given, in whatever language."""

import io
from html import escape
from typing import NamedTuple

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from ..litigation.evidence.paper import BODY, HEAD, RIGHT, RIGHT_HEAD, SMALL, TITLE, plain

CODE = ParagraphStyle("code", BODY, fontName="Courier", fontSize=6.8, leading=8.5)
PART = ParagraphStyle("part", HEAD, fontSize=11, leading=14, spaceBefore=4 * mm, spaceAfter=1.5 * mm)
WARNING = ParagraphStyle("warning", BODY, textColor=colors.HexColor("#B00020"))
GREY, LINE = colors.HexColor("#EEEEEE"), colors.HexColor("#BBBBBB")
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
    story = [_write(sheet.title, TITLE), _tabulate([[_write(n, HEAD), _write(t)] for n, t in sheet.facts], (48, 126))]
    if sheet.checks:
        story += [_write(sheet.checks_title, PART)]
        rows = [
            [_write(what), _write(one, RIGHT), _write(other, RIGHT), _write(verdict, BODY if is_right else WARNING)]
            for what, one, other, verdict, is_right in sheet.checks
        ]
        story += [_tabulate(rows, (84, 32, 32, 26))]
    if sheet.missing:
        story += [_write(sheet.missing_title, PART)]
        rows = [
            [[_write(title), _write(path, CODE)], _write(reason, WARNING if is_broken else BODY)]
            for title, path, reason, is_broken in sheet.missing
        ]
        story += [_tabulate(rows, (78, 96))]
    titles = [*(_write(title, HEAD) for title in sheet.columns[:2]), _write(sheet.columns[2], RIGHT_HEAD)]
    titles += [_write(sheet.columns[3], HEAD)]
    for title, files in sheet.parts:
        rows = [titles]
        for name, path, as_of, size, digest in files:
            halves = f"{digest[:HALF]}\n{digest[HALF:]}"
            rows.append(
                [[_write(name), _write(path, CODE)], _write(as_of, SMALL), _write(size, RIGHT), _write(halves, CODE)]
            )
        table = _tabulate(rows, (82, 21, 18, 53), has_head=True)
        story += [KeepTogether([_write(title, PART), table]) if len(files) < 8 else _write(title, PART)]
        story += [] if len(files) < 8 else [table]
    story += [Spacer(1, 5 * mm)]
    for place, note in enumerate(sheet.notes):
        story += [_write(note, BODY if place else PART), Spacer(1, 1.5 * mm)]
    return _print(story, sheet.title, sheet.footer)


def _tabulate(rows, widths, has_head=False):
    table = Table(rows, colWidths=[width * mm for width in widths], repeatRows=int(has_head))
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE)]
    style += [("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5)]
    table.setStyle(TableStyle([*style, ("BACKGROUND", (0, 0), (-1, 0), GREY)] if has_head else style))
    return table


def _write(text, style=BODY):
    return Paragraph(escape(plain(text)).replace("\n", "<br/>"), style)


def _print(story, title, footer):
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        invariant=1,
        title=plain(title),
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
    )

    def write_footer(canvas, _document):
        canvas.saveState()
        canvas.setFont("Helvetica", 7.5)
        canvas.setFillColor(colors.HexColor("#777777"))
        canvas.drawString(18 * mm, 10 * mm, plain(footer)[:140])
        canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    document.build(story, onFirstPage=write_footer, onLaterPages=write_footer)
    return buffer.getvalue()

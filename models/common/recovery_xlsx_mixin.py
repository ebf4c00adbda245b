from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from odoo import models
from odoo.tools.translate import LazyTranslate

from .aside import Aside

_lt = LazyTranslate(__name__)


#: The moment, in UTC, of the whole of which a report is a part: it is the report's own then.
EDITION = Aside("edition")
_PLAIN = (("bottom", 4), ("bottom_color", "#cccccc"))
_HEAD = (*_PLAIN, ("bold", True), ("bg_color", "#f3f6f7"))
_WRAPPED = ("text_wrap", True)
LONG = 20_000  # rows: a spreadsheet that has more is made in the background
LEGIBLE = 240  # letters of one page's width: more would be too small to read


class Column(NamedTuple):
    """A column of a sheet; ``kind`` is text, date, moment, integer, rate or amount.

    :param key: its name for programs, the same in every language.
    :param is_below: on paper it is told below its row: what is long, such as a digest.
    """

    title: str
    kind: str = "text"
    width: int = 14
    total: bool = False
    key: str = ""
    is_below: bool = False


class Formula(NamedTuple):
    """A cell that the spreadsheet works out, of which ``value`` is what programs show that do not.

    ``{row}`` in the text is its own row.
    """

    text: str
    value: float


class Line(NamedTuple):
    """A row of a sheet that stands in an outline: ``level`` says how deep, a head is told in bold."""

    values: tuple
    level: int = 0
    is_head: bool = False


def count_head_lines(column):
    """Return on how many lines the title of a column is told, in bold letters: no word of it is cut."""
    room, lines, left = max(column.width * 0.85, 1), 1, 0
    for word in column.title.split():
        if left and left + 1 + len(word) > room:
            lines, left = lines + 1, 0
        left += len(word) + bool(left)
    return lines


class Book:
    """A workbook in the house's style, written row after row so that long lists need little memory."""

    COLOR = "#2f4858"

    def __init__(self, currency):
        self.buffer = BytesIO()
        self.workbook = xlsxwriter.Workbook(self.buffer, {"constant_memory": True})
        if EDITION.heard:
            self.workbook.set_properties({"created": EDITION.heard})
        self.currency = currency
        self.formats = {}

    def get_format(self, kind="text", currency=None, **options):
        """Return the cell format of a kind of value; ``currency`` only matters for amounts."""
        currency = currency or self.currency
        key = (kind, currency.id, *sorted(options.items()))
        if key not in self.formats:
            style = {"valign": "vcenter", **options}
            if kind == "amount":
                places = f".{'0' * currency.decimal_places}" if currency.decimal_places else ""
                number = f"#,##0{places}"
                symbol = (currency.symbol or currency.name).replace('"', "")
                number = f'"{symbol} "{number}' if currency.position == "before" else f'{number}" {symbol}"'
                style["num_format"] = f"{number};[Red]-{number}"
            elif kind == "date":
                style |= {"num_format": "dd/mm/yyyy", "align": "center"}
            elif kind == "moment":
                style |= {"num_format": "dd/mm/yyyy hh:mm", "align": "center"}
            elif kind == "integer":
                style |= {"num_format": "0", "align": "right"}
            elif kind == "rate":
                style |= {"num_format": "0.00##", "align": "right"}
            self.formats[key] = self.workbook.add_format(style)
        return self.formats[key]

    @staticmethod
    def get_first_row(subtitles):
        """Return the number, as people count, of the first row below the titles."""
        return len(subtitles) + 4

    def add_sheet(self, name, title, subtitles, columns, rows, totals=None, has_outline=False, label=None):
        """Write one sheet: titles, a table with filters, and a line of totals as formulas.

        :param rows: sequences of values in the order of ``columns``, or :class:`Line`; an amount may be a
            pair ``(value, currency)`` or a :class:`Formula`; None, or False as a text, leaves the cell empty.
        :param label: what the line of totals is called.
        :param has_outline: rows are grouped; totals then count what is folded, and no subtotal twice.
        :param totals: values of the totals, in the order of the columns marked ``total``,
            for programs that do not compute formulas.
        """
        sheet = self.workbook.add_worksheet(name)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, column.width)
        sheet.hide_gridlines(2)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, title, self.get_format(bold=True, font_size=16, font_color=self.COLOR))
        width = sum(column.width for column in columns)
        for number, subtitle in enumerate(subtitles, start=1):
            self._write_subtitle(sheet, number, subtitle, columns)
        head = len(subtitles) + 2
        heading = self.get_format(
            bold=True, font_color="#ffffff", bg_color=self.COLOR, text_wrap=True, align="center", border=1
        )
        sheet.set_row(head, max(32, 15 * max(map(count_head_lines, columns), default=1) + 2))
        for position, column in enumerate(columns):
            sheet.write_string(head, position, column.title, heading)
        last = head
        if has_outline:
            sheet.outline_settings(True, False, False, False)
        kinds = [column.kind for column in columns]
        for values in rows:
            last += 1
            style, level = _PLAIN, 0
            if isinstance(values, Line):
                style, level = _HEAD if values.is_head else _PLAIN, min(values.level, 7)
                values = values.values
            lines = self._count_lines(values[0], columns[0].width)
            if level or lines > 1:
                sheet.set_row(last, 15 * lines if lines > 1 else None, None, {"level": level})
            for position, (kind, value) in enumerate(zip(kinds, values, strict=True)):
                if value is None or value == "":
                    self._write_nothing(sheet, last, position, style)
                else:
                    self._write(sheet, last, position, kind, value, style if position else (*style, _WRAPPED))
        if last > head:
            sheet.autofilter(head, 0, last, len(columns) - 1)
        if totals:
            self._write_totals(sheet, head, last, columns, totals, 9 if has_outline else 109)
            if label:
                style = {"bold": True, "top": 1, "bg_color": "#eef2f4"}
                sheet.write_string(last + 1, 0, label, self.get_format(**style))
        sheet.freeze_panes(head + 1, 1)
        self._set_paper(sheet, head, width)
        sheet.set_footer("&L&F&R&P / &N")
        return sheet

    @staticmethod
    def _count_lines(value, width):
        """Return on how many lines the first cell of a row is told: no program works its height out by itself."""
        return -(-len(value) * 11 // (width * 10)) if isinstance(value, str) and len(value) * 11 > width * 10 else 1

    @staticmethod
    def _set_paper(sheet, head, width):
        """Set the printing: one page wide, or as many as letters that can be read need, each with the first column."""
        pages = -(-width // LEGIBLE)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(pages, 0)
        sheet.repeat_rows(head)
        if pages > 1:
            sheet.repeat_columns(0)

    def _write_subtitle(self, sheet, row, text, columns):
        """Write a line below the title; a long one goes on over the columns of the first page, on several lines."""
        width = sum(column.width for column in columns)
        first = width / -(-width // LEGIBLE) if width else 0
        room, last = 0, -1
        for column in columns:
            if last >= 0 and room + column.width > first:
                break
            room, last = room + column.width, last + 1
        lines = -(-len(text) * 11 // (room * 10)) if room else 1
        if lines < 2 or last < 1:
            sheet.write_string(row, 0, text, self.get_format(font_color="#555555"))
            return
        sheet.set_row(row, 15 * lines)
        wrapped = self.get_format(font_color="#555555", text_wrap=True, valign="top")
        sheet.merge_range(row, 0, row, last, text, wrapped)

    def _write_nothing(self, sheet, row, position, style):
        """Leave a cell empty: its line goes on below it."""
        key = ("text", self.currency.id, style)
        if key not in self.formats:
            self.formats[key] = self.get_format("text", **dict(style))
        sheet.write_blank(row, position, None, self.formats[key])

    def _write(self, sheet, row, position, kind, value, style):
        if kind == "text" and value is False:
            self._write_nothing(sheet, row, position, style)
            return
        currency = self.currency
        if kind == "amount" and type(value) is tuple:
            value, currency = value
        key = (kind, currency.id, style)
        if key not in self.formats:
            self.formats[key] = self.get_format(kind, currency, **dict(style))
        cell_format = self.formats[key]
        if isinstance(value, Formula):
            sheet.write_formula(row, position, value.text.replace("{row}", str(row + 1)), cell_format, value.value)
        elif kind == "text":
            sheet.write_string(row, position, str(value), cell_format)
        elif kind in ("date", "moment"):
            sheet.write_datetime(row, position, value, cell_format)
        elif kind == "amount":
            sheet.write_number(row, position, currency.round(value), cell_format)
        else:
            sheet.write_number(row, position, value, cell_format)

    def _write_totals(self, sheet, head, last, columns, totals, function):
        values = iter(totals)
        row = last + 1
        for position, column in enumerate(columns):
            style = {"bold": True, "top": 1, "bg_color": "#eef2f4"}
            if not column.total:
                sheet.write_blank(row, position, None, self.get_format(**style))
                continue
            letter = xlsxwriter.utility.xl_col_to_name(position)
            formula = f"=SUBTOTAL({function},{letter}{head + 2}:{letter}{last + 1})" if last > head else "=0"
            sheet.write_formula(row, position, formula, self.get_format(column.kind, **style), next(values))

    def close(self):
        """Return the workbook's bytes."""
        self.workbook.close()
        return self.buffer.getvalue()


class RecoveryXlsxMixin(models.AbstractModel):
    """The export of a record as a spreadsheet, with a line in the journal.

    Only models that inherit it are served by the download route. They have a company: amounts
    are in its currency.
    """

    _name = "recovery.xlsx.mixin"
    _description = "Recovery: export as a spreadsheet"
    _journal_words = {"format": _lt("Format"), "report": _lt("Report")}

    def _check_reader(self):
        """Refuse readers who may not export these records; hook."""
        self.check_access("read")

    def _fill_book(self, book):
        """Write the sheets into ``book``; same figures as the PDF."""
        raise NotImplementedError

    def _get_xlsx_filename(self):
        return f"{self.display_name}.xlsx"

    def _get_xlsx(self):
        """Return the spreadsheet's bytes."""
        self.ensure_one()
        self._check_reader()
        book = Book(self.company_id._recovery_root().currency_id)
        self._fill_book(book)
        return book.close()

    def _is_long_xlsx(self):
        """Tell whether it has so many rows that nobody waits for it: it is then made in the background; hook."""
        return False

    def action_export_xlsx(self):
        """Download the spreadsheet and note it in the journal; a long one is made in the background."""
        self.ensure_one()
        self._check_reader()
        if self._is_long_xlsx():
            return self.env["recovery.spreadsheet"]._ask(self)
        self._log_printed("XLSX")
        return {
            "type": "ir.actions.act_url",
            "url": f"/debt_recovery/xlsx/{self._name}/{self.id}",
            "target": "download",
        }

    def _log_printed(self, kind):
        self.env["recovery.event"]._log(
            "printed",
            self,
            self.env._("%(report)s printed (%(format)s)", report=self.display_name, format=kind),
            {"report": self.env["ir.model"]._get(self._name).name, "format": kind},
        )

from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date, formatLang

from .table_widths import find_words, lay_out

#: Kinds of columns whose cells stand on one line.
WHOLE = ("amount", "integer", "rate", "date")


class Table(NamedTuple):
    """Rows as people read them, the same on paper and in a spreadsheet.

    :param columns: :class:`recovery_xlsx_mixin.Column`; an amount may be ``(value, currency)``.
    :param totals: of the columns marked ``total``, in their order.
    """

    name: str
    title: str
    columns: list
    rows: list
    totals: tuple = ()
    note: str = ""


class RecoveryTableWindow(models.AbstractModel):
    """The window of a report that is tables and nothing else: one reading makes the PDF and the spreadsheet."""

    _name = "recovery.table.window"
    _description = "Recovery: list window"
    _inherit = ["recovery.report.window"]

    def _get_tables(self):
        """Return the :class:`Table` of the report."""
        raise NotImplementedError

    def _get_title(self):
        """Return what stands on top of the document."""
        return self.display_name

    def _get_subtitle(self):
        """Return what the document covers, in words."""
        return ""

    def _count_lines(self):
        return sum(len(table.rows) for table in self._get_tables())

    def _fill_book(self, book):
        subtitles = [
            ", ".join(filter(None, [self.company_id._recovery_root().name, self._get_subtitle()])),
            self._get_edition_text(),
        ]
        for table in self._get_tables():
            notes = [table.note] if table.note else []
            book.add_sheet(
                self._name_sheet(table.name),
                table.title,
                [*subtitles, *notes],
                table.columns,
                table.rows,
                table.totals or None,
            )

    @api.model
    def _name_sheet(self, name):
        """Return a name without what a spreadsheet refuses."""
        return "".join(" " if char in "[]:*?/\\'" else char for char in name)[:31]

    # ------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------
    def _get_data(self, most=None):
        """Return the tables as the document prints them: texts, with the place of each column.

        :param most: how many rows of each table are told, all of them by default.
        """
        self.ensure_one()
        return {
            "title": self._get_title(),
            "subtitle": self._get_subtitle(),
            "tables": [self._print_table(table, most) for table in self._get_tables()],
        }

    def _print_table(self, table, most=None):
        rows, columns = table.rows[:most], table.columns
        texts = [[self._say_cell(column, value) for column, value in zip(columns, row, strict=True)] for row in rows]
        values = iter(table.totals)
        totals = [self._say_cell(column, next(values)) if table.totals and column.total else "" for column in columns]
        beside = [place for place, column in enumerate(columns) if not column.is_below]
        layout = self._lay_out(columns, beside, [*texts, totals])
        beside = [place for rank, place in enumerate(beside) if rank not in layout.below]
        below = [place for place in range(len(columns)) if place not in beside]
        if table.totals and beside and not _is_number(columns[beside[0]]):
            totals[beside[0]] = self.env._("Total")
        return {
            "title": table.title,
            "note": table.note,
            "count": len(table.rows),
            "is_cut": len(rows) < len(table.rows),
            "size": layout.size,
            "columns": [
                {"title": columns[place].title, "width": share, "is_number": _is_number(columns[place])}
                for place, share in zip(beside, layout.shares, strict=True)
            ],
            "rows": [[(row[place], _is_number(columns[place])) for place in beside] for row in texts],
            "below": [[(columns[place].title, row[place]) for place in below if row[place]] for row in texts]
            if below
            else [],
            "totals": [(totals[place], _is_number(columns[place])) for place in beside] if table.totals else [],
        }

    @api.model
    def _lay_out(self, columns, places, rows):
        """Return how wide these columns stand, so that none of their words is cut."""
        shown = [columns[place] for place in places]
        return lay_out(
            [column.width for column in shown],
            [column.title for column in shown],
            [
                find_words({row[place] for row in rows}, column.kind in WHOLE)
                for place, column in zip(places, shown, strict=True)
            ],
            [_is_number(column) for column in shown],
        )

    @api.model
    def _say_cell(self, column, value):
        """Return a cell as the reader writes it."""
        if value is None or value is False or value == "":
            return ""
        if column.kind == "amount":
            amount, currency = (
                value if isinstance(value, tuple) else (value, self.company_id._recovery_root().currency_id)
            )
            return formatLang(self.env, amount, currency_obj=currency)
        if column.kind == "date":
            return format_date(self.env, value)
        if column.kind == "moment":
            return f"{format_date(self.env, value.date())} {value:%H:%M}"
        if column.kind == "rate":
            return formatLang(self.env, value, digits=2)
        return str(value)


def _is_number(column):
    return column.kind in ("amount", "integer", "rate")

from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date, formatLang

# Below this a day, an hour or an amount would be cut on paper.
LEAST = {"date": 14, "moment": 14, "amount": 15}
LEAST_SHARE = {"date": 7.0, "moment": 7.0, "amount": 7.0, "integer": 4.2}  # the same, in % of the page
NUMBERED, WORDED = 8.2, 6.0  # of words: the number that a row begins with, others


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
        beside = [place for place, column in enumerate(table.columns) if not column.is_below]
        below = [place for place, column in enumerate(table.columns) if column.is_below]
        columns = [table.columns[place] for place in beside]
        widths = [
            max(column.width, LEAST.get(column.kind, 0), 1 + max(map(len, column.title.split()), default=0))
            for column in columns
        ]
        shares = share_out(widths, [_get_least(column, place) for place, column in enumerate(columns)])
        rows = table.rows[:most]
        values = iter(table.totals)
        totals = [
            self._say_cell(column, next(values)) if table.totals and column.total else "" for column in table.columns
        ]
        if table.totals and beside and not _is_number(columns[0]):
            totals[beside[0]] = self.env._("Total")
        return {
            "title": table.title,
            "note": table.note,
            "count": len(table.rows),
            "is_cut": len(rows) < len(table.rows),
            "columns": [
                {
                    "title": column.title,
                    "width": share,
                    "is_number": _is_number(column),
                }
                for column, share in zip(columns, shares, strict=True)
            ],
            "rows": [
                [
                    (self._say_cell(table.columns[place], row[place]), _is_number(table.columns[place]))
                    for place in beside
                ]
                for row in rows
            ],
            "below": [self._say_below(table.columns, row, below) for row in rows] if below else [],
            "totals": [(totals[place], _is_number(table.columns[place])) for place in beside] if table.totals else [],
        }

    def _say_below(self, columns, row, places):
        """Return ``[(title, text)]`` of what is told below a row: what has a value."""
        told = [(columns[place].title, self._say_cell(columns[place], row[place])) for place in places]
        return [(title, text) for title, text in told if text]

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


def share_out(widths, least):
    """Return the width of each column in % of the page: what some need at least is taken from the others."""
    whole = sum(widths) or 1
    shares = [100 * width / whole for width in widths]
    lack = sum(max(need - share, 0) for share, need in zip(shares, least, strict=True))
    spare = sum(max(share - need, 0) for share, need in zip(shares, least, strict=True))
    kept = 1 - min(lack / spare, 1) if spare else 1
    return [
        round(need + (share - need) * kept if share > need else need, 2)
        for share, need in zip(shares, least, strict=True)
    ]


def _get_least(column, place):
    return LEAST_SHARE.get(column.kind, WORDED if place else NUMBERED)


def _is_number(column):
    return column.kind in ("amount", "integer", "rate")

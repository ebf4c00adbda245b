"""The formulas of our spreadsheets worked out again, and compared with the values that stand beside them."""

import re
from io import BytesIO

import openpyxl
from openpyxl.utils import column_index_from_string

TERM = re.compile(r"([+-]?)(?:'([^']+)'!)?([A-Z]+)(\d+)")


class Spreadsheet:
    """A workbook read twice: its formulas, and the values that it was written with."""

    def __init__(self, content):
        self.formulas = openpyxl.load_workbook(BytesIO(content))
        self.values = openpyxl.load_workbook(BytesIO(content), data_only=True)

    def find_wrong(self):
        """Return ``(sheet, cell, formula, value worked out, value written)`` of each formula that says otherwise."""
        return [
            (
                sheet.title,
                cell.coordinate,
                cell.value,
                self.work_out(sheet.title, cell),
                self.look_at(sheet.title, cell),
            )
            for sheet in self.formulas
            for row in sheet.iter_rows()
            for cell in row
            if self.is_formula(cell)
            and round(self.work_out(sheet.title, cell) - (self.look_at(sheet.title, cell) or 0), 2) != 0
        ]

    def count_formulas(self):
        return sum(self.is_formula(cell) for sheet in self.formulas for row in sheet.iter_rows() for cell in row)

    @staticmethod
    def is_formula(cell):
        return cell.data_type == "f"

    def look_at(self, sheet, cell):
        return self.values[sheet][cell.coordinate].value

    def work_out(self, sheet, cell):
        """Return the number that a cell holds, or that its formula gives."""
        if not self.is_formula(cell):
            return cell.value if isinstance(cell.value, int | float) else 0
        body = cell.value[1:]
        if found := re.fullmatch(r"(SUM|SUBTOTAL)\((?:\d+,)?([A-Z]+)(\d+):([A-Z]+)(\d+)\)", body):
            return self._sum(sheet, *found.groups())
        if found := re.fullmatch(r"SUMIFS\('([^']+)'!([A-Z]+):\2,'[^']+'!([A-Z]+):\3,([A-Z]+\d+)\)", body):
            return self._sum_if(sheet, *found.groups())
        if found := re.fullmatch(r"ROUND\((.*),(\d)\)", body):
            return round(self._add(sheet, found[1]), int(found[2]))
        if found := re.fullmatch(r"IF\((\$[A-Z]+\$\d+)=0,0,ROUND\(100\*([A-Z]+\d+)/\1,2\)\)", body):
            whole, part = (
                self.work_out(sheet, self.formulas[sheet][place.replace("$", "")]) for place in found.groups()
            )
            return round(100 * part / whole, 2) if whole else 0
        if body.isdecimal():
            return int(body)
        return self._add(sheet, body)

    def _sum(self, sheet, function, left, top, right, bottom):
        cells = self.formulas[sheet][f"{left}{top}:{right}{bottom}"]
        # a subtotal leaves out the other subtotals in its range
        skipped = "=SUBTOTAL" if function == "SUBTOTAL" else "none"
        return sum(
            self.work_out(sheet, cell) for row in cells for cell in row if not str(cell.value).startswith(skipped)
        )

    def _sum_if(self, sheet, other, amounts, keys, wanted):
        table, key = self.formulas[other], self.formulas[sheet][wanted].value
        return sum(
            self.work_out(other, row[column_index_from_string(amounts) - 1])
            for row in table.iter_rows()
            if row[column_index_from_string(keys) - 1].value == key
        )

    def _add(self, sheet, text):
        terms = list(TERM.finditer(text))
        if "".join(term.group() for term in terms) != text:
            raise ValueError(f"{text} is no formula that we write")
        return sum(
            (-1 if sign == "-" else 1) * self.work_out(other or sheet, self.formulas[other or sheet][f"{column}{row}"])
            for sign, other, column, row in (term.groups() for term in terms)
        )

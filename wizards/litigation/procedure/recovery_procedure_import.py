from datetime import date, datetime

from odoo import api, fields, models
from odoo.fields import Domain

from ....models.common.bounds import AMOUNT, read_day, read_number

COLUMNS = {
    "case": ("case", "dossier"),
    "procedure": ("procedure", "procédure"),
    "reference": ("reference", "référence", "rg"),
    "event": ("event", "événement", "evenement", "acte"),
    "date": ("date", "le"),
    "amount": ("amount", "montant"),
    "note": ("note", "commentaire"),
}
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y")


class RecoveryProcedureImport(models.TransientModel):
    """Take over procedures under way from a csv or xlsx file: one row per event, those of one procedure together."""

    _name = "recovery.procedure.import"
    _description = "Import Procedures"
    _inherit = ["recovery.table.import"]
    _known_columns = COLUMNS
    _needed = ("case", "procedure", "event", "date")

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)

    def _import(self):
        """Take over one procedure per case, type and reference."""
        groups, problems = self._group_rows(self._read_rows())
        procedures, refused = self._do_each(groups, self._take_over)
        return [self.env._("Procedures imported: %s", len(procedures))], problems + refused

    def _group_rows(self, rows):
        """Return ``([(row numbers, rows)], problems)``: rows of one case, type and reference go together."""
        groups, problems = {}, []
        titles = self._read_titles()
        for number, row in rows:
            missing = [name for name in self._needed if not row[name]]
            if missing:
                problems.append(([number], self.env._("nothing under “%s”", titles[missing[0]])))
                continue
            key = tuple(self._read_text(row[name]).lower() for name in ("case", "procedure", "reference"))
            groups.setdefault(key, ([], []))
            groups[key][0].append(number)
            groups[key][1].append(row)
        return list(groups.values()), problems

    def _take_over(self, rows):
        first = rows[0]
        case = self._find_case(self._read_text(first["case"]))
        kind = self._find_named(
            self.env["recovery.procedure.type"]._get_known(self.company_id), self._read_text(first["procedure"])
        )
        steps = [
            (
                self._find_named(kind._get_kinds(), self._read_text(row["event"])),
                self._to_date(row["date"]),
                self._to_amount(row["amount"]),
                self._read_text(row["note"]) or None,
            )
            for row in rows
        ]
        reference = next((self._read_text(row["reference"]) for row in rows if row["reference"]), False)
        return self.env["recovery.procedure"]._take_over(
            case, kind, self.company_id._recovery_today(), steps, {"reference": reference}
        )

    def _find_case(self, name):
        """Return the case of that number, or of that older reference."""
        Case = self.env["recovery.case"]
        domain = Domain("company_id", "=", self.company_id.id)
        found = Case.search(domain & Domain("name", "=ilike", name))
        found = found or Case.search(domain & Domain("reference", "=ilike", name))
        if len(found) != 1:
            raise ValueError(
                self.env._("several cases are called “%s”", name) if found else self.env._("no case “%s”", name)
            )
        return found

    @api.model
    def _find_named(self, records, name):
        """Return the record of that code or name."""
        wanted = name.lower()
        found = records.filtered(lambda row: wanted in (row.code.lower(), (row.name or "").lower()))
        if not found:
            raise ValueError(self.env._("nothing is called “%s” here", name))
        return found[0]

    @api.model
    def _read_text(self, value):
        return str("" if value is None else value).strip()

    @api.model
    def _to_date(self, value):
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        for pattern in DATE_FORMATS:
            try:
                return read_day(datetime.strptime(self._read_text(value), pattern), fields.Date.to_date)
            except ValueError:
                continue
        raise ValueError(self.env._("“%s” is not a date", value))

    @api.model
    def _to_amount(self, value):
        text = self._read_text(value).replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
        try:
            return read_number(text, 0.0, AMOUNT)
        except ValueError as error:
            raise ValueError(self.env._("“%s” is not an amount", value)) from error

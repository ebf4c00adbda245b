import base64
from datetime import date, datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ....models.common.bounds import AMOUNT, read_day, read_number
from ....models.common.recovery_window import once
from ....models.common.roles import require_user
from ....models.common.tables import find_positions, read_table

COLUMNS = {
    "case": ("case", "dossier"),
    "procedure": ("procedure", "procédure"),
    "reference": ("reference", "référence", "rg"),
    "event": ("event", "événement", "evenement", "acte"),
    "date": ("date", "le"),
    "amount": ("amount", "montant"),
    "note": ("note", "commentaire"),
}
NEEDED = ("case", "procedure", "event", "date")
MAX_ROWS = 20000
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y")


class RecoveryProcedureImport(models.TransientModel):
    """Take over procedures under way from a csv or xlsx file: one row per event, those of one procedure together."""

    _name = "recovery.procedure.import"
    _description = "Take over procedures from a file"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    file = fields.Binary("File (csv or xlsx)", attachment=False)
    filename = fields.Char()
    state = fields.Selection([("draft", "To import"), ("done", "Imported")], default="draft", readonly=True)
    result = fields.Text(readonly=True)

    @once
    def action_import(self):
        """Take over one procedure per case, type and reference; what cannot be read is listed."""
        self.ensure_one()
        require_user(self.env)
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        groups, problems = self._group_rows(self._read_rows())
        procedures = self.env["recovery.procedure"]
        for numbers, rows in groups:
            try:
                with self.env.cr.savepoint():
                    procedures += self._take_over(rows)
            except AccessError:
                raise
            except (UserError, ValueError) as error:
                problems.append(self._say_problem(numbers, error))
        self.state = "done"
        self.result = "\n".join([self.env._("Procedures taken over: %s", len(procedures)), *problems])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take over procedures from a file"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _say_problem(self, numbers, error):
        rows = ", ".join(map(str, numbers))
        return self.env._("Row %(row)s: %(problem)s", row=rows, problem=error)

    def _read_rows(self):
        """Return the rows as ``{column: cell}``."""
        try:
            table = read_table(base64.b64decode(self.file))
        except Exception as error:  # any kind of file may be chosen
            raise UserError(self.env._("This file cannot be read: save it as csv or xlsx.")) from error
        positions = find_positions(table[0] if table else [], COLUMNS)
        missing = [COLUMNS[name][0] for name in NEEDED if positions[name] is None]
        if missing:
            raise UserError(self.env._("The file needs these columns: %s.", ", ".join(missing)))
        if len(table) > MAX_ROWS:
            raise UserError(self.env._("This file is too long: take it over in several parts."))
        return [
            {
                name: row[position] if position is not None and position < len(row) else None
                for name, position in positions.items()
            }
            for row in table[1:]
        ]

    def _group_rows(self, rows):
        """Return ``([(row numbers, rows)], problems)``: rows of one case, type and reference go together."""
        groups, problems = {}, []
        for number, row in enumerate(rows, 2):
            if not any(row.values()):
                continue
            missing = [name for name in NEEDED if not row[name]]
            if missing:
                problems.append(self._say_problem([number], self.env._("nothing under “%s”", COLUMNS[missing[0]][0])))
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
        raise ValueError(self.env._("“%s” is no date", value))

    @api.model
    def _to_amount(self, value):
        text = self._read_text(value).replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
        try:
            return read_number(text, 0.0, AMOUNT)
        except ValueError as error:
            raise ValueError(self.env._("“%s” is no amount", value)) from error

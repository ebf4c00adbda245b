from odoo import api, fields, models
from odoo.fields import Domain

from ....models.common.tables import get_cell, to_day, to_number

COLUMNS = {
    "case": ("case", "dossier"),
    "name": ("name", "libellé", "libelle", "objet", "frais"),
    "kind": ("kind", "nature", "type"),
    "date": ("date",),
    "amount": ("amount", "montant", "montant ht", "ht"),
    "state": ("state", "état", "etat"),
    "recoverable": ("who bears it", "charge", "qui supporte"),
    "owed": ("owed", "dû par le débiteur", "du par le debiteur", "alloué", "alloue"),
    "owed_on": ("owed since", "dû depuis", "du depuis", "date de la décision", "date de la decision"),
    "owed_by": ("decision", "décision"),
    "provider": ("provider", "prestataire", "fournisseur"),
}


class RecoveryCostImport(models.TransientModel):
    """Take over the costs of cases under way from a csv or xlsx file: one row per cost."""

    _name = "recovery.cost.import"
    _description = "Import Costs"
    _inherit = ["recovery.table.import"]
    _known_columns = COLUMNS
    _needed = ("case", "name", "amount")

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)

    def _import(self):
        """Add one cost per row that is understood."""
        create = self.env["recovery.cost"].create
        rows = (([number], row) for number, row in self._read_rows())
        costs, problems = self._do_each(rows, lambda row: create(self._prepare_cost(row)))
        return [self.env._("Costs imported: %s", len(costs))], problems

    def _prepare_cost(self, row):
        """Return the values of a cost; ValueError says what is wrong with the row."""
        text = {name: get_cell([value], 0) for name, value in row.items()}
        case = self._find_case(text["case"])
        amount = to_number(row["amount"])
        if not text["name"] or amount is None:
            raise ValueError(self.env._("a description and an amount are required"))
        return {
            "case_id": case.id,
            "name": text["name"],
            "kind": self._find_choice("kind", text["kind"], "other"),
            "date": to_day(row["date"]) or case.opened_on,
            "amount": amount,
            "state": self._find_choice("state", text["state"], "paid"),
            "recoverable": self._find_choice("recoverable", text["recoverable"], "ours"),
            "amount_owed": to_number(row["owed"]) or 0.0,
            "owed_on": to_day(row["owed_on"]) or False,
            "owed_by": text["owed_by"] or False,
            "partner_id": self._find_provider(text["provider"]).id,
        }

    def _find_case(self, number):
        """Return the case of that number, or the only one of that reference."""
        domain = Domain("company_id", "=", self.company_id.root_id.id)
        cases = self.env["recovery.case"]
        found = cases.search(domain & Domain("name", "=", number)) if number else cases
        found = found or (cases.search(domain & Domain("reference", "=", number), limit=2) if number else cases)
        if len(found) != 1:
            raise ValueError(self.env._("no single case has the number or the reference %s", number or "–"))
        return found

    def _find_provider(self, name):
        """Return the only contact of that name that this company may use; nothing for no name."""
        partners = self.env["res.partner"]
        if not name:
            return partners
        company = Domain("company_id", "in", [False, self.company_id.root_id.id])
        found = partners.search(Domain("name", "=ilike", name) & company, limit=2)
        if len(found) != 1:
            raise ValueError(self.env._("no one, or several people, are called %s", name))
        return found

    @api.model
    def _find_choice(self, name, word, otherwise):
        """Return the choice that a cell names, by its code or by its label."""
        if not word:
            return otherwise
        choices = self.env["recovery.cost"]._fields[name]._description_selection(self.env)
        for code, label in choices:
            if word.lower() in (code, label.lower(), label.lower().partition(" :")[0].partition(":")[0].strip()):
                return code
        raise ValueError(
            self.env._("“%(word)s” is not one of: %(choices)s", word=word, choices=", ".join(dict(choices).values()))
        )

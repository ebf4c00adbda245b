from odoo import api, fields, models
from odoo.fields import Domain

from ....models.common.identity import extract_siren
from ....models.common.tables import to_day
from ....models.litigation.case.recovery_case_stage import CLOSING_KINDS

COLUMNS = {
    "case": ("case", "dossier"),
    "siren": ("siren", "siret"),
    "customer": ("customer", "client", "nom", "name", "raison sociale"),
    "invoice": ("invoice", "facture"),
    "opened": ("opened on", "ouvert le", "date"),
    "stage": ("stage", "étape", "etape"),
    "owner": ("owner", "responsable"),
    "lawyer": ("lawyer", "avocat", "mandataire"),
    "court": ("court", "tribunal", "juridiction"),
    "reference": ("their reference", "référence", "reference", "rg"),
    "title": ("title", "titre"),
    "facts": ("facts", "faits", "commentaire"),
}
YES = ("1", "x", "yes", "oui", "true", "vrai")


class RecoveryCaseImport(models.TransientModel):
    """Take over cases under way from a csv or xlsx file: one row per claimed invoice, rows of one case together."""

    _name = "recovery.case.import"
    _description = "Import Cases"
    _inherit = ["recovery.table.import"]
    _known_columns = COLUMNS
    _needed = ("invoice",)

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    stage_id = fields.Many2one(
        "recovery.case.stage",
        string="Current stage",
        domain="[('is_closing', '=', False), ('company_id', 'in', (False, company_id))]",
        help="When the file has no such column.",
    )
    opened_on = fields.Date("Opened on", help="When the file has no such column.")

    def _import(self):
        """Open one case per group of rows, as it stands."""
        groups, problems = self._group_rows(self._read_rows())
        cases, refused = self._do_each(groups, self._take_over)
        return [self.env._("Cases imported: %s", len(cases))], problems + refused

    # ------------------------------------------------------------
    # Rows become cases
    # ------------------------------------------------------------
    def _group_rows(self, rows):
        """Return ``([(row numbers, rows)], problems)``: rows of one number of case and one customer go together."""
        groups, problems = {}, []
        for number, row in rows:
            if not row["invoice"]:
                problems.append(([number], self.env._("no invoice")))
                continue
            key = (str(row["case"] or f"row {number}"), self._get_customer_key(row))
            groups.setdefault(key, ([], []))
            groups[key][0].append(number)
            groups[key][1].append(row)
        return list(groups.values()), problems

    def _take_over(self, rows):
        """Return the case of some rows; the first one that says something about it is believed."""
        first = {name: next((row[name] for row in rows if row[name]), None) for name in COLUMNS}
        lines = self.env["account.move.line"]
        for row in rows:
            lines |= self._find_lines(str(row["invoice"]).strip())
        partner = lines.partner_id.commercial_partner_id
        self._check_customer(first, partner)
        debtor = self.env["recovery.debtor"]._ensure_for(partner, self.company_id)
        vals = {
            "user_id": self._find_one("res.users", first["owner"]).id,
            "lawyer_id": self._find_one("res.partner", first["lawyer"]).id,
            "court_id": self._find_one("res.partner", first["court"]).id,
            "reference": str(first["reference"] or first["case"] or "").strip(),
            "description": str(first["facts"] or "").strip(),
            "title_held": str(first["title"] or "").strip().lower() in YES,
        }
        opened_on = to_day(first["opened"]) or self.opened_on
        if not opened_on:
            raise ValueError(self.env._("no date"))
        return self.env["recovery.case"]._take_over(
            debtor,
            lines,
            opened_on,
            self._find_stage(first["stage"]),
            **{name: value for name, value in vals.items() if value},
        )

    def _find_lines(self, number):
        """Return the unpaid instalments of the invoice of that number."""
        moves = self.env["account.move"].search(
            Domain("name", "=", number)
            & Domain("company_id", "child_of", self.company_id.id)
            & Domain("state", "=", "posted"),
            limit=2,
        )
        if len(moves) != 1:
            raise ValueError(self.env._("no single invoice is called %s", number))
        lines = moves.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and line.recovery_is_open
                and line.recovery_residual > 0
            )
        )
        if not lines:
            raise ValueError(self.env._("%s is already paid", number))
        return lines

    def _check_customer(self, row, partner):
        """Refuse rows that name another customer than their invoices have, or invoices of several."""
        if len(partner) != 1:
            raise ValueError(self.env._("its invoices belong to several customers"))
        siren = extract_siren(str(row["siren"] or "").partition(".")[0])
        known = extract_siren(partner.company_registry)
        name = str(row["customer"] or "").strip().lower()
        if (siren and known and siren != known) or (
            name and not siren and name != (partner.name or "").strip().lower()
        ):
            raise ValueError(self.env._("its invoices belong to %s", partner.display_name))

    @api.model
    def _get_customer_key(self, row):
        return str(row["siren"] or row["customer"] or "").strip().lower()

    def _find_one(self, model, name):
        """Return the only record of that name that this company may use; nothing for no name."""
        name = str(name or "").strip()
        if not name:
            return self.env[model]
        domain = Domain("name", "=ilike", name)
        if model == "res.users":
            domain = (domain | Domain("login", "=", name)) & Domain("share", "=", False)
            domain &= Domain("company_ids", "in", self.company_id.ids)
        else:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        found = self.env[model].search(domain, limit=2)
        if len(found) != 1:
            raise ValueError(self.env._("no one, or several people, are called %s", name))
        return found

    def _find_stage(self, name):
        """Return the stage that a row names, by its name or its kind; by default that of the window."""
        Stage = self.env["recovery.case.stage"]
        stages = Stage.search(
            Domain(Stage._get_company_domain(self.company_id)) & Domain("kind", "not in", CLOSING_KINDS)
        )
        name = str(name or "").strip().lower()
        if not name:
            return self.stage_id or Stage._get_first(self.company_id, ["filed", "preparing"])
        kinds = dict(Stage._fields["kind"]._description_selection(self.env))
        found = stages.filtered(lambda stage: name in (stage.name.lower(), stage.kind, kinds[stage.kind].lower()))
        if not found:
            raise ValueError(self.env._("no open stage is called %s", name))
        return found[0]

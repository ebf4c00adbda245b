from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryCourtWizard(models.TransientModel):
    """Before which court the claim of a case goes, which others may be chosen, why, and what must be asked first."""

    _name = "recovery.court.wizard"
    _description = "Competent court"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    place = fields.Char("Debtor's commune", readonly=True)
    contribution_text = fields.Char("Contribution", compute="_compute_contribution_text")
    line_ids = fields.One2many("recovery.court.wizard.line", "wizard_id", string="Answers", readonly=True)
    court_id = fields.Many2one(
        "res.partner",
        domain="[('recovery_party_kind', '=', 'court'), ('company_id', 'in', (False, company_id))]",
    )

    @api.model
    def _open(self, case):
        """Return the action that shows what the engine says, from what is known of the case today."""
        require_user(self.env)
        case.check_access("read")
        day = case.company_id._recovery_today()
        commune = self.env["recovery.court.area"]._get_commune(case.partner_id)
        forums = self.env["recovery.jurisdiction"]._propose(
            case._get_facts(day), commune, day, performed_at=case._get_performed_at()
        )
        rows = [vals for forum in forums for vals in self._prepare_lines(forum)]
        found = next((row["court_id"] for row in rows if row["role"] == "court"), False)
        wizard = self.create(
            {
                "case_id": case.id,
                "place": " ".join(filter(None, (commune.zip, commune.name))) if commune else False,
                "court_id": case.court_id.id or found,
                "line_ids": [fields.Command.create(row) for row in rows],
            }
        )
        return wizard._get_dialog(self.env._("Which court?"), dialog_size="large")

    @api.model
    def _prepare_lines(self, forum):
        """Yield the values of the lines of an answer: itself, then the other courts that may be chosen."""
        kind = "question" if forum.is_question else "court"
        for role, answer in ((kind, forum), *(("option", option) for option in forum.options)):
            yield {
                "role": role,
                "court_id": answer.court.id if answer.court else False,
                "court_kind": answer.kind,
                "reason": str(answer.reason),
            }

    @api.depends("court_id", "case_id")
    @api.depends_context("lang")
    def _compute_contribution_text(self):
        for wizard in self:
            case, court = wizard.case_id, wizard.court_id.sudo()
            if not case or not court:
                wizard.contribution_text = False
                continue
            contribution = self.env["recovery.jurisdiction"]._get_contribution(
                case.company_id, court.recovery_court_kind, case.amount_claimed, case.company_id._recovery_today()
            )
            amount = contribution.amount
            told = self.env._("not known") if amount is None else case._format_amount(float(amount))
            wizard.contribution_text = self.env._("%(amount)s. %(why)s", amount=told, why=contribution.reason)

    @once
    def action_choose(self):
        """Name the court in the case."""
        self.ensure_one()
        require_user(self.env)
        if not self.court_id:
            raise UserError(self.env._("Choose the court first."))
        self.case_id.check_access("write")
        self.case_id.court_id = self.court_id
        return self._say(
            self.env._("%(court)s has been set in %(case)s.", court=self.court_id.name, case=self.case_id.display_name)
        )

from odoo import fields, models

from ...common.roles import require_user


class RecoveryCase(models.Model):
    """The advisor's window on a case, and the choices that were made in it."""

    _inherit = "recovery.case"

    advice_choice_ids = fields.One2many("recovery.advice.choice", "case_id", string="Choices", readonly=True)

    def _get_next_step(self):
        """A case that may go to court and has nothing under way wants its procedure chosen; a title is enforced."""
        label, method = super()._get_next_step()
        if not self.is_open or self.amount_now <= 0 or method != "action_claim_statement":
            return label, method
        if self.title_held or self.procedure_ids.filtered("has_title"):
            return self.env._("Enforce the title: issue the claim statement"), method
        return self.env._("Choose the procedure"), "action_advice"

    def action_advice(self):
        """Open the advisor: all types of procedures, open or not, with why."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which procedure?"),
            "res_model": "recovery.advice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "dialog_size": "extra-large"},
        }

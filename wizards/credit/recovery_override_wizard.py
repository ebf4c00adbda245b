from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.recovery_window import once


class RecoveryOverrideWizard(models.TransientModel):
    """Ask that credit be given despite the refusal, on one document, with a reason."""

    _name = "recovery.override.wizard"
    _description = "Request an Override"
    _inherit = ["recovery.window"]

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    text = fields.Text("Why it is refused", compute="_compute_text")
    reason = fields.Text()

    @api.depends("res_model", "res_id")
    def _compute_text(self):
        for wizard in self:
            document = wizard._get_document()
            verdict = document._recovery_get_credit_verdicts().get(document)
            wizard.text = verdict.text if verdict else ""

    def _get_document(self):
        """Return the document, if it is one that the credit control knows and that the user may change."""
        self.ensure_one()
        registry = self.env.registry
        if self.res_model not in registry or not issubclass(
            registry[self.res_model], registry["recovery.credit.document"]
        ):
            raise UserError(self.env._("There is no credit control on this document."))
        document = self.env[self.res_model].browse(self.res_id).exists()
        document.check_access("write")
        return document

    @once
    def action_confirm(self):
        """Send the request for an override to a manager."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give a reason: it is read by whoever decides."))
        decision = self._get_document()._recovery_ask_override(self.reason.strip())
        return self._say(
            self.env._("Requested: %(subject)s.", subject=decision.sudo().subject),
            then={"type": "ir.actions.client", "tag": "soft_reload"},
            kind="info",
        )

from odoo import api, fields, models

from ...models.common.recovery_window import once


class RecoveryPlanSignWizard(models.TransientModel):
    """Record that a payment plan came back signed."""

    _name = "recovery.plan.sign.wizard"
    _description = "Signature of a payment plan"
    _inherit = ["recovery.window"]

    plan_id = fields.Many2one("recovery.payment.plan", required=True, readonly=True)
    company_id = fields.Many2one(related="plan_id.company_id")
    signed_on = fields.Date(
        "Signed on", compute="_compute_defaults", store=True, readonly=False, precompute=True, required=True
    )
    signatory_name = fields.Char(
        "Signed by", compute="_compute_defaults", store=True, readonly=False, precompute=True, required=True
    )
    document = fields.Binary("Signed copy", attachment=False)
    document_name = fields.Char()

    @api.depends("plan_id")
    def _compute_defaults(self):
        for wizard in self:
            if wizard.plan_id:
                wizard.signed_on = wizard.signed_on or wizard.company_id._recovery_today()
                wizard.signatory_name = wizard.signatory_name or wizard.plan_id.addressee_id.name

    @once
    def action_confirm(self):
        """Put the plan in force."""
        self.ensure_one()
        document = self.env["ir.attachment"]
        if self.document:
            document = document.sudo().create(
                {
                    "name": self.document_name or self.env._("Signed copy"),
                    "datas": self.document,
                    "res_model": self.plan_id._name,
                    "res_id": self.plan_id.id,
                }
            )
        self.plan_id._sign(self.company_id._recovery_today(), self.signed_on, self.signatory_name, document)
        return self._say(
            self.env._(
                "%(plan)s signed by %(name)s: no reminders for what it covers as long as it is kept.",
                plan=self.plan_id.display_name,
                name=self.signatory_name,
            )
        )

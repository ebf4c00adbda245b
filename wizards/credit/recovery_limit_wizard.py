from odoo import api, fields, models

from ...models.common.recovery_window import once
from ...models.credit.recovery_debtor import LIMIT_ORIGINS


class RecoveryLimitWizard(models.TransientModel):
    """Ask for another credit limit, or grant it when one may."""

    _name = "recovery.limit.wizard"
    _description = "Request a credit limit"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    currency_id = fields.Many2one(related="debtor_id.company_currency_id")
    gauge = fields.Json(related="debtor_id.exposure_gauge")
    kind = fields.Selection(
        lambda self: self.env["recovery.limit.request"]._fields["kind"]._description_selection(self.env),
        string="Subject",
        required=True,
        default="amount",
    )
    amount = fields.Monetary()
    origin = fields.Selection(LIMIT_ORIGINS, default="internal")
    date_from = fields.Date("From", default=lambda self: self.env.company._recovery_today())
    date_until = fields.Date(
        "Valid until", help="Empty: no end date. A temporary increase ends automatically on that day."
    )
    review_date = fields.Date("To review on")
    reason = fields.Text()
    is_granted_at_once = fields.Boolean(compute="_compute_is_granted_at_once")

    @api.depends("kind", "amount", "debtor_id", "date_from", "date_until")
    def _compute_is_granted_at_once(self):
        for wizard in self:
            if not wizard.debtor_id:
                wizard.is_granted_at_once = False
                continue
            company, partner = wizard.company_id, wizard.debtor_id.partner_id
            day = company._recovery_today()
            exposure = self.env["recovery.exposure"]._read(company, partner, day)[partner.id]
            request = self.env["recovery.limit.request"].new(wizard._prepare_request())
            wizard.is_granted_at_once = request.sudo()._may_grant(self.env.user, exposure, day)

    def _prepare_request(self):
        """Return the values of the request that the window stands for."""
        self.ensure_one()
        is_increase = self.kind == "increase"
        return {
            "company_id": self.company_id.id,
            "debtor_id": self.debtor_id.id,
            "kind": self.kind,
            "amount": self.amount if self.kind in ("amount", "increase") else 0.0,
            "origin": self.origin,
            "date_from": self.date_from if is_increase else False,
            "date_until": self.date_until if self.kind != "zero" else False,
            "review_date": self.review_date if not is_increase else False,
            "reason": self.reason,
        }

    @once
    def action_confirm(self):
        """Ask, or grant at once."""
        self.ensure_one()
        request = self.env["recovery.limit.request"]._ask(
            self.debtor_id, self._prepare_request(), self.company_id._recovery_today()
        )
        message = (
            self.env._("Granted: %(what)s.", what=request._get_subject())
            if request.state == "granted"
            else self.env._("A manager will answer: %(what)s.", what=request._get_subject())
        )
        return self._say(
            message,
            then={"type": "ir.actions.client", "tag": "soft_reload"},
            kind="success" if request.state == "granted" else "info",
        )

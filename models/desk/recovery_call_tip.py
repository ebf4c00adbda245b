from odoo import fields, models


class RecoveryCallTip(models.Model):
    """Advice for calls: what one may say on the phone, and what the law forbids: shown beside the script of a call."""

    _name = "recovery.call.tip"
    _description = "Call Advice"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("name",)
    _typed = ("name", "sequence", "active", "company_id", "audience", "body")

    name = fields.Char("Title", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: every company may use it.")
    audience = fields.Selection(
        [("all", "Everybody"), ("business", "Professionals"), ("consumer", "Consumers"), ("public", "Public bodies")],
        string="Shown for",
        required=True,
        default="all",
    )
    body = fields.Html("Text", translate=True)

    def _get_for(self, debtor):
        """Return the advice to show for this debtor."""
        audience = {"consumer": "consumer", "public": "public"}.get(debtor.nature, "business")
        return (
            self.sudo()
            .with_context(active_test=True)
            .search([("audience", "in", ("all", audience)), ("company_id", "in", (False, debtor.company_id.id))])
        )

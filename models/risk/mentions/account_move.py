from odoo import api, fields, models

ROLES = "debt_recovery.group_recovery_user,debt_recovery.group_recovery_auditor"


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_mention_ids = fields.One2many(
        "recovery.invoice.mention",
        "move_id",
        readonly=True,
        groups=ROLES,
    )
    recovery_mentions = fields.Text(
        "Mandatory mentions",
        compute="_compute_recovery_mentions",
        compute_sudo=True,
        groups=ROLES,
        help="What the invoice prints on late payment (C. com. L441-9). On a draft: what it would print today.",
    )

    @api.depends("state", "move_type", "recovery_mention_ids.text")
    def _compute_recovery_mentions(self):
        Mention = self.env["recovery.invoice.mention"].sudo()
        frozen = {mention.move_id: mention.text for mention in Mention.search([("move_id", "in", self._origin.ids)])}
        drafts = self.filtered(lambda move: move.state == "draft" and move.partner_id)._recovery_filter_mentioned()
        texts = Mention._compose(drafts) if drafts else {}
        for move in self:
            move.recovery_mentions = texts.get(move) or frozen.get(move._origin)

    def _recovery_filter_mentioned(self):
        """Return the invoices that bear the mentions today: sales, not the documents that charge late fees."""
        bearing = self.sudo().filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and not move.recovery_is_penalty
                and move.company_id._recovery_prints_mentions(move.company_id._recovery_today())
            )
        )
        return bearing.with_env(self.env)

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env["recovery.invoice.mention"]._freeze(posted)
        return posted

    def button_draft(self):
        result = super().button_draft()
        self.env["recovery.invoice.mention"]._forget(self)
        return result

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ...common.roles import require_user


class RecoveryCaseLine(models.Model):
    """What the books make of an instalment that a case claims: what a closed case leaves is never without a word."""

    _inherit = "recovery.case.line"

    books_text = fields.Char("In the books", compute="_compute_books_text")
    is_in_doubt = fields.Boolean("Doubtful or lost", compute="_compute_books_text")

    @api.depends("line_id", "amount_now", "received")
    @api.depends_context("lang")
    def _compute_books_text(self):
        claims = (
            self.env["recovery.doubtful"]
            .sudo()
            .search(Domain("origin_line_id", "in", self.line_id.ids) & Domain("state", "!=", "withdrawn"))
        )
        by_line = {claim.origin_line_id: claim for claim in claims}
        for line in self:
            claim = by_line.get(line.line_id.sudo())
            line.is_in_doubt = bool(claim)
            line.books_text = claim._describe_books() if claim else line._describe_good() or False

    def _describe_good(self):
        """Return what the books say of an instalment that never became doubtful."""
        self.ensure_one()
        currency, parts = self.currency_id, []
        other = self.amount_opening - self.received - self.amount_now
        if currency.compare_amounts(other, 0.0) > 0:
            amount = formatLang(self.env, other, currency_obj=currency)
            parts.append(self.env._("%s settled by credit notes, set-offs or other entries", amount))
        if currency.compare_amounts(self.amount_now, 0.0) > 0:
            amount = formatLang(self.env, self.amount_now, currency_obj=currency)
            parts.append(self.env._("%s open among the performing receivables", amount))
        return ", ".join(parts)

    def action_transfer_doubtful(self):
        """Open the window that proposes to pass these instalments to the doubtful receivables."""
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.doubtful"]._open_transfer(self)

from odoo import api, fields, models

from ...common.roles import require_user
from ...common.saying import narrow


class RecoveryCase(models.Model):
    """What a case claims passes to the doubtful receivables from its screen; what it leaves is told by the books."""

    _inherit = "recovery.case"

    books_text = fields.Text(
        "In the books",
        compute="_compute_books_text",
        help="Instalment by instalment: doubtful, impaired, written off, or still among the performing receivables.",
    )
    amount_unexplained = fields.Monetary(
        "Remaining on 411",
        currency_field="company_currency_id",
        compute="_compute_books_text",
        help="What a closed case leaves unpaid among the performing receivables: the accounts do not say what becomes "
        "of it.",
    )

    @api.depends("line_ids.books_text", "line_ids.amount_now_company", "is_open")
    @api.depends_context("lang")
    def _compute_books_text(self):
        for case in self:
            lines = case.line_ids.filtered(lambda line: not line.removed_on and not line.is_final)
            told = lines.filtered("books_text")
            texts = [
                self.env._("%(invoice)s: %(what)s", invoice=line.move_name or "", what=line.books_text) for line in told
            ]
            case.books_text = "\n".join(texts) or False
            bare = lines.browse() if case.is_open else lines.filtered(lambda line: not line.is_in_doubt)
            case.amount_unexplained = sum(max(line.amount_now_company, 0.0) for line in bare)

    def _get_next_step(self):
        """What a lost case leaves is written off once all of it is doubtful; before that, somebody decides."""
        if self.kind == "lost" and self._get_unpaid_claims():
            if self.company_currency_id.is_zero(self.amount_unexplained):
                return self.env._("Write off the loss"), "action_view_doubtful"
        return super()._get_next_step()

    def action_transfer_doubtful(self):
        """Open the window that proposes to pass what these cases claim to the doubtful receivables."""
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.doubtful"]._open_transfer(self)

    def action_view_doubtful(self):
        """Open the doubtful claims on what these cases claim."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_doubtful_action")
        domain = [("origin_line_id", "in", self.line_ids.line_id.ids)]
        return narrow(action, domain=domain, context={})

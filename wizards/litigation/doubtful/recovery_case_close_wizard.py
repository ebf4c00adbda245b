from odoo import api, fields, models


class RecoveryCaseCloseWizard(models.TransientModel):
    """A case that is closed with something unpaid says what the books make of it."""

    _inherit = "recovery.case.close.wizard"

    books_text = fields.Text("In the books", compute="_compute_books_text")
    passes_to_doubtful = fields.Boolean(
        "Propose the transfer to doubtful receivables",
        compute="_compute_passes_to_doubtful",
        store=True,
        readonly=False,
        help="Of what stays unpaid among the performing receivables: a draft, with the reason for closing the case.",
    )

    @api.depends("case_ids")
    @api.depends_context("lang")
    def _compute_books_text(self):
        for window in self:
            window.books_text = "\n".join(filter(None, window.case_ids._origin.mapped("books_text"))) or False

    @api.depends("kind", "case_ids")
    def _compute_passes_to_doubtful(self):
        for window in self:
            window.passes_to_doubtful = window.kind == "lost" and bool(window._find_good_lines())

    def _find_good_lines(self):
        """Return the unpaid instalments that the books still hold for good."""
        return self.case_ids._origin._get_unpaid_claims().filtered(lambda line: not line.is_in_doubt).line_id

    def _hook_closed(self):
        """Propose that what the cases leave passes to the doubtful receivables, for the reason that closed them."""
        result = super()._hook_closed()
        lines = self._find_good_lines() if self.kind != "settled" and self.passes_to_doubtful else None
        for company, group in lines.grouped("company_id").items() if lines else ():
            day = company._recovery_root()._recovery_today()
            self.env["recovery.doubtful"]._propose(group, day, self.reason.strip())
        return result

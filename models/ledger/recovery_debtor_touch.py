from odoo import api, fields, models


class RecoveryDebtorTouch(models.Model):
    """A note that the books of a customer moved, so that the worklist's figures are refreshed.

    Rows are only added by the books and only removed by the refresh: posting invoices
    never waits for, nor conflicts with, somebody who works the list.
    """

    _name = "recovery.debtor.touch"
    _description = "Debtor to refresh"
    _inherit = ["recovery.guarded"]
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")

    @api.model
    def _touch_lines(self, lines):
        """Note the customers of these journal items, if they are receivables."""
        pairs = {
            (line.partner_id.commercial_partner_id.id, line.company_id.root_id.id)
            for line in lines
            if line.partner_id and line.account_id.account_type == "asset_receivable"
        }
        self._touch(pairs)

    @api.model
    def _touch(self, pairs):
        """Note pairs of (commercial partner id, root company id)."""
        self.sudo().create(
            [{"partner_id": partner_id, "company_id": company_id} for partner_id, company_id in sorted(pairs)]
        )

    @api.model
    def _take(self, company):
        """Remove the notes of a company that nobody else is working on, and return their customers."""
        touches = self.sudo().search([("company_id", "=", company.root_id.id)]).try_lock_for_update()
        partners = touches.partner_id
        touches.unlink()
        return partners

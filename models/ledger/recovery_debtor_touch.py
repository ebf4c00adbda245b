from odoo import api, fields, models

FEW = 20  # notes: more are written in one go
MANY = 5000  # notes of a company: more are a long work


class RecoveryDebtorTouch(models.Model):
    """A note that what the figures of a customer are worked out from moved, so that they are refreshed.

    The books, and whatever else declares it (``recovery.moving``), leave notes; a scenario or a setting leaves one for
    everybody. Rows are only added by what moves and only removed by the refresh: posting invoices never waits for,
    nor conflicts with, somebody who works the list.
    """

    _name = "recovery.debtor.touch"
    _description = "Debtor to refresh"
    _inherit = ["recovery.guarded"]
    _log_access = False

    partner_id = fields.Many2one("res.partner", index=True, ondelete="cascade", help="Empty: everybody.")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")

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
        """Note pairs of (commercial partner id, root company id); False is everybody, or every company."""
        pairs = set(pairs)
        if (False, False) in pairs:
            roots = self.env["res.company"].sudo().search([("parent_id", "=", False)])
            pairs = {(False, company.id) for company in roots}
        whole = {company_id for partner_id, company_id in pairs if not partner_id}
        rows = [pair for pair in sorted(pairs) if not pair[0] or pair[1] not in whole]
        if len(rows) > FEW:
            rows = [(partner_id or None, company_id) for partner_id, company_id in rows]
            self.env["recovery.bulk"]._insert(self._name, ["partner_id", "company_id"], rows, with_ids=False)
            return
        self.sudo().create([{"partner_id": partner_id, "company_id": company_id} for partner_id, company_id in rows])

    @api.model
    def _find(self, company, partners=None):
        """Return the notes of a company; if customers are given, only those of theirs and of everybody."""
        domain = [("company_id", "=", company.root_id.id)]
        if partners is not None:
            domain.append(("partner_id", "in", [*partners.ids, False]))
        return self.sudo().search(domain)

    @api.model
    def _take(self, company, partners=None):
        """Remove the notes of a company that nobody else is working on.

        :param partners: only those of these customers; None for all, everybody's included.
        :return: the customers noted, and whether everybody was.
        """
        touches = self._find(company, partners)
        if partners is not None:
            touches = touches.filtered("partner_id")
        touches = touches.try_lock_for_update()
        named, is_everybody = touches.partner_id, touches._concern_everybody()
        touches.unlink()
        return named, is_everybody

    @api.model
    def _take_everybodys(self, company):
        """Remove the notes for everybody, once the figures of all were worked out; those of customers stay."""
        touches = self._find(company, self.env["res.partner"])
        touches.try_lock_for_update().unlink()

    @api.model
    def _are_many(self, company):
        """Tell whether so many notes wait in a company that nobody should wait for them."""
        return self.sudo().search_count([("company_id", "=", company.root_id.id)], limit=MANY + 1) > MANY

    def _concern_everybody(self):
        """Tell whether one of these notes is for everybody."""
        return any(not touch.partner_id for touch in self)

from odoo import fields, models

from ..common.roles import require_user


class RecoveryCase(models.Model):
    """The statements of the claim that a case needs: on its own instalments, for a judge or a lawyer."""

    _inherit = "recovery.case"

    statement_count = fields.Integer(compute="_compute_statement_count")

    def _compute_statement_count(self):
        counts = dict(self.env["recovery.statement"]._read_group(self._get_statement_domain(), ["res_id"], ["__count"]))
        for case in self:
            case.statement_count = counts.get(case.id, 0)

    def _get_statement_domain(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _get_statement_lines(self):
        """Return the instalments that the case claims, paid since its opening or not."""
        self.ensure_one()
        return self.claim_ids.filtered(lambda claim: not claim.removed_on).line_id

    def action_statement(self):
        """Open the window that issues a statement of what the case claims."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        action = self.debtor_id.action_statement()
        context = {**action["context"], "default_case_id": self.id, "default_with_settled": True}
        return dict(action, context=context)

    def action_view_statements(self):
        """Open the statements issued for the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_statement_action")
        return dict(action, domain=self._get_statement_domain())

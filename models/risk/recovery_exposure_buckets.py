from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..common.roles import require_reader


class RecoveryExposure(models.AbstractModel):
    _inherit = "recovery.exposure"

    @api.model
    def _open_bucket(self, company, partner, bucket):
        """Return the action that lists what one part of a customer's exposure is made of.

        :param str bucket: a key of :meth:`_prepare_gauge`.
        """
        require_reader(self.env)
        company._recovery_check_open()
        labels = {key: label for key, label, _amount in self._get_parts()}
        labels["penalty"] = self.env._("Late fees charged")
        if bucket not in labels:
            raise UserError(self.env._("There is nothing to open here."))
        if bucket == "orders":
            action = self._get_orders_action(company, partner)
            if not action:
                raise UserError(self.env._("Orders are read when the Sales application is installed."))
            return action
        if bucket == "draft":
            return {
                "type": "ir.actions.act_window",
                "name": f"{partner.display_name} – {labels[bucket]}",
                "res_model": "account.move",
                "view_mode": "list,form",
                "views": [(self.env.ref("account.view_out_invoice_tree").id, "list"), (False, "form")],
                "domain": list(
                    Domain("state", "=", "draft")
                    & Domain("move_type", "in", ("out_invoice", "out_refund"))
                    & Domain("recovery_is_penalty", "=", False)
                    & Domain("company_id", "child_of", company.root_id.id)
                    & Domain("commercial_partner_id", "=", partner.id)
                ),
                "context": {"create": False, "active_test": False},
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        domain = self._get_items_domain(company, partner, bucket, company._recovery_today())
        return dict(
            action,
            name=f"{partner.display_name} – {labels[bucket]}",
            domain=list(domain),
            context={"active_test": False, "create": False},
        )

    @api.model
    def _get_items_domain(self, company, partner, bucket, day):
        """Return the domain of the journal items of a bucket: the same ones that the exposure adds up."""
        domain = (
            Domain("partner_id.commercial_partner_id", "=", partner.id)
            & Domain("company_id", "child_of", company.root_id.id)
            & Domain("account_id", "in", company._recovery_accounts().ids)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )
        if bucket == "penalty":
            return domain & Domain("move_id.recovery_is_penalty", "=", True)
        domain &= Domain("move_id.recovery_is_penalty", "=", False)
        if bucket == "credit":
            return domain & Domain("amount_residual", "<", 0)
        no_due = Domain("date_maturity", "=", False)
        if bucket == "overdue":
            in_time = Domain("date_maturity", "<", day) | (no_due & Domain("date", "<", day))
        else:
            in_time = Domain("date_maturity", ">=", day) | (no_due & Domain("date", ">=", day))
        return domain & Domain("amount_residual", ">", 0) & in_time

from odoo import api, models
from odoo.fields import Domain


class RecoveryTodo(models.AbstractModel):
    """Promises, plans and disputes that wait for somebody."""

    _inherit = "recovery.todo"

    @api.model
    def _get_kinds(self):
        kinds = super()._get_kinds()
        position = kinds.index("approve")
        return [*kinds[:position], "promise", "plan", "dispute", *kinds[position:]]

    @api.model
    def _get_activity_kinds(self):
        kinds = super()._get_activity_kinds()
        for name in ("promise", "plan"):
            activity_type = self.env.ref(f"debt_recovery.mail_activity_type_{name}", raise_if_not_found=False)
            if activity_type:
                kinds[activity_type.id] = name
        return kinds

    @api.model
    def _read_alerts(self, company, day, debtors=None):
        """Add the promises due today and the disputes whose answer is due."""
        alerts = super()._read_alerts(company, day, debtors)
        scope = Domain("company_id", "child_of", company.id) & Domain("state", "=", "open")
        if debtors is not None:
            scope &= Domain("debtor_id", "in", debtors.ids)
        for kind, model, date_field in (
            ("promise", "recovery.promise", "date"),
            ("dispute", "recovery.dispute", "date_due"),
        ):
            due = self.env[model].sudo().search_fetch(scope & Domain(date_field, "<=", day), ["debtor_id"])
            alerts[kind].update(due.debtor_id.ids)
        return alerts

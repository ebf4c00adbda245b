from odoo import api, models
from odoo.fields import Domain

from ...common.calendar import shift
from .recovery_insolvency_payment import ACTIVITY

LAST_DAYS = 30  # before the end of the time to declare: whoever closes the task without declaring gets it again


class RecoveryInsolvencyWatch(models.AbstractModel):
    """The watch of the night over proceedings: claims to declare, forbidden payments, late dividends."""

    _name = "recovery.insolvency.watch"
    _description = "Recovery: monitor insolvency proceedings"

    @api.model
    def _cron_watch(self):
        """Watch over the proceedings of every company."""
        self.env["res.company"]._recovery_for_each_company(self, lambda mine, company, day: mine._watch(company, day))

    @api.model
    def _watch(self, company, day):
        """Alert of what is to be done in the proceedings of a company on a day."""
        Declaration = self.env["recovery.insolvency.declaration"].sudo()
        mine = Domain("company_id", "=", company.id)
        running = Declaration.search(mine & Declaration._get_open_domain())
        in_force = mine & Domain("state", "not in", ("over", "annulled")) & Domain("is_confidential", "=", False)
        proceedings = self.env["recovery.insolvency"].sudo().search(in_force)
        payments = self.env["recovery.insolvency.payment"].sudo()
        waiting = payments.search(mine & Domain("is_alert", "=", True)).insolvency_id
        payments._find_new(proceedings | waiting, day)
        self._remind(running.filtered(lambda row: row.state in ("to_prepare", "prepared")), day)
        self._tell_late(running, day)

    @api.model
    def _remind(self, declarations, day):
        """Give a task for what is not declared yet; a procedure under way has its own watch."""
        for declaration in declarations.filtered(lambda row: row.declare_until and not row.procedure_id):
            if 0 <= (declaration.declare_until - day).days <= LAST_DAYS:
                declaration._plan_declaring(day)
            elif declaration.declare_until < day <= (declaration.relief_until or day):
                declaration._plan_relief(day)

    @api.model
    def _tell_late(self, declarations, day):
        """Give a task for dividends that should have come a month ago."""
        limit = shift(day, months=-1)
        for declaration in declarations:
            late = declaration.dividend_ids.filtered(lambda row: row.date <= limit and row.state == "late")
            if late:
                declaration.debtor_id._plan_tasks(
                    ACTIVITY,
                    day,
                    self.env._("Dividend not received"),
                    self.env._(
                        "%s: ask the commissaire à l'exécution du plan; unpaid dividends may lead to termination of "
                        "the plan.",
                        late[0].display_name,
                    ),
                )

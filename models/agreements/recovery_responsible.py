from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    """Write anew the letters of payment plans that wait and name, or go to, somebody who left."""

    _inherit = "recovery.responsible"
    _journal_words = {"plans": _lt("Payment plans now addressed to another contact")}

    @api.model
    def _hook_handed_over(self, users, company, told):
        result = super()._hook_handed_over(users, company, told)
        waiting = self._find_of_plans(self._get_naming_domain(users))
        for leaver, deliveries in self._group_by_leaver(waiting, users, company).items():
            self._write_plans_anew(
                deliveries, self.env._("%s, who is named in it, left before it was sent", leaver.name)
            )
        return result

    @api.model
    def _hook_contacts_left(self, partners, told):
        result = super()._hook_contacts_left(partners, told)
        Plan = self.env["recovery.payment.plan"].sudo()
        plans = Plan.search(Domain("addressee_id", "in", partners.ids) & Plan._get_open_domain())
        former = {plan: plan.addressee_id for plan in plans}
        for plan in plans._leave_archived_addressees():
            self._note(told, plan, former[plan], "plans")
        waiting = self._find_of_plans(Domain("addressee_id", "in", partners.ids))
        waiting = waiting.filtered(lambda delivery: delivery._has_archived_addressee())
        for partner, deliveries in waiting.grouped("addressee_id").items():
            deliveries.plan_id._leave_archived_addressees()
            reason = self.env._("%s, its addressee, was archived before it was sent", partner.display_name)
            self._write_plans_anew(deliveries, reason)
        return result

    @api.model
    def _find_of_plans(self, domain):
        """Return the letters and mails of payment plans that wait to leave."""
        waiting = Domain("state", "in", ("queued", "to_print")) & Domain("plan_id", "!=", False)
        return self.env["recovery.delivery"].sudo().search(waiting & domain)

    @api.model
    def _write_plans_anew(self, deliveries, reason):
        """Take these back and send the same anew, with who answers now; one that fails is told in the journal."""
        deliveries = deliveries.filtered(lambda delivery: delivery.state in ("queued", "to_print"))
        deliveries._withdraw(reason)
        self.env.flush_all()  # the unique index lets the next one in
        for delivery in deliveries:
            plan, row = delivery.plan_id, delivery.plan_date_id
            plan._try_to_send(
                lambda plan=plan, row=row: plan._send_reminder(row) if row else plan._send_breach_notice()
            )

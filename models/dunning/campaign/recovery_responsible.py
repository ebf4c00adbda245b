from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .recovery_waiting import PREPARED, WRITTEN

_lt = LazyTranslate(__name__)


class RecoveryResponsible(models.AbstractModel):
    """Take back what names somebody who left and has not left itself, and write to the next contact."""

    _inherit = "recovery.responsible"
    _journal_words = {
        "readdressed": _lt("Notices now addressed to another contact"),
        "taken back": _lt("Letters and e-mails withdrawn before being sent"),
    }

    @api.model
    def _hook_handed_over(self, users, company, told):
        result = super()._hook_handed_over(users, company, told)
        waiting = self._find_written(self._get_naming_domain(users))
        for leaver, deliveries in self._group_by_leaver(waiting, users, company).items():
            reason = self.env._(
                "%s, who is named in it, left before it was sent. The next campaign generates it again.", leaver.name
            )
            self._withdraw_written(deliveries, leaver, reason, told)
        self._rename_tasks(users)
        self._drop_copies(users.partner_id)
        return result

    @api.model
    def _find_written(self, domain):
        """Return the letters and mails of notices that wait to leave."""
        waiting = Domain("state", "in", ("queued", "to_print")) & Domain("channel", "in", WRITTEN)
        waiting &= Domain("notice_id", "!=", False) & Domain("purpose", "!=", "correction")
        return self.env["recovery.delivery"].sudo().search(waiting & domain)

    @api.model
    def _withdraw_written(self, deliveries, leaver, reason, told):
        """Withdraw what waits of these; what somebody else withdrew meanwhile is left alone."""
        waiting = deliveries.filtered(lambda delivery: delivery.state in ("queued", "to_print"))
        for delivery in waiting:
            self._note(told, delivery, leaver, "taken back")
        if waiting:
            self.env["recovery.waiting"]._hold_back_all(waiting, reason)

    @api.model
    def _rename_tasks(self, users):
        """Say on the tasks that campaigns gave who does them now."""
        waiting = (
            Domain("channel", "=", "task") & Domain("state", "=", "to_do") & Domain("named_user_id", "in", users.ids)
        )
        tasks = self.env["recovery.delivery"].sudo().search(waiting)
        for user, group in tasks.grouped(lambda delivery: delivery.activity_id.user_id).items():
            if user and user not in users:
                group.write({"address": user.name, "named_user_id": user.id})

    @api.model
    def _drop_copies(self, partners):
        """Leave out of the copies of mails that wait whoever is not there any more."""
        waiting = Domain("state", "=", "queued") & Domain("copy_partner_ids", "in", partners.ids)
        for mail in self.env["recovery.delivery"].sudo().search(waiting):
            house = mail.copy_partner_ids.with_context(active_test=False).user_ids.filtered(lambda u: not u.share)
            gone = (house - self._get_able(house, mail.company_id._recovery_root(), role=None)).partner_id
            kept = mail.copy_partner_ids.filtered("active") - gone
            mail.copy_partner_ids = kept
            mail.mail_id.email_cc = ", ".join(kept.mapped("email_formatted"))

    # ------------------------------------------------------------
    # Contacts
    # ------------------------------------------------------------
    @api.model
    def _hook_contacts_left(self, partners, told):
        result = super()._hook_contacts_left(partners, told)
        to_them = Domain("addressee_id", "in", partners.ids)
        prepared = self.env["recovery.notice"].sudo().search(to_them & Domain("state", "in", PREPARED))
        former = {notice: notice.addressee_id for notice in prepared if notice._has_archived_addressee()}
        dispatch = self.env["recovery.dispatch"].sudo()
        dispatch._leave_archived(prepared, dispatch._fail_validation)
        for notice, partner in former.items():
            self._note(told, notice, partner, "readdressed")
        written = self._find_written(to_them).filtered(lambda delivery: delivery._has_archived_addressee())
        for partner, deliveries in written.grouped("addressee_id").items():
            reason = self.env._(
                "%s, its addressee, was archived before it was sent. The next campaign writes to the next contact.",
                partner.display_name,
            )
            self._withdraw_written(deliveries, partner, reason, told)
        self._call_next_contacts(to_them)
        self._drop_copies(partners)
        return result

    @api.model
    def _call_next_contacts(self, to_them):
        """Have the next contacts called, and their number on the calls that wait."""
        waiting = Domain("state", "=", "to_do") & Domain("notice_id", "!=", False)
        calls = self.env["recovery.delivery"].sudo().search(waiting & to_them)
        calls = calls.filtered(lambda call: call._has_archived_addressee())
        calls.notice_id._leave_archived_addressees()
        for notice, own in calls.grouped("notice_id").items():
            if notice._has_archived_addressee():
                continue
            for call in own:
                address = self.env["recovery.dispatch"]._get_address(notice, call.channel)
                call.write({"addressee_id": notice.addressee_id.id, "address": address})

from odoo import api, fields, models
from odoo.fields import Domain

from ...common.roles import require_manager
from ...common.saying import narrow
from ..scenario.ladder import HANDOVER
from .addressee import pick_contact


class RecoveryDebtor(models.Model):
    """From a debtor to what the campaigns said of it, and to the levels of before this module."""

    _inherit = "recovery.debtor"

    notice_ids = fields.One2many("recovery.notice", "debtor_id")
    notice_count = fields.Integer("Notice count", compute="_compute_notice_count")
    last_notice_on = fields.Date("Last contact", readonly=True)

    def write(self, vals):
        """Hand over with a debtor what waits for its collector: calls, letters' tasks, answers."""
        if "collector_id" not in vals:
            return super().write(vals)
        before = {debtor: debtor.collector_id for debtor in self}
        result = super().write(vals)
        for user, debtors in self.grouped(lambda debtor: before[debtor]).items():
            debtors.filtered(lambda debtor, user=user: debtor.collector_id != user)._hand_tasks_over(user)
        return result

    def _hand_tasks_over(self, user):
        """Give the tasks that the module gave to this collector, or to nobody's stand-in, to who follows now."""
        among = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        among.append(("user_id", "=", user.id) if user else ("automated", "=", True))
        tasks = self.env["mail.activity"].sudo().search(among)
        responsible = {debtor.id: debtor._get_responsible() for debtor in self}
        for heir, own in tasks.grouped(lambda task: responsible[task.res_id]).items():
            own.filtered(lambda task, to=heir: task.user_id != to).with_context(mail_activity_quick_update=True).write(
                {"user_id": heir.id}
            )

    @api.model
    def _get_figure_fields(self):
        return super()._get_figure_fields() | {"last_notice_on"}

    def _compute_notice_count(self):
        counts = dict(
            self.env["recovery.notice"]._read_group(
                [("debtor_id", "in", self.ids), ("state", "not in", ("draft", "excluded", "obsolete"))],
                ["debtor_id"],
                ["__count"],
            )
        )
        for debtor in self:
            debtor.notice_count = counts.get(debtor, 0)

    def action_view_notices(self):
        """Open the notices of the debtor."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return narrow(action, domain=[("debtor_id", "=", self.id)], context={"search_default_alive": 0})

    def action_view_verdicts(self):
        """Open why each instalment of these debtors was reminded, or not, campaign by campaign."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_verdict_action")
        domain = [("partner_id", "in", self.partner_id.ids), ("campaign_id.company_id", "in", self.company_id.ids)]
        return narrow(action, domain=domain, context={"search_default_group_campaign": 1})

    def _refresh_last_contact(self):
        """Set the day of the last contact again, once something that was to leave does not."""
        left = [
            ("debtor_id", "in", self.ids),
            ("is_inbound", "=", False),
            ("channel", "!=", "task"),
            ("state", "not in", ("cancelled", "failed", "bounced")),
        ]
        groups = self.env["recovery.delivery"]._read_group(left, ["debtor_id"], ["queued_on:max", "done_on:max"])
        last = {}
        for debtor, queued_on, done_on in groups:
            moment = max(filter(None, (queued_on, done_on)))
            last[debtor] = debtor.company_id._recovery_local_datetime(moment).date()
        claimed = self.env["recovery.notice.line"]._read_group(
            [
                ("debtor_id", "in", self.ids),
                ("engaged", "=", True),
                ("notice_id.state", "in", ("validated", "to_approve", "sent")),
            ],
            ["debtor_id"],
            ["claimed_on:max"],
        )
        for debtor, day in claimed:
            last[debtor] = max(filter(None, (last.get(debtor), day)), default=None)
        for day, debtors in self.grouped(lambda debtor: last.get(debtor, False)).items():
            debtors.last_notice_on = day

    def action_resume(self):
        """Open the take-over of past levels for these debtors."""
        require_manager(self.env)
        self.check_access("read")
        return self.env["recovery.resume.wizard"]._open(self)

    def _hook_before_union(self, kept):
        """Write once to a customer of whom two were made one: what each was about to get becomes one notice."""
        result = super()._hook_before_union(kept)
        waiting = [("state", "in", ("draft", "validated"))]
        twins = {
            notice._get_union_key(): notice for notice in kept.notice_ids.filtered_domain(waiting).sorted(reverse=True)
        }
        for notice in self.notice_ids.filtered_domain(waiting):
            twin = twins.get(notice._get_union_key())
            if twin:
                self.env["recovery.verdict"].sudo().search(
                    [("campaign_id", "=", notice.campaign_id.id), ("notice_id", "=", notice.id)]
                ).write({"notice_id": twin.id})
                notice.line_ids.write({"notice_id": twin.id})
                self.env["recovery.dispatch"]._update_notice(twin, twin._get_own_lines())
                notice.write(
                    {"state": "obsolete", "state_reason": self.env._("Customers merged: included in the other notice")}
                )
        return result

    # ------------------------------------------------------------
    # What holds
    # ------------------------------------------------------------
    def _read_standings(self, day):
        """Add what was handed over to litigation and is still owed."""
        standings = super()._read_standings(day)
        lines = self.env["recovery.notice.line"].sudo()
        handed = lines.search(
            Domain("debtor_id", "in", self.ids)
            & Domain("engaged", "=", True)
            & Domain("notice_id.state", "=", "sent")
            & Domain("notice_id.level_id.kind", "=", HANDOVER)
            & Domain("move_line_id.recovery_is_open", "=", True)
        )
        for notice in handed.notice_id:
            standings.setdefault(self.browse(notice.debtor_id.id), []).append(notice._prepare_handover())
        return standings

    # ------------------------------------------------------------
    # Addressees
    # ------------------------------------------------------------
    @api.model
    def _map_addressees(self, kind_by_debtor):
        """Return first the contact of type Recovery whose range covers the level's kind."""
        addressees = super()._map_addressees(kind_by_debtor)
        debtors = self.union(*kind_by_debtor)
        contacts = self._read_contacts(debtors.partner_id, "recovery", debtors.company_id)
        if not contacts:
            return addressees
        for debtor, kind in kind_by_debtor.items():
            seen = contacts.get(debtor.partner_id, self.env["res.partner"]).filtered(
                lambda contact, debtor=debtor: not contact.company_id or contact.company_id.root_id == debtor.company_id
            )
            found = pick_contact({contact.id: contact._get_recovery_range() for contact in seen}, kind)
            if found:
                addressees[debtor] = self.env["res.partner"].browse(found)
        return addressees

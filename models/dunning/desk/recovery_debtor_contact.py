from odoo import models
from odoo.exceptions import UserError

from ...common.roles import require_user
from ..scenario.ladder import COURTESY
from .recovery_contact import CALL_TYPE


class RecoveryDebtor(models.Model):
    """Talk to a debtor: call, write by hand, send now, and what each conversation opens."""

    _inherit = "recovery.debtor"

    def action_call(self):
        """Open the call: script and advice on one side, what comes out of it on the other."""
        self.ensure_one()
        return self._open_wizard("recovery.call.wizard", self.env._("Call %s", self.display_name), size="extra-large")

    def action_log_contact(self):
        """Log a letter, an e-mail, a visit or what the debtor said, outside the scenario."""
        self.ensure_one()
        return self._open_wizard("recovery.contact.wizard", self.env._("Log a contact"))

    def action_send_now(self):
        """Show what would leave today for this debtor, and send it when the user confirms."""
        self.ensure_one()
        return self._open_wizard("recovery.send.wizard", self.env._("Send now"), size="extra-large")

    def _open_wizard(self, model, title, size="large"):
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_debtor_id": self.id, "dialog_size": size},
        }

    # ------------------------------------------------------------
    # What a conversation opens
    # ------------------------------------------------------------
    def _get_next_step_action(self, step, delivery=None):
        """Return the window that the result of a contact opens, or None.

        Whoever knows the form of a step (promise, plan, dispute) extends this.

        :param str step: a value of ``recovery.call.result.next_step``.
        :param delivery: the contact that led here.
        """
        self.ensure_one()
        if step == "next_level":
            return self.action_send_now()
        if step == "correct_contact":
            return self.action_open_partner()
        if step == "hold":
            context = {"default_debtor_ids": self.ids, "default_reason": delivery.result_id.name if delivery else ""}
            if delivery and delivery.next_date:
                context["default_date_until"] = delivery.next_date
            return dict(self.action_hold(), context=context)
        return None

    def _schedule_call(self, day, summary):
        """Plan a call for whoever follows the debtor."""
        self.ensure_one()
        self.sudo().activity_schedule(CALL_TYPE, date_deadline=day, summary=summary, user_id=self._get_responsible().id)

    def _tell_manager(self, day, summary, note=None):
        """Give a recovery manager a task on the debtor, and trace it."""
        self.ensure_one()
        manager = self.env["recovery.escalation"]._get_manager(self.company_id, self.env.user)
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=summary,
            note=note or "",
            user_id=(manager or self._get_responsible()).id,
        )
        self.env["recovery.event"]._log("escalated", self, summary, {"reason": note})

    # ------------------------------------------------------------
    # The script of a call
    # ------------------------------------------------------------
    def _get_call_script(self, delivery, day):
        """Return the words of the call: those of the campaign that asked for it, else the scenario's, rendered."""
        self.ensure_one()
        notice = delivery.notice_id
        if notice:
            return self.env["recovery.rendering"]._render_script(notice.sudo())
        policy = self.effective_policy_id.sudo()
        level = policy.level_ids.filtered(lambda level: level.kind == "call")[:1]
        if not level:
            level = policy.level_ids.filtered(lambda level: level.channel_call and level.kind != COURTESY)[:1]
        return self._render_script(level, day) if level else ""

    def _render_script(self, level, day):
        """Render a level's wording on what this debtor owes today, without a notice being written."""
        self.ensure_one()
        company = self.company_id
        verdicts, _left = self.env["recovery.selection"]._evaluate(company, day, self.partner_id)
        late = [verdict for verdict in verdicts if verdict.item.due < day and verdict.net > 0]
        lang = self.env.user.lang or self._get_language()
        Notice = self.env["recovery.notice"].sudo().with_context(lang=lang)
        notice = Notice.new(
            {
                "debtor_id": self.id,
                "company_id": company.id,
                "issuer_id": company.id,
                "partner_id": self.partner_id.id,
                "addressee_id": self._get_addressee(level.kind).id,
                "level_id": level.id,
                "lang": lang,
                "date": day,
                "oldest_due": min((verdict.item.due for verdict in late), default=False),
                "line_count": len(late),
                "line_ids": [
                    (0, 0, {"role": "claimed", "currency_id": v.item.currency_id, "amount_due": v.net}) for v in late
                ],
            }
        )
        words = level.sudo()
        try:
            texts = words._parse_texts(("body", "closing"), lang)
        except UserError as error:
            return words._describe_refusal(error)
        filled = words._fill_texts(texts, notice, lang)[notice]
        return filled["body"] + filled["closing"]

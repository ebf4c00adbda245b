from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ...common.roles import require_manager
from ..campaign.recovery_proposal import LINE_FIELDS


class RecoveryNotice(models.Model):
    """A mise en demeure that was sent and is taken back, or replaced by another one: both stay readable."""

    _inherit = "recovery.notice"

    withdrawn_on = fields.Date(readonly=True, help="From then on it has no effect: neither delay, nor interest.")
    withdrawn_by_id = fields.Many2one("res.users", string="Withdrawn by", readonly=True)
    supersedes_id = fields.Many2one(
        "recovery.notice", string="Replaces", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    superseded_by_id = fields.Many2one(
        "recovery.notice", string="Replaced by", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _check_may_withdraw(self):
        """Refuse to take back what something else rests on; hook of the rooms to the right."""

    def _cancel(self, reason, correction=None):
        """End with the notice all that followed from it: expiry, suspensions, tasks, proposal of litigation."""
        self._check_may_withdraw()
        withdrawn = self.sudo().filtered(lambda n: n.kind == "formal_notice" and n.state == "sent")
        result = super()._cancel(reason, correction)
        self = self.sudo()
        self._get_pending_override()._withdraw_question()
        for company, letters in self.letter_ids.grouped("company_id").items():
            letters._get_address_holds()._release(company._recovery_today(), reason)
        self.letter_ids.activity_ids.unlink()
        for company, notices in withdrawn.grouped("company_id").items():
            notices.write(
                {
                    "withdrawn_on": company._recovery_today(),
                    "withdrawn_by_id": self.env.user.id,
                    "expires_on": False,
                    "proposed_on": False,
                }
            )
        withdrawn.debtor_id._close_expiry_tasks(keep_expired=True)
        self.env["recovery.event"]._log(
            "withdrawn",
            withdrawn,
            lambda n: self.env._("Mise en demeure %(number)s withdrawn: %(reason)s", number=n.number, reason=reason),
            lambda n: {**n._get_trace(), "reason": reason},
        )
        return result

    # ------------------------------------------------------------
    # Replacing
    # ------------------------------------------------------------
    def action_supersede(self):
        """Ask a manager why, then withdraw it and issue another one in its place."""
        require_manager(self.env)
        return self.env["recovery.reason.wizard"]._open(self, "_supersede", self.env._("Replace by another one"))

    def _supersede(self, reason):
        """Withdraw mises en demeure and issue others today on what is still unpaid; all or nothing.

        :return: the new notices, sent.
        """
        require_manager(self.env)
        self.check_access("read")
        if self.filtered(lambda n: n.kind != "formal_notice" or n.state != "sent"):
            raise UserError(self.env._("Only a mise en demeure that was sent is replaced by another one."))
        issued = self.browse()
        for notice in self:
            old = notice.sudo()
            day = old.company_id._recovery_today()
            new = old._copy_for_replacement(day)
            notice._cancel(reason)
            old.superseded_by_id = new
            dispatch = self.env["recovery.dispatch"].sudo()
            dispatch._validate(new, day)
            if new.state == "validated":
                dispatch._send(new, day)
            if new.state != "sent":
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(notice)s stays as it is: no other one can be issued in its place (%(why)s).",
                        notice=old.display_name,
                        why=new.remark or states[new.state],
                    )
                )
            self.env["recovery.event"]._log(
                "superseded",
                old,
                self.env._("Replaced by %s", new.number),
                {**new._get_trace(), "reason": reason},
            )
            issued += new
        return issued.with_env(self.env)

    def _copy_for_replacement(self, day):
        """Return a proposed notice that claims the same instalments, outside any campaign."""
        self.ensure_one()
        addressee = self.debtor_id._map_addressees({self.debtor_id: self.kind})[self.debtor_id]
        new = self.create(
            {
                "company_id": self.company_id.id,
                "issuer_id": self.issuer_id.id,
                "debtor_id": self.debtor_id.id,
                "addressee_id": addressee.id,
                "lang": self.lang,
                "level_id": self.level_id.id,
                "kind": self.kind,
                "tone": self.tone,
                "date": day,
                "state": "draft",
                "amount": self.amount,
                "amount_information": self.amount_information,
                "oldest_due": self.oldest_due,
                "line_count": self.line_count,
                "supersedes_id": self.id,
            }
        )
        names = [name for name in LINE_FIELDS if name != "notice_id"]
        self.env["recovery.notice.line"].create(
            [
                {
                    **{name: row[name][0] if isinstance(row[name], tuple) else row[name] for name in names},
                    "notice_id": new.id,
                    "engaged": False,
                }
                for row in self.line_ids.read(names)
            ]
        )
        return new

    def _describe_replacement(self):
        """Return the paragraph that says which letter this one replaces, in the debtor's language."""
        self.ensure_one()
        env = self.with_context(lang=self.lang).env
        old = self.supersedes_id
        text = env._(
            "This letter cancels and replaces our mise en demeure %(number)s of %(date)s.",
            number=old.number,
            date=old.with_context(lang=self.lang)._format_day(old.issue_date, "long"),
        )
        return Markup("<p>%s</p>") % text

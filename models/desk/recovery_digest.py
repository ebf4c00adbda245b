from odoo import api, models
from odoo.tools.misc import formatLang

TOP = 8


class RecoveryDigest(models.AbstractModel):
    """Tell each collector in the morning what there is to do, by one e-mail a day and company at most."""

    _name = "recovery.digest"
    _description = "Recovery: morning summary"

    @api.model
    def _send(self, company, day):
        """Queue the summaries of a company for those who want one and have something to do.

        :return: the mails queued.
        """
        company = company._recovery_root()
        users = self._get_readers(company, day)
        mails = self.env["mail.mail"].sudo()
        if not users:
            return mails
        counts = self._read_counts(company, users)
        for user in users.try_lock_for_update(allow_referencing=True):
            if user.recovery_digest_on == day or not counts.get(user):
                continue
            mails |= self._queue(company, user, counts[user])
            user.recovery_digest_on = day
        return mails

    @api.model
    def _get_readers(self, company, day):
        """Return the collectors who want the summary and have not had it today."""
        groups = (
            self.env["recovery.debtor"]
            .sudo()
            ._read_group([("company_id", "=", company.id), ("todo_kind", "!=", False)], ["collector_id"])
        )
        users = self.env["res.users"].sudo().with_company(company).union(*(user for (user,) in groups))
        users = self.env["recovery.responsible"]._get_able(users, company)
        by_default = company.sudo().recovery_digest
        return users.filtered(
            lambda user: (
                user.email
                and user.recovery_digest_on != day
                and (user.recovery_digest == "yes" or (by_default and user.recovery_digest != "no"))
            )
        )

    @api.model
    def _read_counts(self, company, users):
        """Return ``{user: {kind: (count, overdue amount)}}``."""
        rows = (
            self.env["recovery.debtor"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("collector_id", "in", users.ids),
                    ("todo_kind", "!=", False),
                ],
                ["collector_id", "todo_kind"],
                ["__count", "amount_overdue:sum"],
            )
        )
        counts = {}
        for user, kind, count, amount in rows:
            counts.setdefault(user.sudo(), {})[kind] = (count, amount)
        return counts

    @api.model
    def _queue(self, company, user, counts):
        lang = user.lang or company.partner_id.lang or "fr_FR"
        self = self.with_context(lang=lang).sudo()
        Debtor = self.env["recovery.debtor"]
        labels = dict(Debtor._fields["todo_kind"]._description_selection(self.env))
        currency = company.currency_id
        order = f"priority_{user._get_recovery_priority(company)} desc, id"
        sections = []
        for kind, label in labels.items():
            if kind not in counts:
                continue
            count, amount = counts[kind]
            debtors = Debtor.search(
                [("company_id", "=", company.id), ("collector_id", "=", user.id), ("todo_kind", "=", kind)],
                order=order,
                limit=TOP,
            )
            sections.append(
                {
                    "title": self.env._("%(label)s: %(value)s", label=label, value=count),
                    "amount": formatLang(self.env, amount, currency_obj=currency),
                    "more": count - len(debtors),
                    "rows": [
                        {
                            "name": debtor.display_name,
                            "amount": formatLang(self.env, debtor.amount_overdue, currency_obj=currency),
                            "why": debtor.next_action_text,
                            "url": f"{company.get_base_url()}/odoo/recovery-worklist/{debtor.id}",
                        }
                        for debtor in debtors
                    ],
                }
            )
        total = sum(count for count, _amount in counts.values())
        values = {
            "user": user,
            "company": company,
            "sections": sections,
            "url": f"{company.get_base_url()}/odoo/recovery-worklist",
        }
        return self.env["mail.mail"].create(
            {
                "subject": self.env._(
                    "%(company)s: %(count)s debtors to deal with today", company=company.name, count=total
                )
                if total > 1
                else self.env._("%(company)s: one debtor to deal with today", company=company.name),
                "body_html": self.env["ir.qweb"]._render("debt_recovery.mail_digest", values),
                "email_from": company.email_formatted or user.email_formatted,
                "email_to": user.email_formatted,
                "auto_delete": True,
                "state": "outgoing",
            }
        )

    @api.model
    def _cron_send(self):
        """Send the morning's summaries, company by company."""

        def work(mine, company, day):
            mine.env["recovery.worklist"]._refresh(company, day)
            mine._send(company, day)

        self.env["res.company"]._recovery_for_each_company(self, work)

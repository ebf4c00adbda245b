from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..scenario.ladder import COURTESY, FORMAL_NOTICE, rank_steps


class RecoveryNotice(models.Model):
    """Levels reached before this module: they count as history, and nothing of them ever left from here."""

    _inherit = "recovery.notice"

    state = fields.Selection(selection_add=[("resumed", "Taken over"), ("sent",)], ondelete={"resumed": "cascade"})

    @api.model
    def _resume(self, company, rows, reason):
        """Put instalments at a level of the past, without sending: one notice per customer, level and day.

        :param rows: ``(journal item, level, day)``.
        :param reason: it stays on the notices and in the journal.
        :return: the notices, which a manager may cancel.
        """
        self._check_resumable(rows)
        groups = defaultdict(lambda: self.env["account.move.line"])
        for line, level, day in rows:
            groups[line.partner_id.commercial_partner_id, level, day] |= line
        partners = self.env["res.partner"].union(*(partner for partner, _level, _day in groups))
        debtors = self.env["recovery.debtor"].sudo()._ensure_for(partners, company)
        debtor_by_partner = {debtor.partner_id: debtor for debtor in debtors}
        ranks = {}
        for steps in self.env["recovery.level"].union(*(key[1] for key in groups)).policy_id._get_steps().values():
            ranks |= {step.level_id: rank for step, rank in zip(steps, rank_steps(steps), strict=True)}
        notices = self.sudo().create(
            [
                self._prepare_resumed(company, debtor_by_partner[partner], level, day, lines, reason)
                for (partner, level, day), lines in groups.items()
            ]
        )
        vals_list = [
            self._prepare_resumed_line(notice, line, ranks)
            for notice, lines in zip(notices, groups.values(), strict=True)
            for line in lines
        ]
        self.env["recovery.notice.line"].sudo().create(vals_list)
        self.env["recovery.debtor.touch"]._touch(
            {(debtor.partner_id.id, debtor.company_id.id) for debtor in notices.debtor_id}
        )
        self.env.flush_all()  # the unique index speaks now: an instalment is claimed once per level
        self.env["recovery.event"]._log(
            "resumed",
            notices,
            lambda n: self.env._("%(level)s taken over: %(reason)s", level=n.level_id.name, reason=reason),
            lambda n: n._get_trace(),
        )
        return notices.with_env(self.env)

    @api.model
    def _check_resumable(self, rows):
        """Refuse a claim of before the instalment was late: only a courtesy comes by the due date.

        :raises ValidationError: it names the first invoices.
        """
        early = [
            line for line, level, day in rows if level.kind != COURTESY and day <= (line.date_maturity or line.date)
        ]
        if early:
            raise ValidationError(
                self.env._(
                    "Not late yet on the day of that level: %s. Nothing is claimed before the day after its due date.",
                    ", ".join(dict.fromkeys(line.move_name or "" for line in early[:10])),
                )
            )

    @api.model
    def _prepare_resumed(self, company, debtor, level, day, lines, reason):
        return {
            "company_id": company.id,
            "issuer_id": lines[0].company_id.id,
            "debtor_id": debtor.id,
            "addressee_id": debtor.partner_id.id,
            "level_id": level.id,
            "kind": level.kind,
            "date": day,
            "deadline_date": level._get_deadline(day) if level.kind == FORMAL_NOTICE else False,
            "state": "resumed",
            "state_reason": reason,
            "amount_announced" if level.kind == COURTESY else "amount": sum(lines.mapped("amount_residual")),
            "oldest_due": min(line.date_maturity or line.date for line in lines),
            "line_count": len(lines),
        }

    @api.model
    def _prepare_resumed_line(self, notice, line, ranks):
        due = line.date_maturity or line.date
        return {
            "notice_id": notice.id,
            "debtor_id": notice.debtor_id.id,
            "company_id": notice.company_id.id,
            "move_line_id": line.id,
            "move_id": line.move_id.id,
            "role": "announced" if notice.kind == COURTESY else "claimed",
            "level_id": notice.level_id.id,
            "level_kind": notice.kind,
            "level_rank": ranks.get(notice.level_id.id, 0),
            "engaged": True,
            "claimed_on": notice.date,
            "deadline_date": notice.deadline_date,
            "currency_id": line.currency_id.id,
            "move_name": line.move_name,
            "move_ref": line.move_id.ref,
            "invoice_date": line.move_id.invoice_date or line.date,
            "due_date": due,
            "days_late": (notice.date - due).days,
            "amount_total": line.amount_currency,
            "amount_residual": line.amount_residual_currency,
            "amount_due": line.amount_residual_currency,
            "amount_due_company": line.amount_residual,
        }

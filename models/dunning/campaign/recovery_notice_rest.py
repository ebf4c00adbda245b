from collections import defaultdict

from odoo import models

from .recovery_proposal import LINE_FIELDS


class RecoveryNotice(models.Model):
    """What a notice tells for information: the rest of the debtor's account and the credits that nothing uses.

    Both are written as the books have them when the notice is issued. What a claim announces
    is part of that rest.
    """

    _inherit = "recovery.notice"

    def _get_rest_lines(self):
        """Return the open instalments that the notice does not claim: as frozen at its issue, else as of its date.

        Before the issue they are lines that exist in memory only. A notice that is only looked
        at, as an example, has none but its own.
        """
        self.ensure_one()
        announced = self._get_own_lines() - self._get_subject_lines()
        if self.issue_date or not self._origin:
            return announced | self.line_ids.filtered(lambda line: line.role == "information")
        Selection = self.env["recovery.selection"].sudo()
        verdicts, _left = Selection._evaluate(self.company_id, self.date, self.partner_id, without=self)
        Line = self.env["recovery.notice.line"].sudo()
        rest = Line.union(*(Line.new(values) for values in Selection._prepare_rest(self, verdicts, self.date)))
        return announced | rest

    def _freeze_rest(self, verdicts_by_partner, day):
        """Write what each notice neither claims nor announces, as the books have it now; what was settled is nil.

        :param dict verdicts_by_partner: all the verdicts on each customer, by its id.
        :param day: the day of issue.
        """
        rows = []
        for notice in self.sudo():
            lines = notice.line_ids.filtered(lambda line: line.role == "information")
            present = {line.move_line_id.id: line for line in lines}
            verdicts = verdicts_by_partner.get(notice.partner_id.id, ())
            for values in self.env["recovery.selection"]._prepare_rest(notice, verdicts, day):
                line = present.pop(values["move_line_id"], None)
                if line:
                    line.write({name: amount for name, amount in values.items() if name.startswith("amount")})
                else:
                    rows.append(values)
            for line in present.values():
                line.write({"amount_residual": 0.0, "amount_due": 0.0, "amount_due_company": 0.0})
        if rows:
            names, rows = list(rows[0]), [tuple(values.values()) for values in rows]
            self.env["recovery.bulk"]._insert("recovery.notice.line", names, rows, with_ids=False)

    def _freeze_credits(self, credits):
        """Write the credits that nothing uses, as the books have them now: what a proposal saw may be gone.

        :param list credits: ``(open item, amount left of it)`` of all the debtors, as the selection gives them.
        """
        notices = self.sudo()
        notices.line_ids.filtered(lambda line: line.role == "credit").unlink()
        by_partner = defaultdict(list)
        for item, amount in credits:
            by_partner[item.partner_id].append((item, amount))
        prepare = self.env["recovery.selection"]._prepare_credit
        rows = [
            (notice.id, notice.debtor_id.id, notice.company_id.id, *prepare(item, amount))
            for notice in notices
            for item, amount in by_partner[notice.partner_id.id]
        ]
        self.env["recovery.bulk"]._insert("recovery.notice.line", LINE_FIELDS, rows, with_ids=False)

from odoo import models
from odoo.fields import Domain

from ..claim.figures import ZERO, Asked
from ..claim.recovery_claim import to_decimal


class RecoveryNotice(models.Model):
    """What the other mises en demeure of a debtor in force ask for already: two letters do not ask for it twice."""

    _inherit = "recovery.notice"

    def _read_asked(self):
        """Return ``{notice: figures.Asked}``, in a number of queries that does not grow with the notices."""
        others = self.sudo().search(
            Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("kind", "=", "formal_notice")
            & Domain("state", "=", "sent")
            & Domain("statement_id", "!=", False)
            & Domain("guaranteed_notice_id", "=", False)
        )
        by_debtor = others.grouped("debtor_id")
        return {notice: notice._find_asked(by_debtor.get(notice.debtor_id, others.browse())) for notice in self}

    def _find_asked(self, others):
        """Return what these other notices ask for that this one leaves out.

        One whose instalments are all claimed here again is repeated, not added to; so is
        the indemnity that it set beside one of them.
        """
        self.ensure_one()
        own = self._get_claimed_lines().move_line_id
        others -= self | self.guaranteed_notice_id
        rows = others.filtered(lambda notice: notice._get_claimed_lines().move_line_id - own).statement_id.line_ids

        def amount_of(kind):
            return sum((to_decimal(row.amount, row.currency_id) for row in rows if row.kind == kind), ZERO)

        return Asked(
            indemnities=tuple(
                (row.move_id.id, to_decimal(row.amount, row.currency_id))
                for row in rows
                if row.kind == "indemnity" and row.move_line_id not in own
            ),
            costs=frozenset(rows.cost_id.ids),
            covered=min(-amount_of("deduction"), amount_of("indemnity")),
        )

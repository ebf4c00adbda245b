from odoo import api, fields, models


class RecoveryUnited(models.AbstractModel):
    """Rows of which a debtor has one of a kind: a merge of customers keeps one in force, and the other as history.

    Core deletes all the rows of the customer that goes as soon as one of them clashes. Here the rows
    that clash are united first, by what they mean: the model says which of two is in force.
    """

    _name = "recovery.united"
    _description = "Recovery: one of a kind per debtor"

    _united_by = ()  # the fields that, with the debtor, make a row the only one of its kind

    active = fields.Boolean("In force", default=True, readonly=True, help="No longer: the customer was merged.")

    def _get_union_rank(self):
        """Return what decides which of two rows is in force: the biggest one; the newest by default."""
        self.ensure_one()
        return (self.id,)

    def _get_union_key(self):
        self.ensure_one()
        return tuple(self[name] for name in self._united_by)

    @api.model
    def _unite(self, lost, kept):
        """Make history of the rows of two debtors that are about to be one and that cannot both be in force.

        :return: pairs of (row in force, row made history).
        """
        Rows = self.sudo()
        own = {row._get_union_key(): row for row in Rows.search([("debtor_id", "=", kept.id)])}
        pairs = []
        for row in Rows.search([("debtor_id", "=", lost.id)]):
            twin = own.get(row._get_union_key())
            if not twin:
                continue
            winner = max(row, twin, key=lambda candidate: candidate._get_union_rank())
            loser = twin if winner == row else row
            loser._make_history()
            pairs.append((winner, loser))
        return pairs

    def _make_history(self):
        self.active = False

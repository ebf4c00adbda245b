from odoo import api, models
from odoo.fields import Domain

from ...common.recovery_chronology import Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"doubtful": (self.env._("Doubtful receivable"), "fa-book")}

    @tells_chronology("doubtful")
    @api.model
    def _tell_doubtful(self, scope):
        """Tell what the books made of these instalments: doubtful, depreciated, lost, recovered."""
        rows = (
            self.env["recovery.doubtful.entry.line"]
            .sudo()
            .search(
                Domain("doubtful_id.origin_line_id", "in", scope.lines.ids)
                & Domain("state", "in", ("posted", "reversed"))
            )
        )
        kinds = dict(rows._fields["kind"]._description_selection(self.env))
        return [
            Told(
                at_noon(row.day),
                "doubtful",
                self.env._(
                    "%(invoice)s: %(what)s, %(amount)s",
                    invoice=row.doubtful_id.move_name or "",
                    what=kinds[row.kind].lower(),
                    amount=row.doubtful_id._format_amount(row.amount),
                ),
                row.entry_id.user_id.name or "",
                row.entry_id.number,
                has_time=False,
                record=row.entry_id,
                tone="muted" if row.state == "reversed" else "danger",
            )
            for row in rows
        ]

from odoo import api, fields, models
from odoo.fields import Domain

from ..common.roles import require_user

SHOWN_LINES = 40


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    limitation_on = fields.Date(
        "Limitation",
        readonly=True,
        index="btree_not_null",
        help="The next day on which one of the open instalments becomes time-barred: the original date, whatever "
        "the evidence. What is already time-barred is counted separately.",
    )
    amount_time_barred = fields.Monetary(
        "Amount time-barred",
        currency_field="company_currency_id",
        readonly=True,
        index="btree_not_null",
        help="What is still open on instalments whose original limitation date has passed.",
    )
    limitation_months = fields.Integer("Months to limitation", compute="_compute_limitation_months")
    limitation_event_ids = fields.One2many("recovery.limitation.event", "debtor_id", readonly=True)
    limitation_choice_ids = fields.One2many("recovery.limitation.choice", "debtor_id", readonly=True)
    limitation_choice_id = fields.Many2one(
        "recovery.limitation.choice", string="Limitation corrected", compute="_compute_limitation_choice_id"
    )
    limitation_line_ids = fields.Many2many(
        "account.move.line", string="Limitation of the open instalments", compute="_compute_limitation_line_ids"
    )

    @api.depends("limitation_on")
    def _compute_limitation_months(self):
        for debtor in self:
            day = debtor.company_id._recovery_today()
            debtor.limitation_months = _count_months(day, debtor.limitation_on) if debtor.limitation_on else 0

    @api.depends("limitation_choice_ids.is_current")
    def _compute_limitation_choice_id(self):
        for debtor in self:
            debtor.limitation_choice_id = debtor.limitation_choice_ids.filtered(
                lambda choice: choice.is_current and not choice.move_id
            )[:1]

    @api.depends("partner_id", "company_id")
    def _compute_limitation_line_ids(self):
        """Show the open instalments, the nearest limitation first."""
        for debtor in self:
            domain = self.env["recovery.ledger"]._get_open_items_domain(debtor.partner_id, debtor.company_id)
            lines = self.env["account.move.line"].search(
                domain & Domain("amount_residual", ">", 0), order="date, id", limit=SHOWN_LINES
            )
            limits = self.env["recovery.limitation"]._read_line_limits(lines)
            debtor.limitation_line_ids = lines.sorted(lambda line, limits=limits: (limits[line.id], line.id))

    def _hook_before_union(self, kept):
        """Unite corrections of the limitation, one in force: the last one that was decided."""
        result = super()._hook_before_union(kept)
        own, other = kept.limitation_choice_id, self.limitation_choice_id
        if own and other:
            winner = max(own, other, key=lambda choice: (choice.decided_on, choice.id))
            loser = own if winner == other else other
            loser.sudo().write({"is_current": False})
            kept._tell_union(winner, loser)
        return result

    def action_limitation_event(self):
        """Open the window that records what interrupted or suspended the limitation."""
        return self._open_limitation_event()

    def _open_limitation_event(self, move=None):
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence for limitation"),
            "res_model": "recovery.limitation.event.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id, **({"default_move_id": move.id} if move else {})},
        }

    def action_limitation_choice(self):
        """Open the window that corrects the kind, the start or the length of the limitation."""
        return self._open_limitation_choice()

    def _open_limitation_choice(self, move=None):
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the limitation"),
            "res_model": "recovery.limitation.choice.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_id": self.id, **({"default_move_id": move.id} if move else {})},
        }


def _count_months(day, until):
    """Return the whole months left, rounded up: what the alerts count in."""
    months = (until.year - day.year) * 12 + until.month - day.month
    return months + 1 if until.day > day.day else months

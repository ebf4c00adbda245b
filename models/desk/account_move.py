from odoo import api, fields, models

from ..common.insolvency import get_birth
from ..common.roles import READERS
from ..common.saying import narrow
from ..dunning.campaign.recovery_notice_line import OWN_ROLES
from ..dunning.scenario.ladder import COURTESY


class AccountMove(models.Model):
    _inherit = "account.move"

    recovery_level_id = fields.Many2one(
        "recovery.level",
        string="Reminder level",
        compute="_compute_recovery_level",
        groups=READERS,
        help="The highest level at which an instalment of the invoice was claimed, or announced before its due date.",
    )
    recovery_last_notice_id = fields.Many2one(
        "recovery.notice",
        string="Last notice",
        compute="_compute_recovery_level",
        groups=READERS,
        help="The last notice about the invoice: it either claimed it or was a courtesy reminder. One that only "
        "mentioned it alongside a claim does not count.",
    )
    recovery_notice_count = fields.Integer(compute="_compute_recovery_level", groups=READERS)
    recovery_hold_text = fields.Char("Reminders suspended", compute="_compute_recovery_hold_text", groups=READERS)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_recovery_level(self):
        """Read the level of the invoices, and the notices for whoever works in the root company."""
        lines = (
            self.env["recovery.notice.line"]
            .sudo()
            .search([("move_id", "in", self.ids), ("engaged", "=", True), ("role", "in", OWN_ROLES)], order="id")
        )
        by_move = lines.grouped("move_id")
        for move in self:
            reached = by_move.get(move, lines.browse())
            move.recovery_level_id = max(reached, key=lambda line: line.level_rank).level_id if reached else False
            shown = reached if move.company_id and move.company_id._recovery_is_open() else lines.browse()
            about = shown.filtered(lambda line: line.role == "claimed" or line.notice_id.kind == COURTESY)
            move.recovery_last_notice_id = about[-1:].notice_id
            move.recovery_notice_count = len(shown.notice_id)

    def _compute_recovery_hold_text(self):
        Hold = self.env["recovery.hold"].sudo()
        for company, moves in self.grouped("company_id").items():
            if not company:
                moves.recovery_hold_text = False
                continue
            day = company._recovery_today()
            holds = Hold.search(
                [
                    *Hold._get_running_domain(day),
                    ("company_id", "=", company.root_id.id),
                    ("debtor_id.partner_id", "in", moves.commercial_partner_id.ids),
                ]
            )
            for move in moves:
                mine = holds.filtered(
                    lambda hold, move=move, day=day: (
                        hold.debtor_id.partner_id == move.commercial_partner_id
                        and (not hold.move_id or hold.move_id == move)
                        and (not hold.line_id or hold.line_id.move_id == move)
                        and hold._concerns(get_birth(move.delivery_date, move.invoice_date, move.date or day).day)
                    )
                )
                causes = mine.sorted("id").grouped(lambda hold: hold._get_cause())
                texts = [group._prepare_standing().text for group in causes.values()]
                move.recovery_hold_text = " – ".join(texts) or False

    def action_view_recovery_notices(self):
        """Open the notices in which the invoice was claimed or announced."""
        self.ensure_one()
        self.check_access("read")
        lines = self.env["recovery.notice.line"].search(
            [("move_id", "=", self.id), ("role", "in", OWN_ROLES), ("engaged", "=", True)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_notice_action")
        return narrow(action, domain=[("id", "in", lines.notice_id.ids)], context={"search_default_alive": 0})

    def action_recovery_hold(self):
        """Open the suspension of reminders for this invoice only."""
        self.ensure_one()
        self.check_access("read")
        debtor = self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.company_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend reminders"),
            "res_model": "recovery.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_ids": debtor.ids, "default_move_id": self.id},
        }

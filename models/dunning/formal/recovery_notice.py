from odoo import api, fields, models


class RecoveryNotice(models.Model):
    """When a mise en demeure expires: its printed deadline, or later if the post was slow."""

    _inherit = "recovery.notice"

    letter_ids = fields.One2many("recovery.registered.letter", "notice_id", string="Registered letters")
    letter_count = fields.Integer("Registered letter", compute="_compute_letter_count")
    expires_on = fields.Date(
        readonly=True,
        index="btree_not_null",
        help="The later of the printed deadline and the first presentation of the registered letter plus the days "
        "to pay. What comes next waits for it.",
    )
    received_on = fields.Date("First presentation", compute="_compute_received_on")
    interest_from = fields.Date(
        "Legal interest from",
        compute="_compute_received_on",
        help="A consumer owes interest at the legal rate from the first presentation of the mise en demeure "
        "(C. civ. 1231-6 and 1344-1), never earlier than the due date of each instalment.",
    )

    amount_left = fields.Monetary(
        "Still open", currency_field="company_currency_id", compute="_compute_amount_left", help="Of what it claims."
    )

    @api.depends("line_ids.move_line_id.amount_residual")
    def _compute_amount_left(self):
        for notice in self:
            notice.amount_left = sum(notice.sudo()._get_claimed_lines().move_line_id.mapped("amount_residual"))

    def _compute_letter_count(self):
        for notice in self:
            notice.letter_count = len(notice.letter_ids)

    @api.depends("letter_ids.presented_on", "letter_ids.outcome", "kind", "state", "debtor_id.nature")
    def _compute_received_on(self):
        for notice in self:
            counts = notice.kind == "formal_notice" and notice.state == "sent"
            notice.received_on = notice._get_received_on() if counts else False
            notice.interest_from = notice.debtor_id.nature == "consumer" and notice.received_on

    def _set_expiry(self, day):
        """Have what comes after the mise en demeure wait until that day."""
        for notice in self:
            if notice.expires_on != day:
                notice.expires_on = day
                if day:
                    notice._get_claimed_lines().write({"deadline_date": day})
                notice._forget_expiry(day)

    def _get_expiry(self):
        """Return the day on which the debtor's time is over, or nothing: not issued, withdrawn, wrong address."""
        self.ensure_one()
        if self.state != "sent" or self.kind != "formal_notice":
            return None
        letters = self.letter_ids.filtered(lambda letter: letter.state != "cancelled")
        if letters and all(letter.outcome == "wrong_address" for letter in letters):
            return None
        return self.expires_on or self.deadline_date or None

    def _get_received_on(self):
        """Return the day on which the addressee had the mise en demeure, as far as it is known.

        First presentation counts, as the prudent reading of C. civ. 1231-6 and 1344-1 has it.
        """
        self.ensure_one()
        days = [letter.presented_on for letter in self.letter_ids if letter.outcome != "wrong_address"]
        return min(filter(None, days), default=None)

    def action_view_letters(self):
        """Open the registered letters of the notice."""
        self.ensure_one()
        return self.letter_ids._get_records_action(name=self.env._("Registered letters"))

from odoo import fields, models


class RecoveryNotice(models.Model):
    """When a mise en demeure expires: its printed deadline, or later if the post was slow."""

    _inherit = "recovery.notice"

    letter_ids = fields.One2many("recovery.registered.letter", "notice_id", string="Registered letters")
    letter_count = fields.Integer("Registered letter", compute="_compute_letter_count")
    expires_on = fields.Date(
        readonly=True,
        help="The later of the printed deadline and the first presentation of the registered letter plus the days "
        "to pay. What comes next waits for it.",
    )

    def _compute_letter_count(self):
        for notice in self:
            notice.letter_count = len(notice.letter_ids)

    def _set_expiry(self, day):
        """Have what comes after the mise en demeure wait until that day."""
        for notice in self:
            if notice.expires_on != day:
                notice.expires_on = day
                if day:
                    notice._get_claimed_lines().write({"deadline_date": day})

    def _get_received_on(self):
        """Return the day on which the addressee had the mise en demeure, as far as it is known.

        First presentation counts, as the prudent reading of C. civ. 1231-6 and 1344-1 has it.
        """
        self.ensure_one()
        days = [letter.presented_on for letter in self.letter_ids if letter.outcome != "wrong_address"]
        return min(filter(None, days), default=None)

    def _cancel(self, reason, correction=None):
        result = super()._cancel(reason, correction)
        for company, letters in self.sudo().letter_ids.grouped("company_id").items():
            letters._get_address_holds()._release(company._recovery_today(), reason)
        return result

    def action_view_letters(self):
        """Open the registered letters of the notice."""
        self.ensure_one()
        return self.letter_ids._get_records_action(name=self.env._("Registered letters"))

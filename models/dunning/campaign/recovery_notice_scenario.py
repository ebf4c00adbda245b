from odoo import api, fields, models

from ..scenario.tone import FIRST_LATE, HABITUAL, NEUTRAL, PROMISE_BROKEN


class RecoveryNotice(models.Model):
    """What the scenario adds to a notice: its tone and language, who signs it, who gets a copy."""

    _inherit = "recovery.notice"

    tone = fields.Selection(
        [
            (NEUTRAL, "Neutral"),
            (FIRST_LATE, "Good payer, unusually late"),
            (HABITUAL, "Often late"),
            (PROMISE_BROKEN, "Promise not kept"),
        ],
        readonly=True,
        help="From the debtor's past: it chooses the paragraph that the level adds below its opening.",
    )

    def _get_tones(self):
        """Return ``{notice: tone}`` as a proposal made now would have it."""
        tones = {}
        for (company, day), notices in self.grouped(lambda n: (n.company_id, n.date)).items():
            oldest = {notice.debtor_id: notice.oldest_due for notice in notices}
            found = self.env["recovery.selection"]._find_tones(company, day, oldest, without=notices)
            tones |= {notice: found[notice.debtor_id] for notice in notices}
        return tones

    def _get_signatory(self):
        """Return the (name, function) under which this notice is signed, as its level says."""
        self.ensure_one()
        level = self.level_id.sudo()
        user = {"collector": self.debtor_id.collector_id, "user": level.signer_id}.get(level.signer)
        if not user:
            return self.issuer_id.sudo()._recovery_signatory()
        return user.name, user.sudo().partner_id.function or ""

    def _get_copies(self):
        """Return ``{notice: contacts who get a copy}``, as the levels say and from their amount on.

        Only people of the house and contacts that somebody chose: a debt is never told
        to third parties. Who has no e-mail address gets none.
        """
        copies = {}
        for notice in self:
            level = notice.level_id.sudo()
            partners = self.env["res.partner"].sudo()
            amount = notice._get_subject_amount()
            if not level.copy_above or notice.company_currency_id.compare_amounts(amount, level.copy_above) >= 0:
                if level.copy_salesperson:
                    partners |= notice.partner_id.sudo().user_id.partner_id
                if level.copy_manager:
                    partners |= notice.company_id.sudo().recovery_manager_id.partner_id
                partners |= level.copy_partner_ids
            copies[notice] = partners.filtered("email_normalized") - notice.addressee_id
        return copies

    @api.model
    def _get_tone_fields(self):
        """Return the field of a level that holds the paragraph of each tone."""
        return {tone: f"paragraph_{tone}" for tone in (FIRST_LATE, HABITUAL, PROMISE_BROKEN)}

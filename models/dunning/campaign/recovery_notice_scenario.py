from odoo import api, fields, models

from ..scenario.tone import FIRST_LATE, HABITUAL, NEUTRAL, PROMISE_BROKEN, get_tone


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

    def _dress(self):
        """Give proposed notices their tone, and the language that their scenario imposes."""
        self.fetch(["company_id", "date", "oldest_due", "partner_id", "level_id"])  # not the wordings of thousands
        for tone, notices in self._group_by_tone().items():
            notices.write({"tone": tone})
        active = {code for code, _name in self.env["res.lang"].get_installed()}
        imposed = self.filtered(lambda notice: notice.level_id.sudo().policy_id.lang in active)
        for policy, notices in imposed.grouped(lambda n: n.level_id.sudo().policy_id).items():
            notices.write({"lang": policy.lang})

    def _group_by_tone(self):
        tones = self._get_tones()
        return self.grouped(lambda notice: tones[notice])

    def _get_tones(self):
        """Return ``{notice: tone}`` from how each debtor paid so far; hook for what else speaks, such as promises.

        What is not late yet has no tone. One query per company and date.
        """
        tones = dict.fromkeys(self, NEUTRAL)
        late = self.filtered(lambda notice: notice.oldest_due and notice.oldest_due < notice.date)
        for (company, day), notices in late.grouped(lambda n: (n.company_id, n.date)).items():
            history = self.env["recovery.ledger"]._read_payment_history(company, notices.partner_id, day)
            for notice in notices:
                tones[notice] = get_tone(history.get(notice.partner_id.id))
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
            if not level.copy_above or notice.company_currency_id.compare_amounts(notice.amount, level.copy_above) >= 0:
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

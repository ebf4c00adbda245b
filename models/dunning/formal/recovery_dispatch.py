from markupsafe import Markup

from odoo import api, models


class RecoveryDispatch(models.AbstractModel):
    """A mise en demeure is checked at validation and again at sending, and leaves with its décompte.

    What is missing holds it back alone; the décompte is frozen on the day of sending,
    before anything is printed.
    """

    _inherit = "recovery.dispatch"

    @api.model
    def _refresh(self, notices, day, **options):
        alive = super()._refresh(notices, day, **options)
        blocked = alive.sudo()._check_completeness(day)
        if blocked:
            blocked._hold_back(day)
        return alive.filtered(lambda notice: notice.id not in blocked._ids)

    @api.model
    def _hook_before_wording(self, notices, day):
        result = super()._hook_before_wording(notices, day)
        if formal_notices := notices.filtered(lambda notice: notice._is_formal_notice()):
            formal_notices.env["recovery.formal.letter"]._freeze(formal_notices, day)
        return result

    @api.model
    def _issue(self, notices, day):
        """Say in a letter which one it replaces, and keep from the start the day on which it expires."""
        result = super()._issue(notices, day)
        formal = notices.filtered(lambda notice: notice.kind == "formal_notice")
        for deadline, group in formal.grouped("deadline_date").items():
            group.write({"expires_on": deadline})
        chosen = self.env["recovery.formal.wording"]._find(formal)
        for notice in formal:
            notice.wording_source = notice._describe_wording(chosen.get(notice))
        for notice in formal.filtered("supersedes_id"):
            notice.body = notice._describe_replacement() + (notice.body or Markup(""))
        return result

    @api.model
    def _get_lettered_mails(self, notices):
        return super()._get_lettered_mails(notices) | notices.filtered(lambda notice: notice._is_formal_notice())

    @api.model
    def _get_enclosures(self, notice):
        return super()._get_enclosures(notice) + notice.sudo().claim_statement_id.attachment_id

    @api.model
    def _deliver(self, notices, day):
        """Close the tasks about expired mises en demeure of the debtors who are handed over."""
        result = super()._deliver(notices, day)
        if handed := notices.filtered(lambda notice: notice.kind == "handover" and notice.state == "sent"):
            handed._close_expiry_tasks(handed.debtor_id)
        return result

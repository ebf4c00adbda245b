from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RecoveryLevel(models.Model):
    """What a level says: its words, a paragraph per tone, and what they give for one debtor while one types.

    A level that claimed something stays; what only campaigns' verdicts name may go.
    """

    _name = "recovery.level"
    _inherit = ["recovery.level", "recovery.wording"]
    _carried_key = ("scenario_id", "name")
    _carried_not = ("signer_id", "copy_partner_ids")
    _typed = (
        "subject",
        "body",
        "closing",
        "paragraph_first_late",
        "paragraph_habitual",
        "paragraph_promise_broken",
    )

    subject = fields.Char(translate=True, filled_for="recovery.notice", help="Subject of the e-mail and of the letter.")
    body = fields.Html(
        "Opening",
        translate=True,
        sanitize="email_outgoing",
        filled_for="recovery.notice",
        help="Text above the table of invoices. For a call: the script.",
    )
    closing = fields.Html(
        translate=True, sanitize="email_outgoing", filled_for="recovery.notice", help="Text below the table."
    )
    paragraph_first_late = fields.Html(
        "For a good payer who is unusually late",
        translate=True,
        sanitize="email_outgoing",
        filled_for="recovery.notice",
        help="Added below the opening for debtors who paid almost everything on time over two years.",
    )
    paragraph_habitual = fields.Html(
        "For a frequent late payer",
        translate=True,
        sanitize="email_outgoing",
        filled_for="recovery.notice",
        help="Added below the opening for debtors who paid at least half late over one year.",
    )
    paragraph_promise_broken = fields.Html(
        "After a broken promise",
        translate=True,
        sanitize="email_outgoing",
        filled_for="recovery.notice",
        help="Added below the opening when a promise has been broken since the last notice.",
    )
    preview_debtor_id = fields.Many2one(
        "recovery.debtor", string="Shown for", store=False, default=lambda self: self._default_preview_debtor_id()
    )
    preview_lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(), string="Language shown", store=False
    )
    preview_tone = fields.Selection(
        selection=lambda self: self.env["recovery.notice"]._fields["tone"]._description_selection(self.env),
        string="Tone shown",
        store=False,
        default="neutral",
    )
    preview_look = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter")], string="Appearance", store=False, default="email"
    )
    preview_html = fields.Html("Preview", compute="_compute_preview_html", sanitize=False)

    @api.constrains("subject", "kind")
    def _check_subject(self):
        for level in self:
            if not level.subject:
                raise ValidationError(self.env._("Level %s needs a subject.", level.name))

    def unlink(self):
        self.env["recovery.bulk"]._forget(self.exists().filtered(lambda level: not level._is_used()))
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(level._is_used() for level in self):
            raise UserError(
                self.env._("This level has already been used in notices: archive its scenario and build another one.")
            )

    def _is_used(self):
        """Tell whether a notice, or what it claims or announces, is of this level."""
        self.ensure_one()
        return any(
            self.env[name].sudo().search_count([("level_id", "=", self.id)], limit=1)
            for name in ("recovery.notice", "recovery.notice.line")
        )

    def _get_text_title(self):
        return ", ".join(filter(None, (self.scenario_id.display_name, self.name)))

    @api.model
    def _default_preview_debtor_id(self):
        domain = [("company_id", "=", self.env.company.root_id.id), ("amount_overdue", ">", 0)]
        return self.env["recovery.debtor"].search(domain, order="amount_overdue desc", limit=1)

    @api.depends(
        "subject",
        "body",
        "closing",
        "paragraph_first_late",
        "paragraph_habitual",
        "paragraph_promise_broken",
        "kind",
        "deadline_days",
        "postal_days",
        "channel_email",
        "channel_call",
        "channel_task",
        "signer",
        "signer_id",
        "preview_debtor_id",
        "preview_lang",
        "preview_tone",
        "preview_look",
    )
    @api.depends_context("lang", "company")
    def _compute_preview_html(self):
        Preview = self.env["recovery.wording.preview"]
        for level in self:
            try:
                level.preview_html = Preview._render_level(level)
            except UserError as error:
                level.preview_html = level._describe_refusal(error)

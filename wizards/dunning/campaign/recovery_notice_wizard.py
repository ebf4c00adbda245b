import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ....models.common.recovery_delivery import LETTERS
from ....models.common.recovery_window import once
from ....models.common.roles import USER, require_user
from ....models.dunning.scenario.ladder import FORMAL_NOTICE


class RecoveryNoticeWizard(models.TransientModel):
    """Read a notice as it will leave, and change it: its channel, addressee, words and documents, for it alone.

    What is shown is made by what sends: the notice is changed, written and printed, then everything is taken back.
    """

    _name = "recovery.notice.wizard"
    _description = "Read before sending"
    _inherit = ["recovery.window", "recovery.wording"]

    notice_id = fields.Many2one("recovery.notice", readonly=True, index=True, ondelete="cascade")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    level_id = fields.Many2one("recovery.level", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(related="level_id.kind")
    lang = fields.Char("Language", readonly=True)
    amount_text = fields.Char("Claimed", readonly=True)
    channels_text = fields.Char("Sent via", readonly=True)
    warning = fields.Char(readonly=True)
    is_changeable = fields.Boolean(readonly=True)
    keeps_words = fields.Boolean(compute="_compute_keeps_words")
    can_print = fields.Boolean(readonly=True)
    has_letter = fields.Boolean(readonly=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("letter", "Letter"), ("registered", "Registered letter")],
        help="Empty: the channels of its level.",
    )
    addressee_id = fields.Many2one("res.partner", domain="[('id', 'child_of', partner_id)]")
    subject = fields.Char(filled_for="recovery.notice")
    body = fields.Html("Opening", sanitize="email_outgoing", filled_for="recovery.notice")
    closing = fields.Html(sanitize="email_outgoing", filled_for="recovery.notice")
    with_statement = fields.Boolean("Statement of account", help="Goes with an e-mail.")
    with_invoices = fields.Boolean("Invoices claimed", help="Go with an e-mail.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Additional documents", help="PDF only: they may need to be printed."
    )
    preview_html = fields.Html("As sent", readonly=True, sanitize="email_outgoing")
    origin = fields.Json(readonly=True)
    pdf = fields.Binary(attachment=False, readonly=True)
    pdf_name = fields.Char(readonly=True)

    def _get_text_title(self):
        return self.level_id.name or ""

    def _get_text_languages(self):
        return [self.lang or self.env.lang or "en_US"]

    @api.depends("level_id")
    def _compute_keeps_words(self):
        for wizard in self:
            wizard.keeps_words = wizard.level_id.kind == FORMAL_NOTICE

    # ------------------------------------------------------------
    # What it shows
    # ------------------------------------------------------------
    @api.model
    def _open(self, notice):
        """Return the window on a notice: as it would leave, or as it left."""
        notice.check_access("read")
        with self.env.cr.savepoint() as savepoint:
            values = self._prepare_shown(notice.sudo())
            savepoint.rollback()
        window = self._keep(self.create({**values, "notice_id": notice.id}))
        return window._get_dialog(self.env._("As sent"), dialog_size="extra-large")

    @api.model
    def _prepare_shown(self, notice):
        """Return the values of a window on this notice; its words are written on it: the caller takes them back."""
        is_changeable = notice.state == "draft" and self.env.user.has_group(USER)
        subject, body, closing = notice._get_words()
        channels = self.env["recovery.rendering"]._get_channels(notice)
        return {
            "debtor_id": notice.debtor_id.id,
            "level_id": notice.level_id.id,
            "lang": notice.lang,
            "amount_text": notice.amount_text,
            "is_changeable": is_changeable,
            "channel": notice.own_channel,
            "addressee_id": notice.addressee_id.id,
            "subject": subject if is_changeable else notice.subject,
            "body": body if is_changeable else False,
            "closing": closing if is_changeable else False,
            "with_statement": notice._attaches("statement"),
            "with_invoices": notice._attaches("invoices"),
            "attachment_ids": [Command.set(notice.own_attachment_ids.ids)],
            "can_print": bool({"letter", "registered"} & set(channels)) or notice._is_printed(),
            **self._prepare_preview(notice),
        }

    @api.model
    def _prepare_preview(self, notice):
        """Return what the window says of how the notice leaves now."""
        rendering = self.env["recovery.rendering"]
        labels = dict(self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env))
        warning = notice.warning
        try:
            preview = rendering._render_as_it_leaves(notice)
        except UserError as error:
            preview, warning = Markup("<p>%s</p>") % str(error), warning
        channels = rendering._get_channels(notice)
        return {
            "preview_html": preview,
            "warning": warning,
            "channels_text": ", ".join(labels[channel] for channel in channels),
            "has_letter": not {*LETTERS}.isdisjoint(channels),
        }

    @api.model
    def _keep(self, windows):
        """Keep what windows show at first, to tell what is changed in them."""
        for window in windows:
            window.sudo().origin = window._read_typed()
        return windows

    def _read_typed(self):
        """Return what stands in the fields that may be changed, as plain values."""
        self.ensure_one()
        return {
            "channel": self.channel or False,
            "addressee_id": self.addressee_id.id,
            "subject": self.subject or "",
            "body": str(self.body or ""),
            "closing": str(self.closing or ""),
            "with_statement": self.with_statement,
            "with_invoices": self.with_invoices,
            "attachment_ids": sorted(self.attachment_ids.ids),
        }

    def _get_changes(self):
        """Return what was changed in the window, as ``recovery.notice.action_change`` takes it."""
        self.ensure_one()
        before = self.origin or {}
        changes = {name: value for name, value in self._read_typed().items() if value != before.get(name)}
        if changes.keys() & {"subject", "body", "closing"}:
            changes |= {"subject": self.subject or "", "body": self.body or "", "closing": self.closing or ""}
        return changes

    # ------------------------------------------------------------
    # Its buttons
    # ------------------------------------------------------------
    def _rehearse(self, work):
        """Do the work on the notice, changed as the window says, then take everything back.

        :param work: takes the notice with elevated rights, and returns plain values.
        """
        self.ensure_one()
        changes = self._get_changes()
        notice = self.notice_id
        notice.check_access("read")
        with self.env.cr.savepoint() as savepoint:
            result = self._work_on(notice, changes, work)
            savepoint.rollback()
        return result

    @api.model
    def _work_on(self, notice, changes, work):
        if changes:
            notice._change(changes)
        return work(notice.sudo())

    def action_show(self):
        """Show the notice again, as it leaves with what was changed."""
        self.check_access("read")
        values = self._rehearse(self._prepare_preview)
        self.sudo().write(values)
        return self._get_dialog(self.env._("As sent"), dialog_size="extra-large")

    def action_print(self):
        """Open the letter in PDF as it would leave now; nothing is kept of it."""
        self.check_access("read")
        content = self._rehearse(self._print)
        name = f"{self.level_id.name} – {self.debtor_id.display_name}.pdf"
        self.sudo().write({"pdf": base64.b64encode(content), "pdf_name": name})
        url = f"/web/content/{self._name}/{self.id}/pdf?filename_field=pdf_name"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    def _print(self, notice):
        """Return the PDF of a notice's letter; as it left, once it did."""
        return notice.document_id.raw or self.env["recovery.rendering"]._render_letters(notice)[notice]

    @once
    def action_confirm(self):
        """Change the notice: it leaves as it is read here."""
        self.ensure_one()
        require_user(self.env)
        if changes := self._get_changes():
            self.notice_id._change(changes)
        return self._say(self.env._("%s is sent as you read it.", self.notice_id.display_name))

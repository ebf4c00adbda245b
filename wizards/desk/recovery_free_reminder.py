from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...models.common.formatting import name_file, split_last_paragraph
from ...models.common.recovery_window import once
from ...models.common.roles import require_user

REPORT = "debt_recovery.action_report_free_reminder"
ENTIRE = "extra-large"


class RecoveryFreeReminder(models.TransientModel):
    """Write to a debtor off the scenario: an e-mail or a letter in one's own words, read as it leaves.

    It moves nobody on the ladder; it stands in the history like any contact, and the cap on contacts counts it.
    """

    _name = "recovery.free.reminder"
    _description = "Write outside the scenario"
    _inherit = ["recovery.writing", "recovery.wording"]

    debtor_id = fields.Many2one(required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    subject = fields.Char(filled_for="recovery.notice")
    body = fields.Html("Text", sanitize="email_outgoing", filled_for="recovery.notice")
    with_items = fields.Boolean("Late invoices", default=True, help="A table of them below the text.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="PDF only: they may need to be printed."
    )
    warning = fields.Text(compute="_compute_warning")
    preview_html = fields.Html("As sent", compute="_compute_preview_html", sanitize="email_outgoing")

    @api.model
    def _open(self, debtor, **values):
        """Return the window for this debtor, with a few words to begin with in the debtor's language.

        :param values: of other fields, as the documents.
        """
        require_user(self.env)
        debtor.check_access("read")
        window = self.create({"debtor_id": debtor.id, **values})
        window.write({name: text for name, text in window._prepare_text().items() if not values.get(name)})
        return window._get_dialog(self.env._("Write to %s", debtor.display_name), dialog_size=ENTIRE)

    def _get_text_title(self):
        return self.env._("Free reminder")

    def _get_text_languages(self):
        return [self.lang or self.env.lang or "en_US"]

    @api.depends("debtor_id")
    def _compute_addressee_id(self):
        for window in self:
            window.addressee_id = window.debtor_id._get_addressee("reminder")

    def _prepare_text(self):
        """Return the words to begin with, with the placeholders of the levels."""
        self.ensure_one()
        env = self.with_context(lang=self.lang).env

        def field(name):
            return Markup('<t t-out="object.%s"/>') % name

        paragraphs = (
            env._("Dear Sir or Madam,"),
            env._("We are writing to you about your account, on which %s is overdue.", field("amount_text")),
            env._("Yours faithfully,"),
        )
        return {
            "subject": env._("Your account with %s", "{{ object.company_name }}"),
            "body": Markup("").join(Markup("<p>%s</p>") % paragraph for paragraph in paragraphs),
        }

    @api.depends("debtor_id", "addressee_id", "channel")
    @api.depends_context("lang")
    def _compute_warning(self):
        for window in self:
            warnings = []
            if window.debtor_id:
                standings = window.debtor_id._get_standings().get(window.debtor_id._origin, [])
                warnings += [standing.text for standing in standings]
            warnings += filter(None, [window._find_address_gap()])
            window.warning = "\n".join(warnings) or False

    @api.depends("debtor_id", "addressee_id", "channel", "subject", "body", "with_items")
    def _compute_preview_html(self):
        for window in self:
            window.preview_html = False
            if not (window.debtor_id and window.addressee_id):
                continue
            try:
                notice = window._get_notice()
            except UserError as error:
                window.preview_html = window._describe_refusal(error)
                continue
            values = {"notice": notice, "look": window.channel, "invoices_left_out": False}
            Qweb = self.env["ir.qweb"].with_context(lang=window.lang)
            values |= notice._get_document_values()
            window.preview_html = Markup(Qweb._render("debt_recovery.wording_preview", values))

    def _get_notice(self):
        """Return an unsaved notice that says these words about what is late today.

        :raises UserError: the words ask for what no notice gives.
        """
        self.ensure_one()
        texts = self._parse_texts(("subject", "body"), self.lang)
        debtor, day = self.debtor_id, self.company_id._recovery_today()
        notice = debtor._prepare_reading(day, self.lang, self.addressee_id)
        filled = self._fill_texts(texts, notice, self.lang)[notice]
        body, closing = filled["body"], Markup()
        if self.with_items:
            body, closing = split_last_paragraph(body)  # the table stands before "Yours faithfully"
        else:
            notice.line_ids = [Command.clear()]
        notice.update({"subject": filled["subject"], "body": body, "closing": closing, "own_channel": self.channel})
        return notice

    # ------------------------------------------------------------
    # Its button
    # ------------------------------------------------------------
    @once
    def action_send(self):
        """Send the e-mail, or make the letter to print; either is kept as it leaves."""
        self.ensure_one()
        require_user(self.env)
        self._send()
        return self._say(self._describe_written())

    def _send(self, purpose="notice"):
        """Make what leaves, and hand it to what carries it.

        :param str purpose: ``thanks`` solicits nobody.
        :return: the delivery.
        """
        self.debtor_id.check_access("read")
        self._check_contents()
        notice = self._get_notice()
        delivery = self._create_delivery(notice, purpose)
        documents = self.env["recovery.sender"]._copy_pdfs(delivery, self.attachment_ids.ids)
        delivery.enclosure_ids = documents
        if self.channel == "email":
            self._queue_mail(delivery, notice, documents)
        else:
            self._store_letter(delivery, notice)
        self._follow(delivery)
        return delivery

    def _create_delivery(self, notice, purpose):
        Delivery = self.env["recovery.delivery"].sudo()
        signer = notice._get_signing_user()
        return Delivery.create(
            {
                **Delivery._prepare_new(self, self.channel, notice.subject, signer=signer),
                "queued_on": fields.Datetime.now(),
                "purpose": purpose,
                "address": Delivery._get_address(self.addressee_id, self.channel),
            }
        )

    def _queue_mail(self, delivery, notice, documents):
        html = self.env["recovery.rendering"]._render_mails(notice)[notice]
        content = {"delivery": delivery, "subject": notice.subject, "body": notice.body, "html": html}
        self.env["recovery.sender"].sudo()._queue_mails([{**content, "attachments": documents}])

    def _store_letter(self, delivery, notice):
        content = self.env["recovery.printing"]._prepare_streams(REPORT, self.ids)[self.id]
        sender = self.env["recovery.sender"].sudo()
        name = name_file(notice.date, self.partner_id.name, notice.subject)
        document = sender._create_documents([(delivery, name, content)])
        sender._store_letters([{"delivery": delivery, "document": document, "body": notice.body}])

    def _follow(self, delivery):
        """Count it as a contact of today, and write it in the journal."""
        debtor, company = self.debtor_id, self.company_id
        day = company._recovery_today()
        if delivery.purpose != "thanks":
            debtor.sudo().last_notice_on = day
        self.env["recovery.event"]._log(
            "queued",
            delivery,
            self.env._("Written outside the scenario: %s", delivery.subject),
            {"channel": delivery.channel, "address": delivery.address, "subject": delivery.subject},
        )
        self.env["recovery.worklist"]._compute(company, day, debtor.partner_id)

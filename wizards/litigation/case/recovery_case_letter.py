from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ....models.common.calendar import shift
from ....models.common.formatting import format_day, format_place_and_day, name_file, name_run
from ....models.common.recovery_window import once
from ....models.common.roles import require_user

REPORT = "debt_recovery.action_report_case_letter"
ANSWER_DAYS = 8  # proposed, and changed on the window


class RecoveryCaseLetter(models.TransientModel):
    """Write to a debtor from a case, or to the counsel whom the debtor has named: an offer, a reminder of costs.

    The words are those of a shipped or own text, filled once and shown as they will leave. It is no reminder of the
    scenario, and it counts as a contact like any other.
    """

    _name = "recovery.case.letter"
    _description = "Letter from a case"
    _inherit = ["recovery.writing", "recovery.worded.document"]
    _placeholders = (
        "debtor_name", "case_name", "amount_text", "opening_text", "claimed_text", "invoices_text", "oldest_due_text",
        "letter_date_text", "answer_by_text", "owner_name", "owner_email", "owner_phone", "company_name", "court_text",
        "reference_text",
    )  # fmt: skip

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    counsel_id = fields.Many2one(related="debtor_id.counsel_id")
    addressed_to = fields.Selection(
        [("debtor", "The debtor"), ("counsel", "The debtor's counsel")],
        string="Written to",
        required=True,
        compute="_compute_addressed_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    channel = fields.Selection(selection_add=[("registered", "Registered letter")], ondelete={"registered": "cascade"})
    day = fields.Date(compute="_compute_day")
    answer_by = fields.Date("Reply by", compute="_compute_answer_by", store=True, readonly=False, precompute=True)
    wording_id = fields.Many2one(
        "recovery.case.wording",
        domain="[('company_id', 'in', (False, company_id)), ('addressee', 'in', ('any', addressed_to))]",
    )
    subject = fields.Char(required=True, compute="_compute_text", store=True, readonly=False, precompute=True)
    body = fields.Html(
        required=True, sanitize="email_outgoing", compute="_compute_text", store=True, readonly=False, precompute=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Enclosures")
    warning = fields.Char(compute="_compute_warning")

    # What the words ask for
    debtor_name = fields.Char("Customer's name", compute="_compute_placeholders")
    case_name = fields.Char("Number of the case", compute="_compute_placeholders")
    amount_text = fields.Char("Amount due today, in total", compute="_compute_placeholders")
    opening_text = fields.Char("Date on which the case was opened", compute="_compute_placeholders")
    claimed_text = fields.Char("Amount claimed when the case was opened", compute="_compute_placeholders")
    invoices_text = fields.Char("Invoices claimed", compute="_compute_placeholders")
    oldest_due_text = fields.Char("Oldest due date", compute="_compute_placeholders")
    letter_date_text = fields.Char("Date of the letter", compute="_compute_placeholders")
    answer_by_text = fields.Char("Deadline for replying", compute="_compute_placeholders")
    owner_name = fields.Char("Who follows the case", compute="_compute_placeholders")
    owner_email = fields.Char("E-mail of the case owner", compute="_compute_placeholders")
    owner_phone = fields.Char("Telephone of the case owner", compute="_compute_placeholders")
    company_name = fields.Char("Your company", compute="_compute_placeholders")
    court_text = fields.Char("Court", compute="_compute_placeholders")
    reference_text = fields.Char("Reference of the proceedings", compute="_compute_placeholders")

    @api.depends("case_id")
    def _compute_addressed_to(self):
        for letter in self:
            letter.addressed_to = "counsel" if letter.counsel_id.active else "debtor"

    @api.depends("case_id", "addressed_to")
    def _compute_family_id(self):
        for letter in self:
            counsel = letter.counsel_id if letter.addressed_to == "counsel" else letter.counsel_id.browse()
            letter.family_id = counsel or letter.partner_id

    @api.depends("family_id")
    def _compute_addressee_id(self):
        for letter in self:
            is_debtor = letter.family_id == letter.partner_id
            letter.addressee_id = letter.debtor_id._get_addressee() if is_debtor else letter.family_id

    @api.depends("company_id")
    def _compute_day(self):
        for letter in self:
            letter.day = (letter.company_id or self.env.company)._recovery_today()

    @api.depends("day")
    def _compute_answer_by(self):
        for letter in self:
            letter.answer_by = letter.answer_by or shift(letter.day, days=ANSWER_DAYS)

    @api.depends("wording_id", "case_id", "addressee_id", "answer_by")
    def _compute_text(self):
        """Fill the words; what somebody has typed since stays until other words are chosen."""
        for letter in self:
            words = letter.wording_id
            if not words or not letter.case_id:
                letter.subject, letter.body = letter.subject, letter.body
                continue
            texts = words.sudo()._parse_texts(("subject", "body"), letter.lang)
            filled = words._fill_texts(texts, letter, letter.lang)[letter]
            letter.subject, letter.body = filled["subject"], filled["body"]

    @api.depends("addressed_to", "counsel_id", "channel", "addressee_id")
    @api.depends_context("lang")
    def _compute_warning(self):
        for letter in self:
            warnings = []
            if letter.counsel_id.active and letter.addressed_to == "debtor":
                warnings.append(
                    self.env._(
                        "%s is the debtor's counsel: letters about the dispute are written to this lawyer.",
                        letter.counsel_id.display_name,
                    )
                )
            if letter.counsel_id and not letter.counsel_id.active:
                warnings.append(
                    self.env._("%s is archived: say on the debtor who is counsel now.", letter.counsel_id.display_name)
                )
            warnings += filter(None, [letter._find_address_gap()])
            letter.warning = " ".join(warnings) or False

    @api.depends("case_id", "day", "answer_by")
    @api.depends_context("lang")
    def _compute_placeholders(self):
        for letter in self:
            values = letter._get_placeholder_values() if letter.case_id else {}
            for name in RecoveryCaseLetter._placeholders:
                letter[name] = values.get(name, "")

    def _get_placeholder_values(self):
        """Return the strings of this class's placeholders, in the context's language."""
        self.ensure_one()
        case = self.case_id
        owner = self._get_owner()
        claims = case.line_ids.filtered(lambda claim: not claim.removed_on)
        return {
            "debtor_name": case.partner_id.name,
            "case_name": case.name,
            "amount_text": self._format_amount(case.amount_now),
            "opening_text": self._format_amount(case.amount_opening),
            "claimed_text": self._format_amount(case.amount_claimed),
            "invoices_text": name_run(self.env, sorted(set(filter(None, claims.mapped("move_name"))))),
            "oldest_due_text": format_day(self.env, case.oldest_due),
            "letter_date_text": format_day(self.env, self.day, "long"),
            "answer_by_text": format_day(self.env, self.answer_by, "long"),
            "owner_name": owner.name,
            "owner_email": owner.email or case.company_id.email,
            "owner_phone": owner.partner_id.phone or case.company_id.phone,
            "company_name": case.company_id.name,
            "court_text": case.court_id.name,
            "reference_text": case.reference,
        }

    def _get_owner(self):
        """Return whom the letter names: who answers for the case now, else who writes."""
        return self.case_id._recovery_get_responsible() or self.env.user

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.case_id.company_currency_id)

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------
    @once
    def action_send(self):
        """Send the mail, or make the letter to print; either is kept as it leaves, and told in the case."""
        self.ensure_one()
        require_user(self.env)
        case = self.case_id
        case.check_access("write")
        self._check_contents()
        delivery = self._create_delivery()
        if self.channel == "email":
            self._queue_mail(delivery)
        else:
            self._store_letter(delivery)
        case.debtor_id.sudo().last_notice_on = self.day
        self._tell(delivery)
        return self._say(self._describe_written())

    def _get_families(self):
        return super()._get_families() | self.counsel_id.commercial_partner_id

    def _describe_stranger(self):
        return self.env._(
            "%s belongs neither to the debtor nor to the debtor's counsel: write in the thread of the case instead.",
            self.addressee_id.display_name,
        )

    def _create_delivery(self):
        Delivery = self.env["recovery.delivery"].sudo()
        vals = Delivery._prepare_new(self, self.channel, self.subject)
        address = Delivery._get_address(self.addressee_id, self.channel)
        return Delivery.create(
            {
                **vals,
                "queued_on": fields.Datetime.now(),
                "address": address,
                "purpose": "case",
                "case_id": self.case_id.id,
                "named_user_id": self._get_owner().id,
                "enclosure_ids": [fields.Command.set(self._keep_enclosures().ids)],
            }
        )

    def _keep_enclosures(self):
        """Attach what was enclosed to the case, so that it stays readable there."""
        own = self.attachment_ids.sudo().filtered(
            lambda attachment: (
                attachment.create_uid == self.env.user and (not attachment.res_id or attachment.res_model == self._name)
            )
        )
        own.write({"res_model": self.case_id._name, "res_id": self.case_id.id})
        return self.attachment_ids

    def _queue_mail(self, delivery):
        letter = self.with_context(lang=self.lang)
        html = Markup(
            letter.env["ir.qweb"]._render("debt_recovery.mail_case_letter", {"letter": letter, **letter._get_values()})
        )
        self.env["recovery.sender"].sudo()._queue_mails(
            [
                {
                    "delivery": delivery,
                    "subject": self.subject,
                    "body": self.body,
                    "html": html,
                    "attachments": delivery.enclosure_ids,
                }
            ]
        )

    def _store_letter(self, delivery):
        content = self.env["recovery.printing"]._prepare_streams(REPORT, self.ids)[self.id]
        sender = self.env["recovery.sender"].sudo()
        filename = name_file(self.day, self.partner_id.name, self.subject)
        document = sender._create_documents([(self.case_id, filename, content)])
        sender._store_letters([{"delivery": delivery, "document": document, "body": self.body}])

    def _tell(self, delivery):
        """Write it in the thread of the case and in the journal."""
        case = self.case_id
        case.sudo().message_post(
            body=self.env._(
                "Written to %(addressee)s: %(subject)s", addressee=self.addressee_id.display_name, subject=self.subject
            ),
            subtype_xmlid="mail.mt_note",
            attachment_ids=delivery.attachment_id.ids,
        )
        self.env["recovery.event"]._log(
            "case_letter",
            case,
            self.env._(
                "Written to %(addressee)s: %(subject)s", addressee=self.addressee_id.display_name, subject=self.subject
            ),
            {
                "channel": self.channel,
                "address": delivery.address,
                "subject": self.subject,
                "sha256": delivery.sha256,
            },
        )

    def _get_values(self):
        """Return what the mail and the letter print, in the context's language."""
        self.ensure_one()
        company = self.company_id
        name, title = company.sudo()._recovery_signatory()
        return {
            "company": company,
            "contact": self._get_owner(),
            "place_and_date": format_place_and_day(self.env, company, self.day),
            "signatory_name": name,
            "signatory_title": title,
            "identity": company.sudo()._recovery_identity_line(),
        }

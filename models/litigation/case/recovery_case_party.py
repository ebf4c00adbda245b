from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import email_normalize
from odoo.tools.translate import LazyTranslate

from ...common.calendar import shift
from ...common.core_mail import AUTOMATIC_MAIL
from ...common.retention import CASES, Retained
from ..parties.courts import PARTIES

_lt = LazyTranslate(__name__)

ANSWERED = "debt_recovery.mail_activity_type_party_answer"
SILENT = "debt_recovery.mail_activity_type_party_silent"
EXTRACT = 300


class RecoveryCaseParty(models.Model):
    """Somebody who acts in a case: in what quality, by which mandate, under which reference, and since when silent."""

    _name = "recovery.case.party"
    _description = "Party to a case"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("note", "reference"),
        domain=(("case_id.is_open", "=", False),),
    )
    _inherit = ["recovery.guarded"]
    _order = "case_id, sequence, id"
    _check_company_auto = True
    _typed = (
        "sequence", "partner_id", "role", "mandate_id", "reference", "date_from", "date_until", "silent_days", "note",
    )  # fmt: skip
    _typed_once = ("case_id",)
    _journal_words = {"party": _lt("Party"), "reference": _lt("Reference")}

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    is_open = fields.Boolean(related="case_id.is_open", string="Case open", store=True)
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner",
        string="Party",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('recovery_party_kind', '!=', False)]",
    )
    role = fields.Selection(
        PARTIES,
        string="Acts as",
        compute="_compute_role",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    mandate_id = fields.Many2one(
        "recovery.mandate",
        compute="_compute_mandate_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', '=', partner_id), ('company_id', '=', company_id)]",
    )
    reference = fields.Char("Their reference", help="RG number at the court, file number at the lawyer or agency.")
    date_from = fields.Date("In the case since", required=True, default=lambda self: self.env.company._recovery_today())
    date_until = fields.Date("In the case until")
    silent_days = fields.Integer(
        "Chase after (days)",
        compute="_compute_silent_days",
        store=True,
        readonly=False,
        precompute=True,
        help="Without a reply for this long, the owner of the case is asked to chase. 0: never.",
    )
    written_on = fields.Date("Last written to", readonly=True, help="An e-mail was sent from the thread of the case.")
    heard_on = fields.Date(
        "Last received from", readonly=True, help="An e-mail was received in the thread of the case."
    )
    chased_on = fields.Date("Chasing requested on", readonly=True)
    is_silent = fields.Boolean("Unresponsive", compute="_compute_is_silent", search="_search_is_silent")
    note = fields.Char()

    _partner_uniq = models.UniqueIndex("(case_id, partner_id, role)", "This party is already named in the case.")
    _dates_ordered = models.Constraint(
        "CHECK (date_until IS NULL OR date_until >= date_from)", "Nobody can stop acting before starting."
    )

    @api.depends("partner_id.name", "role")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for party in self:
            name = party.partner_id.name or ""
            party.display_name = f"{name} ({roles[party.role]})" if party.role in roles else name

    @api.depends("partner_id")
    def _compute_role(self):
        for party in self:
            party.role = party.partner_id.sudo().recovery_party_kind or party.role or "lawyer"

    @api.depends("partner_id", "company_id")
    def _compute_mandate_id(self):
        for party in self:
            company = party.company_id or self.env.company
            mandates = self.env["recovery.mandate"].sudo()
            found = (
                mandates._find(company, party.partner_id, company._recovery_today()) if party.partner_id else mandates
            )
            party.mandate_id = found.with_env(self.env)

    @api.depends("mandate_id", "role")
    def _compute_silent_days(self):
        """Courts and registries are not chased: they answer when they can."""
        for party in self:
            company = (party.company_id or self.env.company)._recovery_root()
            usual = 0 if party.role in ("court", "registry") else company.recovery_silence_days
            mandate = party.mandate_id.sudo()
            party.silent_days = mandate.silent_days if mandate else usual

    @api.depends("written_on", "heard_on", "silent_days", "date_until", "is_open")
    def _compute_is_silent(self):
        for party in self:
            day = (party.company_id or self.env.company)._recovery_today()
            party.is_silent = party._is_silent_on(day)

    def _is_silent_on(self, day):
        """Tell whether somebody to whom one wrote has not answered for too long."""
        self.ensure_one()
        if not (self.is_open and self.silent_days and self.written_on) or (self.date_until and self.date_until < day):
            return False
        if self.heard_on and self.heard_on >= self.written_on:
            return False
        return shift(self.written_on, days=self.silent_days) < day

    @api.model
    def _search_is_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = self.sudo().search(Domain("is_open", "=", True) & Domain("written_on", "!=", False))
        days = {company: company._recovery_today() for company in waiting.company_id}
        silent = waiting.filtered(lambda party: party._is_silent_on(days[party.company_id]))
        silent = Domain("id", "in", silent.ids)
        return Domain.OR(silent if answer else ~silent for answer in set(value))

    @api.constrains("mandate_id", "partner_id")
    def _check_mandate(self):
        for party in self:
            if party.mandate_id and party.mandate_id.partner_id != party.partner_id:
                raise ValidationError(
                    self.env._("%s: the mandate belongs to another provider.", party.partner_id.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties._trace("case_party", lambda party: self.env._("%s now acts in the case", party.display_name))
        return parties

    def unlink(self):
        self._trace("case_party", lambda party: self.env._("%s no longer acts in the case", party.display_name))
        return super().unlink()

    def _trace(self, kind, summary):
        self.env["recovery.event"]._log(
            kind,
            self,
            summary,
            lambda party: {"case": party.case_id.name, "party": party.partner_id.name, "reference": party.reference},
        )

    def action_mark_heard(self):
        """Note that a party answered otherwise than by a mail to the case: by telephone, on paper."""
        self.case_id.check_access("write")
        for party in self.sudo():
            party._hear(party.company_id._recovery_today())

    # ------------------------------------------------------------
    # Mails to and from the parties, in the thread of the case
    # ------------------------------------------------------------
    @api.model
    def _follow_message(self, case, message):
        """Note which parties a message of a case was written to, or comes from; the owner hears of what comes in."""
        parties = self.sudo().search([("case_id", "=", case.id)])
        company = case.company_id
        day = company._recovery_local_datetime(message.date or fields.Datetime.now()).date()
        if message.message_type == "email":
            if AUTOMATIC_MAIL.heard or any(not user.share for user in message.author_id.sudo().user_ids):
                return
            authors = parties.filtered(lambda party: party._is_author(message))
            authors._hear(day)
            self._tell_owner(case, message, authors)
        else:
            written = self._get_recipients(case, message).commercial_partner_id
            parties.filtered(lambda party: party.partner_id.commercial_partner_id in written).written_on = day

    @api.model
    def _get_recipients(self, case, message):
        """Return to whom a message of a case goes: those named, and those who follow it if it is no internal note."""
        named = message.sudo().partner_ids
        is_internal = message.is_internal or message.subtype_id.internal or message.message_type == "notification"
        return named if is_internal else named | case.sudo().message_partner_ids

    def _is_author(self, message):
        """Tell whether a message is of this party, or of somebody of the same firm."""
        self.ensure_one()
        author = message.author_id.sudo().commercial_partner_id
        if author:
            return author == self.partner_id.commercial_partner_id
        sender = email_normalize(message.email_from or "")
        return bool(sender) and sender == self.partner_id.email_normalized

    def _hear(self, day):
        """Note that parties answered, and close the tasks to chase them."""
        for party in self:
            party.write({"heard_on": day, "chased_on": False})
            if not party.search_count([("case_id", "=", party.case_id.id), ("chased_on", "!=", False)], limit=1):
                party.case_id.sudo().activity_unlink([SILENT])

    @api.model
    def _tell_owner(self, case, message, parties):
        """Give the owner of a case a task for a mail that came to it."""
        who = ", ".join(parties.mapped("display_name")) or message.author_id.name or message.email_from or ""
        extract = " ".join(html2plaintext(message.body or "").split())[:EXTRACT]
        case.sudo().activity_schedule(
            ANSWERED,
            date_deadline=case.company_id._recovery_today(),
            summary=self.env._(
                "%(who)s: %(subject)s", who=who, subject=message.subject or self.env._("E-mail received")
            ),
            note=Markup("<p>%s</p>") % extract,
            user_id=case._recovery_get_responsible().id,
        )
        self.env["recovery.event"]._log(
            "party_heard",
            case,
            self.env._("E-mail from %(who)s: %(subject)s", who=who, subject=message.subject or extract[:80]),
            {"case": case.name, "party": who, "subject": message.subject or ""},
        )

    # ------------------------------------------------------------
    # Silence
    # ------------------------------------------------------------
    @api.model
    def _cron_watch(self):
        """Ask the owners to chase the parties that have been silent for too long, once for each silence."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, day: mine._chase_silent(company, day)
        )

    @api.model
    def _chase_silent(self, company, day):
        waiting = self.sudo().search(
            Domain("company_id", "=", company.id)
            & Domain("is_open", "=", True)
            & Domain("written_on", "!=", False)
            & Domain("silent_days", ">", 0)
            & Domain("chased_on", "=", False)
        )
        silent = waiting.filtered(lambda party: party._is_silent_on(day))
        for party in silent:
            owner = party.case_id._recovery_get_responsible()
            speaker = self.with_context(lang=owner.lang or self.env.lang)
            party.case_id.sudo().activity_schedule(
                SILENT,
                date_deadline=day,
                summary=speaker.env._(
                    "%(party)s has not replied for %(days)s days: chase",
                    party=party.with_env(speaker.env).sudo().display_name,
                    days=(day - party.written_on).days,
                ),
                user_id=owner.id,
            )
        silent.chased_on = day
        silent._trace("party_silent", lambda party: self.env._("%s is not responding", party.display_name))
        return silent

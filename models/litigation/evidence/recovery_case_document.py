import hashlib
import re
from collections import defaultdict
from decimal import Decimal
from html import unescape

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, is_html_empty
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...claim.figures import get_order
from ...common.formatting import (
    NAMED,
    enumerate_phrases,
    format_day,
    format_letter_day,
    format_place_and_day,
    list_phrases,
    name_file,
    name_invoices,
)
from ...common.identity import format_siren
from ...common.placeholders import Placeholder
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import say
from ..deadline.follow import RUNNING
from ..parties.courts import SERVED_BY, guess_kind

_lt = LazyTranslate(__name__)

REPORT = "debt_recovery.action_report_case_document"
GAP = "[… %s …]"  # what stands in a text where nothing is known yet
_GAPS = re.compile(r"\[… (.+?) …\]")
TOGETHER = 15  # rows of a table that no page break cuts
ITEM_WIDTHS = (4, 17, 13.5, 13.5, 10, 10.5, 11, 11, 9.5)  # of the table of what is claimed, in % of the page
ENDING = 3  # rows of the last table that stand with what ends the document
BREAK = "\u2028"  # a new line in what is filled in
#: What a document prints of the sums: nothing of them is known yet.
EMPTY = {"totals": [], "columns": [], "items": [], "sources": [], "error": ""}
TEXTS = ("subject", "body", "closing")
REQUESTS = ("payment_order_commerce", "payment_order_civil", "payment_order_jcp")
COURTS = (*REQUESTS, "summons")
#: What goes to a court, or to who stands for it: both parties are told there as CPC 54 and 57 ask.
PROCEDURAL = (*COURTS, "declaration")
#: Before which kinds of courts each of them may be brought; each room may add to it.
HEARD_BY = {
    "payment_order_commerce": SERVED_BY["commerce"],
    "payment_order_civil": ("judiciaire", "proximite"),
    "payment_order_jcp": SERVED_BY["jcp"],
    "summons": (*SERVED_BY["commerce"], *SERVED_BY["jcp"]),
    "declaration": (*SERVED_BY["commerce"], "judiciaire", "jcp"),
}
CIVILITIES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "maître", "me", "dr", "docteur"}
#: What CPC 54 asks of a creditor who is a person; a company tells its form and who represents it instead.
PERSONAL = (
    "creditor_surname", "creditor_given_names", "creditor_profession", "creditor_home", "creditor_nationality",
    "creditor_born_on", "creditor_born_at",
)  # fmt: skip
CORPORATE = ("company_form_text", "signatory_title")
#: To whom each kind goes: a party's role, ``court`` or ``debtor``.
ADDRESSEES = {
    **dict.fromkeys(COURTS, "court"),
    "declaration": "trustee",
    "mandate": "lawyer",
    "instruction": "lawyer",
    "settlement": "debtor",
    "summary": "debtor",
    "irrecoverability": "bailiff",
    "service": "bailiff",
}


class RecoveryCaseDocument(models.Model):
    """A document of a case: a request, a draft, a letter, filled from what is known and kept as it left.

    Its words come from a template, its figures from the claim as it stands on its day. What the law or its reader
    wants of it and nobody has entered keeps it from leaving, by its name.
    """

    _name = "recovery.case.document"
    _description = "Case document"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("facts", "requests", "concessions", "opposition", "basis", "subject", "body", "closing", "figures"),
        ("attachment_id",),
        domain=(("case_id.is_open", "=", False),),
        stays=("amount_claimed_text", "sha256"),
    )
    _digested = {"attachment_id": "sha256"}
    _inherit = ["recovery.guarded", "recovery.worded.document"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = (
        "template_id", "procedure_id", "addressee_id", "date", "facts", "requests", "concessions", "opposition",
        "basis", "subject", "body", "closing",
    )  # fmt: skip
    _typed_once = ("case_id",)
    _journal_words = {"document": _lt("Document")}
    #: What texts may ask for; each room declares its own, see :meth:`_get_document_values`.
    _placeholders = (
        "debtor_name", "debtor_address_text", "debtor_siren_text", "company_name", "company_form_text",
        "company_siren_text", "company_address_text", "company_bank_text", "signatory_name", "signatory_title",
        "addressee_name", "addressee_address_text", "court_name", "court_address_text", "lawyer_name",
        "bailiff_name", "case_name", "reference_text", "procedure_text", "act_text", "letter_date_text",
        "place_text", "owner_name", "owner_phone", "owner_email", "amount_text", "principal_text", "interest_text",
        "indemnity_text", "costs_text", "clause_text", "invoices_text", "oldest_due_text", "interest_basis_text",
        "basis", "formal_notice_text", "amicable_text", "exhibits_text", "facts", "requests", "concessions",
        "opposition", "deadline_text", "insolvency_text", "mandate_text", "creditor_text", "debtor_text",
        "their_reference_text", *PERSONAL,
    )  # fmt: skip
    #: What a kind of document cannot leave without; each room may add to it.
    _needed = {
        **dict.fromkeys(
            REQUESTS,
            (
                *("company_name", "company_form_text", "company_siren_text", "company_address_text"),
                *("signatory_name", "signatory_title", "debtor_name", "debtor_address_text", "court_name"),
                *("amount_text", "principal_text", "basis", "invoices_text", "exhibits_text", "place_text"),
                "letter_date_text",
            ),
        ),
        "exhibit_list": ("company_name", "debtor_name", "exhibits_text"),
        "summons": (
            *("company_name", "company_form_text", "company_address_text", "signatory_name", "signatory_title"),
            *("debtor_name", "debtor_address_text", "court_name", "lawyer_name", "amount_text", "basis"),
            *("amicable_text", "facts", "exhibits_text"),
        ),
        "declaration": (
            *("company_name", "company_form_text", "company_address_text", "signatory_name", "signatory_title"),
            *("debtor_name", "addressee_name"),
            *("insolvency_text", "amount_text", "basis", "exhibits_text"),
        ),
        "mandate": ("company_name", "signatory_name", "addressee_name", "debtor_name", "amount_text"),
        "instruction": ("signatory_name", "addressee_name", "debtor_name", "requests"),
        "settlement": (
            *("company_name", "company_form_text", "signatory_name", "debtor_name", "debtor_address_text"),
            *("amount_text", "concessions"),
        ),
        "irrecoverability": ("addressee_name", "debtor_name", "debtor_address_text", "amount_text", "signatory_name"),
        "service": ("addressee_name", "debtor_name", "debtor_address_text", "act_text", "signatory_name"),
        "summary": ("debtor_name", "amount_text"),
        "chronology": ("debtor_name",),
    }

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="restrict", check_company=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    kind = fields.Selection(
        [
            ("payment_order_commerce", "Request for an injonction de payer: commercial court"),
            ("payment_order_civil", "Request for an injonction de payer: tribunal judiciaire"),
            ("payment_order_jcp", "Request for an injonction de payer: juge des contentieux de la protection"),
            ("exhibit_list", "List of exhibits"),
            ("summons", "Writ of summons, draft for counsel"),
            ("declaration", "Declaration of claim"),
            ("mandate", "Mandate"),
            ("instruction", "Letter of instruction"),
            ("settlement", "Settlement (protocole transactionnel)"),
            ("irrecoverability", "Request for a certificate of irrecoverability"),
            ("service", "Request for service"),
            ("summary", "Negotiation summary"),
            ("chronology", "Chronology of the claim"),
        ],
        string="Kind of document",
        compute="_compute_kind",
        store=True,
        precompute=True,
        index=True,
    )
    template_id = fields.Many2one(
        "recovery.case.document.template",
        required=True,
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    procedure_id = fields.Many2one(
        "recovery.procedure",
        compute="_compute_procedure_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )
    addressee_id = fields.Many2one(
        "res.partner",
        compute="_compute_addressee_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        check_company=True,
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._recovery_today(),
        help="Interest runs to this date; in a declaration of claim it stops the day before the judgment.",
    )
    lang = fields.Char("Language", compute="_compute_lang")
    facts = fields.Text("Facts and grounds", compute="_compute_facts", store=True, readonly=False, precompute=True)
    requests = fields.Text(
        "Our requests", help="Requested from the judge, counsel or the commissaire, besides the sums."
    )
    concessions = fields.Text(
        "Concessions of each party", help="A settlement without concessions on both sides is void (C. civ. 2044)."
    )
    opposition = fields.Char(
        "If the debtor opposes",
        help="The court to which the case should go straight away, if you wish to state it in the request (CPC 1408).",
    )
    basis = fields.Char(
        "Basis of the claim",
        compute="_compute_basis",
        store=True,
        readonly=False,
        precompute=True,
        help="The contract, the order, the terms of sale: proposed from the exhibits.",
    )
    subject = fields.Char("Title", compute="_compute_texts", store=True, readonly=False, precompute=True, required=True)
    body = fields.Html(
        "Text before the tables", compute="_compute_texts", store=True, readonly=False, precompute=True,
        sanitize="email_outgoing",
    )  # fmt: skip
    closing = fields.Html(
        "Text after the tables", compute="_compute_texts", store=True, readonly=False, precompute=True,
        sanitize="email_outgoing",
    )  # fmt: skip
    missing_text = fields.Text("Missing before issue", compute="_compute_missing_text")
    refusal_text = fields.Text("Why it cannot go there", compute="_compute_missing_text")
    preview_html = fields.Html("Preview", compute="_compute_preview_html", sanitize=False)
    state = fields.Selection(
        [("draft", "Being drafted"), ("issued", "Issued")], required=True, readonly=True, default="draft", index=True
    )
    issued_on = fields.Datetime("Issued on", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", string="Issued by", readonly=True, copy=False, ondelete="restrict")
    amount_claimed_text = fields.Char("Claimed", readonly=True, copy=False)
    figures = fields.Json(readonly=True, copy=False, help="The sums and tables as they were when it was issued.")
    attachment_id = fields.Many2one("ir.attachment", string="As issued", readonly=True, copy=False, ondelete="restrict")
    sha256 = fields.Char("SHA-256", readonly=True, copy=False, help="Digest of the document as it was issued.")

    # What the texts ask for, beside what is typed above
    debtor_name = fields.Char("Name of the debtor", compute="_compute_mentions")
    debtor_address_text = fields.Char("Address of the debtor", compute="_compute_mentions")
    debtor_siren_text = fields.Char("SIREN of the debtor", compute="_compute_mentions")
    company_name = fields.Char("Name of the creditor", compute="_compute_mentions")
    company_form_text = fields.Char("Legal form and capital of the creditor", compute="_compute_mentions")
    company_siren_text = fields.Char("SIREN and RCS of the creditor", compute="_compute_mentions")
    company_address_text = fields.Char("Address of the creditor", compute="_compute_mentions")
    company_bank_text = fields.Char("Bank account of the creditor", compute="_compute_mentions")
    signatory_name = fields.Char("Who signs for the creditor", compute="_compute_mentions")
    signatory_title = fields.Char("Position of the signatory", compute="_compute_mentions")
    addressee_name = fields.Char("Name of the addressee", compute="_compute_mentions")
    addressee_address_text = fields.Char("Address of the addressee", compute="_compute_mentions")
    court_name = fields.Char("Name of the court", compute="_compute_mentions")
    court_address_text = fields.Char("Address of the court", compute="_compute_mentions")
    lawyer_name = fields.Char("Name of the lawyer", compute="_compute_mentions")
    bailiff_name = fields.Char("Name of the commissaire de justice", compute="_compute_mentions")
    case_name = fields.Char("Our reference", compute="_compute_mentions")
    reference_text = fields.Char("Reference of the proceedings", compute="_compute_mentions")
    procedure_text = fields.Char("Procedure in progress", compute="_compute_mentions")
    act_text = fields.Char("Document to serve: last event of the procedure", compute="_compute_mentions")
    letter_date_text = fields.Char("Date of the document", compute="_compute_mentions")
    place_text = fields.Char("Place of signature", compute="_compute_mentions")
    owner_name = fields.Char("Who follows the case", compute="_compute_mentions")
    owner_phone = fields.Char("Telephone of the case owner", compute="_compute_mentions")
    owner_email = fields.Char("E-mail of the case owner", compute="_compute_mentions")
    amount_text = fields.Char("Total claimed", compute="_compute_mentions")
    principal_text = fields.Char("Principal", compute="_compute_mentions")
    interest_text = fields.Char("Interest to date", compute="_compute_mentions")
    indemnity_text = fields.Char("Fixed compensation amounts", compute="_compute_mentions")
    costs_text = fields.Char("Recovery costs", compute="_compute_mentions")
    clause_text = fields.Char("Penalty clause", compute="_compute_mentions")
    invoices_text = fields.Char("Invoices", compute="_compute_mentions")
    oldest_due_text = fields.Char("Oldest due date", compute="_compute_mentions")
    interest_basis_text = fields.Char("Basis of the interest", compute="_compute_mentions")
    formal_notice_text = fields.Char("Mise en demeure", compute="_compute_mentions")
    amicable_text = fields.Char("Steps taken to reach an amicable settlement", compute="_compute_mentions")
    exhibits_text = fields.Char("Exhibits", compute="_compute_mentions")
    deadline_text = fields.Char("Our next procedural deadline", compute="_compute_mentions")
    insolvency_text = fields.Char(
        "Date of the judgment opening the insolvency proceedings", compute="_compute_mentions"
    )
    mandate_text = fields.Char("Mandate", compute="_compute_mentions")
    creditor_text = fields.Char("The creditor, as a court requires", compute="_compute_mentions")
    debtor_text = fields.Char("The debtor, as a court requires", compute="_compute_mentions")
    their_reference_text = fields.Char("Reference of the addressee", compute="_compute_mentions")
    creditor_surname = fields.Char("Surname of the creditor", compute="_compute_mentions")
    creditor_given_names = fields.Char("Given names of the creditor", compute="_compute_mentions")
    creditor_profession = fields.Char("Profession of the creditor", compute="_compute_mentions")
    creditor_home = fields.Char("Home of the creditor", compute="_compute_mentions")
    creditor_nationality = fields.Char("Nationality of the creditor", compute="_compute_mentions")
    creditor_born_on = fields.Char("Date of birth of the creditor", compute="_compute_mentions")
    creditor_born_at = fields.Char("Place of birth of the creditor", compute="_compute_mentions")

    @api.depends("subject", "case_id.name")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " – ".join(filter(None, (document.case_id.name, document.subject)))

    @api.depends("template_id.kind")
    def _compute_kind(self):
        for document in self:
            document.kind = document.kind if document.state == "issued" else document.template_id.kind

    @api.depends("case_id")
    def _compute_procedure_id(self):
        for document in self:
            case = document.case_id
            document.procedure_id = document.procedure_id or case._get_running_procedures()[:1]

    @api.depends("case_id", "kind", "procedure_id")
    def _compute_addressee_id(self):
        for document in self:
            if document.state != "issued":
                document.addressee_id = document._find_addressee() or document.addressee_id

    def _find_addressee(self):
        """Return whom a document of that kind is for, as far as the case names them."""
        case, procedure = self.case_id, self.procedure_id
        role = ADDRESSEES.get(self.kind)
        if role == "court":
            return procedure.court_id or case.court_id
        if role == "debtor":
            return case.debtor_id._get_addressee() if case.debtor_id else case.partner_id
        if role == "lawyer" and (procedure.lawyer_id or case.lawyer_id):
            return procedure.lawyer_id or case.lawyer_id
        if role == "bailiff" and procedure.bailiff_id:
            return procedure.bailiff_id
        return self._find_parties(role).partner_id[:1]

    def _find_parties(self, role=None):
        """Return those who act in the case, or who do so in one quality."""
        domain = [("case_id", "=", self.case_id._origin.id), ("date_until", "=", False)]
        if role:
            domain.append(("role", "=", role))
        return self.env["recovery.case.party"].sudo().search(domain)

    @api.depends("case_id", "kind", "addressee_id")
    def _compute_lang(self):
        for document in self:
            case = document.case_id
            is_debtors = ADDRESSEES.get(document.kind) == "debtor"
            if case and is_debtors:
                document.lang = case.debtor_id._get_language(document.addressee_id)
            else:
                document.lang = case._get_file_lang() if case else self.env.lang

    @api.depends("case_id")
    def _compute_facts(self):
        for document in self:
            told = document.case_id.description
            document.facts = document.facts or (html2plaintext(told).strip() if not is_html_empty(told) else False)

    @api.depends("case_id")
    def _compute_basis(self):
        for document in self:
            case = document.case_id
            document.basis = document.basis or (case and document._propose_basis()) or False

    def _propose_basis(self):
        """Return the pieces on which the claim rests: contract, orders, terms; a bill or a statute as the case says."""
        speaker = self.with_context(lang=self.lang)
        pieces = self.case_id._get_used_exhibits().filtered(
            lambda piece: piece.kind in ("contract", "order", "terms", "acknowledgement")
        )
        named = [
            speaker.env._("%(piece)s of %(day)s", piece=piece.name, day=format_letter_day(speaker.env, piece.date))
            for piece in pieces[:NAMED]
        ]
        return ", ".join(dict.fromkeys(named))[:500]

    # ------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------
    @api.model
    def _get_mentions(self):
        """Return ``{name: label}`` of what texts may ask for, in the context's language."""
        return {name: self._fields[name]._description_string(self.env) for name in self._get_placeholders()}

    @api.model
    def _is_told(self, name):
        """Tell whether a mention is worked out, rather than typed on the document."""
        return self._fields[name].compute == "_compute_mentions"

    @api.depends("case_id", "kind", "procedure_id", "addressee_id", "date", "state")
    @api.depends_context("lang")
    def _compute_mentions(self):
        names = [name for name in self._get_placeholders() if self._is_told(name)]
        for document in self:
            values = document._get_document_values(document.kind) if document.case_id else {}
            for name in names:
                document[name] = values.get(name) or False

    @api.model
    def _get_needed(self, kind):
        """Return the names of what a kind of document cannot leave without, room by room."""
        return tuple(
            dict.fromkeys(
                name for base in reversed(type(self).__mro__) for name in base.__dict__.get("_needed", {}).get(kind, ())
            )
        )

    def _list_needed(self):
        """Return the names of what this document cannot leave without; hook: some are asked for by what it says."""
        needed = self._list_needed_of_parties()
        if self.kind in REQUESTS and any(total["has_interest"] for total in self._read_figures()["totals"]):
            needed.append("interest_basis_text")
        return needed

    def _list_needed_of_parties(self):
        """Return what this document cannot leave without, whatever the sums are."""
        needed = [*self._get_needed(self.kind)]
        if self.kind in PROCEDURAL and self.case_id.company_id.sudo().recovery_is_person:
            needed = [*(name for name in needed if name not in CORPORATE), *PERSONAL]
        if self.kind in REQUESTS and self.case_id.partner_id.is_company:
            needed.append("debtor_siren_text")
        return needed

    def _read_placeholders(self, names, lang):
        """Return ``{document: {name: string}}`` in a language; of the closed list only."""
        known = [name for name in self._get_placeholders() if name in names]
        found = {}
        for document in self:
            typed = {name: document[name] for name in known if not self._is_told(name)}
            values = document.with_context(lang=lang)._get_document_values(document.kind) | typed
            found[document] = {name: str(values.get(name) or "") for name in known}
        return found

    def _get_document_values(self, kind):
        """Return ``{name: string}`` of the mentions, finished, in the context's language; hook.

        Rooms to the right declare theirs in ``_placeholders``, each a ``Char`` computed by ``_compute_mentions``, and
        add their strings here; one that is not there counts as missing.

        :param str kind: a word of ``kind``.
        """
        self.ensure_one()
        return {
            **self._get_party_values(),
            **self._get_sum_values(),
            **self._get_case_values(),
        }

    def _get_party_values(self):
        case, procedure = self.case_id.sudo(), self.procedure_id.sudo()
        company, partner = case.company_id.with_env(self.env).sudo(), case.partner_id
        court = procedure.court_id or case.court_id
        name, title = self._get_signatory(company)
        siren = company._recovery_siren()
        bank = company._recovery_bank()
        bailiff = procedure.bailiff_id or self._find_parties("bailiff").partner_id[:1]
        is_whole = self.kind in PROCEDURAL
        values = {
            "debtor_name": partner.name,
            "debtor_address_text": self._format_address(partner, is_whole),
            "debtor_siren_text": format_siren(partner.company_registry) or "",
            "company_name": company.name,
            "company_form_text": self._format_form(company),
            "company_siren_text": siren and " RCS ".join(filter(None, (siren, company.recovery_rcs_city))),
            "company_address_text": self._format_address(company.partner_id, is_whole),
            "company_bank_text": bank.acc_number,
            "signatory_name": name,
            "signatory_title": title,
            "addressee_name": self.addressee_id.name,
            "addressee_address_text": self._format_address(self.addressee_id),
            "court_name": court.name,
            "court_address_text": self._format_address(court),
            "lawyer_name": (procedure.lawyer_id or case.lawyer_id).name,
            "bailiff_name": bailiff.name,
            "place_text": company.city,
        }
        if company.recovery_is_person:
            values |= self._get_personal_values(company)
        return {
            **values,
            "creditor_text": self._describe_creditor(company, values),
            "debtor_text": self._describe_debtor(values),
        }

    def _get_signatory(self, company):
        """Return the (name, function) of who signs: a person signs alone unless somebody else is said to."""
        name, title = company._recovery_signatory()
        if company.recovery_is_person and not company.recovery_signatory_name:
            return company._recovery_person_name() or name, ""
        return name, title

    def _get_personal_values(self, company):
        return {
            "creditor_surname": (company.recovery_person_surname or "").upper(),
            "creditor_given_names": company.recovery_person_given_names,
            "creditor_profession": company.recovery_person_profession,
            "creditor_home": company.recovery_person_home,
            "creditor_nationality": company.recovery_person_nationality,
            "creditor_born_on": format_day(self.env, company.recovery_person_born_on, "long"),
            "creditor_born_at": company.recovery_person_born_at,
        }

    def _describe_creditor(self, company, values):
        """Return the creditor as CPC 54 has it told; what it asks for and nobody has entered stands there by name."""
        told = self._tell(values)
        if company.recovery_is_person:
            return ", ".join(filter(None, self._list_person(company, values, told)))
        env = self.env
        phrases = [
            told("company_name"),
            told("company_form_text"),
            told("company_siren_text", lambda text: env._("registered under %s", text)),
            told("company_address_text", lambda text: env._("with its registered office at %s", text)),
            told("signatory_name", lambda text: env._("represented by %s", text)),
            told("signatory_title"),
        ]
        return ", ".join(filter(None, phrases))

    def _list_person(self, company, values, told):
        """Return the phrases that tell of a creditor who is a person; whoever else signs stands for that person."""
        env = self.env
        name = company._recovery_person_name()
        full = " ".join(filter(None, (told("creditor_given_names"), told("creditor_surname"))))
        is_trading = company.name and company.name.casefold() not in (name.casefold(), "")
        is_signed_by_another = values["signatory_name"] and values["signatory_name"].casefold() != name.casefold()
        return [
            full or told("company_name"),
            env._("sole trader (EI)"),
            env._("trading as %s", company.name) if full and is_trading else "",
            told("creditor_profession"),
            told("creditor_born_on", lambda text: env._("born on %s", text)),
            told("creditor_born_at", lambda text: env._("in %s", text)),
            told("creditor_nationality", lambda text: env._("of %s nationality", text)),
            told("creditor_home", lambda text: env._("living at %s", text)),
            told("company_siren_text", lambda text: env._("registered under the number %s", text)),
            told("company_address_text", lambda text: env._("with a place of business at %s", text)),
            env._("signed by %s", values["signatory_name"]) if is_signed_by_another else "",
            values["signatory_title"] if is_signed_by_another else "",
        ]

    def _describe_debtor(self, values):
        """Return the debtor as CPC 54 and 57 have it told: no number is asked of a person."""
        told = self._tell(values)
        number = told("debtor_siren_text", lambda text: self.env._("SIREN %s", text))
        return ", ".join(filter(None, (told("debtor_name"), number, told("debtor_address_text"))))

    def _tell(self, values):
        """Return what tells a mention by its name: with its gap if the document needs it, empty if it may be left."""
        needed, mentions = set(self._list_needed_of_parties()), self._get_mentions()

        def tell(name, phrase=lambda text: text):
            text = values.get(name) or ""
            if not text and name not in needed:
                return ""
            return phrase(text) if text else phrase(GAP % mentions[name])

        return tell

    def _format_form(self, company):
        if not company.recovery_legal_form:
            return ""
        if not company.recovery_share_capital:
            return company.recovery_legal_form
        capital = formatLang(
            self.env,
            company.recovery_share_capital,
            currency_obj=company.currency_id,
            rounding_unit="units" if company.recovery_share_capital.is_integer() else "decimals",
        )
        return self.env._(
            "%(form)s with a share capital of %(capital)s", form=company.recovery_legal_form, capital=capital
        )

    def _format_address(self, partner, is_whole=False):
        """Return an address on one line; where a court asks for it, none without its street and its town."""
        if not (partner.street or partner.city) or (is_whole and not (partner.street and partner.city)):
            return ""
        lines = partner.sudo()._display_address(without_company=True).splitlines()
        return ", ".join(line.strip() for line in lines if line.strip())

    def _get_case_values(self):
        case, procedure = self.case_id.sudo().with_env(self.env), self.procedure_id.sudo()
        owner = case._recovery_get_responsible() or self.env.user
        event = procedure.last_event_id.with_env(self.env).sudo()
        pieces = case._get_used_exhibits()
        parties = self._find_parties().filtered(lambda party: party.partner_id == self.addressee_id)
        mandate = parties.mandate_id[:1]
        insolvent_on = case.debtor_id.insolvency_on
        return {
            "case_name": case.name,
            "reference_text": procedure.reference or case.reference,
            "procedure_text": procedure.with_env(self.env).sudo().type_id.name,
            "act_text": event.display_name if event else "",
            "letter_date_text": format_day(self.env, self.date, "long"),
            "owner_name": owner.name,
            "owner_phone": owner.partner_id.phone or case.company_id.phone,
            "owner_email": owner.email or case.company_id.email,
            "formal_notice_text": self._describe_formal_notices(),
            "amicable_text": self._describe_amicable(),
            "exhibits_text": self._count_pieces(len(pieces)),
            "deadline_text": self._describe_deadline(event),
            "insolvency_text": format_day(self.env, insolvent_on, "long"),
            "mandate_text": mandate.with_env(self.env).sudo().display_name if mandate else "",
            "their_reference_text": next(filter(None, parties.mapped("reference")), ""),
        }

    def _describe_deadline(self, act):
        """Return what we have to do first in the procedures of the case, and until when.

        Whoever serves an act is told the limit that this act opened, and no other.
        """
        domain = [("case_id", "=", self.case_id._origin.id), ("state", "=", RUNNING)]
        domain += [("whose", "=", "ours"), ("kind", "=", "latest")]
        if self.kind == "service":
            domain += [("event_id", "in", act.ids)]
        deadline = self.env["recovery.deadline"].sudo().search(domain, order="date, id", limit=1)
        return deadline._say() if deadline else ""

    def _count_pieces(self, count):
        if not count:
            return ""
        return self.env._("one exhibit") if count == 1 else self.env._("%s exhibits", count)

    def _describe_formal_notices(self):
        """Return when the debtor was called upon to pay, and when that was received."""
        told = []
        for notice in self.env["recovery.gate"]._read_formal_notices(self.case_id).get(self.case_id, ()):
            day = format_day(self.env, notice.date, "long")
            if received := notice._get_received_on():
                day = self.env._(
                    "%(day)s, received on %(received)s", day=day, received=format_day(self.env, received, "long")
                )
            told.append(day)
        return list_phrases(self.env, told)

    def _describe_amicable(self):
        """Return what was tried before going to court (CPC 54, 56 and 750-1), empty if nothing is known."""
        told = []
        if notices := self._describe_formal_notices():
            told.append(self.env._("mise en demeure of %s", notices))
        if self.case_id.amicable_attempt == "yes":
            told.append(self.env._("conciliation, mediation or participatory procedure tried without success"))
        text = list_phrases(self.env, told)
        return text[:1].upper() + text[1:]

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------
    def _get_day(self):
        """Return the day up to which the claim is reckoned; hook."""
        self.ensure_one()
        return self.date or (self.company_id or self.env.company)._recovery_today()

    def _read_figures(self):
        """Return the sums and tables of the document on its day, as strings in the context's language."""
        self.ensure_one()
        if self.state == "issued" and self.figures:
            return {**EMPTY, **self.figures}
        return {**EMPTY, **self._compute_figures()}

    def _compute_figures(self):
        """Return what of :data:`EMPTY` is known of the sums; hook: by default the claim as the case has it."""
        lines = self.case_id._get_claim_statement_lines().sudo()
        company = self.case_id.company_id
        if not lines:
            return {}
        try:
            Claim, day = self.env["recovery.claim"], self._get_day()
            order = get_order(Claim._get_titles(company, lines, day).values())
            claim = Claim._compute(company, lines, day, order)
        except UserError as error:
            return {"error": str(error)}
        Currency = self.env["res.currency"]
        return {
            "totals": [
                self._write_total(total, claim, Currency.browse(total.currency_id)) for total in claim.get_totals()
            ],
            "columns": self._get_item_columns(),
            "items": [self._write_item(rank, item, lines, Currency) for rank, item in enumerate(claim.items, 1)],
            "sources": self.env["recovery.claim.statement.builder"]._list_sources(claim),
        }

    def _get_item_columns(self):
        """Return ``[[label, whether it holds figures]]`` of the table of the claims."""
        return [
            [self.env._("No."), False],
            [self.env._("Invoice"), False],
            [self.env._("Date"), False],
            [self.env._("Due on"), False],
            [self.env._("Amount"), True],
            [self.env._("Settled"), True],
            [self.env._("Left"), True],
            [self.env._("Interest"), True],
            [self.env._("Currency"), False],
        ]

    def _write_total(self, total, claim, currency):
        """Return the sums in one currency by element: what a court awarded is told head by head."""

        def write(amount):
            return formatLang(self.env, float(amount), currency_obj=currency)

        awarded, paid = defaultdict(lambda: defaultdict(Decimal)), defaultdict(Decimal)
        for row in claim.court_costs:
            if row.currency_id == total.currency_id:
                awarded[row.head][row.name] += row.amount
        for row in claim.costs_paid:
            if row.currency_id == total.currency_id:
                paid[row.head] += row.amount

        def beside(head):
            """Return what is claimed under a head beside what was awarded."""
            left = total.interest_left if head == "interest" else getattr(total, head)
            return left - sum(awarded[head].values(), Decimal()) + paid[head]

        def tell(*heads):
            return ((name, amount, False) for head in heads for name, amount in awarded[head].items())

        rows = [(self.env._("Principal"), total.principal, not total.settled)]
        if total.settled:
            rows += [
                (self.env._("Payments and credit notes to deduct"), -total.settled, False),
                (self.env._("Principal outstanding"), total.principal_left, True),
            ]
        rows += [
            (self.env._("Interest"), beside("interest"), False),
            *tell("interest"),
            (self.env._("Payments applied to the interest awarded"), -paid["interest"], False),
            (self.env._("Fixed compensation amounts for recovery costs"), beside("indemnity"), False),
            (self.env._("Recovery costs"), beside("costs"), False),
            *tell("costs"),
            (self.env._("Payments applied to costs first"), -paid["costs"], False),
            (self.env._("Penalty clause"), beside("clause"), False),
            *tell("indemnity", "clause", "other"),
            (self.env._("Total (%s)", currency.name), total.amount, True),
        ]
        return {
            "rows": [[name, write(amount), strong] for name, amount, strong in rows if amount or strong],
            "principal": write(total.principal_left),
            "interest": write(total.interest_left),
            "indemnity": write(total.indemnity),
            "costs": write(total.costs) if total.costs else "",
            "clause": write(total.clause) if total.clause else "",
            "amount": write(total.amount),
            "is_due": bool(total.amount > 0),
            "has_interest": bool(total.interest_left),
        }

    def _write_item(self, rank, item, lines, Currency):
        currency = Currency.browse(item.currency_id)

        def write(amount):
            return formatLang(self.env, float(amount), digits=currency.decimal_places)

        line = lines.browse(item.line_id)
        return [
            str(rank),
            item.move_name or line.name or "",
            format_letter_day(self.env, item.invoice_date),
            format_letter_day(self.env, item.due),
            write(item.principal),
            write(item.settled_amount),
            write(item.account.principal_left),
            write(item.interest_left),
            currency.name,
        ]

    def _get_sum_values(self):
        figures = self._read_figures()

        def join(name):
            return " + ".join(total[name] for total in figures["totals"] if total[name] and total["is_due"])

        claims = self.case_id.line_ids.filtered(lambda claim: not claim.removed_on)
        return {
            "amount_text": join("amount"),
            "principal_text": join("principal"),
            "interest_text": join("interest"),
            "indemnity_text": join("indemnity"),
            "costs_text": join("costs"),
            "clause_text": join("clause"),
            "invoices_text": name_invoices(self.env, sorted(set(filter(None, claims.mapped("move_name"))))),
            "oldest_due_text": format_letter_day(self.env, self.case_id.oldest_due, "long"),
            "interest_basis_text": " ".join(figures["sources"]),
        }

    def _list_exhibits(self):
        """Return the rows of the list of pieces: number, date, description, pages."""
        pieces = self.case_id._get_used_exhibits()
        numbers = self.env["recovery.exhibit"]._get_numbers(pieces) if pieces else {}
        rows = sorted((number, piece) for piece, number in numbers.items())
        return [
            [str(number), format_letter_day(self.env, piece.date), piece.name, str(piece.page_count or "–")]
            for number, piece in rows
        ]

    def _list_sources(self, figures):
        """Return what the reader needs to check the sums and the text does not say already."""
        told = " ".join(html2plaintext(self.body or "").split())
        return [source for source in figures["sources"] if " ".join(source.split()) not in told]

    def _list_chronology(self):
        """Return the rows of the chronology that others may read, up to the day of the document."""
        chronology, company = self.env["recovery.chronology"], self.case_id.company_id
        kinds = chronology._get_kinds()
        rows = []
        for told in chronology._read_for_others(self.case_id._get_chronology_scope()):
            day = company._recovery_local_datetime(told.moment).date() if told.has_time else told.moment.date()
            if not self.date or day <= self.date:
                rows.append(
                    (format_letter_day(self.env, day), kinds.get(told.kind, ("",))[0], told.text, told.author or "")
                )
        return [list(row) for row in dict.fromkeys(rows)]

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------
    @api.depends(
        "template_id", "case_id", "procedure_id", "addressee_id", "date", "facts", "requests", "concessions",
        "opposition", "basis",
    )  # fmt: skip
    def _compute_texts(self):
        """Fill the words of the template; what somebody has typed since stays until something it tells changes."""
        for document in self:
            if document.state == "issued" or not (document.template_id and document.case_id):
                for name in TEXTS:
                    document[name] = document[name]
                continue
            filled = document._fill(document.template_id)
            for name in TEXTS:
                document[name] = filled[name]

    def _fill(self, template, lang=None):
        """Return the texts of a template, with the name of what is missing in its place.

        :param lang: the language, by default that of whom the document is for.
        """
        self.ensure_one()
        lang = lang or self.lang or self.env.lang
        texts = template.sudo()._parse_texts(TEXTS, lang)
        names = {name for text in texts.values() for name in text.get_names()}
        speaker = self.with_context(lang=lang)
        values = speaker._read_placeholders(names, lang)[speaker]
        mentions = speaker._get_mentions()
        return {name: self._fill_text(text, values, mentions) for name, text in texts.items()}

    def _fill_text(self, text, values, mentions):
        """Fill one text: a gap shows the name of what is missing, unless the text has words for that."""
        bare = {part.name for part in text.parts if isinstance(part, Placeholder) and not part.default}
        known = {}
        for name in text.get_names():
            value = values.get(name) or (GAP % mentions[name] if name in bare else "")
            known[name] = value.replace("\r\n", "\n").replace("\n", BREAK) if text.is_html else value
        filled = text.fill(known)
        return Markup(filled.replace(BREAK, Markup("<br/>"))) if text.is_html else filled

    def _close_gaps(self, name):
        """Return one text with what is known now where it shows a gap; the rest of it stays as it was typed."""
        self.ensure_one()
        is_html = self._fields[name].type == "html"
        text = str(self[name] or "")
        if not (gaps := {unescape(label) for label in _GAPS.findall(text)}):
            return self[name]
        lang = self.lang or self.env.lang
        names = {label: mention for mention, label in self.with_context(lang=lang)._get_mentions().items()}
        asked = {label: names[label] for label in gaps if label in names}
        values = self._read_placeholders({*asked.values()}, lang)[self]

        def close(match):
            value = values.get(asked.get(unescape(match.group(1))), "").strip().replace("\r\n", "\n")
            if not value:
                return match.group()
            return str(escape(value)).replace("\n", "<br/>") if is_html else value

        closed = _GAPS.sub(close, text)
        return Markup(closed) if is_html else closed

    def action_fill(self):
        """Fill the texts again from the template: what was typed in them is replaced."""
        require_user(self.env)
        self.check_access("write")
        for document in self:
            document._check_draft()
            document.write(document._fill(document.template_id))
        return say(self.env, self.env._("Refilled with what is known now."))

    def _find_missing(self):
        """Return the names of what keeps the document from leaving, in the user's language."""
        self.ensure_one()
        mentions, needed = self._get_mentions(), self._list_needed()
        values = self._read_placeholders(set(needed), self.lang)[self]
        missing = [mentions[name] for name in needed if not values[name].strip()]
        if self.kind in PROCEDURAL and values.get("debtor_name") and not self._names_debtor():
            missing.append(self.env._("Debtor's given names, besides the surname (on the contact)"))
        if self.kind in REQUESTS and not (self.facts or "").strip() and self.case_id.sudo().contested != "no":
            missing.append(self.env._("Facts and grounds (the case does not say that nothing is contested)"))
        courts = self._list_courts() if self.kind in REQUESTS else self.env["res.partner"]
        if unsaid := courts.filtered(lambda court: not self._get_court_kind(court)):
            missing.append(self.env._("Kind of court of %s (on its contact)", unsaid[0].name))
        closed = {name: self._close_gaps(name) or "" for name in TEXTS}
        text = " ".join([closed["subject"], *(html2plaintext(closed[name]) for name in TEXTS[1:])])
        missing += _GAPS.findall(text)
        if error := self._read_figures()["error"]:
            missing.append(error)
        return list({" ".join(name.split()): name for name in reversed(missing)}.values())[::-1]

    def _names_debtor(self):
        """Tell whether the name of a debtor who is a person holds given names beside the surname (CPC 54 and 57)."""
        case = self.case_id
        if case.partner_id.is_company and not case.debtor_id.is_natural_person:
            return True
        words = (case.partner_id.name or "").replace(".", " ").split()
        return len([word for word in words if word.casefold() not in CIVILITIES]) > 1

    # ------------------------------------------------------------
    # The right court
    # ------------------------------------------------------------
    def _list_courts(self):
        """Return the courts to which the document goes: that which it names, and that to which it is addressed."""
        procedure, case = self.procedure_id.sudo(), self.case_id.sudo()
        named = procedure.court_id or case.court_id
        return named | self.addressee_id.sudo() if self.kind in COURTS else named

    @api.model
    def _get_court_kind(self, court):
        """Return the kind of a court as its contact says it, else as its name tells it; None if neither does."""
        return court.recovery_court_kind or guess_kind(court.name)

    def _find_refusal(self):
        """Return why the document cannot go to its court, and what to do; empty if it can, or if it is not known."""
        self.ensure_one()
        heard_by = HEARD_BY.get(self.kind)
        if not heard_by:
            return ""
        for court in self._list_courts():
            kind = self._get_court_kind(court)
            if kind and kind not in heard_by:
                return self._describe_wrong_court(court, kind, heard_by)
        return ""

    def _describe_wrong_court(self, court, kind, heard_by):
        kinds = dict(self.env["res.partner"]._fields["recovery_court_kind"]._description_selection(self.env))
        documents = dict(self._fields["kind"]._description_selection(self.env))
        others = [documents[name] for name in REQUESTS if kind in HEARD_BY[name]] if self.kind in REQUESTS else []
        refusal = self.env._(
            "%(court)s (%(kind)s) cannot hear this document: %(document)s. Choose on the case and on its procedure "
            "one of these courts: %(courts)s.",
            court=court.name,
            kind=kinds[kind],
            document=documents[self.kind],
            courts=", ".join(kinds[name] for name in dict.fromkeys(heard_by)),
        )
        if not others:
            return refusal
        other = self.env._("Or write for this court the document: %s.", enumerate_phrases(self.env, others))
        return f"{refusal} {other}"

    @api.depends("case_id", "procedure_id", "subject", "body", "closing", "kind", "addressee_id", "date", "state")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        for document in self:
            is_open = document.state == "draft" and document.case_id and document.template_id
            document.missing_text = ", ".join(document.sudo()._find_missing()) if is_open else False
            document.refusal_text = document.sudo()._find_refusal() if is_open else False

    @api.depends("subject", "body", "closing", "template_id", "date", "addressee_id", "state")
    @api.depends_context("lang")
    def _compute_preview_html(self):
        for document in self:
            ready = document.case_id and document.template_id
            document.preview_html = document._render_preview(document.template_id) if ready else False

    def _render_preview(self, template, lang=None):
        """Return the document as a page, with the tables of a template."""
        lang = lang or self.lang or self.env.lang
        document = self.with_context(lang=lang)
        values = {"document": document, "values": document._get_values(template), "preview": True}
        return Markup(document.env["ir.qweb"]._render("debt_recovery.case_document_page", values))

    def _get_values(self, template=None):
        """Return what the page prints, in the context's language."""
        self.ensure_one()
        template = template or self.template_id
        company = self.case_id.company_id.sudo()
        name, title = self._get_signatory(company)
        figures = self._read_figures()
        listed = {
            "items": figures["items"] if template.with_claims else [],
            "exhibits": self._list_exhibits() if template.with_exhibits else [],
            "entries": self._list_chronology() if template.with_chronology else [],
        }
        last = ([name for name, rows in listed.items() if rows] or [""])[-1]
        return {
            "company": company,
            "texts": {text: self._close_gaps(text) for text in TEXTS},
            "place_and_date": format_place_and_day(self.env, company, self.date),
            "signatory_name": name,
            "signatory_title": title,
            "their_reference": self.their_reference_text or "",
            "sums": figures["totals"] if template.with_sums else [],
            "as_of": self.env._("Amounts as of %s", format_day(self.env, self._get_day(), "long")),
            "sources": self._list_sources(figures) if template.with_sums else [],
            "tables": self._prepare_tables(listed, figures["columns"], last),
            "last": last,
            **listed,
            "is_letter": template.is_letter,
            "is_signed": template.with_signature,
            "is_mutual": self.kind == "settlement",
            "is_draft": self.state == "draft",
        }

    def _prepare_tables(self, listed, columns, last):
        """Return the tables of the page by name: their columns, their rows, and those that end the last one."""
        is_usual = len(columns) == len(ITEM_WIDTHS)
        widths = ITEM_WIDTHS if is_usual else [100 / max(len(columns), 1)] * len(columns)
        heads = {
            "items": [(*column, width) for column, width in zip(columns, widths, strict=True)],
            "exhibits": [
                (self.env._("No."), False, 6),
                (self.env._("Date"), False, 13),
                (self.env._("Exhibit"), False, 72),
                (self.env._("Pages"), True, 9),
            ],
            "entries": [
                (self.env._("Date"), False, 13),
                (self.env._("Subject"), False, 16),
                (self.env._("Text"), False, 48),
                (self.env._("Author"), False, 23),
            ],
        }
        return {
            name: {
                "columns": [
                    {"title": title, "is_number": is_number, "width": width} for title, is_number, width in heads[name]
                ],
                "rows": rows[:-ENDING] if name == last else rows,
                "end": rows[-ENDING:],
                "is_last": name == last,
                "is_short": len(rows) <= TOGETHER,
            }
            for name, rows in listed.items()
            if rows
        }

    # ------------------------------------------------------------
    # Leaving
    # ------------------------------------------------------------
    def write(self, vals):
        """Refuse to change what was issued."""
        if not self.env.su and (issued := self.filtered(lambda document: document.state == "issued")):
            raise UserError(
                self.env._("%s was issued: it is kept as sent. Create another document.", issued[0].display_name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if issued := self.filtered(lambda document: document.state == "issued"):
            raise UserError(self.env._("%s was issued: it is never deleted.", issued[0].display_name))

    def _check_draft(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("%s has already been issued.", self.display_name))

    def action_issue(self):
        """Print the document, keep it as it leaves with its digest, and note it; what is missing is named first."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        self.lock_for_update()
        self._check_draft()
        if refusal := self._find_refusal():
            raise UserError(refusal)
        if missing := self._find_missing():
            raise UserError(
                self.env._(
                    "%(document)s cannot be issued yet. Missing: %(missing)s.",
                    document=self.display_name,
                    missing=", ".join(missing),
                )
            )
        self._write_closed()
        self._issue()
        return say(self.env, self.env._("%s is issued and kept as it is.", self.display_name))

    def _write_closed(self):
        """Write what is known by now into the gaps of the texts."""
        vals = {name: self._close_gaps(name) for name in TEXTS if _GAPS.search(self[name] or "")}
        if vals:
            self.write(vals)

    def _issue(self):
        document = self.sudo()
        figures = document.with_context(lang=document.lang)._read_figures()
        values = document.with_context(lang=document.lang)._get_sum_values()
        document.write(
            {
                "state": "issued",
                "figures": figures,
                "amount_claimed_text": values["amount_text"],
                "issued_on": fields.Datetime.now(),
                "issued_by_id": self.env.user.id,
            }
        )
        content = self.env["recovery.printing"]._prepare_streams(REPORT, document.ids)[document.id]
        filename = name_file(document.date, document.partner_id.name, document.subject)
        file = self.env["recovery.sender"].sudo()._create_documents([(document, filename, content)])
        document.write({"attachment_id": file.id, "sha256": hashlib.sha256(content).hexdigest()})
        self.env["recovery.event"]._log(
            "case_document",
            self,
            self.env._("Issued: %s", document.subject),
            {"document": document.subject, "amount": values["amount_text"], "sha256": document.sha256},
        )

    def _is_intact(self):
        """Tell whether the stored document is still the one that was issued."""
        self.ensure_one()
        return bool(self.sha256) and self.sudo().attachment_id._recovery_digest() == self.sha256

    def action_print(self):
        """Download the document as it was issued; a draft is printed as it stands, and says that it is one."""
        self.ensure_one()
        self.check_access("read")
        if self.attachment_id:
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{self.attachment_id.id}?download=true",
                "target": "download",
            }
        return self.env.ref(REPORT).report_action(self)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, html2plaintext, html_sanitize, is_html_empty, ormcache
from odoo.tools.mail import email_normalize
from odoo.tools.translate import LazyTranslate

from .core_mail import AUTOMATIC_MAIL, TOLD_ELSEWHERE
from .identity import is_valid_siren
from .insolvency import DUNNING
from .marks import takes_reason
from .own_values import without_defaults
from .roles import MANAGER, require_user
from .saying import narrow
from .speech import speaks

_lt = LazyTranslate(__name__)

REPLY = "debt_recovery.mail_activity_type_reply"
NATURE_FIELDS = ("is_company", "vat", "company_registry")  # what the nature of a customer is guessed from
NO_ADDRESS = "debt_recovery.mail_activity_type_address"


class RecoveryDebtor(models.Model):
    """One debtor per commercial partner and root company, created on first need.

    The right-hand rooms add their figures and their decisions to it; this room keeps
    who the debtor is, who follows it and the thread of every contact.
    """

    _name = "recovery.debtor"
    _description = "Debtor"
    _inherit = ["recovery.traced.changes", "recovery.guarded", "recovery.held", "mail.thread", "mail.activity.mixin"]
    _held_by = ("collector_id",)
    _traced = ("nature", "nature_confirmed")
    _order = "display_name, id"
    _rec_name = "display_name"
    _check_company_auto = True
    _typed = ("collector_id", "nature", "nature_confirmed", "note", "insolvency_on")
    _moves = ("partner_id", "nature")
    _typed_once = ("partner_id", "company_id")
    _journal_words = {"sender": _lt("Sender")}

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The commercial entity: its contacts and addresses share one debtor.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    display_name = fields.Char(compute="_compute_display_name", store=True, index="trigram")
    partner_active = fields.Boolean(related="partner_id.active", string="Customer active")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    collector_id = fields.Many2one(
        "res.users",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="The person who follows this debtor: calls and replies go to them.",
    )
    nature = fields.Selection(
        [
            ("merchant", "Merchant (commerçant)"),
            ("professional", "Professional"),
            ("consumer", "Consumer"),
            ("public", "Public body"),
        ],
        compute="_compute_nature",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
        help="It determines the wording, the interest, the €40 and later the court. A company or a contact with a "
        "valid SIREN is a professional, anybody else a consumer, until you say otherwise.",
    )
    nature_confirmed = fields.Boolean(
        "Nature checked",
        tracking=True,
        help="Tick it once you have checked it: the automatic guess no longer changes it. An unchecked "
        "professional may or may not be a merchant (commerçant).",
    )
    note = fields.Html("Internal notes")
    waiting_letter_ids = fields.One2many(
        "recovery.delivery",
        "debtor_id",
        string="Letters waiting here",
        readonly=True,
        domain=lambda self: self.env["recovery.delivery"]._get_letters_domain(),
    )
    letter_state = fields.Selection(
        [("to_print", "To print"), ("to_post", "To post")],
        string="Letters",
        compute="_compute_letter_state",
        compute_sudo=True,
        search="_search_letter_state",
        help="A letter was generated and is waiting here: to be printed, or printed and not yet posted.",
    )

    _partner_company_uniq = models.UniqueIndex(
        "(partner_id, company_id)", "This customer already has a debtor record in this company."
    )
    insolvency_ids = fields.One2many(
        "recovery.insolvency",
        "debtor_id",
        string="All insolvency proceedings",
        readonly=True,
        groups=MANAGER,
        help="Including confidential ones: others use the button to reach those they may read.",
    )
    insolvency_on = fields.Date(
        "Insolvency proceedings opened on",
        compute="_compute_insolvency_on",
        inverse="_inverse_insolvency_on",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        index="btree_not_null",
        help="Date of the judgment that opened the proceedings in force. Entering a date here opens insolvency "
        "proceedings of unspecified kind: specify it where they are recorded.",
    )
    insolvency_text = fields.Char("Insolvency", compute="_compute_insolvency_text")
    insolvency_count = fields.Integer(
        "Number of proceedings", compute="_compute_insolvency_count", help="Those the reader may see."
    )

    # ------------------------------------------------------------
    # Letters that wait to be printed, or posted
    # ------------------------------------------------------------
    @api.depends("waiting_letter_ids.state")
    def _compute_letter_state(self):
        letters = self._get_waiting_letters().grouped("debtor_id")
        for debtor in self:
            states = letters[debtor].mapped("state") if debtor in letters else []
            debtor.letter_state = ("to_print" if "to_print" in states else "to_post") if states else False

    def _get_waiting_letters(self):
        Delivery = self.env["recovery.delivery"]
        return Delivery.search(Domain("debtor_id", "in", self.ids) & Delivery._get_letters_domain(), order="id")

    @api.model
    def _search_letter_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        is_to_print = Domain("waiting_letter_ids", "any!", Domain("state", "=", "to_print"))
        is_waiting = Domain("waiting_letter_ids", "any!", Domain.TRUE)
        found = {"to_print": is_to_print, "to_post": is_waiting & ~is_to_print, False: ~is_waiting}
        return Domain.OR(found[state] for state in found if state in value)

    def action_print_letters(self):
        """Open the letters that wait for these debtors as one PDF, as they were stored."""
        self.check_access("read")
        return self._get_waiting_letters().action_print()

    def action_mark_letters_printed(self):
        """Say that the letters of these debtors were printed."""
        self.check_access("read")
        return self._get_waiting_letters().action_mark_printed()

    def action_mark_letters_posted(self):
        """Say that the letters of these debtors were printed and handed to the post."""
        self.check_access("read")
        return self._get_waiting_letters().action_mark_posted()

    @api.depends("partner_id.name")
    def _compute_display_name(self):
        for debtor in self:
            debtor.display_name = debtor.partner_id.name or str(debtor.partner_id.id)

    @api.depends("partner_id.is_company", "partner_id.company_registry", "partner_id.vat")
    def _compute_nature(self):
        for debtor in self:
            if debtor.nature in ("merchant", "public") or (debtor.nature and debtor.nature_confirmed):
                continue  # somebody chose it: what the contact says cannot contradict it
            debtor.nature = self._guess_nature(debtor.partner_id)

    @api.model
    def _guess_nature(self, partner):
        """Return ``professional`` for a company or a contact with a tax number or a valid SIREN, else ``consumer``."""
        if partner.is_company or partner.vat or is_valid_siren(partner.company_registry):
            return "professional"
        return "consumer"

    @api.constrains("partner_id", "company_id")
    def _check_commercial_entity(self):
        for debtor in self:
            if debtor.partner_id != debtor.partner_id.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: the debtor is the company, create it there.",
                        contact=debtor.partner_id.display_name,
                        company=debtor.partner_id.commercial_partner_id.display_name,
                    )
                )

    @api.model
    def _existing_for(self, partners, company):
        """Return the debtors that already exist for these partners in this company's root.

        :param partners: any contacts; their commercial entities are looked up.
        """
        return self.search_fetch(
            Domain("partner_id", "in", partners.commercial_partner_id.ids)
            & Domain("company_id", "=", company.root_id.id),
            ["partner_id", "company_id"],
        )

    @api.model
    def _get_united_fields(self):
        """Return the plain fields that a person fills in on a debtor, which a merge of customers unites."""
        return [
            name
            for name, field in self._fields.items()
            if field.store and not (field.readonly or field.compute) and field.column_type and name != "note"
        ]

    @api.model
    @ormcache()
    def _get_traced_fields(self):
        """Return the fields by which the law, the scenario or the documents of the debtor change, room by room."""
        return [name for base in type(self).__mro__ for name in base.__dict__.get("_traced", ())]

    @api.model
    def _get_traced_debtor(self, record):
        return record

    def _take_over(self, lost):
        """Complete this debtor by what was said of one that is about to be merged into it, where nothing was said here.

        Notes are added up; a nature that somebody checked wins over a guess.
        """
        self.ensure_one()
        names = self._get_united_fields()
        vals = {
            name: lost._fields[name].convert_to_write(lost[name], lost)
            for name in names
            if lost[name] and not self[name]
        }
        given_up = [name for name in names if lost[name] and self[name] and lost[name] != self[name]]
        self._tell_choice_of_union(lost, given_up)
        if vals.get("nature_confirmed"):
            vals["nature"] = lost.nature
        if not is_html_empty(lost.note):
            vals["note"] = (self.note or Markup()) + lost.note
        self.write(vals)

    def _hook_before_union(self, kept):
        """Prepare this debtor's rows for their move to ``kept``, before a merge of customers.

        What is one of a kind per debtor is united, see ``recovery.united``. Hook: a room does the same for what is
        unique in another way.
        """
        for name in self._get_united_models():
            for winner, loser in self.env[name]._unite(self, kept):
                kept._tell_union(winner, loser)

    @api.model
    def _get_united_models(self):
        """Return the names of the models of which a debtor has one row of a kind in force."""
        return sorted(
            name for name, Model in self.env.registry.items() if Model._auto and getattr(Model, "_united_by", ())
        )

    def _tell_union(self, winner, loser):
        """Write in the journal which of two rows is in force after a merge of customers, and which is history."""
        self.env["recovery.event"]._log(
            "merged",
            self,
            self.env._(
                "%(what)s: that of %(winner)s is in force, that of %(loser)s is kept in the history",
                what=f"{self.env['ir.model']._get(winner._name).name}, {winner.display_name}",
                winner=winner.debtor_id.display_name,
                loser=loser.debtor_id.display_name,
            ),
        )

    def _tell_choice_of_union(self, lost, names):
        """Write in the journal what was said of both merged customers, and which answer is kept."""
        for name in names:
            field = self._fields[name]
            kept_text, lost_text = (
                debtor[name].display_name if field.relational else str(debtor[name]) for debtor in (self, lost)
            )
            self.env["recovery.event"]._log(
                "merged",
                self,
                self.env._(
                    "%(field)s: “%(kept)s” is kept, %(customer)s had “%(lost)s”",
                    field=field._description_string(self.env),
                    kept=kept_text,
                    customer=lost.display_name,
                    lost=lost_text,
                ),
            )

    def _hook_after_union(self):
        """Work out again what these debtors keep of their rows, after a merge of customers; hook."""
        self.env.add_to_compute(self._fields["insolvency_on"], self)
        self._follow_insolvency()

    @api.model
    def _get_active_languages(self):
        """Return the codes of the languages in which something can be written."""
        return {code for code, _name in self.env["res.lang"].get_installed()}

    def _get_language(self, addressee=None, active=None, imposed=None):
        """Return the language to write to this debtor in.

        The addressee's own, then the customer's, then the company's; only active ones,
        because an inactive one would silently print English.

        :param active: :meth:`_get_active_languages`, for a caller who asks for many debtors.
        :param imposed: the language of the letters whatever the addressee's, who keeps a variety of it:
            a customer in London reads dates and amounts as written there.
        """
        self.ensure_one()
        active = active or self._get_active_languages()
        if imposed in active:
            own = (addressee or self.partner_id).lang
            return own if own in active and own[:2] == imposed[:2] else imposed
        for partner in (addressee, self.partner_id, self.company_id.partner_id):
            if partner and partner.lang in active:
                return partner.lang
        return "fr_FR" if "fr_FR" in active else self.env.lang or "en_US"

    def _get_addressee(self, kind=None):
        """Return the contact that receives what is sent to this debtor: one record's door to `_map_addressees`.

        :param str kind: kind of the level that writes.
        :return: nobody, as long as no debtor is chosen.
        """
        if not self:
            return self.env["res.partner"]
        self.ensure_one()
        return self._map_addressees({self: kind})[self]

    @api.model
    def _map_addressees(self, kind_by_debtor):
        """Return who receives what is sent to each debtor: the accounting contact, else the company.

        The number of queries does not depend on the number of debtors.

        :param dict kind_by_debtor: kind of the level that writes, per debtor; the rooms
            that know levels look for contacts of that kind first.
        :return: ``{debtor: partner}``.
        """
        debtors = self.union(*kind_by_debtor)
        partners = debtors.partner_id
        contacts = self._read_contacts(partners, "invoice", debtors.company_id)
        return {
            debtor: (
                debtor.partner_id
                if debtor.partner_id.type == "invoice"
                else self._pick_contact(debtor, contacts) or debtor.partner_id
            )
            for debtor in debtors
        }

    @api.model
    def _read_contacts(self, partners, contact_type, companies):
        """Return the living contacts of that type of these customers, per commercial entity."""
        Partner = self.env["res.partner"].with_context(active_test=True)
        contacts = Partner.search(
            Domain("commercial_partner_id", "in", partners.ids)
            & Domain("type", "=", contact_type)
            & Domain("id", "not in", partners.ids)
            & (Domain("company_id", "=", False) | Domain("company_id", "child_of", companies.ids))
        )
        return contacts.grouped("commercial_partner_id")

    @api.model
    def _pick_contact(self, debtor, contacts):
        """Return the first contact that the debtor's company may see: the customer's own before its branches'."""
        contacts = contacts.get(debtor.partner_id)
        if not contacts:
            return self.env["res.partner"]
        seen = contacts.filtered(
            lambda contact: not contact.company_id or contact.company_id.root_id == debtor.company_id
        )
        return seen.sorted(lambda contact: contact.parent_id != debtor.partner_id)[:1]

    def _tell_moved(self, day=None):
        """Announce that the figures of these debtors moved for another reason than the books; hook for what shows them.

        :param day: the day of the figures; by default that of those shown.
        """

    def _find_moved(self):
        return {(debtor.partner_id.id, debtor.company_id.id) for debtor in self.sudo()}

    def _read_standings(self, day):
        """Return ``{debtor: [Standing]}``, what holds of these debtors on that day, see :mod:`standing`; hook.

        Suspensions are read here, with what made them: a room that makes some adds its field to
        ``recovery.hold._get_cause_fields`` and the button that ends them to its model, as ``_prepare_undo``. What
        holds without a suspension (a deadline, a planned call) the room adds by extending this.
        """
        Hold = self.env["recovery.hold"].sudo()
        running = Hold.search(Hold._get_running_domain(day) & Domain("debtor_id", "in", self.ids), order="id")
        running = running.filtered(lambda hold: hold._is_of_something_open())
        standings = {}
        for (debtor, _cause), holds in running.grouped(lambda hold: (hold.debtor_id, hold._get_cause())).items():
            standings.setdefault(self.browse(debtor.id), []).append(holds._prepare_standing())
        return standings

    @api.model
    def _get_figure_fields(self):
        """Return the fields that the books give: each room adds those that it keeps; hook."""
        return set()

    def _get_responsible(self, otherwise=None):
        """Return who gets the tasks, writes and is named: the collector, or the next in line, ``recovery.responsible``.

        Whoever is at work stands in, but never the scheduled jobs' own user: nobody reads its tasks.

        :param otherwise: who stands in before whoever is at work.
        """
        self.ensure_one()
        stand_ins = (otherwise or self.env["res.users"]) + self.env.user
        return self.env["recovery.responsible"]._find(self.company_id, self.collector_id, stand_ins) or self.env.user

    def _recovery_get_responsible(self):
        """Return who follows the debtor; whoever happens to be at work does not count for what stays."""
        return self.env["recovery.responsible"]._find(self.company_id, self.collector_id)

    def _pass_on(self, name, leaver, heir):
        """Change the collector; one summary tells it, not a message in each thread."""
        with TOLD_ELSEWHERE.say():
            return super(RecoveryDebtor, self.with_context(tracking_disable=True))._pass_on(name, leaver, heir)

    def action_open_partner(self):
        """Open the customer's own form."""
        self.ensure_one()
        return self.partner_id._get_records_action(name=self.env._("Customer"))

    # ------------------------------------------------------------
    # What the debtor answers
    # ------------------------------------------------------------
    def _message_post_after_hook(self, message, msg_values):
        """Give the collector a task for each mail that the debtor wrote; a machine's answer needs none."""
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email" and not AUTOMATIC_MAIL.heard:
            if not any(not user.share for user in message.author_id.sudo().user_ids):
                self._receive_reply(message)
        return result

    @speaks
    def _receive_reply(self, message):
        self.ensure_one()
        debtor = self.sudo()
        sender = message.email_from or message.author_id.email_formatted or ""
        known = debtor.env["res.partner"].search_count(
            [
                ("commercial_partner_id", "=", debtor.partner_id.id),
                ("email_normalized", "=", email_normalize(sender) or False),
            ],
            limit=1,
        )
        if not known:
            sender = self.env._("%s (an address not found among this customer's contacts)", sender)
        extract = " ".join(html2plaintext(message.body or "").split())[:300]
        parent = message.parent_id.author_id.sudo().user_ids.filtered(lambda user: not user.share and user.active)
        debtor._plan_tasks(
            REPLY,
            debtor.company_id._recovery_today(),
            message.subject or self.env._("Reply by e-mail"),
            Markup("<p><strong>%s</strong></p><p>%s</p>") % (sender, extract),
            otherwise=parent[:1],
        )
        self.env["recovery.event"]._log(
            "reply",
            debtor,
            self.env._("Reply received: %s", message.subject or extract[:80]),
            {"sender": sender, "subject": message.subject or ""},
        )

    def _is_sole_trader(self):
        """Tell whether the debtor is a person who trades: since 15 May 2022 it has two estates (C. com. L526-22)."""
        return bool(self) and not self.sudo().partner_id.is_company and self.nature in ("merchant", "professional")

    def _take_back_tasks(self, xmlid):
        """Take back the open tasks of one type that debtors' responsibles have: nothing is left to do."""
        domain = Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids)
        domain &= Domain("activity_type_id", "=", self.env.ref(xmlid).id)
        self.env["mail.activity"].sudo().search(domain).unlink()

    def _plan_tasks(self, xmlid, day, summary, note, otherwise=None):
        """Give each debtor's responsible a task; an open one of the same type is completed instead.

        :param day: when it is due.
        :param note: Markup, or a callable that takes a debtor; it is added above the note of the task that is
            open already.
        :param otherwise: user who gets it when neither debtor nor company names anybody.
        """
        if not self:
            return
        debtors = self.sudo()
        activity_type = self.env.ref(xmlid)
        Activity = without_defaults(self.env["mail.activity"]).sudo().with_context(mail_activity_quick_update=True)
        running = Activity.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", debtors.ids),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        open_by_debtor = {activity.res_id: activity for activity in running}
        vals_list = []
        for debtor in debtors:
            activity = open_by_debtor.get(debtor.id)
            text = html_sanitize(note(debtor) if callable(note) else note)  # as it is stored, to find it again
            if activity:
                if text not in (activity.note or ""):
                    activity.write({"summary": summary, "note": text + (activity.note or "")})
                continue
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": debtor.id,
                    "date_deadline": day,
                    "summary": summary,
                    "note": text,
                    "automated": True,
                    "user_id": debtor._get_responsible(otherwise).id,
                }
            )
        Activity.create(vals_list)

    # ------------------------------------------------------------
    # Created on first need
    # ------------------------------------------------------------
    @api.model
    def _ensure_for(self, partners, company):
        """Return the debtors of these customers in the company's root, creating the missing ones.

        Two users who need the same debtor at once get the same one: the second insert is
        refused by the unique index and core retries its transaction.

        :param partners: any contacts; their commercial entities count.
        :return: debtors, in the order of the commercial partners.
        """
        partners = partners.commercial_partner_id
        company = company._recovery_root()
        by_partner = {debtor.partner_id.id: debtor.id for debtor in self._existing_for(partners, company)}
        missing = partners.filtered(lambda partner: partner.id not in by_partner)
        if missing:
            self.check_access("create")  # the rows are inserted below the access checks
            if not self.env.su:
                company.with_env(self.env)._recovery_check_open()
            self.env["recovery.bulk"]._insert(
                self._name,
                ["partner_id", "company_id", "display_name", "nature"],
                [(p.id, company.id, p.name or str(p.id), self._guess_nature(p)) for p in missing],
                ignore_conflicts=True,
            )
            by_partner |= {debtor.partner_id.id: debtor.id for debtor in self._existing_for(missing, company)}
        return self.browse(by_partner[partner.id] for partner in partners if partner.id in by_partner)

    def _serialize_transactions(self):
        """Serialise on purpose: whoever does the same for these debtors at this moment starts again after us.

        They have read the books before: what this transaction leaves is asked for or charged once.
        """
        self.env["recovery.bulk"]._serialize_transactions(self, "nature")

    # ------------------------------------------------------------
    # Insolvency proceedings
    # ------------------------------------------------------------
    @api.depends("insolvency_ids.judgment_on", "insolvency_ids.state", "insolvency_ids.is_confidential")
    def _compute_insolvency_on(self):
        for debtor in self:
            debtor.insolvency_on = debtor._get_proceedings().judgment_on

    def _get_proceedings(self):
        """Return the proceedings in force that are no secret: those under way before those that last, the latest."""
        running = self._list_proceedings()
        return running.sorted(lambda row: (not row.closed_on, row.judgment_on, row._origin.id or 0))[-1:]

    def _list_proceedings(self):
        """Return all proceedings in force that are no secret."""
        return self.sudo().insolvency_ids.filtered(
            lambda row: not row.is_confidential and row.state not in ("over", "annulled")
        )

    @api.depends("insolvency_on", "insolvency_ids.kind", "insolvency_ids.state")
    @api.depends_context("lang")
    def _compute_insolvency_text(self):
        states = dict(self.env["recovery.insolvency"]._fields["state"]._description_selection(self.env))
        for debtor in self:
            proceedings = debtor._get_proceedings()
            text = f"{proceedings.display_name} – {states[proceedings.state]}" if proceedings else False
            debtor.insolvency_text = text

    @api.depends_context("uid")
    @api.depends("insolvency_on")
    def _compute_insolvency_count(self):
        Insolvency, counts = self.env["recovery.insolvency"], {}
        if Insolvency.has_access("read"):
            counts = dict(Insolvency._read_group([("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]))
        for debtor in self:
            debtor.insolvency_count = counts.get(debtor._origin, 0)

    def _inverse_insolvency_on(self):
        """Open, date or end proceedings as the date says that somebody typed."""
        Insolvency = self.env["recovery.insolvency"]
        for debtor in self:
            proceedings, opened_on = debtor._get_proceedings().with_env(self.env), debtor.insolvency_on
            day = debtor.company_id._recovery_today()
            is_over = bool(proceedings.closed_on)  # its effects last, other proceedings may follow
            if opened_on and (not proceedings or (is_over and opened_on > proceedings.closed_on)):
                Insolvency._open_for(debtor, "collective", opened_on, day)
            elif opened_on and proceedings.judgment_on != opened_on:
                proceedings._correct(opened_on, day, None)
            elif not opened_on and proceedings:
                all_of_them = debtor._list_proceedings().with_env(self.env)
                all_of_them._annul(self.env._("The date of the judgment was removed"))

    def action_record_insolvency(self):
        """Open the window that records insolvency proceedings, or what followed in those in force."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return self.env["recovery.insolvency.wizard"]._open(self, self._get_proceedings().with_env(self.env))

    def action_view_insolvencies(self):
        """Open the insolvency proceedings of the debtor, those that the user may see."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_insolvency_action")
        action = narrow(action, domain=[("debtor_id", "=", self.id)], context={"create": False})
        found = self.env["recovery.insolvency"].search(action["domain"], limit=2)
        if len(found) == 1:
            action.update(views=[(False, "form")], view_mode="form", res_id=found.id)
        return action

    def _ask_end_of_insolvency(self):
        """Ask why the proceedings no longer stand, then end them."""
        title = self.env._("End the insolvency proceedings")
        return self.env["recovery.reason.wizard"]._open(self, "_end_insolvency", title)

    @takes_reason
    def _end_insolvency(self, reason):
        require_user(self.env)
        self.check_access("write")
        for debtor in self:
            debtor._get_proceedings().with_env(self.env)._annul(reason)

    def _follow_insolvency(self):
        """Suspend the reminders of what proceedings stop, and resume those of all others.

        What was born after the judgment is paid when it is due: its reminders go on.
        """
        Hold = self.env["recovery.hold"].sudo()
        for company, debtors in self.grouped("company_id").items():
            day = company._recovery_today()
            states = self.env["recovery.insolvency"]._get_state(debtors, day)
            running = Hold.search(
                [("debtor_id", "in", debtors.ids), ("origin", "=", "insolvency"), ("released_on", "=", False)]
            )
            kept = running.browse()
            vals_list = []
            for debtor, state in states.items():
                if not state or not state.stops(DUNNING):
                    continue
                vals = {
                    "debtor_id": debtor.id,
                    "origin": "insolvency",
                    "insolvency_id": state.id,
                    "born_before": state.judgment_on,
                    "date_from": min(state.judgment_on, day),
                    "reason": self.env._(
                        "Insolvency proceedings opened on %s", format_date(self.env, state.judgment_on)
                    ),
                }
                same = running.filtered(
                    lambda hold, state=state, debtor_id=debtor.id: (
                        (hold.insolvency_id.id, hold.born_before) == (state.id, state.judgment_on)
                        and hold.debtor_id.id == debtor_id
                    )
                )
                if same:
                    kept |= same[:1]
                else:
                    vals_list.append(vals)
            (running - kept)._release(day, self.env._("The insolvency proceedings were changed or removed"))
            Hold.create(vals_list)

import logging
from datetime import datetime, time, timedelta

import psycopg2
import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import formatLang, html2plaintext

from odoo.addons.base.models.res_partner import _tz_get

from . import bounds
from .identity import extract_siren, format_siren, has_capital, has_no_capital, is_public_limited, is_valid_iban
from .roles import SETTINGS, USER

_logger = logging.getLogger(__name__)
ATTEMPTS = 3
LEAST_CAPITAL = 37_000  # euros, of a société anonyme (C. com. L224-2)
# Settings of core that change what the module does.
CORE_SETTINGS = (
    *("account_use_credit_limit", "fiscalyear_lock_date", "hard_lock_date", "currency_id"),
    *("account_fiscal_country_id", "fiscalyear_last_day", "fiscalyear_last_month"),
)


def _close_up(text):
    """Return a text by which two ways of writing a number or a name are the same."""
    return "".join(text.split()).casefold()


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "recovery.traced.changes", "recovery.guarded", "recovery.held"]
    _guarded_prefix = "recovery_"
    _moves = ("recovery_timezone", "recovery_alsace_moselle")
    _held_by = ("recovery_contact_id",)
    # What the company is and who works there, not how it works: it stays in this database.
    _carried_not = (
        *("recovery_legal_form", "recovery_share_capital", "recovery_rcs_city"),
        *("recovery_signatory_name", "recovery_signatory_title", "recovery_journal_email"),
    )

    recovery_legal_form = fields.Char(
        "Legal form", help="For example SARL, SAS, SA. Printed on letters.", groups=SETTINGS
    )
    recovery_share_capital = fields.Monetary(
        "Share capital", help="Printed on letters (C. com. R123-238).", groups=SETTINGS
    )
    recovery_rcs_city = fields.Char(
        "RCS registry", help="City of the registry (greffe), for example Paris.", groups=SETTINGS
    )
    recovery_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank account shown on letters",
        domain="[('partner_id', '=', partner_id)]",
        help="Where debtors are asked to pay. Empty: the company's first account.",
        groups=SETTINGS,
    )
    recovery_contact_id = fields.Many2one(
        "res.users",
        string="Contact named in letters",
        domain=lambda self: [("share", "=", False), ("all_group_ids", "in", self.env.ref(USER).ids)],
        help="Whom debtors may call when they have no collector of their own: a user of debt recovery.",
        groups=SETTINGS,
    )
    recovery_signatory_name = fields.Char("Signatory", help="Who signs the letters.", groups=SETTINGS)
    recovery_signatory_title = fields.Char("Signatory's position", groups=SETTINGS)
    recovery_timezone = fields.Selection(
        _tz_get,
        string="Time zone of deadlines",
        default="Europe/Paris",
        required=True,
        groups=SETTINGS,
    )
    recovery_alsace_moselle = fields.Boolean(
        "Alsace-Moselle holidays",
        help="Good Friday and 26 December are not business days either.",
        groups=SETTINGS,
    )
    recovery_simple = fields.Boolean(
        "Simple mode",
        help="For a small firm: everybody follows the default scenario, nobody is scored, and campaigns run "
        "automatically once the first one has been reviewed.",
        groups=SETTINGS,
    )
    recovery_journal_email = fields.Char(
        "Journal head sent to",
        help="E-mail addresses, preferably outside the company, that receive the journal head on the first day of "
        "each month: what they keep proves later that the journal was not rebuilt.",
        groups=SETTINGS,
    )

    @api.model
    def _get_typed_fields(self, creating=False):
        """Return our settings: an administrator writes them all, but the dates that the module notes here."""
        settings = {
            name for name, field in self._fields.items() if name.startswith(self._guarded_prefix) and not field.readonly
        }
        return super()._get_typed_fields(creating) | settings

    @api.model
    def _recovery_get_carried_fields(self):
        """Return our settings that go to another database: how the company works, as the rooms declare it."""
        stays = {name for base in type(self).__mro__ for name in base.__dict__.get("_carried_not", ())}
        typed = self._get_typed_fields() - stays
        return [
            name
            for name, field in self._fields.items()
            if name in typed and field.store and not field.related and field.type not in ("one2many", "binary")
        ]

    # ------------------------------------------------------------
    # Trace: whoever changes what the module does here
    # ------------------------------------------------------------
    @api.model
    def _get_traced_fields(self):
        """Return our settings, and those of core that we judge by; what the module notes by itself is none."""
        typed = self._get_typed_fields()
        ours = [
            name
            for name, field in self._fields.items()
            if name in typed and (field.store or (field.inverse and not field.related)) and field.type != "one2many"
        ]
        return ours + [name for name in CORE_SETTINGS if name in self._fields]

    def _log_settings(self, told, summary, details, company=None):
        """Write the entries in the journal of the root company."""
        result = None
        for record in told:
            result = super()._log_settings(record, summary, details, company=record._recovery_root())
        return result

    # ------------------------------------------------------------
    # The root company: whose debtors, settings and time they are
    # ------------------------------------------------------------
    def _recovery_root(self):
        """Return the root companies, with elevated rights: what is set there holds for the branches too.

        Whoever works in a branch alone cannot read it as a user: engines do it for them, and show nothing of it.
        """
        return self.root_id.sudo()

    def _recovery_is_open(self):
        """Tell whether the user works in the root company now: what is followed there is shown to nobody else."""
        self.ensure_one()
        return self.env.uid == SUPERUSER_ID or self.root_id.id in self.env.companies.ids

    def _recovery_check_open(self):
        """Raise AccessError unless the user works in the root company now."""
        for company in self:
            if not company._recovery_is_open():
                raise AccessError(company._recovery_get_closed_text())

    def _recovery_get_closed_text(self):
        """Return where recovery is followed, for somebody who works in a branch alone."""
        root = self._recovery_root()
        if root in self.env.user.company_ids:
            return self.env._("Recovery is followed in %s: tick this company too to see it.", root.name)
        if root in self.env.user.company_ids.root_id:
            return self.env._("Recovery is followed in %s, a company in which you do not work.", root.name)
        return self.env._("This belongs to a company in which you do not work.")

    def _recovery_get_own_family(self):
        """Return ids of the root company, then of its branches in which the user works: one legal person.

        What is read so is the whole of it, whichever of them are ticked.
        """
        self.ensure_one()
        root = self._recovery_root()
        mine = self.sudo().search([("id", "child_of", root.id)])
        if self.env.uid != SUPERUSER_ID:
            mine &= self.env.user.company_ids
        return [root.id, *(mine - root).ids]

    def _recovery_zone(self):
        """Return the time zone of the company's deadlines."""
        return pytz.timezone(self._recovery_root().recovery_timezone or "Europe/Paris")

    def _recovery_today(self):
        """Return today's date where the company is: what buttons and jobs hand to the engines.

        A record that is being made, and has no company yet, lives where its user works.
        """
        company = self or self.env.company
        company.ensure_one()
        return pytz.utc.localize(fields.Datetime.now()).astimezone(company._recovery_zone()).date()

    @api.model
    def _recovery_search_own_day(self, get_domain):
        """Return the domain of a ``search`` method about today: each root company has a day of its own.

        :param get_domain: takes a root company and today's date there; for a model with ``company_id``.
        """
        companies = self.sudo().with_context(active_test=False).search([("parent_id", "=", False)])
        alike = companies.grouped(lambda company: get_domain(company, company._recovery_today()))
        return Domain.OR(Domain("company_id", "in", group.ids) & domain for domain, group in alike.items())

    def _recovery_local_datetime(self, moment: datetime):
        """Return a UTC moment as the company's local time, for documents."""
        self.ensure_one()
        first, last = bounds.get_moments(bounds.FIRST_DAY, bounds.LAST_DAY)
        moment = min(max(moment, first), last)
        return pytz.utc.localize(moment).astimezone(self._recovery_zone()).replace(tzinfo=None)

    def _recovery_noon(self, day):
        """Return noon of a day where the company is, in UTC: when something happened of which the day is known."""
        self.ensure_one()
        local = self._recovery_zone().localize(datetime.combine(day, time(12)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _recovery_end_of(self, day):
        """Return the moment, in UTC, at which a day ends where the company is."""
        self.ensure_one()
        midnight = self._recovery_zone().localize(datetime.combine(day + timedelta(days=1), time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _recovery_siren(self):
        """Return the SIREN as letters print it (``732 829 320``), or None."""
        self.ensure_one()
        return format_siren(self.company_registry)

    def _recovery_bank(self):
        """Return the bank account that debtors are asked to pay to."""
        self.ensure_one()
        return self.recovery_bank_id or self.partner_id.bank_ids[:1]

    def _recovery_signatory(self):
        """Return the (name, function) under which letters are signed."""
        self.ensure_one()
        return (
            self.recovery_signatory_name or self._recovery_signing_contact().name or "",
            self.recovery_signatory_title or "",
        )

    def _recovery_signing_contact(self):
        """Return the contact who signs where no signatory is typed; nobody who left."""
        self.ensure_one()
        if self.recovery_signatory_name:
            return self.env["res.users"]
        return self.env["recovery.responsible"]._get_able(self.recovery_contact_id, self, role=None)

    # ------------------------------------------------------------
    # Those who are named in the settings
    # ------------------------------------------------------------
    def _get_held_company(self):
        """Return the company itself: a branch may have a contact of its own."""
        return self

    def _get_able(self, name):
        """Ask for no role: settings may name a director, who is told and signs, and does no tasks."""
        self.ensure_one()
        return self.env["recovery.responsible"]._get_able(self[name], self, role=None)

    def _get_heir(self, name):
        """Return who answers for the company otherwise: the contact who left is no more in the line."""
        self.ensure_one()
        return self.env["recovery.responsible"]._get_deputies(self)[:1]

    @api.model
    def _describe_held(self, name):
        return self._fields[name]._description_string(self.env)

    @api.model
    def _is_left_blank(self, name):
        return True

    def _recovery_identity_line(self):
        """Return the sender's identity as one line (C. com. R123-237 and R123-238)."""
        self.ensure_one()
        parts = [self.name]
        if self.recovery_legal_form:
            form = self.recovery_legal_form
            if self.recovery_share_capital:
                capital = formatLang(
                    self.env,
                    self.recovery_share_capital,
                    currency_obj=self.currency_id,
                    # 50,000 € rather than 50,000.00 €
                    rounding_unit="units" if self.recovery_share_capital.is_integer() else "decimals",
                )
                form = self.env._("%(form)s with a share capital of %(capital)s", form=form, capital=capital)
            parts.append(form)
        siren = self._recovery_siren()
        if siren and self.recovery_rcs_city:
            parts.append(self.env._("%(siren)s RCS %(city)s", siren=siren, city=self.recovery_rcs_city))
        elif siren:
            parts.append(self.env._("SIREN %s", siren))
        address = self.partner_id._display_address(without_company=True)
        parts.append(", ".join(line.strip() for line in address.splitlines() if line.strip()))
        if self.vat:
            parts.append(self.env._("VAT %s", self.vat))
        return " – ".join(part for part in parts if part)

    def _recovery_foot_mentions(self):
        """Return the identity that a letter bears in its foot; nothing where the company's own foot tells all of it."""
        self.ensure_one()
        foot = _close_up(html2plaintext(self.report_footer or ""))
        wanted = [self._recovery_siren(), self.recovery_rcs_city, self.recovery_legal_form]
        if self.recovery_share_capital:
            wanted.append(str(int(self.recovery_share_capital)))
        told = all(words and _close_up(words) in foot for words in wanted)
        return "" if told else self._recovery_identity_line()

    @api.model
    def _recovery_identity_checks(self):
        """Return (label, test) for each thing a letter needs to know of its sender."""
        return [
            (self.env._("postal address"), lambda c: c.street and c.zip and c.city),
            (self.env._("legal form"), lambda c: c.recovery_legal_form),
            (
                self.env._("share capital"),
                lambda c: c.recovery_share_capital or not has_capital(c.recovery_legal_form),
            ),
            (self.env._("SIREN or SIRET with a valid key"), lambda c: extract_siren(c.company_registry)),
            (self.env._("RCS registry"), lambda c: c.recovery_rcs_city),
            (self.env._("bank account"), lambda c: c._recovery_bank()),
            (self.env._("e-mail or telephone"), lambda c: c.email or c.phone),
            (self.env._("signatory"), lambda c: c._recovery_signatory()[0]),
        ]

    def _recovery_identity_gaps(self):
        """Return the translated names of what is missing before a mise en demeure can be posted."""
        self.ensure_one()
        return [label for label, is_given in self._recovery_identity_checks() if not is_given(self)]

    def _recovery_get_doubts(self):
        """Return what is strange in the settings without being wrong, and how to mend it; rooms add theirs."""
        self.ensure_one()
        doubts, form, capital = [], self.recovery_legal_form, self.recovery_share_capital
        if capital and has_no_capital(form):
            doubts.append(
                self.env._("“%s” has no share capital: clear the share capital, or correct the legal form.", form)
            )
        if is_public_limited(form) and self.currency_id.name == "EUR" and 0 < capital < LEAST_CAPITAL:
            doubts.append(
                self.env._(
                    "A société anonyme must have a share capital of at least %s (C. com. L224-2): correct the "
                    "share capital, or the legal form.",
                    formatLang(self.env, LEAST_CAPITAL, currency_obj=self.currency_id, rounding_unit="units"),
                )
            )
        number = self._recovery_bank().acc_number
        if number and self.currency_id.name == "EUR" and not is_valid_iban(number):
            doubts.append(
                self.env._(
                    "“%s” is not a valid IBAN: debtors could not pay to it. Correct the bank account shown on letters.",
                    number,
                )
            )
        return doubts

    # ------------------------------------------------------------
    # The work of the night
    # ------------------------------------------------------------
    @api.model
    def _get_reckoned_domain(self, company):
        return Domain("id", "child_of", company.id)

    def _recovery_speak(self, records):
        """Return records that speak the company's language, where nobody's is known: a scheduled job has none.

        People read what jobs write: in the journal, in threads, in their tasks.
        """
        if records.env.lang:
            return records
        company = self.sudo()
        active = self.env["res.lang"]._get_active_by("code")
        candidates = (company.partner_id.lang, company.root_id.partner_id.lang, "fr_FR")
        return records.with_context(lang=next((lang for lang in candidates if lang in active), "en_US"))

    @api.model
    def _recovery_for_each_company(self, owner, work):
        """Do the work of each root company, each one committed; one that fails is named and stops no other.

        :param owner: the model whose work it is.
        :param work: takes that model as it speaks there, a root company and today's date there.
        """
        companies = self.search([("parent_id", "=", False)])
        for left, company in zip(reversed(range(len(companies))), companies, strict=True):
            company._recovery_try(owner, work)
            self.env["ir.cron"]._commit_progress(1, remaining=left)

    def _recovery_try(self, owner, work):
        """Do the work of one company, again if somebody else wrote to the same rows meanwhile."""
        anomalies = self._recovery_speak(self.env["recovery.anomaly"])
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.cr.savepoint():
                    result = work(self._recovery_speak(owner), self._recovery_speak(self), self._recovery_today())
                anomalies._name_success(owner, self, self)
                return result
            except psycopg2.OperationalError as error:
                failure = error
                self.env.cr.rollback()
            except Exception as error:
                failure = error
                break
        _logger.error("The scheduled work failed for company %s: the others go on", self.id, exc_info=failure)
        anomalies._name_failure(owner, self, self)
        return None

import json
from datetime import date, timedelta
from itertools import count
from unittest.mock import patch

from stdnum import luhn

from odoo import SUPERUSER_ID, Command, api, models
from odoo.modules.registry import Registry
from odoo.tests import HttpCase, get_db_name, new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import BaseCommon

SHARED_COMPANY = "Société commune des essais"
OTHER_COMPANY = "Autre société des essais"
GROUND = "debt_recovery.tests_ground"  # the parameter that tells which records the ground consists of

SIREN_NUMBERS = count(98000000)


def make_siren():
    """Return another number with a valid key, in a range that INSEE has not reached."""
    number = str(next(SIREN_NUMBERS))
    return number + luhn.calc_check_digit(number)


DEBTOR_SIREN = make_siren()


def identify(company):
    """Give a company all that its letters must tell of it."""
    company.write(
        {
            "street": "12 rue de la Paix",
            "zip": "75002",
            "city": "Paris",
            "email": "compta@example.com",
            "phone": "+33 1 23 45 67 89",
            "company_registry": "732829320",
            "recovery_legal_form": "SAS",
            "recovery_share_capital": 50000,
            "recovery_rcs_city": "Paris",
            "recovery_signatory_name": "Claire Martin",
            "recovery_signatory_title": "Responsable crédit",
        }
    )
    company.env["res.partner.bank"].create(
        {"partner_id": company.partner_id.id, "acc_number": "FR7630006000011234567890189"}
    )


def make_companies(env):
    """Create the companies that tests find, for good: loading a chart of accounts takes seconds, once is enough.

    What classes do with them is rolled back with their transaction.
    """
    france = env.ref("base.fr")
    for name in (SHARED_COMPANY, OTHER_COMPANY):
        if not env["res.company"].search_count([("name", "=", name)], limit=1):
            company = env["res.company"].create(
                {"name": name, "country_id": france.id, "currency_id": france.currency_id.id}
            )
            env["account.chart.template"].try_loading("fr", company, install_demo=False)


def make_ground():
    """Make what the set-up of every class makes, for good, with a note of the records: classes find them.

    Core's part of it (taxes, products, journals, users) takes seconds, most classes use little of it.
    """

    class Ground(RecoveryCommon):
        pass

    Ground.setUpClass()
    try:
        Ground.env["ir.config_parameter"].sudo().set_param(GROUND, json.dumps(Ground.describe_ground()))
        Ground.commit_patcher.stop()
        Ground.cr.commit()
    finally:
        Ground.tearDownClass()
        Ground.doClassCleanups()


class RecoveryCommon(AccountTestInvoicingCommon):
    """A French company that can write a mise en demeure, its customers and its users.

    Nothing rests on today's date: engines get ``cls.today``; doors that ask the company
    for its own date are tested under a frozen clock.
    """

    today = date(2026, 11, 21)
    prints_documents = False  # classes whose tests look at pages set it; elsewhere core hands out HTML

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        if ground := cls.read_ground():
            super(BaseCommon, cls).setUpClass()
            cls.stand_on(ground)
        else:
            cls.make_shared_companies()
            super().setUpClass()
            cls.make_own()
        for lang in ("fr_FR", "en_US"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.scenario = cls.env.ref("debt_recovery.recovery_scenario_standard")
        cls.levels = {level.kind: level for level in cls.scenario.level_ids}
        # printing is slow: the tests about it say so
        cls.levels["reminder"].with_context(lang="fr_FR").attach_account_statement = False

    def setUp(self):
        super().setUp()
        if self.prints_documents:
            self.print_for_real()
        if self.prints_documents and not isinstance(self, HttpCase):
            # wkhtmltopdf calls our server
            self.env["ir.config_parameter"].sudo().set_param("report.url", HttpCase.base_url())
            self.enterContext(self.allow_pdf_render())

    def print_for_real(self):
        """Have our documents printed by wkhtmltopdf, whoever asks for them."""
        printing = self.env.registry["recovery.printing"]
        prepare = printing._prepare_streams

        def prepare_for_real(engine, report, ids):
            return prepare(engine.with_context(force_report_rendering=True), report, ids)

        self.startPatcher(patch.object(printing, "_prepare_streams", prepare_for_real))

    @classmethod
    def make_own(cls):
        """Make what our tests need beside core's: the company's letterhead, a customer, a user of each role."""
        cls.company = cls.env.company
        # invoices of the tests are posted on the day of their date: the wait after a posting has tests of its own
        cls.env["res.company"].search([]).recovery_entry_days = 0
        cls.env["ir.default"].set("res.company", "recovery_entry_days", 0)
        # so have the checks before litigation
        cls.env["res.company"].search([]).recovery_gate = "warn"
        cls.env["ir.default"].set("res.company", "recovery_gate", "warn")
        identify(cls.company)
        cls.debtor_partner = cls.make_partner("Boulangerie Dupont", company_registry=DEBTOR_SIREN)
        cls.recovery_user = cls.make_user("claire", "debt_recovery.group_recovery_user")
        cls.recovery_manager = cls.make_user("marc", "debt_recovery.group_recovery_manager")
        cls.recovery_auditor = cls.make_user("alice", "debt_recovery.group_recovery_auditor")

    @classmethod
    def read_ground(cls):
        """Return the note of the records that the database came with, if it did."""
        with Registry(get_db_name()).cursor() as cr:
            cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [GROUND])
            found = cr.fetchone()
        return json.loads(found[0]) if found else {}

    @classmethod
    def describe_ground(cls):
        """Return ``{attribute: how to find its records again}`` of all that the set-up made, dictionaries included."""

        def describe(value):
            if isinstance(value, dict):
                return {"items": {name: describe(item) for name, item in value.items()}}
            context = {name: kept for name, kept in value.env.context.items() if name not in cls.default_env_context()}
            return {"model": value._name, "ids": value.ids, "su": value.env.su, "context": context}

        def is_records(value):
            return isinstance(value, models.BaseModel) or (
                isinstance(value, dict) and value and all(map(is_records, value.values()))
            )

        return {name: describe(value) for name, value in vars(cls).items() if is_records(value)}

    @classmethod
    def stand_on(cls, ground):
        """Work as the user of the ground and find its records under the names that core's classes give them."""
        user = cls.env["res.users"].browse(ground["user"]["ids"])
        cls.env = cls.env(user=user, su=False, context=cls.default_env_context())
        if missing := cls.get_default_groups() - cls.env.user.group_ids:
            cls.env.user.group_ids |= missing

        def find(noted):
            if "items" in noted:
                return {name: find(item) for name, item in noted["items"].items()}
            env = cls.env(su=noted["su"], context={**cls.env.context, **noted["context"]})
            return env[noted["model"]].browse(noted["ids"])

        for name, noted in ground.items():
            setattr(cls, name, find(noted))
        cls.maxDiff = None
        cls.tax_number = 0
        if lang := cls.env.context.get("lang"):
            users = cls.user | cls.simple_accountman
            (cls.partner | cls.partner_a | cls.partner_b | users.partner_id).lang = lang

    @classmethod
    def make_shared_companies(cls):
        """Commit two French companies with their charts of accounts, unless the database came with them."""
        with Registry(get_db_name()).cursor() as cr:
            make_companies(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def setup_independent_company(cls, **kwargs):
        company = cls.env["res.company"].sudo().search([("name", "=", SHARED_COMPANY)])
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    @classmethod
    def _create_company(cls, **create_values):
        """Return the other company under a new name, the first time; then companies made for the occasion."""
        company = cls.env["res.company"].sudo().search([("name", "=", OTHER_COMPANY)])
        if not company or create_values.keys() - {"name"}:
            return super()._create_company(**create_values)
        company.name = create_values["name"]
        cls.env.user.company_ids = [Command.link(company.id)]
        return company.sudo(False)

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("debt_recovery.group_recovery_manager")

    @classmethod
    def make_user(cls, login, *groups, company=None):
        """Create a user of that company holding only these groups."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"{login}_recovery",
            name=login.capitalize(),
            email=f"{login}@example.com",
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def begin_ledger(cls, company=None):
        """Note that a campaign of the company was looked at and sent long ago: the next one is not the first."""
        company = company or cls.company
        campaigns = cls.env["recovery.campaign"].sudo()
        return campaigns.create({"company_id": company.id, "date": cls.today - timedelta(days=700), "state": "sent"})

    @classmethod
    def make_branch(cls, name="Agence de Lyon", parent=None):
        """Create a branch of a company, the common one by default, that posts invoices with the root's accounts."""
        branch = cls.env["res.company"].create({"name": name, "parent_id": (parent or cls.company).id})
        cls.env.user.company_ids |= branch
        cls.cr.precommit.run()  # the chart of the root becomes the branch's
        return branch

    @classmethod
    def user_of(cls, login, companies, *groups):
        """Create a user of these companies, working in the first of them, who holds only these groups."""
        user = cls.make_user(login, *groups, company=companies[:1])
        user.company_ids = [Command.set(companies.ids)]
        return user

    @classmethod
    def cold(cls, user, ticked, **context):
        """Return an environment of that user with these companies ticked, in which nobody read anything before."""
        cls.env.invalidate_all()
        cls.env.registry.clear_all_caches()
        return cls.env(user=user, su=False, context={"allowed_company_ids": ticked.ids, **context})

    @classmethod
    def make_partner(cls, name, **vals):
        """Create a French company as a customer, with an e-mail, an address and a SIREN; a person has none."""
        if vals.get("is_company", True):
            vals.setdefault("company_registry", make_siren())
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.lower().replace(' ', '.')}@example.com",
                "street": "1 place du Marché",
                "zip": "69001",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
                "lang": "fr_FR",
                **vals,
            }
        )

    @classmethod
    def make_invoice(
        cls,
        partner=None,
        amount=1000.0,
        days_overdue=0,
        due=None,
        date=None,
        currency=None,
        term=None,
        company=None,
        post=True,
        move_type="out_invoice",
    ):
        """Create a customer invoice without tax.

        :param days_overdue: days between the due date and ``cls.today`` (negative: not
            due yet); ``due`` gives the due date itself.
        :param date: invoice date, by default thirty days before the due date.
        :param term: a payment term instead of the due date.
        """
        due = due or cls.today - timedelta(days=days_overdue)
        company = company or cls.company
        vals = {
            "move_type": move_type,
            "company_id": company.id,
            "partner_id": (partner or cls.debtor_partner).id,
            "invoice_date": date or due - timedelta(days=30),
            "currency_id": (currency or company.currency_id).id,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Prestation", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
                )
            ],
        }
        if term:
            vals["invoice_payment_term_id"] = term.id
        else:
            vals |= {"invoice_date_due": due, "invoice_payment_term_id": False}
        move = cls.env["account.move"].with_company(company).create(vals)
        if post:
            move.action_post()
        return move

    @classmethod
    def make_credit_note(cls, partner=None, amount=100.0, date=None, reverses=None):
        """Create a posted credit note; core matches it at once with the invoice that it reverses, if any."""
        move = cls.make_invoice(
            partner, amount, date=date or cls.today, due=date or cls.today, post=False, move_type="out_refund"
        )
        move.reversed_entry_id = reverses
        move.action_post()
        return move

    @classmethod
    def pay(cls, move, amount=None, date=None, outstanding=True):
        """Register a payment on an invoice through core's wizard.

        :param outstanding: without an outstanding account, as a database with Odoo's
            bank reconciliation has it, the payment has no journal entry: it is only
            "in process" and the invoice's residual still stands.
        """
        journal = cls.company_data["default_journal_bank"]
        if move.company_id != cls.company:
            journal = cls.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", move.company_id.id)], limit=1
            )
        method_line = journal.inbound_payment_method_line_ids[:1]
        if not outstanding:
            return cls.pay_without_entry(move, amount or move.amount_residual, date or cls.today, method_line)
        if not method_line.payment_account_id:
            method_line.payment_account_id = cls.make_outstanding_account(move.company_id)
        vals = {"payment_date": date or cls.today, "journal_id": journal.id, "payment_method_line_id": method_line.id}
        if amount is not None:
            vals["amount"] = amount
        wizard = (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(vals)
        )
        return wizard._create_payments()

    @classmethod
    def pay_without_entry(cls, move, amount, date, method_line):
        """Register a payment on an invoice that waits for the bank without a journal entry."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": move.partner_id.id,
                "amount": amount,
                "currency_id": move.currency_id.id,
                "date": date,
                "journal_id": method_line.journal_id.id,
                "payment_method_line_id": method_line.id,
                "invoice_ids": [Command.set(move.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        return payment

    @classmethod
    def make_outstanding_account(cls, company):
        """Return an account on which payments wait for the bank."""
        return cls.env["account.account"].create(
            {
                "name": "Paiements à recevoir",
                "code": "511999",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(company.ids)],
            }
        )

    def next_of(self, said):
        """Return what comes after the sentence that a button ends with."""
        self.assertTrue(said["params"]["message"])
        return said["params"]["next"]

    @classmethod
    def debtor_of(cls, partner=None, company=None):
        """Return the customer's debtor, created if need be."""
        return cls.env["recovery.debtor"]._ensure_for(partner or cls.debtor_partner, company or cls.company)

    @classmethod
    def make_campaign(cls, day=None, debtors=None, user=None):
        """Return a proposed campaign."""
        campaign = (
            cls.env["recovery.campaign"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "company_id": cls.company.id,
                    "date": day or cls.today,
                    "debtor_ids": [Command.set(debtors.ids if debtors else [])],
                }
            )
        )
        campaign._propose()
        return campaign

    @classmethod
    def send_campaign(cls, day=None, debtors=None):
        """Propose, validate and send a campaign on its own day."""
        campaign = cls.make_campaign(day, debtors)
        if campaign.notice_ids:
            campaign._validate(day or cls.today)
            campaign._send(day or cls.today)
        return campaign

    @classmethod
    def verdicts(cls, day=None, partners=None):
        """Return the verdicts of the engine per invoice name, for one look."""
        found, _left = cls.env["recovery.selection"]._evaluate(cls.company, day or cls.today, partners)
        return {verdict.item.line_id: verdict for verdict in found}

    @classmethod
    def verdict_of(cls, move, day=None):
        """Return the verdict on an invoice with one instalment."""
        line = cls.receivable_of(move)
        return cls.verdicts(day)[line.id]

    @classmethod
    def receivable_of(cls, move):
        """Return the receivable lines of an invoice, by due date."""
        return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable").sorted(
            "date_maturity"
        )

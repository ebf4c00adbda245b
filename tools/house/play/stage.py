"""A French company of its own in a throw-away database, its people, its customers and a clock that stands still.

It reads no file of the module: what it reaches goes through ``env`` and :mod:`names`.
"""

import logging
import os
from contextlib import contextmanager
from datetime import date, datetime, time
from unittest.mock import patch

import requests
from freezegun import freeze_time
from names import FIELDS, METHODS, MODELS, XMLIDS
from stdnum import luhn

import odoo
from odoo import SUPERUSER_ID, Command, api, sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

#: Nothing answers there: pages are printed with the words but without our styles.
NOWHERE = "http://127.0.0.1:9"


@contextmanager
def opened(first_day):
    """Give the environment of the database that ODOO_RC names and a clock to move, the first day at ten."""
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=error", "--no-http"])
    logging.getLogger("odoo.addons.base.models.ir_actions_report").setLevel(logging.CRITICAL)  # no styles, we know
    odoo.modules.module.initialize_sys_path()
    from odoo.addons.debt_recovery.models.common import core_print

    registry = Registry(config["db_name"][0])

    def refuse(*_args, **_kwargs):
        raise requests.exceptions.ConnectionError("no network here")

    with (
        registry.cursor() as cr,
        freeze_time(moment(first_day)) as clock,
        patch.object(sql_db.BaseCursor, "now", lambda _cr: datetime.now()),
        patch.object(requests.Session, "request", refuse),
        patch.object(core_print, "find_silence", lambda _url: None),  # no styles, we know
    ):
        yield api.Environment(cr, SUPERUSER_ID, {}), clock
        cr.rollback()


def moment(day, hour=10):
    """Return that day at that hour, UTC."""
    return datetime.combine(day, time(hour))


class Stage:
    """The company and the doors that stories take."""

    def __init__(self, env, clock):
        self.clock = clock
        self.base = env
        self.users = {}
        self.siren = 98000000
        for code in ("fr_FR", "en_US"):
            env["res.lang"]._activate_lang(code)
        env["ir.config_parameter"].set_param("report.url", NOWHERE)
        env["ir.config_parameter"].set_param("report.print_delay", "0")  # there is nothing to wait for
        self.company = self._make_company()
        self.env = env(context={"lang": "fr_FR", "tz": "Europe/Paris", "allowed_company_ids": self.company.ids})
        self.company = self.company.with_env(self.env)
        for login, group in (("claire", "user"), ("marc", "manager"), ("alice", "auditor")):
            self._make_user(login, group)
        self._open_bank()

    # ------------------------------------------------------------
    # Time and people
    # ------------------------------------------------------------
    @property
    def today(self):
        return date.today()

    def move_to(self, day, hour=10):
        """Set the clock."""
        self.clock.move_to(moment(day, hour))

    def model(self, key, login=None):
        """Return a model of the table, as that user sees it."""
        return self.as_user(login)[MODELS[key]]

    def as_user(self, login):
        return self.env(user=self.users[login]) if login else self.env

    def ref(self, key):
        return self.env.ref(XMLIDS[key])

    @staticmethod
    def call(records, key, *args, **kwargs):
        """Call a method of the table."""
        return getattr(records, METHODS[key])(*args, **kwargs)

    def follow(self, action, login=None, **values):
        """Fill in the window that an action opens, as its form does, and return it; nothing is confirmed yet."""
        Model = self.as_user(login)[action["res_model"]].with_context(**action.get("context", {}))
        if not action.get("res_id"):
            return Model.create({**self._fill_in(Model, values), **values})
        window = Model.browse(action["res_id"])
        window.write(values)
        return window

    @staticmethod
    def _fill_in(Model, values):
        """Return the required values that the form works out before the window is saved."""
        window = Model.new({**Model.default_get(list(Model._fields)), **values})
        return {
            name: field.convert_to_write(window[name], window)
            for name, field in Model._fields.items()
            if field.required and field.store and field.compute and not field.precompute and name not in values
        }

    # ------------------------------------------------------------
    # What there is before the first day
    # ------------------------------------------------------------
    def _make_company(self):
        env = self.base
        france = env.ref("base.fr")
        company = self._create_company(
            {
                "name": "Atelier du Guet",
                "country_id": france.id,
                "currency_id": france.currency_id.id,
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
                "recovery_timezone": "Europe/Paris",
                "recovery_entry_days": 0,
            }
        )
        company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
        env.user.write({"company_ids": [Command.link(company.id)], "company_id": company.id, "lang": "fr_FR"})
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
        env["res.partner.bank"].create(
            {"partner_id": company.partner_id.id, "acc_number": "FR7630006000011234567890189"}
        )
        return company

    def _create_company(self, vals):
        """Create a company without installing what core would like a French one to have."""
        return self.base["res.company"].with_context(install_mode=True).create(vals).with_env(self.base)

    def _make_user(self, login, group):
        groups = self.ref(group) + self.env.ref("base.group_user")
        if group == "manager":
            groups += self.env.ref("account.group_account_manager")
        elif group == "user":
            groups += self.env.ref("account.group_account_invoice")
        user = self.env["res.users"].create(
            {
                "name": login.capitalize(),
                "login": f"{login}_house",
                "email": f"{login}@example.com",
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
        self.users[login] = user

    def _open_bank(self):
        self.bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        self.bank.inbound_payment_method_line_ids.payment_account_id = self.env["account.account"].create(
            {
                "name": "Paiements à recevoir",
                "code": "511999",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )

    # ------------------------------------------------------------
    # Customers, invoices and payments
    # ------------------------------------------------------------
    def make_partner(self, name, **vals):
        """Create a French company as a customer."""
        if vals.get("is_company", True):
            vals.setdefault("company_registry", self._make_siren())
        slug = name.lower().replace(" ", ".").replace("é", "e").replace("è", "e").replace("'", "")
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{slug}@example.com",
                "phone": "+33 1 99 00 03 03",
                "street": "1 place du Marché",
                "zip": "69001",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
                "lang": "fr_FR",
                **vals,
            }
        )

    def _make_siren(self):
        """Return another number with a valid key, in a range that INSEE has not reached."""
        self.siren += 1
        return f"{self.siren}{luhn.calc_check_digit(str(self.siren))}"

    def debtor_of(self, partner, login=None):
        """Return the customer's debtor, created if need be."""
        found = self.call(self.model("debtor"), "ensure debtor", partner, self.company)
        return found.with_env(self.as_user(login))

    def make_invoice(self, partner, amount, due, post=True, login=None, **vals):
        """Create an invoice without tax, dated thirty days before it falls due unless told otherwise."""
        currency = vals.pop("currency", self.company.currency_id)
        values = {
            "move_type": "out_invoice",
            "company_id": self.company.id,
            "partner_id": partner.id,
            "invoice_date": date.fromordinal(due.toordinal() - 30),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "currency_id": currency.id,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Prestation", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
                )
            ],
            **vals,
        }
        if values["invoice_payment_term_id"]:
            del values["invoice_date_due"]
        move = self.env["account.move"].with_company(values["company_id"]).create(values).with_env(self.as_user(login))
        if post:
            move.action_post()
        return move

    @staticmethod
    def receivable_of(moves):
        """Return the receivable lines of invoices, by due date."""
        lines = moves.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        return lines.sorted(lambda line: (line.date_maturity, line.id))

    def pay(self, move, amount=None, day=None):
        """Register a payment on an invoice through core's window."""
        vals = {"payment_date": day or self.today, "journal_id": self.bank.id}
        if amount is not None:
            vals["amount"] = amount
        window = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        return window.create(vals)._create_payments()

    def receive(self, partner, amount, day=None):
        """Book money that nobody matched with an invoice."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": partner.id,
                "amount": amount,
                "date": day or self.today,
                "journal_id": self.bank.id,
                "memo": "Virement sans référence",
            }
        )
        payment.action_post()
        return payment

    def set_scenario(self, debtor, kinds=None):
        """Give the debtor a copy of the shipped scenario with these levels only."""
        scenario = self.ref("scenario").copy()
        scenario.level_ids.filtered(lambda level: kinds and level.kind not in kinds).unlink()
        debtor.sudo()[FIELDS["debtor.scenario"]] = scenario
        return scenario

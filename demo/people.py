"""The demonstration company, its staff and its customers."""

import base64
from datetime import timedelta

from odoo import Command
from odoo.tools.misc import file_open

from .customers import BANK, COMPANY, CUSTOMERS, IBAN, INVOICE_CONTACTS, MERCHANTS, USERS
from .regulars import HABITS, REGULARS

DOLLARS = ((430, 1.083), (300, 1.094), (210, 1.112), (150, 1.128), (90, 1.141), (45, 1.152), (7, 1.149), (0, 1.151))


def make_company(env):
    """Make the main company French if it has no accounting yet, else create a company; return it."""
    company = env.ref("base.main_company")
    if company._existing_accounting():
        company = env["res.company"].create({"name": COMPANY["name"]})
    with file_open("debt_recovery/demo/logo.png", "rb") as logo:
        company.write(
            {
                **COMPANY,
                "country_id": env.ref("base.fr").id,
                "logo": base64.b64encode(logo.read()),
                "external_report_layout_id": env.ref("web.external_layout_standard").id,
                "paperformat_id": env.ref("base.paperformat_euro").id,
            }
        )
    company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
    _load_chart(env, company)
    bank = env["res.partner.bank"].create(
        {"partner_id": company.partner_id.id, "acc_number": IBAN, "bank_id": env["res.bank"].create(BANK).id}
    )
    company.write({"account_use_credit_limit": True, "recovery_bank_id": bank.id, "recovery_borrowing_rate": 4.5})
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
    journal.write({"name": BANK["name"], "bank_account_id": bank.id})
    # Receipts are booked on the bank's own account: nobody has a bank feed to match them with.
    journal.inbound_payment_method_line_ids.payment_account_id = journal.default_account_id
    _set_dollar_rates(env, company)
    return company


def _load_chart(env, company):
    """Load the French chart of accounts, or the generic one where the French one is not installed."""
    is_french = env["ir.module.module"]._get("l10n_fr_account").state == "installed"
    # What core was about to load by itself, when account is installed in the same go
    vars(env.registry).pop("_auto_install_template", None)
    # try_loading() would warn that other modules may still have to be loaded: none that it needs
    env["account.chart.template"]._load("fr" if is_french else "generic_coa", company, install_demo=False)
    euro = env.ref("base.EUR")
    if company.currency_id != euro:  # the generic chart is American
        euro.active = True
        company.currency_id = euro


def _set_dollar_rates(env, company):
    dollar = env.ref("base.USD")
    dollar.active = True
    today = company._recovery_today()
    days = {today - timedelta(days=ago): rate for ago, rate in DOLLARS}
    Rate = env["res.currency.rate"]
    known = Rate.search([("currency_id", "=", dollar.id), ("company_id", "=", company.id), ("name", "in", list(days))])
    Rate.create(
        [
            {"currency_id": dollar.id, "company_id": company.id, "name": day, "rate": rate}
            for day, rate in days.items()
            if day not in known.mapped("name")
        ]
    )


def make_users(world):
    """Create the three roles, and give the administrator all rights in French."""
    env, company = world.env, world.company
    common = {
        "lang": "fr_FR",
        "tz": "Europe/Paris",
        "company_id": company.id,
        "company_ids": [Command.link(company.id)],
        "notification_type": "inbox",
    }
    vals_list = [
        {
            **common,
            "name": name,
            "login": login,
            "password": login,
            "email": f"{name.lower().replace(' ', '.')}@atelier-lumiere.example",
            "phone": phone,
            "function": job,
            "group_ids": [Command.set([env.ref("base.group_user").id, env.ref(group).id])],
        }
        for login, (name, job, phone, group) in USERS.items()
    ]
    world.users = dict(zip(USERS, env["res.users"].create(vals_list), strict=True))
    groups = env.ref("account.group_account_manager") + env.ref("debt_recovery.group_recovery_manager")
    env.ref("base.user_admin").write({**common, "group_ids": [Command.link(group.id) for group in groups]})
    company.recovery_contact_id = world.users["claire"]


def make_customers(world):
    """Create the customers and who follows them."""
    env = world.env
    customers = CUSTOMERS | REGULARS
    names = sorted({customer.tag for customer in customers.values()} - {""})
    tags = dict(zip(names, env["res.partner.category"].create([{"name": name} for name in names]), strict=True))
    installed = dict(env["res.lang"].get_installed())
    vals_list = [
        {
            "name": customer.name,
            "ref": f"C{number:04}",
            "is_company": not customer.is_person,
            "street": customer.street,
            "zip": customer.zip,
            "city": customer.city,
            "country_id": env.ref(f"base.{customer.country}").id,
            "phone": customer.phone,
            "email": customer.email,
            "website": customer.website,
            "company_registry": customer.siren,
            "vat": _get_vat(customer.siren),
            "lang": customer.lang if customer.lang in installed else "en_US",
            "category_id": [Command.set(tags[customer.tag].ids)] if customer.tag else [],
            "property_payment_term_id": world.terms["30"].id,
            "credit_limit": customer.limit,
        }
        for number, customer in enumerate(customers.values(), start=101)
    ]
    partners = env["res.partner"].create(vals_list)
    world.partners = dict(zip(customers, partners, strict=True))
    env["res.partner"].create(
        [{**vals, "type": "invoice", "parent_id": world.partners[key].id} for key, vals in INVOICE_CONTACTS.items()]
    )
    debtors = env["recovery.debtor"]._ensure_for(partners, world.company)
    for debtor, customer in zip(debtors, customers.values(), strict=True):
        collector = world.users.get(customer.collector)
        debtor.write({"collector_id": collector and collector.id, "note": customer.note})
    world.debtor("mairie").write({"nature": "public", "nature_confirmed": True})
    for key, habit in HABITS.items():
        if habit.nature:
            world.debtor(key).write({"nature": habit.nature, "nature_confirmed": True})
    for key in ("alpage", "griffon", "enseignes", "rhone", *MERCHANTS):
        world.debtor(key).write({"nature": "merchant", "nature_confirmed": True})
    world.debtor("marchetti").write({"nature": "consumer", "nature_confirmed": True})


def _get_vat(siren):
    """Return the French VAT number that belongs to a SIREN."""
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}" if siren else False

from odoo import api, models

from ..models.common.core_mail import TOLD_ELSEWHERE
from .controls import control
from .customers import COMPANY
from .evidence import prepare
from .history import play
from .insolvency import fail
from .parties import hire
from .people import make_company, make_customers, make_users
from .printing import printed_by_itself
from .sales import make_products, make_terms, open_books
from .world import World


class RecoveryDemo(models.AbstractModel):
    """Build the demonstration: a French company, its customers, their debts and what was done so far.

    Built in Python, relative to the day it is loaded, so that it never grows old; the past
    campaigns are real ones, run by the engines on their own days.
    """

    _name = "recovery.demo"
    _description = "Recovery: demonstration data"

    @api.model
    def _load(self):
        """Build it once; a second call does nothing."""
        if self.env["res.company"].search_count([("company_registry", "=", COMPANY["company_registry"])], limit=1):
            return
        self._load_translations()
        company = make_company(self.env)
        env = self.env(
            context={
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "allowed_company_ids": company.ids,
                # Neither trackings dated of today nor mails to colleagues
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
                "mail_activity_quick_update": True,
                "no_reset_password": True,
            }
        )
        with printed_by_itself(env), TOLD_ELSEWHERE.say():
            self._play(World(env, env["res.company"].browse(company.id)))

    @api.model
    def _play(self, world):
        make_users(world)
        make_products(world)
        make_terms(world)
        make_customers(world)
        open_books(world)
        hire(world)
        play(world)
        prepare(world)
        fail(world)
        # What the nightly jobs would have found
        env = world.env
        env["recovery.scoring"]._compute(world.company, world.today)
        env["recovery.agreement"]._check_all(world.company, world.today)
        env["recovery.notice"]._follow_expired(world.company, world.today)
        env["recovery.worklist"]._refresh(world.company, world.today)
        env["recovery.forecast"]._refresh(world.company, world.today)
        env["recovery.kpi.engine"]._refresh(world.company, world.today)
        control(world)

    @api.model
    def _load_translations(self):
        """Have the scenario in French now: core reads translations only after the demonstration data."""
        Lang, modules = self.env["res.lang"], self.env["ir.module.module"]._get("debt_recovery")
        Lang._activate_lang("en_US")  # for the customers abroad
        if "fr_FR" not in dict(Lang.get_installed()):
            Lang._activate_lang("fr_FR")
            modules |= modules.search([("state", "in", ("installed", "to install", "to upgrade"))])
        modules._update_translations("fr_FR")

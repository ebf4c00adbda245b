from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser

from odoo.addons.base.models import ir_actions_report

from ..common import RecoveryCommon

WEB_CLIENT = "/odoo"


class RecoveryTourCase(RecoveryCommon, HttpCase):
    """Screens in Chromium, in French, on the day the company is at: the doors ask for it.

    Every user's login is the password too.
    """

    prints_documents = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._recovery_today()
        cls.startClassPatcher(patch.object(ChromeBrowser, "navigate_to", cls.navigate_from_paris))
        cls.company.partner_id.lang = "fr_FR"
        users = cls.recovery_user | cls.recovery_manager | cls.recovery_auditor
        users.write({"lang": "fr_FR", "tz": "Europe/Paris"})

    @staticmethod
    def navigate_from_paris(browser, *args, navigate_to=ChromeBrowser.navigate_to, **kwargs):
        """Open an address as on the company's own clock: late in the evening the machine's is a day behind."""
        browser._websocket_request("Emulation.setTimezoneOverride", params={"timezoneId": "Europe/Paris"})
        return navigate_to(browser, *args, **kwargs)

    def setUp(self):
        super().setUp()
        run_pdf = ir_actions_report._run_wkhtmltopdf

        def print_beside_the_screen(arguments):
            # core refuses what the screen asks for in the meantime
            with patch.object(self, "http_request_allow_all", True):
                return run_pdf(arguments)

        self.startPatcher(patch.object(ir_actions_report, "_run_wkhtmltopdf", print_beside_the_screen))

    @classmethod
    def make_user(cls, login, *groups, company=None):
        """Create a user as elsewhere, whose password is the login."""
        user = super().make_user(login, *groups, company=company)
        user.password = user.login
        return user

    @classmethod
    def day(cls, ago):
        """Return the day that many days before today."""
        return cls.today - timedelta(days=ago)

    @classmethod
    def engage(cls, partner, *days_ago):
        """Take a customer's open instalments up one level on each of these days, sending nothing."""
        debtor = cls.debtor_of(partner)
        for ago in days_ago:
            campaign = cls.make_campaign(cls.day(ago), debtors=debtor)
            campaign._validate(cls.day(ago))

    @classmethod
    def make_portfolio(cls):
        """Create four late customers: today's campaign reaches each of them at another level."""
        cls.at_formal_notice = cls.make_partner("Menuiserie Aubert")
        cls.formal_invoice = cls.make_invoice(cls.at_formal_notice, amount=4200.0, days_overdue=100)
        cls.engage(cls.at_formal_notice, 60, 40, 20)
        cls.at_letter = cls.make_partner("Garage Lenoir")
        cls.letter_invoice = cls.make_invoice(cls.at_letter, amount=1850.5, days_overdue=70)
        cls.engage(cls.at_letter, 40, 20)
        cls.at_call = cls.make_partner("Imprimerie Faure", phone="+33 4 78 00 00 00")
        cls.call_invoice = cls.make_invoice(cls.at_call, amount=960.0, days_overdue=40)
        cls.engage(cls.at_call, 20)
        cls.at_reminder = cls.make_partner("Traiteur Colin")
        cls.reminder_invoice = cls.make_invoice(cls.at_reminder, amount=310.0, days_overdue=10)
        return cls.at_formal_notice | cls.at_letter | cls.at_call | cls.at_reminder

    def tour(self, name, user, url=WEB_CLIENT, **options):
        """Run a tour as this user; everything it changed is read anew afterwards."""
        self.env.flush_all()
        self.start_tour(url, name, login=user.login, **options)
        self.env.invalidate_all()

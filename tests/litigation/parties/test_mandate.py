from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...common import RecoveryCommon
from ...english import InEnglish


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestMandate(InEnglish, RecoveryCommon):
    """What a provider was asked to do: for how long, at what price, and what is missing before it may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lawyer = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        cls.agency = cls.make_partner("Recouvra", recovery_party_kind="agency")
        cls.Mandate = cls.env["recovery.mandate"]

    def make_mandate(self, partner=None, **vals):
        return self.Mandate.with_user(self.recovery_user).create({"partner_id": (partner or self.lawyer).id, **vals})

    def test_a_mandate_acts_as_its_provider_does(self):
        self.assertEqual(self.make_mandate().kind, "lawyer")
        self.assertEqual(self.make_mandate(self.agency).kind, "agency")
        self.assertEqual(self.make_mandate(self.agency, kind="foreign_agency").kind, "foreign_agency")

    def test_it_is_in_force_between_its_days(self):
        day = timedelta(days=1)
        running = self.make_mandate(date_from=self.today, date_until=self.today)
        future = self.make_mandate(date_from=self.today + day)
        over = self.make_mandate(date_from=self.today - 9 * day, date_until=self.today - day)
        endless = self.make_mandate(date_from=self.today - 9 * day)
        mine = running | future | over | endless
        self.assertEqual([mandate.state for mandate in mine], ["running", "future", "expired", "running"])
        for state in ("running", "future", "expired"):
            found = self.Mandate.search([("state", "=", state), ("id", "in", mine.ids)])
            self.assertEqual(found, mine.filtered(lambda mandate, state=state: mandate.state == state).sorted())
        self.assertEqual(self.Mandate._find(self.company, self.lawyer, self.today - day), endless)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.make_mandate(date_from=self.today, date_until=self.today - day)

    def test_an_agency_without_agreement_or_insurance_is_told(self):
        mandate = self.make_mandate(self.agency)
        self.assertIn("R124-3", mandate.warning)
        self.assertIn("insurance", mandate.warning)
        proof = self.env["ir.attachment"].with_user(self.recovery_user).create({"name": "c.pdf", "raw": b"%PDF-1.4"})
        mandate.write({"attachment_ids": [Command.set(proof.ids)], "insured_until": self.today + timedelta(days=100)})
        self.assertFalse(mandate.warning)
        self.assertEqual((proof.res_model, proof.res_id), ("recovery.mandate", mandate.id), "who reads one reads both")
        self.assertFalse(self.make_mandate().warning, "a lawyer needs neither")

    def make_grid(self, *fees):
        return self.make_mandate(fee_ids=[Command.create({"name": f"Ligne {n}", **fee}) for n, fee in enumerate(fees)])

    def test_the_grid_gives_what_is_asked_for(self):
        mandate = self.make_grid(
            {"kind": "fixed", "amount": 80},
            {"kind": "success", "percent": 12, "amount_to": 5000},
            {"kind": "success", "percent": 8, "amount_from": 5000},
        )
        self.assertEqual([float(fee.amount) for fee in mandate._estimate(12000.0)], [80.0, 600.0, 560.0])
        self.assertEqual([fee._get_fee(12000.0) for fee in mandate.fee_ids], [80.0, 600.0, 560.0])

    def test_a_grid_that_bears_twice_on_the_same_euros_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "same amounts"):
            self.make_grid({"kind": "success", "percent": 12}, {"kind": "success", "percent": 8, "amount_from": 5000})
        mandate = self.make_grid({"kind": "success", "percent": 12, "amount_to": 5000})
        with self.assertRaisesRegex(ValidationError, "same amounts"):
            mandate.fee_ids.amount_to = 0
            mandate.fee_ids = [Command.create({"kind": "success", "name": "y", "percent": 3, "amount_from": 100})]

    def test_a_fee_says_how_much_it_is(self):
        for fee in ({"kind": "fixed"}, {"kind": "success", "amount": 5}, {"kind": "act", "percent": 5}):
            with self.subTest(fee=fee), self.assertRaises(ValidationError):
                self.make_grid(fee)
        with self.assertRaises(ValidationError):
            self.make_grid({"kind": "success", "percent": 5, "amount_from": 100, "amount_to": 50})

    def test_the_journal_tells_who_gave_it_and_what_changed(self):
        mandate = self.make_mandate()
        mandate.date_until = self.today
        events = self.env["recovery.event"].search([("kind", "=", "mandate"), ("res_id", "=", mandate.id)])
        self.assertEqual(len(events), 2)
        self.assertIn("Amicable", events[0].details_text)

    def test_it_is_the_head_company_s(self):
        branch = self.make_branch()
        with self.assertRaises(ValidationError):
            self.Mandate.create({"partner_id": self.lawyer.id, "company_id": branch.id})

    def test_an_auditor_reads_it_and_writes_nothing(self):
        mandate = self.make_mandate()
        mine = mandate.with_user(self.recovery_auditor)
        self.assertEqual(mine.partner_id, self.lawyer)
        with self.assertRaises(AccessError):
            mine.scope = "advice"
        with self.assertRaises(AccessError):
            mandate.with_user(self.recovery_user).unlink()

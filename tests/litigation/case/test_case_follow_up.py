from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CaseCommon


@tagged("post_install", "-at_install")
class TestCaseFollowUp(CaseCommon):
    """A case says what is next, by when, what is claimed beside the principal, and all that happened."""

    # ------------------------------------------------------------
    # What is next
    # ------------------------------------------------------------
    def test_the_first_button_is_what_is_next_never_the_closing(self):
        case = self.open_case(self.old)
        self.assertEqual(case._get_next_step()[1], "action_check_gate")
        self.pass_gate(case)
        self.make_notice(self.old)
        for _number in range(2):
            self.env["recovery.contact"]._record(self.debtor, "call", {}, self.today)
        case.action_next_step()
        self.assertEqual(case._get_next_step()[1], "action_build_file")
        case.action_next_step()
        self.assertEqual(case.kind, "preparing")
        self.assertEqual(case._get_next_step()[1], "action_advice", "nothing is under way: which procedure?")
        self.pay(self.old)
        self.assertEqual(case._get_next_step()[1], "action_claim_statement", "interest is still owed")
        case._settle("Paid")
        self.assertEqual(case._get_next_step()[1], "action_print_chronology")

    def test_a_closed_case_that_leaves_something_asks_for_a_decision(self):
        case = self.open_case(self.old)
        case._give_up("Nothing to seize")
        self.assertEqual(case._get_next_step()[1], "action_view_left")
        self.assertEqual(case.action_next_step()["res_model"], "recovery.case.line")

    def test_the_nearest_time_limit_colours_the_card(self):
        case = self.open_case(self.old)
        self.assertEqual((case.deadline_state, case.color), ("none", 0))
        for days, state, color in ((-1, "missed", 1), (0, "soon", 2), (7, "soon", 2), (8, "near", 3), (31, "far", 10)):
            self.Case._set_next_deadline({case: (self.today + timedelta(days=days), "Signifier l'ordonnance")})
            self.assertEqual((case.deadline_state, case.color), (state, color))
            found = self.Case.search([("deadline_state", "=", state), ("debtor_id", "=", self.debtor.id)])
            self.assertEqual(found, case)
        self.assertIn("Signifier", case.next_deadline_name)
        self.assertIn(case.stage_id.name, self.debtor.case_text)
        self.assertIn(case.name, self.old.recovery_case_text)
        line = self.env["recovery.exposure.line"].new({"company_id": self.company.id, "partner_id": self.customer.id})
        self.assertEqual(line.case_text, self.debtor.case_text)
        self.Case._set_next_deadline({case: None})
        self.assertFalse(case.next_deadline)
        self.assertEqual(self.Case.search([("deadline_state", "=", "none"), ("debtor_id", "=", self.debtor.id)]), case)

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------
    def test_interest_and_indemnities_stand_beside_the_principal(self):
        self.debtor.write({"nature": "professional", "nature_confirmed": True})
        case = self.open_case()
        claim = self.env["recovery.claim"]._compute(self.company, case.line_ids.line_id, self.today)
        [total] = claim.get_totals()
        self.assertAlmostEqual(case.interest_now, float(total.interest_left), 2)
        self.assertEqual(case.indemnity_now, 80)
        self.assertAlmostEqual(case.amount_claimed, 1400 + case.interest_now + 80, 2)
        case._give_up("Nothing to seize")
        self.assertEqual((case.interest_now, case.amount_claimed), (0, 1400))

    def test_two_currencies_are_told_apart(self):
        dollar = self.setup_other_currency("USD", rates=[("2026-01-01", 2.0)])
        move = self.make_invoice(self.customer, amount=500.0, days_overdue=40, currency=dollar)
        self.assertFalse(self.open_case(self.old).currency_text)
        case = self.open_case(self.recent, move)
        self.assertIn("500", case.currency_text)
        self.assertIn("400", case.currency_text)

    def test_what_is_expected_says_why(self):
        case = self.open_case(self.old).with_user(self.recovery_user)
        with self.assertRaisesRegex(ValidationError, "why"), self.cr.savepoint():
            case.probability = 60
        case.write({"probability": 60, "expected_reason": "Comptes publiés"})
        self.assertEqual(case.amount_expected, 600)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            case.probability = 101

    # ------------------------------------------------------------
    # Facts
    # ------------------------------------------------------------
    def test_what_nobody_knows_is_no_fact(self):
        case = self.open_case()
        facts = case._get_facts(self.today)
        for name in ("contested", "bad_faith", "urgency", "debtor_place", "written_proof", "claim_certain"):
            self.assertNotIn(name, facts)
        self.assertEqual((facts["principal"], facts["days_late"]), (1400, 90))
        self.assertIs(facts["time_barred"], False)
        self.assertIs(facts["formal_notice_expired"], False)
        self.assertIs(facts["title_held"], False)

    def test_facts_of_the_parties_and_of_the_claim(self):
        self.company.recovery_legal_form = "S.A.S."
        self.customer.write({"country_id": self.env.ref("base.fr").id, "zip": "67000", "city": "Strasbourg"})
        case = self.open_case()
        self.pass_gate(case)
        self.customer.zip = "67000"
        self.make_notice(self.old)
        case.write({"contested": "partly", "bad_faith": "yes", "urgency": "no", "title_held": True})
        facts = case._get_facts(self.today)
        expected = {
            "creditor_merchant": True,
            "debtor_merchant": True,
            "between_merchants": True,
            "debtor_consumer": False,
            "debtor_place": "france",
            "alsace_moselle": True,
            "debtor_address_known": True,
            "commercial": True,
            "cross_border": False,
            "contested": "partly",
            "bad_faith": True,
            "urgency": False,
            "title_held": True,
            "written_proof": True,
            "formal_notice_expired": True,
            "claim_due": True,
            "matter": "contract",
        }
        self.assertEqual({name: facts.get(name) for name in expected}, expected)

    def test_what_the_debtor_does_is_read_or_asked_never_guessed(self):
        case = self.open_case()
        self.debtor.nature = "merchant"
        self.assertNotIn("debtor_activity", case._get_facts(self.today), "a merchant may be a society of doctors")
        self.customer.industry_id = self.env.ref("base.res_partner_industry_G")
        self.assertNotIn("debtor_activity", case._get_facts(self.today))
        self.customer.industry_id = self.env.ref("base.res_partner_industry_A")
        self.assertEqual(case._get_facts(self.today)["debtor_activity"], "farming")
        self.debtor.artisan = "yes"
        self.assertEqual(case._get_facts(self.today)["debtor_activity"], "craft")
        self.debtor.activity = "liberal"
        self.assertEqual(case._get_facts(self.today)["debtor_activity"], "liberal", "somebody said it")
        self.debtor.write({"activity": False, "artisan": False, "nature": "consumer"})
        self.assertEqual(case._get_facts(self.today)["debtor_activity"], "none")

    def test_an_insurance_that_ran_when_it_was_invoiced_is_known(self):
        case = self.open_case(self.old)
        self.assertNotIn("insured", case._get_facts(self.today), "that none is noted proves nothing")
        invoiced = case.line_ids.invoice_date
        vals = {"debtor_id": self.debtor.id, "amount": 5000.0}
        cover = self.env["recovery.coverage"].create(
            {**vals, "date_from": invoiced + timedelta(days=1), "kind": "insurance"}
        )
        self.env["recovery.coverage"].create({**vals, "date_from": invoiced, "kind": "surety"})
        self.assertNotIn("insured", case._get_facts(self.today))
        cover.date_from = invoiced
        self.assertIs(case._get_facts(self.today)["insured"], True)
        cover.date_until = invoiced
        self.assertIs(case._get_facts(self.today)["insured"], True, "it ran on that day")
        case.with_user(self.recovery_user).insured = "no"
        self.assertIs(case._get_facts(self.today)["insured"], False, "above what the insurer agreed to, say")

    def test_what_the_books_do_not_tell_is_asked(self):
        case = self.open_case().with_user(self.recovery_user)
        asked = ("amicable_exempt", "assignable", "cheque_certificate")
        self.assertFalse(set(asked) & case._get_facts(self.today).keys())
        with self.assertRaisesRegex(ValidationError, "judge"), self.cr.savepoint():
            case.amicable_exempt = "yes"
        case.write({"amicable_exempt": "yes", "amicable_exempt_reason": "Aucun conciliateur avant mars"})
        case.write({"assignable": "no", "cheque_certificate": "yes"})
        facts = case._get_facts(self.today)
        self.assertEqual([facts[name] for name in asked], [True, False, True])

    def test_where_a_debtor_is(self):
        case = self.open_case()
        for code, zip_code, place in (
            ("FR", "97400", "overseas"),
            ("RE", False, "overseas"),
            ("DE", False, "eu"),
            ("DK", False, "denmark"),
            ("CH", False, "third"),
        ):
            country = self.env["res.country"].search([("code", "=", code)])
            self.customer.write({"country_id": country.id, "zip": zip_code})
            self.assertEqual(case._get_facts(self.today)["debtor_place"], place)
        self.assertEqual(case.cross_border, "yes")

    def test_the_nature_of_the_debtor_says_whether_it_is_commercial(self):
        case = self.open_case()
        for nature, answer in (("merchant", "yes"), ("consumer", "no"), ("public", "no")):
            self.debtor.nature = nature
            self.assertEqual(case.commercial, answer)
        self.debtor.nature = "professional"
        self.assertEqual(case.commercial, "no", "what was known stays until somebody says otherwise")

    # ------------------------------------------------------------
    # In bulk
    # ------------------------------------------------------------
    def change(self, cases, user=None, **vals):
        """Answer the window that changes several cases."""
        cases = cases.with_user(user or self.recovery_user)
        action = cases.action_assign()
        window = self.env[action["res_model"]].with_user(user or self.recovery_user).browse(action["res_id"])
        window.write(vals)
        return window.action_confirm()

    def test_several_cases_change_at_once(self):
        cases = self.open_case(self.old) | self.open_case(self.recent)
        lawyer = self.make_partner("Cabinet Aubry")
        owners = cases.mapped("user_id")
        self.change(
            cases,
            lawyer_id=lawyer.id,
            substitute_id=self.recovery_manager.id,
            stage_id=self.stage("preparing").id,
        )
        self.assertEqual((cases.lawyer_id, cases.substitute_id), (lawyer, self.recovery_manager))
        self.assertEqual(set(cases.mapped("kind")), {"preparing"})
        self.assertEqual(cases.mapped("user_id"), owners, "what is left empty stays")
        with self.assertRaisesRegex(UserError, "Nothing was filled in"), self.cr.savepoint():
            self.change(cases)
        with self.assertRaisesRegex(UserError, "how each case ended"), self.cr.savepoint():
            self.change(cases, stage_id=self.stage("lost").id)
        with self.assertRaises(AccessError):
            self.change(cases, user=self.recovery_auditor, priority="2")

    # ------------------------------------------------------------
    # Chronology
    # ------------------------------------------------------------
    def test_everything_that_happened_is_told_with_author_and_date(self):
        case = self.open_case()
        self.env["recovery.contact"].with_user(self.recovery_user)._record(
            self.debtor.with_user(self.recovery_user), "call", {"feedback": "Promet un virement"}, self.today
        )
        self.pay(self.old, 250.0)
        case.stage_id = self.stage("preparing")
        case.action_check_gate()
        case._override_gate("La prescription approche")
        entries = case.chronology
        told = "\n".join(f"{entry['title']} {entry['details']}" for entry in entries)
        for words in (
            self.old.name,
            "250",
            "Promet un virement",
            "Case opened",
            "File to prepare",
            "prescription approche",
        ):
            self.assertIn(words, told)
        self.assertTrue(all(entry["day"] for entry in entries))
        by_author = {entry["author"] for entry in entries}
        self.assertIn(self.recovery_user.name, by_author)

    def test_another_case_of_the_customer_is_another_story(self):
        case, other = self.open_case(self.old), self.open_case(self.recent)
        other.stage_id = self.stage("preparing")
        told = "\n".join(f"{entry['title']} {entry['details']}" for entry in case.chronology)
        self.assertNotIn("File to prepare", told)
        self.assertNotIn(f"on {self.recent.name}", told)

    def test_the_auditor_reads_and_prints_it(self):
        case = self.open_case().with_user(self.recovery_auditor)
        self.assertTrue(case.chronology)
        action = case.action_print_chronology()
        self.assertEqual(action["report_name"], "debt_recovery.report_case_chronology")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            ._render_qweb_html(action["report_name"], case.ids)
        )
        self.assertIn(case.name, html.decode())
        self.assertEqual(len(self.events(case, "printed")), 1)

    def test_strangers_see_nothing(self):
        case = self.open_case()
        portal = self.make_user("avocat", "base.group_portal")
        for user in (portal, self.make_user("paul", "base.group_user")):
            for read in (
                lambda user=user: case.with_user(user).read(["chronology"]),
                lambda user=user: case.with_user(user).action_print_chronology(),
                lambda user=user: case.with_user(user).check_ids.read(["reason"]),
            ):
                with self.assertRaises(AccessError):
                    read()

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def test_no_door_leaves_a_task_behind(self):
        for xmlid in ("expired", "handover"):
            self.debtor.sudo().activity_schedule(f"debt_recovery.mail_activity_type_{xmlid}", summary="À faire")
        self.debtor.action_open_case()
        self.assertFalse(self.debtor.activity_ids)

    def test_the_door_of_the_debtor_finds_the_mise_en_demeure(self):
        notice = self.make_notice(self.old)
        case = self.Case.browse(self.debtor.action_open_case()["res_id"])
        self.assertEqual(case.notice_id, notice)
        self.assertFalse(notice.can_open_case)

    def test_the_handover_of_a_campaign_opens_its_cases(self):
        campaign = self.env["recovery.campaign"].create({"date": self.today})
        level = self.env["recovery.level"].search([("kind", "=", "handover")], limit=1)
        notice = self.make_notice(self.old, kind="handover", level_id=level.id, campaign_id=campaign.id)
        self.assertEqual(campaign.handover_count, 1)
        case = self.Case.browse(campaign.action_open_cases()["res_id"])
        self.assertEqual((case.notice_id, case.line_ids.move_id), (notice, self.old))
        campaign.invalidate_recordset(["handover_count"])
        self.assertEqual(campaign.handover_count, 0)
        with self.assertRaisesRegex(UserError, "is waiting for a case"):
            campaign.action_open_cases()

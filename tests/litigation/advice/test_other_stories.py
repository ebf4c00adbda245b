from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .stories import StoryCommon


@tagged("post_install", "-at_install")
class TestOtherStories(StoryCommon):
    """Customers before whom other doors are open: a consumer, a public body, a merchant under the law of 2026."""

    def become(self, nature, **vals):
        """Let the customer be of another nature."""
        self.customer.write(vals)
        self.debtor.write({"nature": nature, "nature_confirmed": True})

    # ------------------------------------------------------------
    # A consumer below 5 000 €
    # ------------------------------------------------------------
    def test_a_consumer_below_the_threshold_is_first_met_before_a_conciliator(self):
        self.become("consumer", is_company=False)
        case = self.begin_case()
        lines = self.advise(case)
        self.assertEqual(lines["payment_order_commerce"].state, "no")
        self.assertEqual(lines["payment_order_civil"].state, "yes", "no attempt is asked for (opinion of 25/09/2025)")
        self.assertEqual(lines["small_claims"].state, "yes")
        self.assertEqual(lines["merits"].state, "unknown", "nobody has said whether an attempt has failed")
        self.assertIn("750-1", lines["merits"].decisive)
        case.with_user(self.recovery_user).amicable_attempt = "no"
        lines = self.advise(case)
        self.assertIn("750-1", lines["merits"].decisive)
        self.assertEqual(lines["undisputed_commercial"].state, "no")
        # a conciliator is asked; nobody comes within three months
        attempt = self.choose(case, "conciliation", "Moins de 5 000 €")
        self.assertEqual(attempt.cost_ids.filtered("amount").ids, [], "a conciliateur is free")
        self.happens(attempt, "attempt_asked")
        wait = self.deadline(attempt, "attempt_wait")
        self.check_deadline(wait, "running", date(2026, 12, 1), "CPC 750-1", "3 months from Tuesday 1 September 2026")
        self.check_case(case, "precourt", f"Record an event: {attempt.type_id.name}")
        self.go_to(date(2026, 12, 2))
        self.assertEqual(wait.state, "over")
        self.happens(attempt, "failed")
        self.assertEqual(attempt.outcome_id.code, "failed")
        self.go_to(date(2026, 12, 3))
        lines = self.advise(case)
        self.assertEqual((lines["merits"].state, lines["merits"].follows), ("yes", "No agreement"))
        self.assertEqual(lines["conciliation"].follows, "")
        self.check_case(case, "precourt", "Compile the file")
        self.press_next(case)
        suit = self.choose(case, "merits", "La conciliation a échoué")
        self.assertIn("50", suit.cost_ids.filtered(lambda cost: cost.kind == "tax").note or "")
        self.check_chronology(
            case, "Conciliator or mediator appointed", "Failure recorded", "Procedure started: Assignation"
        )

    def test_a_consumer_who_does_not_answer_the_commissaire_has_been_met_too(self):
        self.become("consumer", is_company=False)
        case = self.begin_case()
        invited = self.choose(case, "small_claims", "Petite somme")
        self.happens(invited, "file_given")
        self.happens(invited, "invitation_sent")
        answer = self.deadline(invited, "small_claims_answer")
        self.check_deadline(answer, "running", date(2026, 10, 1), "CPCE L125-1")
        self.assertEqual(answer.whose, "opponent")
        self.assertFalse(case.next_deadline)
        self.go_to(date(2026, 10, 2))
        self.assertEqual(answer.state, "over")
        self.happens(invited, "no_answer")
        self.assertEqual(invited.outcome_id.code, "refused")
        lines = self.advise(case)
        self.assertEqual(lines["merits"].state, "yes", "the failed attempt is one of those of CPC 750-1")

    def test_a_consumer_s_order_that_is_opposed_asks_for_a_lawyer(self):
        big = self.make_invoice(self.customer, amount=12000.0, days_overdue=60)
        self.become("consumer", is_company=False)
        case = self.begin_case(True, big)
        order = self.choose(case, "payment_order_civil")
        for code in ("request_filed", "order_given", "order_served", "opposition"):
            self.happens(order, code)
        notice = self.deadline(order, "ip_opposition_notice")
        self.check_deadline(notice, "running", date(2026, 10, 1), "CPC 1415")
        self.assertEqual(notice.whose, "third", "the greffe's, and nobody's to do here")
        self.go_to(date(2026, 9, 10))
        self.happens(order, "opposition_notified")
        lawyer = self.deadline(order, "ip_lawyer")
        self.check_deadline(lawyer, "running", date(2026, 9, 25), "CPC 1418")
        self.check_case(case, "hearing", f"Record an event: {order.type_id.name}", date(2026, 9, 25), "near")
        self.happens(order, "lawyer_appointed")
        self.assertEqual((lawyer.state, case.next_deadline), ("met", False))

    # ------------------------------------------------------------
    # A public body
    # ------------------------------------------------------------
    def test_a_public_body_is_sued_before_its_own_judge_alone(self):
        self.become("public")
        case = self.begin_case()
        lines = self.advise(case)
        opened = {code for code, line in lines.items() if line.state == "yes"}
        self.assertLessEqual({"administrative_interim", "official_payment"}, opened)
        for code in ("payment_order_commerce", "payment_order_civil", "interim_payment", "merits", "small_claims"):
            self.assertEqual(lines[code].state, "no", code)
            self.assertIn("Not met: The debtor is not a public body", lines[code].decisive, code)
        for code in ("conservatory_seizure", "undisputed_commercial", "claim_declaration"):
            self.assertEqual(lines[code].state, "no", code)
        self.assertEqual(lines["administrative_interim"].lawyer_text, "Yes")
        self.assertIn("From memory", lines["administrative_interim"].confidence)
        window = self.open_window(
            self.press_next(case), type_id=self.type_of("payment_order_commerce"), reason="Par habitude"
        )
        with self.assertRaisesRegex(UserError, "not open to.*(?s:.)*not a public body"), self.env.cr.savepoint():
            window.action_confirm()
        suit = self.choose(case, "administrative_interim", "Seul juge")
        self.happens(suit, "request_filed")
        self.check_case(case, "filed", f"Record an event: {suit.type_id.name}")
        self.go_to(date(2026, 10, 20))
        self.happens(suit, "order_given", amount=1400)
        self.happens(suit, "order_served")
        appeal = self.deadline(suit, "administrative_appeal")
        self.assertIn("R541-3", appeal.article)
        self.assertIn("Délai franc", appeal.why)
        self.assertEqual((appeal.whose, appeal.date), ("opponent", date(2026, 11, 5)))
        self.assertEqual(suit.outcome_id.code, "title")
        self.assertEqual(self.advise(case)["official_payment"].follows, "Enforceable title")

    # ------------------------------------------------------------
    # A merchant, under the law of 23 April 2026
    # ------------------------------------------------------------
    def test_a_merchant_under_the_law_of_2026_once_it_is_switched_on(self):
        case = self.begin_case()
        line = self.advise(case)["undisputed_commercial"]
        self.assertEqual(line.state, "no")
        self.assertIn("No implementing decree", line.decisive)
        self.assertNotIn("Not met: No implementing", line.decisive)
        self.type_of("undisputed_commercial").with_user(self.recovery_manager).action_unarchive()
        case.company_id.recovery_artisan = "no"
        self.debtor.artisan = "no"
        line = self.advise(case)["undisputed_commercial"]
        self.assertEqual((line.state, line.cost_text), ("yes", "not known"))
        self.assertIn("Third-party reading", line.confidence)
        run = self.choose(case, "undisputed_commercial", "Sans juge")
        self.happens(run, "file_given")
        self.go_to(date(2026, 10, 30))
        self.happens(run, "command_served")
        contest, report = self.deadline(run, "undisputed_contest"), self.deadline(run, "undisputed_report")
        self.check_deadline(contest, "running", date(2026, 11, 30), "L126-2")
        self.check_deadline(report, "running", date(2026, 12, 8), "L126-3", "8 days from Monday 30 November 2026")
        self.assertEqual((contest.whose, report.kind), ("opponent", "earliest"))
        self.go_to(date(2026, 12, 8))
        self.assertEqual((contest.state, report.state), ("over", "over"))
        self.assertIn("Possible from 12/08/2026", self.tasks_of(case, self.recovery_user)[0])
        self.happens(run, "non_contest_report")
        service = self.deadline(run, "undisputed_service")
        self.check_deadline(service, "running", date(2027, 6, 8), "L126-4")
        self.happens(run, "made_enforceable")
        self.check_case(case, "title", f"Record an event: {run.type_id.name}", date(2027, 6, 8), "far")
        self.go_to(date(2026, 12, 20))
        self.happens(run, "title_served")
        self.assertEqual((service.state, run.has_title, run.outcome_id.code), ("met", True, "title"))
        self.check_case(case, "enforcement", "Order an enforcement measure")

    def test_a_contest_ends_the_undisputed_procedure_and_says_what_may_follow(self):
        self.type_of("undisputed_commercial").with_user(self.recovery_manager).action_unarchive()
        self.company.recovery_artisan, self.debtor.artisan = "no", "no"
        case = self.begin_case()
        run = self.choose(case, "undisputed_commercial", "Sans juge")
        self.happens(run, "file_given")
        self.happens(run, "command_served")
        self.go_to(date(2026, 9, 20))
        self.happens(run, "contest")
        self.assertEqual(self.deadline(run, "undisputed_report").state, "moot")
        self.assertEqual(run.outcome_id.code, "contested")
        lines = self.advise(case)
        followed = {code for code, line in lines.items() if line.follows}
        self.assertEqual(followed, {"payment_order_commerce", "interim_payment", "merits"})
        self.assertEqual(case.next_step, "Choose the procedure")

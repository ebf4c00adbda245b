from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .stories import StoryCommon

RECORD = "Record an event: Injonction de payer (commercial court)"


@tagged("post_install", "-at_install")
class TestOrderStories(StoryCommon):
    """An injonction de payer before the commercial court, in each of the ways in which it may go."""

    def order(self, case, filed=date(2026, 9, 1), given=date(2026, 9, 14)):
        """Return an injonction de payer whose order was given that day."""
        procedure = self.choose(case, "payment_order_commerce")
        self.happens(procedure, "request_filed", filed)
        self.go_to(given)
        self.happens(procedure, "order_given", amount=1400)
        return procedure

    # ------------------------------------------------------------
    # Unopposed, from the gate to execution
    # ------------------------------------------------------------
    def test_an_order_that_nobody_opposes_goes_from_the_gate_to_execution(self):
        case = self.begin_case(granted=False)
        self.check_case(case, "precourt", "Check whether it can go to court")
        checks = {check.code: check for check in case.check_ids}
        self.assertEqual(case.gate_state, "red")
        self.assertEqual((checks["formal_notice"].state, checks["certain"].state), ("green", "green"))
        self.assertEqual((checks["documents"].state, checks["documents"].cure), ("red", "action_add_proof"))
        self.assertIn("Neither order nor delivery", checks["documents"].reason)
        self.assertEqual(checks["worth"].state, "orange", "nobody has said what is expected: never green")
        self.pass_gate(case)
        case.with_user(self.recovery_user).action_check_gate()
        red = case.check_ids.filtered(lambda check: check.state == "red")
        self.assertEqual(red.mapped("code"), ["amicable"])
        # the owner asks, the manager decides
        self.give_reason(
            case.with_user(self.recovery_user).action_override_gate(), "Trois appels, non notés", self.recovery_user
        )
        self.assertFalse(case.is_gate_granted)
        self.assertEqual(case.next_step, "Check whether it can go to court")
        decision = self.env["recovery.decision"].search([("kind", "=", "gate"), ("res_id", "=", case.id)])
        decision.with_user(self.recovery_manager)._grant("Vu")
        self.check_case(case, "precourt", "Compile the file")
        self.press_next(case)
        # the advisor: why, why not, at what price, and where it is known from
        lines = self.advise(case)
        self.assertEqual(lines["payment_order_commerce"].state, "yes")
        self.assertIn("The claim is commercial", lines["payment_order_commerce"].reasons)
        self.assertIn("25.19", lines["payment_order_commerce"].costs)
        self.assertIn("Third-party reading", lines["payment_order_commerce"].costs)
        self.assertEqual(lines["payment_order_civil"].state, "no")
        self.assertIn("Not met: The claim is civil", lines["payment_order_civil"].decisive)
        self.assertEqual(lines["payment_order_civil"].cost_text, "not known", "and not “at least 0 €”")
        self.assertIn("From memory (60% sure)", lines["merits"].days_text)
        self.assertEqual({line.chance_text for line in lines.values()}, {"not known"}, "no figure without a source")
        procedure = self.choose(case, "payment_order_commerce")
        self.assertEqual(case.advice_choice_ids.reason, "Ouverte, et la moins chère")
        self.check_case(case, "preparing", f"Complete the file: {case.missing_text}")
        self.complete_file(case)
        self.check_case(case, "preparing", RECORD)
        self.happens(procedure, "request_filed", amount=0)
        self.check_case(case, "filed", RECORD)
        self.assertFalse(case.deadline_ids)
        # the fee is paid
        fee = case.cost_ids.filtered(lambda cost: cost.kind == "registry")
        self.assertEqual((fee.state, fee.amount), ("planned", 33.47), "the highest figure that the sources give")
        with Form(fee.with_user(self.recovery_user)) as form:
            form.amount = 30.23
        fee.with_user(self.recovery_user).action_engage()
        fee.with_user(self.recovery_user).action_pay()
        self.assertEqual(case.cost_paid, 30.23)
        # the order
        self.go_to(date(2026, 9, 14))
        self.happens(procedure, "order_given", amount=1400)
        self.check_case(case, "title", RECORD, date(2026, 12, 14), "far")
        service = self.deadline(procedure, "ip_service")
        why = "3 months from Monday 14 September 2026: Monday 14 December 2026."
        self.check_deadline(service, "running", date(2026, 12, 14), "CPC 1411", why)
        # it grants the fee: it is claimed from then on, once
        before = case.indemnity_now
        with Form(fee.with_user(self.recovery_user)) as form:
            form.amount_owed, form.owed_on, form.owed_by = 30.23, self.day, "Ordonnance du 14/09/2026"
        self.assertAlmostEqual(case.indemnity_now, before + 30.23)
        self.assertIn("lapses", service.sanction_text)
        self.assertIn("Deadline 12/14/2026", self.old.recovery_case_text)
        self.assertEqual(self.read_worklist(), (None, f"Deadline 12/14/2026: Title obtained, case {case.name}"))
        # a month before, a fortnight, a week
        self.go_to(date(2026, 11, 14))
        self.assertEqual(self.tasks_of(case, self.recovery_user), ["30 days left, 12/14/2026: Serve the order"])
        self.assertFalse(self.tasks_of(case, self.substitute))
        self.check_case(case, "title", RECORD, date(2026, 12, 14), "near")
        self.go_to(date(2026, 12, 8))
        self.assertEqual(self.tasks_of(case, self.substitute), ["6 days left, 12/14/2026: Serve the order"])
        self.check_case(case, "title", "Serve the order, by 12/14/2026", date(2026, 12, 14), "soon")
        self.assertEqual(self.read_worklist()[0], "deadline")
        self.assertEqual(self.press_next(case)["res_id"], service.id)
        # served: the debtor may oppose, and we wait
        self.happens(procedure, "order_served")
        self.check_case(case, "service", RECORD)
        self.assertEqual((service.state, service.met_on), ("met", self.day))
        self.assertFalse(self.tasks_of(case, self.recovery_user))
        self.assertIsNone(self.read_worklist()[0])
        opposition = self.deadline(procedure, "ip_opposition")
        self.check_deadline(opposition, "running", date(2027, 1, 8), "CPC 1416")
        self.assertEqual(opposition.whose, "opponent")
        wait = self.deadline(procedure, "ip_execution")
        self.check_deadline(wait, "running", date(2027, 2, 8), "CPC 1422", "2 months from Tuesday 8 December 2026")
        self.assertEqual(wait.kind, "earliest")
        self.assertFalse(case.next_deadline, "what the opponent may do, and a wait, are nothing to do")
        # nobody opposed
        self.go_to(date(2027, 2, 8))
        self.assertEqual((opposition.state, wait.state), ("over", "over"))
        self.assertIn("Possible from 02/08/2027", self.tasks_of(case, self.recovery_user)[0])
        self.go_to(date(2027, 2, 9))
        self.happens(procedure, "executable")
        self.check_case(case, "enforcement", "Order an enforcement measure")
        self.assertRecordValues(procedure, [{"state": "ended", "has_title": True}])
        self.assertIn("Not met: No enforceable title is held yet", self.advise(case)["merits"].decisive)
        self.check_chronology(
            case, "Case opened", "Checked before litigation", "Procedure chosen", "Granted", "Request filed",
            "Order given", "30 days left", "Met: Serve the order", "Order served", "Past: Opposition",
            "Enforceable: no opposition in time",
        )  # fmt: skip
        self.pay_and_close(case)

    def pay_and_close(self, case):
        """The debtor pays, and the case is closed as it ended: nothing of it stays behind."""
        for move in self.old | self.recent:
            self.pay(move, date=self.day)
        self.assertEqual(case.next_step, "Calculate what is still owed on top of the principal")
        window = self.open_window(case.with_user(self.recovery_user).action_close(), reason="Payé après signification")
        self.assertEqual((window.kind, window.settled_how), ("settled", "paid"))
        window.action_confirm()
        self.assertEqual((case.kind, case.is_open, case.amount_received), ("settled", False, 1400))
        self.assertFalse(self.held_lines(self.day))
        self.assertFalse(self.debtor.case_text)

    def test_an_execution_before_its_day_is_said_to_be_one(self):
        case = self.begin_case()
        procedure = self.order(case)
        self.happens(procedure, "order_served")
        self.go_to(date(2026, 11, 13))
        self.happens(procedure, "executable")
        self.check_deadline(self.deadline(procedure, "ip_execution"), "missed", date(2026, 11, 16), "CPC 1422")
        self.assertIn("Enforcement before it is void", case.deadline_warning)

    # ------------------------------------------------------------
    # Opposed, to judgment
    # ------------------------------------------------------------
    def test_an_order_that_is_opposed_goes_to_judgment(self):
        case = self.begin_case()
        procedure = self.order(case)
        self.go_to(date(2026, 9, 25))
        self.happens(procedure, "order_served")
        self.go_to(date(2026, 10, 12))
        self.happens(procedure, "opposition")
        self.check_case(case, "hearing", RECORD)
        self.assertEqual(self.deadline(procedure, "ip_execution").state, "moot")
        self.assertEqual(self.deadline(procedure, "ip_opposition").state, "met")
        self.assertFalse(procedure.possible_kind_ids.filtered(lambda kind: kind.code == "executable"))
        self.go_to(date(2026, 12, 18))
        self.happens(procedure, "opposition_notified", date(2026, 12, 17))
        fees = self.deadline(procedure, "ip_consignation")
        self.check_deadline(
            fees, "running", date(2027, 1, 4), "CPC 1425", "15 days from Thursday 17 December 2026: Friday 1 January",
            "Friday 1 January 2027: a public holiday (CPC 642).", "Sunday 3 January 2027: not a working day (CPC 642).",
        )  # fmt: skip
        self.assertIn("lapses", fees.sanction_text)
        self.check_case(case, "hearing", RECORD, date(2027, 1, 4), "near")
        self.go_to(date(2026, 12, 28))
        self.check_case(case, "hearing", "Deposit the opposition fees, by 01/04/2027", date(2027, 1, 4), "soon")
        self.happens(procedure, "fees_consigned")
        self.assertEqual(fees.state, "met")
        # the greffe convenes: a hearing to come is dated ahead, and put off
        self.happens(procedure, "hearing_fixed", date(2027, 2, 10))
        self.happens(procedure, "hearing_fixed", date(2027, 3, 10))
        self.go_to(date(2027, 3, 10))
        self.happens(procedure, "hearing_held")
        self.happens(procedure, "judgment", amount=1200)
        self.check_case(case, "title", RECORD, date(2027, 9, 10), "far")
        self.assertEqual(procedure.amount_granted, 1200, "the judgment stands in place of the order")
        self.check_deadline(self.deadline(procedure, "judgment_service"), "running", date(2027, 9, 10), "CPC 478")
        self.go_to(date(2027, 4, 1))
        self.happens(procedure, "judgment_served")
        appeal = self.deadline(procedure, "appeal")
        self.check_deadline(appeal, "running", date(2027, 5, 3), "CPC 538", "Saturday 1 May 2027")
        self.assertEqual(appeal.rule_id.confidence, "memory", "and the screen says so")
        self.go_to(date(2027, 5, 4))
        self.assertEqual(appeal.state, "over")
        self.happens(procedure, "judgment_final")
        self.check_case(case, "enforcement", "Order an enforcement measure")
        self.assertEqual(procedure.outcome_id.code, "title")
        self.check_chronology(
            case, "Order served", "Opposition by the debtor", "Opposition notified", "Opposition fees deposited",
            "Hearing held", "Judgment given", "Judgment served", "Judgment enforceable",
        )  # fmt: skip

    def test_a_title_that_is_opposed_late_is_one_no_more_until_the_judgment(self):
        case = self.begin_case()
        procedure = self.order(case)
        self.happens(procedure, "order_served")
        self.go_to(date(2026, 11, 17))
        self.happens(procedure, "executable")
        self.assertTrue(procedure.has_title and case._get_facts(self.day)["title_held"])
        # not served in person: the month runs from the first seizure
        self.go_to(date(2026, 12, 1))
        seized = self.happens(procedure, "order_known")
        self.check_deadline(self.deadline(procedure, "ip_opposition_known"), "running", date(2027, 1, 4), "CPC 1416")
        self.go_to(date(2026, 12, 20))
        opposed = self.happens(procedure, "opposition")
        self.assertGreater(opposed.date, seized.date)
        self.assertRecordValues(procedure, [{"state": "running", "has_title": False}])
        self.assertFalse(case._get_facts(self.day)["title_held"])
        self.check_case(case, "hearing", RECORD)
        line = self.receivable_of(self.old)
        position = self.env["recovery.limitation"]._read_positions(line, self.day)[line.id]
        self.assertNotIn(date(2026, 11, 17), [evidence.day for evidence in position.counted], "nor for the limitation")
        self.give_reason(opposed.with_user(self.recovery_user).action_annul(), "Autre dossier", self.recovery_user)
        self.assertTrue(procedure.has_title and case._get_facts(self.day)["title_held"])

    def test_fees_that_are_not_consigned_are_missed_and_stay_to_be_seen(self):
        case = self.begin_case()
        procedure = self.order(case)
        self.happens(procedure, "order_served")
        self.go_to(date(2026, 10, 12))
        self.happens(procedure, "opposition")
        self.happens(procedure, "opposition_notified")
        self.go_to(date(2026, 10, 28))
        fees = self.deadline(procedure, "ip_consignation")
        self.check_deadline(fees, "missed", date(2026, 10, 27), "CPC 1425")
        self.assertIn("Missed on 10/27/2026: Deposit the opposition fees. The claim lapses.", case.deadline_warning)
        self.assertEqual(case.deadline_state, "missed")
        self.assertEqual(self.read_worklist()[0], "deadline")
        fees.with_user(self.recovery_user).action_see()
        self.assertIsNone(self.read_worklist()[0], "seen: it leaves the day's list")
        self.assertIn("Deposit the opposition fees", case.deadline_warning, "and stays on the case")
        self.happens(procedure, "lapsed")
        self.assertEqual((procedure.outcome_id.code, case.next_step), ("lapsed", "Choose the procedure"))

    # ------------------------------------------------------------
    # Refused, to assignation
    # ------------------------------------------------------------
    def test_a_refused_request_leads_to_an_assignation(self):
        court = self.make_partner("Tribunal de commerce de Lyon", recovery_party_kind="court")
        court.recovery_court_kind = "commerce"
        case = self.begin_case()
        case.court_id = court
        order = self.choose(case, "payment_order_commerce")
        self.happens(order, "request_filed")
        self.go_to(date(2026, 9, 10))
        self.happens(order, "order_refused", date(2026, 9, 9))
        self.assertRecordValues(order, [{"state": "ended", "has_title": False}])
        self.check_case(case, "filed", "Choose the procedure")
        lines = self.advise(case)
        self.assertEqual(lines["merits"].follows, "Dismissed")
        self.assertFalse(lines["small_claims"].follows)
        suit = self.choose(case, "merits", "L'ordonnance a été refusée")
        self.assertEqual(suit.previous_id, order)
        self.happens(suit, "hearing_fixed", date(2026, 11, 3))
        summons, filing = self.deadline(suit, "summons_before"), self.deadline(suit, "filing_before")
        self.check_deadline(summons, "running", date(2026, 10, 19), "CPC 856", "15 days before Tuesday 3 November")
        self.check_deadline(filing, "running", date(2026, 10, 26), "CPC 857", "Monday 26 October 2026")
        self.check_case(case, "hearing", "Record an event: Assignation on the merits", date(2026, 10, 19), "far")
        self.go_to(date(2026, 10, 15))
        self.assertEqual(case.next_step, "Have the assignation served before the hearing, by 10/19/2026")
        self.happens(suit, "summons_served")
        self.assertEqual(summons.state, "met")
        self.happens(suit, "summons_filed", date(2026, 10, 15))
        self.assertEqual(filing.state, "met")
        line = self.receivable_of(self.old)
        position = self.env["recovery.limitation"]._read_positions(line, self.day)[line.id]
        self.assertEqual([evidence.day for evidence in position.counted], [date(2026, 10, 15)], "it interrupts")
        self.go_to(date(2026, 11, 3))
        self.happens(suit, "hearing_held")
        self.go_to(date(2026, 12, 1))
        self.happens(suit, "judgment", amount=1400)
        self.check_deadline(self.deadline(suit, "judgment_service"), "running", date(2027, 6, 1), "CPC 478")
        self.check_chronology(
            case, "Request refused", "Procedure chosen: Assignation", "Assignation served", "Judgment"
        )

    # ------------------------------------------------------------
    # Not served: it lapses, and is taken up again
    # ------------------------------------------------------------
    def test_an_order_that_is_not_served_lapses_and_is_taken_up_again(self):
        case = self.begin_case()
        lost = self.order(case)
        for day, told in (
            (date(2026, 11, 14), (self.recovery_user,)),
            (date(2026, 11, 29), (self.recovery_user, self.substitute)),
            (date(2026, 12, 13), (self.recovery_user, self.substitute)),
        ):
            self.go_to(day)
            for user in told:
                self.assertIn("12/14/2026: Serve the order", self.tasks_of(case, user)[0])
        self.assertIn("One day left", self.tasks_of(case, self.recovery_user)[0])
        self.go_to(date(2026, 12, 15))
        service = self.deadline(lost, "ip_service")
        self.check_deadline(service, "missed", date(2026, 12, 14), "CPC 1411")
        self.assertEqual(case.deadline_state, "missed")
        self.assertIn("Missed on 12/14/2026: Serve the order. The order lapses (non avenu)", case.deadline_warning)
        self.assertIn("Missed on 12/14/2026", self.tasks_of(case, self.recovery_user)[0])
        self.assertEqual(self.read_worklist()[0], "deadline")
        self.assertEqual(self.press_next(case)["res_id"], service.id)
        # served too late: it meets nothing
        late = self.happens(lost, "order_served")
        self.assertEqual(service.state, "missed")
        self.give_reason(late.with_user(self.recovery_user).action_annul(), "Acte non délivré", self.recovery_user)
        self.assertFalse(lost.deadline_ids.filtered(lambda row: row.event_id == late and row.state == "running"))
        self.happens(lost, "lapsed")
        service.with_user(self.recovery_user).action_see()
        self.assertEqual((lost.state, lost.outcome_id.code), ("ended", "lapsed"))
        self.assertEqual(service.state, "missed", "a missed one is never hidden")
        self.assertEqual(self.advise(case)["payment_order_commerce"].follows, "Lapsed")
        again = self.choose(case, "payment_order_commerce", "La première n'a pas été signifiée")
        self.assertEqual(again.previous_id, lost)
        self.happens(again, "request_filed")
        self.go_to(date(2026, 12, 21))
        self.happens(again, "order_given", amount=1400)
        self.check_deadline(self.deadline(again, "ip_service"), "running", date(2027, 3, 22), "CPC 1411")
        self.assertEqual(case.next_deadline, date(2027, 3, 22))
        self.happens(again, "order_served")
        self.check_case(case, "service", RECORD)
        self.check_chronology(case, "Missed: Serve the order", "Event voided", "Lapsed", "Order given", "Order served")

    # ------------------------------------------------------------
    # Both regimes
    # ------------------------------------------------------------
    def test_the_day_of_the_order_decides_between_both_regimes(self):
        for given, served, service, execution, article in (
            ((2026, 8, 31), (2026, 8, 31), (2027, 3, 1), (2026, 9, 30), "before"),
            ((2026, 8, 31), (2026, 9, 15), (2027, 3, 1), (2026, 10, 15), "before"),
            ((2026, 9, 1), (2026, 9, 1), (2026, 12, 1), (2026, 11, 2), "décret 2026-96"),
            ((2026, 9, 1), (2026, 9, 15), (2026, 12, 1), (2026, 11, 16), "décret 2026-96"),
        ):
            given, served, service, execution = (date(*parts) for parts in (given, served, service, execution))
            with self.subTest(given=given, served=served), self.env.cr.savepoint() as savepoint:
                case = self.begin_case()
                self.go_to(date(2026, 9, 15))
                procedure = self.choose(case, "payment_order_commerce")
                self.happens(procedure, "request_filed", date(2026, 8, 20))
                self.happens(procedure, "order_given", given, amount=1400)
                limit = self.deadline(procedure, "ip_service")
                self.check_deadline(limit, "running", service, "CPC 1411")
                self.assertIn("Old regime" if article == "before" else "New regime", limit.rule_note)
                self.happens(procedure, "order_served", served)
                wait = self.deadline(procedure, "ip_execution")
                self.assertEqual((limit.state, wait.date), ("met", execution))
                self.assertIn(article, wait.article if article != "before" else wait.rule_id.source)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_has_not_happened_is_not_recorded(self):
        case = self.begin_case()
        procedure = self.choose(case, "payment_order_commerce")
        with self.assertRaisesRegex(UserError, "has not happened yet"), self.env.cr.savepoint():
            self.happens(procedure, "request_filed", date(2026, 9, 2))
        self.assertNotIn("order_served", procedure.possible_kind_ids.mapped("code"))

from datetime import date

from odoo.tests import Form, tagged

from .stories import StoryCommon


@tagged("post_install", "-at_install")
class TestLawStories(StoryCommon):
    """The law changes: a manager dates it on screen, and cases follow, each by the law of its own day."""

    def test_a_manager_dates_a_shorter_time_limit_on_screen(self):
        case = self.begin_case()
        old_case_order = self.choose(case, "payment_order_commerce")
        self.happens(old_case_order, "request_filed")
        self.go_to(date(2026, 9, 14))
        given = self.happens(old_case_order, "order_given", amount=1400)
        service = self.deadline(old_case_order, "ip_service")
        self.assertEqual(service.date, date(2026, 12, 14))
        # from 1 January 2027: 45 days instead of 3 months
        rules = self.env["recovery.deadline.rule"].with_user(self.recovery_manager)
        current = rules.search([("code", "=", "ip_service"), ("valid_to", "=", False)])
        with Form(current) as form:
            form.valid_to = date(2026, 12, 31)
        with Form(rules) as form:
            for name in ("code", "name", "type_codes", "opens_kind", "basis_kind", "met_kinds", "moot_kinds"):
                setattr(form, name, current[name])
            form.number, form.unit = 45, "days"
            form.article, form.sanction = "CPC 1411 (décret à venir)", "L'ordonnance est non avenue"
            form.source = "Journal officiel du 12 décembre 2026"
            form.valid_from = date(2027, 1, 1)
        self.assertEqual(service.date, date(2026, 12, 14), "an order of before keeps its three months")
        # the order turns out to be dated of January: the other law, and the change is traced
        self.go_to(date(2027, 1, 10))
        self.assertEqual(service.state, "missed")
        action = given.with_user(self.recovery_user).action_correct()
        window = self.open_window(action, date=date(2027, 1, 4), reason="Datée du 4 janvier 2027")
        window.action_confirm()
        self.check_deadline(
            service, "running", date(2027, 2, 18), "décret à venir", "45 days from Monday 4 January 2027: Thursday 18"
        )
        self.assertEqual(case.next_deadline, date(2027, 2, 18))
        self.assertFalse(case.deadline_warning)
        self.check_chronology(case, "Missed: Serve the order", "Moved: Serve the order, by 02/18/2027")

    def test_a_manager_dates_a_new_condition_and_a_new_ceiling_on_screen(self):
        self.debtor.write({"nature": "consumer", "nature_confirmed": True})
        self.customer.is_company = False
        case = self.begin_case()
        self.assertEqual(self.advise(case)["small_claims"].state, "yes")
        # from October: only claims above 2 000 €
        kind = self.type_of("small_claims").with_user(self.recovery_manager)
        with Form(kind) as form, form.condition_ids.new() as row:
            row.fact, row.operator, row.number = "principal", "above", 2000
            row.reason, row.valid_from = "Only above 2,000 €", date(2026, 10, 1)
        # and the ceiling of the law goes down on the same day
        parameters = self.env["recovery.legal.parameter"].with_user(self.recovery_manager)
        ceiling = parameters.search([("key", "=", "petites_creances_max"), ("valid_to", "=", False)])
        with Form(ceiling) as form:
            form.valid_to = date(2026, 9, 30)
        self.go_to(date(2026, 9, 30))
        self.assertEqual(self.advise(case)["small_claims"].state, "yes", "not yet")
        self.go_to(date(2026, 10, 1))
        line = self.advise(case)["small_claims"]
        self.assertEqual(line.state, "no")
        self.assertIn("Not met: Only above 2,000 €", line.decisive)
        self.assertIn("10/01/2026", line.decisive)
        self.assertIn("ceiling", line.reasons, "a figure that the law lacks that day is asked")
        told = self.env["recovery.event"].search([("author_name", "=", "Marc")], order="id").mapped("summary")
        self.assertTrue([text for text in told if kind.name in text], told)

    def test_the_advisor_says_how_sure_each_reading_is(self):
        case = self.begin_case()
        lines = self.advise(case)
        self.assertIn("From memory", lines["merits"].confidence)
        self.assertIn("Text read", lines["unpaid_cheque"].confidence)
        self.assertTrue(all(line.source and line.confidence and line.article for line in lines.values()))

from odoo.tests import tagged

from .common import RecoveryTourCase

ORDER = "payment_order_commerce"


@tagged("post_install", "-at_install")
class TestCaseWays(RecoveryTourCase):
    """The ways that a case may go, as a manager walks them on the screen."""

    def open_case(self, name, nature="merchant", **vals):
        """Return a case whose file is built, of a customer of that nature."""
        customer = self.make_partner(name, **vals)
        self.make_invoice(customer, amount=1400.0, days_overdue=250)
        debtor = self.debtor_of(customer)
        debtor.write({"nature": nature, "nature_confirmed": True})
        debtor = debtor.with_context(lang="fr_FR")  # what is kept in words is in those of its author
        case = self.env["recovery.case"].with_context(lang="fr_FR").browse(debtor.action_open_case()["res_id"])
        case.write({"contested": "no", "written_proof": "yes"})
        case.sudo().stage_id = case.stage_id._get_first(self.company, ["preparing"])
        return case

    def begin(self, case, **days_ago):
        """Begin an injonction de payer in which this happened, each so many days ago."""
        kind = self.env.ref(f"debt_recovery.recovery_procedure_type_{ORDER}").with_env(case.env)
        choice = case.env["recovery.advice.choice"]._choose(case, kind, self.today, "Rien n'est contesté", facts={})
        kinds = kind.event_kind_ids.grouped("code")
        for code, ago in days_ago.items():
            case.env["recovery.procedure.event"]._record(choice.procedure_id, kinds[code], self.day(ago), self.today)
        return choice.procedure_id

    def walk(self, name, case, url=None):
        self.tour(f"recovery_case_{name}", self.recovery_manager, url or f"/odoo/recovery-cases/{case.id}", timeout=120)
        return case.procedure_ids.sorted("id")

    def test_an_order_that_is_opposed_goes_to_judgment(self):
        case = self.open_case("Verrerie Opposante")
        self.begin(case, request_filed=30, order_given=20, order_served=10)
        (order,) = self.walk("opposed", case)
        self.assertEqual(order.event_ids.mapped("code")[-1], "judgment")
        states = dict(order.deadline_ids.mapped(lambda deadline: (deadline.rule_code, deadline.state)))
        self.assertEqual((states["ip_opposition"], states["judgment_service"]), ("met", "running"))

    def test_a_refused_request_leads_to_an_assignation(self):
        case = self.open_case("Atelier Refusé")
        self.begin(case, request_filed=10)
        order, suit = self.walk("refused", case)
        self.assertEqual((order.state, suit.previous_id), ("ended", order))

    def test_an_order_that_was_not_served_lapses_and_is_taken_up_again(self):
        case = self.open_case("Librairie Caduque")
        self.begin(case, request_filed=220, order_given=200)
        self.env["recovery.deadline.watch"]._watch(self.company, self.today)
        order, again = self.walk("lapsed", case)
        self.assertEqual((order.outcome_id.code, again.previous_id), ("lapsed", order))
        self.assertIn("missed", order.deadline_ids.mapped("state"))

    def test_a_consumer_below_the_threshold_meets_a_conciliator_first(self):
        case = self.open_case("Madame Petit", "consumer", is_company=False)
        (attempt,) = self.walk("consumer", case)
        self.assertEqual(attempt.event_ids.mapped("code"), ["attempt_asked"])

    def test_a_public_body_is_sued_before_its_own_judge_alone(self):
        case = self.open_case("Commune de Rives", "public")
        (suit,) = self.walk("public", case)
        self.assertEqual(suit.type_id, self.env.ref("debt_recovery.recovery_procedure_type_administrative_interim"))

    def test_a_merchant_under_the_law_of_2026_once_it_is_switched_on(self):
        case = self.open_case("Serrurerie Incontestée")
        self.company.recovery_artisan = case.debtor_id.artisan = "no"
        kind = self.env.ref("debt_recovery.recovery_procedure_type_undisputed_commercial")
        (run,) = self.walk("undisputed", case, f"/odoo/recovery-procedure-types/{kind.id}")
        self.assertTrue(kind.active)
        self.assertEqual(run.event_ids.mapped("code"), ["file_given", "command_served"])

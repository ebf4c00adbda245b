from datetime import date

from odoo.tests import tagged

from ....models.litigation.deadline.follow import MET, MOOT, OVER, Event, Places, find_open
from ....models.litigation.deadline.recovery_deadline_rule import split_codes
from ...common import RecoveryCommon

COMMERCE, CIVIL = "payment_order_commerce", "payment_order_civil"
#: The rule of a legal parameter, and for whom where that decides.
SAME_FIGURE = {
    "ip_service_delay": ("ip_service",),
    "ip_opposition": ("ip_opposition",),
    "ip_execution_wait": ("ip_execution",),
    "ip_opposition_fees_tc": ("ip_consignation",),
    "ip_avocat_after_opposition": ("ip_lawyer",),
    "petites_creances_reply": ("small_claims_answer",),
    "l126_contest": ("undisputed_contest",),
    "l126_pv_wait": ("undisputed_report",),
    "l126_service_of_pv": ("undisputed_service",),
    "declaration_creance": ("declaration", "mainland"),
    "declaration_creance_abroad": ("declaration", "elsewhere"),
    "releve_forclusion": ("relief",),
    "revendication": ("ownership_claim",),
    "conservatoire_authorisation": ("seizure_made",),
    "conservatoire_title_action": ("seizure_action",),
    "cheque_certificate_wait": ("cheque_certificate",),
    "cheque_title_wait": ("cheque_title",),
    "referee_appeal": ("interim_appeal",),
    "appeal": ("appeal",),
    "judgment_lapse_no_service": ("judgment_service",),
}


@tagged("post_install", "-at_install")
class TestShippedRules(RecoveryCommon):
    """The rules that the module brings give the dates of the fact sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["recovery.deadline.rule"]
        cls.rules = cls.Rule._read_rules()[cls.env["res.company"]]

    def find(self, procedure_type, *told, day=date(2026, 9, 1), places=None):
        """Return the deadlines by code, of events told as ``(kind, day)``."""
        events = [Event(number, kind, day) for number, (kind, day) in enumerate(told, 1)]
        return {row.code: row for row in find_open(events, self.rules, procedure_type, day, places)}

    def date_of(self, code, procedure_type, *told, **kwargs):
        return self.find(procedure_type, *told, **kwargs)[code].limit.date

    def test_every_rule_names_events_of_its_own_procedures(self):
        Type = self.env["recovery.procedure.type"].with_context(active_test=False)
        codes = {kind.code: set(kind.event_kind_ids.mapped("code")) for kind in Type.search([])}
        for rule in self.Rule.with_context(active_test=False).search([("company_id", "=", False)]):
            known = set().union(*(codes[code] for code in split_codes(rule.type_codes)))
            named = {rule.opens_kind, *filter(None, (rule.from_kind, rule.basis_kind))}
            named |= {*split_codes(rule.met_kinds), *split_codes(rule.moot_kinds)}
            self.assertLessEqual(named, known, rule.code)

    def test_every_rule_says_article_source_and_how_sure_it_is(self):
        for rule in self.Rule.with_context(active_test=False).search([]):
            self.assertTrue(rule.article and rule.source and rule.confidence and rule.summary, rule.code)
            self.assertTrue(rule.sanction or rule.is_wait or rule.whose == "third", rule.code)

    def test_rules_and_legal_parameters_say_the_same_of_a_time_limit(self):
        """Both are read by people: a figure that stands in both is one figure, on the same days."""
        rules = self.Rule.with_context(active_test=False).search([("company_id", "=", False)])
        for key, (code, *homes) in SAME_FIGURE.items():
            parameters = self.env["recovery.legal.parameter"].search([("key", "=", key)])
            self.assertTrue(parameters, key)
            for parameter in parameters:
                day = parameter.valid_from or parameter.valid_to or self.today
                found = rules.filtered_domain([("code", "=", code), ("home", "in", homes or [False])])
                found = found.filtered_domain(["|", ("valid_from", "=", False), ("valid_from", "<=", day)])
                found = found.filtered_domain(["|", ("valid_to", "=", False), ("valid_to", ">=", day)])
                self.assertEqual(
                    {(rule.number, rule.unit) for rule in found}, {(int(parameter._get_value()), parameter.unit)}, key
                )

    def test_no_limit_of_the_cpc_is_a_delai_franc(self):
        self.assertFalse(self.Rule.search([("is_franc", "=", True), ("article", "=like", "CPC%")]))

    def test_d1_and_d2_an_order_is_served_in_three_or_six_months(self):
        for kind in (COMMERCE, CIVIL):
            for given, expected in (
                (date(2026, 11, 30), date(2027, 3, 1)),
                (date(2026, 8, 31), date(2027, 3, 1)),
                (date(2026, 9, 1), date(2026, 12, 1)),
            ):
                self.assertEqual(self.date_of("ip_service", kind, ("order_given", given)), expected)

    def test_an_order_of_august_served_in_september_is_all_old_regime(self):
        served = ("order_served", date(2026, 9, 15))
        old = self.find(COMMERCE, ("order_given", date(2026, 8, 31)), served, day=date(2026, 10, 20))
        self.assertEqual((old["ip_service"].state, old["ip_opposition"].state), (MET, OVER))
        self.assertEqual(old["ip_execution"].limit.date, date(2026, 10, 15))
        new = self.find(COMMERCE, ("order_given", date(2026, 9, 1)), served, day=date(2026, 10, 20))
        self.assertEqual(new["ip_execution"].limit.date, date(2026, 11, 16))

    def test_d3_and_d10_an_order_served_is_opposed_in_a_month_and_executed_after_two(self):
        given = ("order_given", date(2026, 10, 1))
        self.assertEqual(
            self.date_of("ip_opposition", COMMERCE, given, ("order_served", date(2026, 10, 31))), date(2026, 11, 30)
        )
        wait = self.find(COMMERCE, given, ("order_served", date(2026, 12, 31)))["ip_execution"].limit
        self.assertEqual((wait.date, wait.other), (date(2027, 3, 1), date(2027, 2, 28)))

    def test_an_opposition_ends_the_wait_and_asks_for_fees_or_a_lawyer(self):
        told = (
            ("order_given", date(2026, 10, 1)),
            ("order_served", date(2026, 10, 15)),
            ("opposition", date(2026, 11, 10)),
            ("opposition_notified", date(2026, 12, 17)),
        )
        commerce = self.find(COMMERCE, *told, day=date(2026, 12, 18))
        self.assertEqual(commerce["ip_execution"].state, MOOT)
        self.assertEqual(commerce["ip_consignation"].limit.date, date(2027, 1, 4))
        self.assertNotIn("ip_lawyer", commerce)
        civil = self.find(CIVIL, *told, day=date(2026, 12, 18))
        self.assertEqual(civil["ip_lawyer"].limit.date, date(2027, 1, 4), "D5")
        self.assertNotIn("ip_consignation", civil)

    def test_d4_a_claim_is_declared_from_the_publication(self):
        told = ("insolvency_published", date(2026, 9, 15))
        found = self.find("claim_declaration", told)
        self.assertEqual(found["declaration"].limit.date, date(2026, 11, 16))
        self.assertEqual(found["relief"].limit.date, date(2027, 3, 15))
        self.assertNotIn("ownership_claim", found, "switched on by who sells under retention of title")
        abroad = Places(ours="abroad")
        self.assertEqual(self.date_of("declaration", "claim_declaration", told, places=abroad), date(2027, 1, 15))

    def test_d6_a_report_waits_eight_days_after_the_month(self):
        found = self.find("undisputed_commercial", ("command_served", date(2026, 10, 30)))
        self.assertEqual(found["undisputed_contest"].limit.date, date(2026, 11, 30))
        self.assertEqual(found["undisputed_report"].limit.date, date(2026, 12, 8))

    def test_d11_an_invitation_is_answered_within_a_month(self):
        sent = ("invitation_sent", date(2026, 10, 1))
        self.assertEqual(self.date_of("small_claims_answer", "small_claims", sent), date(2026, 11, 2))

    def test_d12_a_seizure_is_followed_by_an_action_within_a_month(self):
        for kind in ("measure_made", "measure_without_order"):
            told = (kind, date(2026, 12, 25))
            self.assertEqual(self.date_of("seizure_action", "conservatory_seizure", told), date(2027, 1, 25))
            self.assertEqual(self.date_of("seizure_report", "conservatory_seizure", told), date(2027, 1, 4))

    def test_a_hearing_is_prepared_before_it_and_the_court_says_when(self):
        hearing = ("hearing_fixed", date(2027, 1, 5))
        unknown = self.find("merits", hearing)
        self.assertEqual(unknown["summons_before"].limit.date, date(2026, 12, 21))
        self.assertEqual(unknown["filing_before"].limit.date, date(2026, 12, 21), "the prudent one")
        self.assertEqual(unknown["filing_before"].limit.other, date(2026, 12, 28))
        tae = self.find("merits", hearing, places=Places(court="tae"))["filing_before"].limit
        self.assertEqual((tae.date, tae.other), (date(2026, 12, 28), None))

    def test_european_orders_wait_for_the_post_too(self):
        found = self.find("european_payment_order", ("order_served", date(2026, 10, 1)))
        self.assertEqual(found["european_opposition"].limit.date, date(2026, 11, 2))
        self.assertEqual(found["european_enforceable"].limit.date, date(2026, 11, 12))

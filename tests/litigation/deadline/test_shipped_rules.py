from datetime import date

from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from ....models.litigation.deadline.follow import MET, MOOT, OVER, Event, Places, find_open
from ....models.litigation.deadline.recovery_deadline_rule import split_codes
from ...common import RecoveryCommon

COMMERCE, CIVIL = "payment_order_commerce", "payment_order_civil"
#: ``{(code, for whom): [(length, unit, a day of the version)]}`` as the law has them.
FIGURES = {
    ("ip_service", False): [(6, "months", date(2026, 8, 31)), (3, "months", date(2026, 9, 1))],
    ("ip_opposition", False): [(1, "months", date(2026, 9, 1))],
    ("ip_execution", False): [(2, "months", date(2026, 9, 1))],
    ("ip_consignation", False): [(15, "days", date(2026, 9, 1))],
    ("ip_lawyer", False): [(15, "days", date(2026, 9, 1))],
    ("small_claims_answer", False): [(1, "months", date(2026, 9, 1))],
    ("undisputed_contest", False): [(1, "months", date(2026, 4, 25))],
    ("undisputed_report", False): [(8, "days", date(2026, 4, 25))],
    ("undisputed_service", False): [(6, "months", date(2026, 4, 25))],
    ("declaration", "mainland"): [(2, "months", date(2026, 9, 1))],
    ("declaration", "elsewhere"): [(4, "months", date(2026, 9, 1))],
    ("relief", False): [(6, "months", date(2026, 9, 1))],
    ("ownership_claim", False): [(3, "months", date(2026, 9, 1))],
    ("seizure_made", False): [(3, "months", date(2026, 9, 1))],
    ("seizure_action", False): [(1, "months", date(2026, 9, 1))],
    ("cheque_certificate", False): [(30, "days", date(2026, 9, 1))],
    ("cheque_title", False): [(15, "days", date(2026, 9, 1))],
    ("interim_appeal", False): [(15, "days", date(2026, 9, 1))],
    ("appeal", False): [(1, "months", date(2026, 9, 1))],
    ("judgment_service", False): [(6, "months", date(2026, 9, 1))],
}
#: Legal parameters that repeated them until they were held once.
GONE = (
    "ip_service_delay ip_opposition ip_execution_wait ip_opposition_fees_tc ip_avocat_after_opposition appeal "
    "petites_creances_reply l126_contest l126_pv_wait l126_service_of_pv declaration_creance referee_appeal "
    "declaration_creance_abroad releve_forclusion revendication conservatoire_authorisation cheque_title_wait "
    "conservatoire_title_action cheque_certificate_wait judgment_lapse_no_service"
).split()


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

    def test_a_time_limit_has_the_length_that_the_law_gives_it_on_that_day(self):
        rules = self.Rule.with_context(active_test=False).search([("company_id", "=", False)])
        for (code, home), versions in FIGURES.items():
            for number, unit, day in versions:
                found = rules.filtered_domain([("code", "=", code), ("home", "=", home)])
                found = found.filtered_domain(["|", ("valid_from", "=", False), ("valid_from", "<=", day)])
                found = found.filtered_domain(["|", ("valid_to", "=", False), ("valid_to", ">=", day)])
                self.assertEqual({(rule.number, rule.unit) for rule in found}, {(number, unit)}, code)

    def test_no_legal_parameter_repeats_a_rule(self):
        """A manager who dates a change of law does so in one place."""
        self.assertFalse(self.env["recovery.legal.parameter"].search([("key", "in", GONE)]))

    def upgrade(self):
        self.env.flush_all()
        path = file_path("debt_recovery/migrations/19.0.4.0.0/post-limits_held_once.py")
        load_script(path, "post-limits_held_once").migrate(self.cr, "19.0.3.0.0")
        self.env.invalidate_all()

    def ship(self, name, value, unit="months", **vals):
        """Make a legal parameter as an older version of the module brought it."""
        vals = {"key": name, "name": name, "value": value, "unit": unit, "article": "CPC", "source": "Texte", **vals}
        parameter = self.env["recovery.legal.parameter"].create(vals)
        xmlid = f"debt_recovery.recovery_legal_parameter_{name}"
        self.env["ir.model.data"]._update_xmlids([{"xml_id": xmlid, "record": parameter, "noupdate": True}])
        return parameter

    def test_an_update_takes_away_what_repeated_a_rule_and_leaves_what_people_made_of_it(self):
        idle, changed, read = self.ship("appeal", "1"), self.ship("revendication", "4"), self.ship("ip_opposition", "1")
        kind = (
            self.env["recovery.limitation.kind"]
            .search([], limit=1)
            .copy({"parameter_key": "ip_opposition", "default_for": False})
        )
        self.assertEqual(kind.parameter_key, read.key)
        own = idle.create(
            {"key": "declaration_creance", "name": "x", "value": "2", "unit": "months", "article": "x", "source": "x"}
        )
        self.upgrade()
        self.assertEqual((idle | changed | read | own).exists(), changed | read | own)
        self.assertFalse(self.env.ref("debt_recovery.recovery_legal_parameter_appeal", raise_if_not_found=False))
        self.upgrade()

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

from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ...common import RecoveryCommon

PRESETS = ("standard", "key_account", "small_debtor", "consumer", "public", "export")
LOGGER = "odoo.addons.debt_recovery.models.dunning.scenario.recovery_scenario_rule"


@tagged("post_install", "-at_install")
class TestScenarioRules(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.presets = {name: cls.env.ref(f"debt_recovery.recovery_scenario_{name}") for name in PRESETS}
        cls.shipped = cls.env["recovery.scenario.rule"].with_context(active_test=False).search([])
        cls.other = cls.scenario.copy({"name": "Autre"})

    @classmethod
    def make_rule(cls, scenario=None, **vals):
        """Create a rule that comes before those shipped."""
        return cls.env["recovery.scenario.rule"].create(
            {"name": "Règle", "sequence": 1, "scenario_id": (scenario or cls.other).id, **vals}
        )

    def choice(self, partner=None, amounts=None):
        partner = partner or self.debtor_partner
        return self.env["recovery.scenario"]._choose(self.company, partner, amounts, self.today)[partner.id]

    def scenario_of(self, partner=None, amounts=None):
        return self.env["recovery.scenario"].browse(self.choice(partner, amounts).scenario_id)

    # ------------------------------------------------------------
    # Order
    # ------------------------------------------------------------
    def test_hand_then_first_rule_then_default(self):
        self.assertEqual((self.scenario_of(), self.choice().origin), (self.scenario, "default"))
        second = self.make_rule(self.presets["export"], sequence=2)
        first = self.make_rule()
        self.assertEqual((self.scenario_of(), self.choice().rule_id), (self.other, first.id))
        first.sequence = 3
        self.assertEqual(self.choice().rule_id, second.id)
        debtor = self.debtor_of()
        debtor.scenario_id = self.presets["small_debtor"]
        self.assertEqual(self.choice().origin, "debtor")
        self.assertEqual(debtor.effective_scenario_id, self.presets["small_debtor"])

    def test_where_one_chooses_among_the_levels_of_all_scenarios_each_names_its_own(self):
        for name in ("recovery.resume.wizard", "recovery.takeover.wizard"):
            arch = etree.fromstring(self.env[name].get_view(view_type="form")["arch"])
            chosen = arch.xpath("//field[@name='level_id']")
            self.assertTrue(chosen)
            for field in chosen:
                context = safe_eval(field.get("context"))
                levels = self.env["recovery.level"].with_context(**context).search([])
                self.assertEqual(len(set(levels.mapped("display_name"))), len(levels))
        level = self.levels["reminder"]
        self.assertEqual(level.display_name, level.name, "elsewhere its own name is enough")

    def test_the_engine_follows_and_the_screen_says_why(self):
        invoice = self.make_invoice(days_overdue=10)
        rule = self.make_rule(name="Les Lyonnais", partner_domain="[('city', '=', 'Lyon')]")
        verdict = self.verdict_of(invoice)
        self.assertIn(verdict.step.level_id, self.other.level_ids.ids)
        debtor = self.debtor_of()
        self.assertEqual((debtor.effective_scenario_id, debtor.scenario_rule_id), (self.other, rule))
        self.assertIn("Les Lyonnais", debtor.scenario_origin_text)
        self.assertEqual(rule.debtor_count, 1)
        self.assertEqual(rule.action_view_debtors()["domain"], [("id", "in", debtor.ids)])
        found = self.env["recovery.debtor"].search([("effective_scenario_id", "=", self.other.id)])
        self.assertEqual(found, debtor)

    def test_rules_of_another_company_say_nothing(self):
        other = self.setup_other_company(name="Société Deux")["company"]
        self.make_rule(company_id=other.id)
        self.assertEqual(self.choice().origin, "default")
        owned = self.scenario.copy({"company_id": other.id})
        with self.assertRaisesRegex(ValidationError, "Société Deux"):
            self.make_rule(owned)

    # ------------------------------------------------------------
    # Conditions
    # ------------------------------------------------------------
    def test_conditions_on_the_contact(self):
        industry = self.env["res.partner.industry"].create({"name": "Bâtiment"})
        parent = self.env["res.partner.category"].create({"name": "Clients"})
        tag = self.env["res.partner.category"].create({"name": "VIP", "parent_id": parent.id})
        group = self.env["res.country.group"].create(
            {"name": "Benelux", "country_ids": [Command.set(self.env.ref("base.be").ids)]}
        )
        german = self.make_partner("Berlin GmbH", country_id=self.env.ref("base.de").id)
        belgian = self.make_partner("Bruxelles SA", country_id=self.env.ref("base.be").id)
        reunion = self.make_partner("Saint-Denis", country_id=self.env.ref("base.re").id)
        builder = self.make_partner("Maçon", industry_id=industry.id, category_id=[Command.set(tag.ids)])
        followed = self.make_partner("Suivi", user_id=self.recovery_user.id)
        unknown = self.make_partner("Sans pays", country_id=False)
        everybody = german | belgian | reunion | builder | followed | unknown
        for vals, expected in (
            ({"abroad": True}, german | belgian),
            ({"country_ids": [Command.set(self.env.ref("base.de").ids)]}, german),
            ({"country_group_ids": [Command.set(group.ids)]}, belgian),
            ({"category_ids": [Command.set(parent.ids)]}, builder),
            ({"industry_ids": [Command.set(industry.ids)]}, builder),
            ({"salesperson_ids": [Command.set(self.recovery_user.ids)]}, followed),
            ({"partner_domain": "[('name', 'like', 'S')]", "abroad": True}, belgian),
        ):
            rule = self.make_rule(**vals)
            choices = self.env["recovery.scenario"]._choose(self.company, everybody, None, self.today)
            matched = everybody.filtered(lambda p, c=choices, r=rule: c[p.id].rule_id == r.id)
            with self.subTest(vals=vals):
                self.assertEqual(matched, expected)
            rule.unlink()

    def test_archived_customers_follow_the_same_rules(self):
        self.make_rule(partner_domain="[('city', '=', 'Lyon')]")
        self.debtor_partner.active = False
        self.assertEqual(self.scenario_of(), self.other)

    def test_amounts_are_in_company_currency_credits_deducted(self):
        usd = self.setup_other_currency("USD", rates=[("2020-01-01", 4.0)])
        self.make_rule(open_min=1000, overdue_max=600)
        invoice = self.make_invoice(days_overdue=10, amount=2400, currency=usd)
        self.assertNotIn(self.verdict_of(invoice).step.level_id, self.other.level_ids.ids)
        self.make_invoice(days_overdue=-5, amount=500)
        self.assertIn(self.verdict_of(invoice).step.level_id, self.scenario.level_ids.ids, "overdue by 600 exactly")
        self.pay(invoice, amount=200)
        self.assertIn(self.verdict_of(invoice).step.level_id, self.other.level_ids.ids)

    def test_seniority_and_turnover(self):
        self.make_invoice(days_overdue=400, amount=900)
        self.make_invoice(days_overdue=-10, amount=300)
        rule = self.make_rule(months_min=14)
        self.assertEqual(self.scenario_of(), self.other)
        rule.write({"months_min": 0, "months_max": 14})
        self.assertEqual(self.scenario_of(), self.scenario)
        rule.write({"months_max": 0, "turnover_min": 301})
        self.assertEqual(self.scenario_of(), self.scenario, "what is older than a year does not count")
        rule.turnover_min = 300
        self.assertEqual(self.scenario_of(), self.other)
        newcomer = self.make_partner("Nouveau")
        rule.write({"turnover_min": 0, "months_max": 6})
        self.assertEqual(self.scenario_of(newcomer), self.other, "never invoiced: a customer for zero months")

    def test_a_filter_on_debtors_before_and_after_the_debtor_exists(self):
        self.make_rule(debtor_domain="[('nature', '=', 'professional')]")
        self.assertEqual(self.scenario_of(), self.other, "no debtor yet: tried as a new one")
        debtor = self.debtor_of()
        self.assertEqual(self.scenario_of(), self.other)
        debtor.nature = "merchant"
        self.assertEqual(self.scenario_of(), self.scenario)

    # ------------------------------------------------------------
    # What must not go wrong
    # ------------------------------------------------------------
    def test_a_bad_filter_is_refused_when_saved(self):
        for field in ("partner_domain", "debtor_domain"):
            for text in (
                "[('no_such_field', '=', 1)]",
                "nonsense",
                "[('id', '=', uid)]",
                "[('id', '=', 'x')]",
                "[1, 2]",
            ):
                with self.subTest(field=field, text=text), self.assertRaises(ValidationError) as caught:
                    with mute_logger("odoo.sql_db"):
                        self.make_rule(**{field: text})
                self.assertIn("Règle", str(caught.exception))

    def test_a_filter_broken_later_never_breaks_a_run(self):
        rule = self.make_rule(partner_domain="[('city', '=', 'Lyon')]")
        self.env.flush_all()
        self.cr.execute(
            "UPDATE recovery_scenario_rule SET partner_domain = %s WHERE id = %s", ("[('x_gone', '=', 1)]", rule.id)
        )
        rule.invalidate_recordset()
        invoice = self.make_invoice(days_overdue=10)
        with mute_logger(LOGGER):
            self.assertEqual(self.verdict_of(invoice).code, "due")
            self.assertEqual(self.choice().origin, "default")
        self.assertIn("skipped", rule.warning)
        self.assertTrue(any("Règle" in gap for gap in self.company._recovery_scenario_gaps()))

    def test_nobody_can_meet_it_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Nobody can meet"):
            self.make_rule(open_min=500, open_max=100)

    def test_an_archived_or_empty_scenario_is_passed_over_and_said(self):
        rule = self.make_rule()
        debtor = self.debtor_of()
        debtor.scenario_id = self.other
        self.other.active = False
        self.assertEqual(self.choice().origin, "default")
        self.assertIn("Autre", debtor.scenario_origin_text)
        self.assertTrue(rule.warning)
        self.other.active = True
        self.other.level_ids.unlink()
        self.assertEqual(self.scenario_of(), self.scenario)
        self.assertTrue(self.other.warning)
        self.company.recovery_scenario_id = self.other
        self.assertEqual(self.scenario_of(), self.scenario)
        self.assertTrue(any("Autre" in gap and "Standard" in gap for gap in self.company._recovery_scenario_gaps()))

    def test_no_usable_scenario_at_all_is_shown_on_the_campaign(self):
        self.assertFalse(self.company._recovery_scenario_gaps(), "what is shipped works")
        self.env["recovery.scenario"].search([]).write({"active": False})
        invoice = self.make_invoice(days_overdue=10)
        self.assertEqual(self.verdict_of(invoice).code, "no_scenario")
        campaign = self.make_campaign()
        self.assertIn("no reminders are sent", campaign.scenario_gaps)
        self.assertIn("no reminders", self.debtor_of().scenario_origin_text)

    def test_changing_scenario_rewrites_nothing_and_never_steps_down(self):
        invoice = self.make_invoice(days_overdue=60)
        for days in (40, 25):
            self.make_campaign(self.today - timedelta(days=days))._validate(self.today - timedelta(days=days))
        before = invoice.recovery_last_notice_id.read()[0]
        lines = invoice.recovery_last_notice_id.line_ids.read()
        self.debtor_of().scenario_id = self.presets["small_debtor"]
        verdict = self.verdict_of(invoice)
        names = {level.id: level.delay for level in self.presets["small_debtor"].level_ids}
        self.assertEqual(names[verdict.step.level_id], 21, "after a call at 15 days comes what follows it")
        self.other.level_ids.filtered(lambda level: level.kind != "courtesy").write({"delay": 90})
        self.scenario.level_ids.filtered(lambda level: level.kind == "call").delay = 80
        invoice.invalidate_recordset()
        self.assertEqual(invoice.recovery_last_notice_id.read()[0], before)
        self.assertEqual(invoice.recovery_last_notice_id.line_ids.read(), lines)

    # ------------------------------------------------------------
    # Presets
    # ------------------------------------------------------------
    def test_each_kind_of_debtor_is_reminded_in_its_way_and_language(self):
        customers = {
            "standard": self.make_partner("Société"),
            "consumer": self.make_partner("Jean Petit", is_company=False),
            "public": self.make_partner("Mairie de Lyon"),
            "export": self.make_partner("London Ltd", country_id=self.env.ref("base.uk").id, lang="fr_FR"),
            "key_account": self.make_partner("Géant"),
            "small_debtor": self.make_partner("Petit compte"),
        }
        self.debtor_of(customers["public"]).write({"nature": "public", "nature_confirmed": True})
        for name in ("key_account", "small_debtor"):
            self.debtor_of(customers[name]).scenario_id = self.presets[name]
        for customer in customers.values():
            self.make_invoice(customer, days_overdue=12)
        campaign = self.make_campaign(self.today + timedelta(days=2))  # a Monday
        found = {notice.partner_id: notice for notice in campaign.notice_ids}
        wording = self.env["recovery.rendering"]._render_wording(campaign.notice_ids)
        for name, customer in customers.items():
            with self.subTest(preset=name):
                notice = found[customer]
                self.assertEqual(notice.level_id.scenario_id, self.presets[name])
                self.assertEqual(notice.lang, "en_US" if name == "export" else "fr_FR")
                greeting = "Dear Sir or Madam" if name == "export" else "Madame, Monsieur"
                self.assertIn(greeting, wording[notice][1])

    def test_each_preset_goes_from_its_first_word_to_its_end(self):
        due = self.today
        for name, scenario in self.presets.items():
            partner = self.make_partner(f"Client {name}")
            debtor = self.debtor_of(partner)
            debtor.scenario_id = scenario
            invoice = self.make_invoice(partner, due=due, date=due - timedelta(days=60))
            day, reached = due - timedelta(days=20), []
            for _number in scenario.level_ids:
                verdict = self.verdict_of(invoice, day)
                day = verdict.when
                campaign = self.make_campaign(day, debtor)
                campaign._validate(day)
                self.env["recovery.dispatch"].sudo()._issue(campaign.sudo().notice_ids, day)
                reached.append(campaign.notice_ids.level_id)
            with self.subTest(preset=name):
                self.assertEqual(reached, list(scenario.level_ids))
                self.assertEqual(self.verdict_of(invoice, day + timedelta(days=400)).code, "ladder_end")

    def test_consumers_read_of_no_penalty(self):
        for level in self.presets["consumer"].level_ids.filtered(lambda level: level.kind != "handover"):
            for lang in ("en_US", "fr_FR"):
                text = " ".join(str(level.with_context(lang=lang)[f]) for f in ("subject", "body", "closing"))
                self.assertNotRegex(text.lower(), r"40\s*€|penalt|pénalité|interest|intérêt|huissier|commissaire")

    def test_choosing_for_many_costs_the_rules_not_the_debtors(self):
        self.make_rule(months_min=3, turnover_min=5, overdue_min=10, debtor_domain="[('note', '!=', False)]")

        def count(number):
            partners = self.env["res.partner"].create([{"name": f"N{number} {i}"} for i in range(number)])
            self.env["recovery.debtor"]._ensure_for(partners, self.company)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["recovery.scenario"]._choose(self.company, partners, None, self.today)
            return self.cr.sql_log_count - before

        few = count(2)
        self.assertLessEqual(count(50) - few, 2)

    def test_rules_are_read_out_in_words(self):
        rule = self.make_rule(nature_consumer=True, nature_public=True, abroad=True, months_max=6)
        words = "whose nature is Consumer or Public body, established outside France and invoiced for the first time"
        self.assertEqual(rule.with_context(lang="en_US").summary, f"Debtors {words} less than 6 months ago: “Autre”.")
        rule = self.make_rule(open_min=1500)
        self.assertIn(rule.currency_id.with_context(lang="fr_FR").format(1500), rule.with_context(lang="fr_FR").summary)
        self.assertIn("Autre", self.make_rule().summary, "a rule for everybody says so")

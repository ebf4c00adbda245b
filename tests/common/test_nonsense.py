from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..english import InEnglish
from .common import RecoveryCommon

PERCENT = ("rate", "percent", "share")


@tagged("post_install", "-at_install")
class TestNonsense(InEnglish, RecoveryCommon):
    """What cannot be meant is refused; what is strange is said, with how to mend it, and holds nothing."""

    def refuse(self, record, **values):
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            record.write(values)
        return str(caught.exception)

    def get_typed_numbers(self):
        """Return ``(model, field)`` of every number of the module that people type."""
        for name in sorted(self.env.registry.descendants(["recovery.bounded"], "_inherit")):
            model = self.env[name]
            if not model._abstract:
                for field in model._get_bounded(model._fields):
                    if model._fields[field].type in ("integer", "float", "monetary"):
                        yield model, model._fields[field]

    # ------------------------------------------------------------
    # Refused
    # ------------------------------------------------------------
    def test_no_percentage_that_people_type_goes_beyond_a_hundred(self):
        found = 0
        for model, field in self.get_typed_numbers():
            words = {*field.name.split("_")}
            is_percent = "%" in (field.string or "") or (field.type == "float" and words & {*PERCENT})
            # what is used of a limit may be more than all of it
            if is_percent and not field.related and not model._transient:
                found += 1
                with self.subTest(model=model._name, field=field.name):
                    low, high = model._get_bounds(field.name)
                    self.assertLessEqual(high, 100, f"{model._name}.{field.name}")
                    self.assertGreaterEqual(low, -10)
        self.assertGreater(found, 10)

    def test_no_setting_of_the_company_is_negative(self):
        signed = {"recovery_profit"}  # a loss is a profit below zero
        found = 0
        for model, field in self.get_typed_numbers():
            if model._name == "res.company" and field.name not in signed:
                found += 1
                with self.subTest(field=field.name):
                    self.assertIn("enter a number from", self.refuse(self.company, **{field.name: -1}))
        self.assertGreater(found, 20)

    def test_a_rate_of_999_percent_is_refused(self):
        rate = self.env["recovery.rate"].search([], limit=1)
        self.assertIn("enter a number from -10 to 100", self.refuse(rate, value=999))

    def test_a_mise_en_demeure_leaves_time_and_is_written(self):
        level = self.levels["formal_notice"]
        self.assertIn("allows time to pay", self.refuse(level, deadline_days=0))
        spoken = dict.fromkeys(("channel_email", "channel_letter", "channel_registered"), False)
        self.assertIn("is in writing", self.refuse(level, channel_call=True, **spoken))

    # ------------------------------------------------------------
    # Said
    # ------------------------------------------------------------
    def test_what_is_shipped_raises_no_doubt(self):
        for name in self.env.registry.descendants(["recovery.doubted"], "_inherit"):
            if not self.env[name]._abstract:
                shipped = self.env["ir.model.data"].search(
                    [("module", "=like", "debt_recovery%"), ("model", "=", name)]
                )
                for record in self.env[name].with_context(active_test=False).browse(shipped.mapped("res_id")).exists():
                    with self.subTest(record=record.display_name, model=name):
                        self.assertFalse(record.doubt_text)
        self.assertFalse(self.company._recovery_get_doubts())

    def test_every_form_of_what_may_be_doubtful_says_it(self):
        for name in self.env.registry.descendants(["recovery.doubted"], "_inherit"):
            if not self.env[name]._abstract:
                with self.subTest(model=name):
                    self.assertIn('name="doubt_text"', self.env[name].get_view(view_type="form")["arch"])

    def test_a_ladder_out_of_order_is_said(self):
        call, final = self.levels["call"], self.levels["final"]
        self.assertLess(call.delay, final.delay)
        final.delay = call.delay
        self.assertIn("have the same delay", self.scenario.doubt_text)
        final.delay = call.delay - 1
        self.assertIn(f"“{final.name}” comes after “{call.name}”", self.scenario.doubt_text)
        self.assertIn("Put the levels in the order of their delays", self.scenario.doubt_text)

    def test_a_reminder_after_the_mise_en_demeure_is_said(self):
        self.levels["reminder"].sequence = 1000
        self.assertIn("weakens it", self.scenario.doubt_text)

    def test_a_level_that_never_comes_is_said(self):
        self.levels["formal_notice"].kind = "final"
        self.assertIn("it never happens", self.scenario.doubt_text)

    def test_a_mise_en_demeure_by_email_alone_or_with_few_days_is_said_on_it_and_on_its_scenario(self):
        level = self.levels["formal_notice"]
        level.write({"channel_email": True, "channel_letter": False, "channel_registered": False, "deadline_days": 3})
        for text in (level.doubt_text, self.scenario.doubt_text):
            self.assertIn("by e-mail alone", text)
            self.assertIn("3 days to pay", text)

    def test_a_rate_that_jumps_tenfold_is_said(self):
        rate = self.env["recovery.rate"].search([("kind", "=", "legal_pro")], order="date_from desc", limit=1)
        if rate._fields["kind"] and not rate:
            rate = self.env["recovery.rate"].search([("kind", "!=", "ecb_mro")], order="date_from desc", limit=1)
        self.assertFalse(rate.doubt_text)
        rate.value = rate.value * 12
        self.assertIn("is a big jump", rate.doubt_text)

    def test_a_legal_figure_that_jumps_tenfold_is_said(self):
        parameter = self.env["recovery.legal.parameter"].search(
            [("unit", "=", "eur"), ("valid_to", "=", False)], limit=1
        )
        parameter.valid_to = "2029-12-31"
        newer = parameter.copy(
            {"valid_from": "2030-01-01", "valid_to": False, "value": f"{parameter._get_value() * 100}"}
        )
        self.assertIn("is a big jump", newer.doubt_text)
        newer.value = parameter.value
        self.assertFalse(newer.doubt_text)

    def test_a_company_whose_form_has_a_capital_is_asked_for_it(self):
        self.company.write({"recovery_legal_form": "S.A.S.U.", "recovery_share_capital": 0})
        self.assertIn("share capital", self.company._recovery_identity_gaps())
        self.company.recovery_share_capital = 1
        self.assertNotIn("share capital", self.company._recovery_identity_gaps())
        self.company.write({"recovery_legal_form": "Entrepreneur individuel (EI)", "recovery_share_capital": 0})
        self.assertNotIn("share capital", self.company._recovery_identity_gaps())
        self.company.recovery_share_capital = 100
        self.assertIn("has no share capital", "".join(self.company._recovery_get_doubts()))
        self.company.write({"recovery_legal_form": "SA", "recovery_share_capital": 1000})
        self.assertIn("37", "".join(self.company._recovery_get_doubts()))

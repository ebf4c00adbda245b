from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..english import InEnglish
from .common import RecoveryCommon

TYPES = ("char", "text", "html", "integer", "float", "boolean")
LOGGER = "odoo.addons.debt_recovery.models.common.recovery_bounded"


@tagged("post_install", "-at_install")
class TestShipped(InEnglish, RecoveryCommon):
    """What came with the module is not lost: archived or changed, never deleted, and brought back as it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.located = cls.env["recovery.shipped"]._locate()

    def get_shipped(self, kept=True):
        """Yield one record that came with the module, of each model that has some, as a manager has it."""
        seen = set()
        for xmlid, (_path, name) in self.located.items():
            if name in seen or (kept and not self.env[name]._is_kept):
                continue
            if record := self.env.ref(xmlid, raise_if_not_found=False):
                seen.add(name)
                yield record.with_user(self.recovery_manager).with_context(active_test=False)

    def read_all(self, record, names):
        return {
            (name, lang): record.sudo().with_context(lang=lang)[name] for name in names for lang in ("en_US", "fr_FR")
        }

    # ------------------------------------------------------------
    # Kept
    # ------------------------------------------------------------
    def test_nothing_of_what_the_program_needs_is_deleted(self):
        records = [*self.get_shipped()]
        self.assertGreater(len(records), 30)
        for record in records:
            with self.subTest(model=record._name):
                self.assertTrue(record.is_shipped)
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    record.unlink()
                self.assertTrue(record.exists())
                if "came with the module" in str(caught.exception):
                    self.assertRegex(str(caught.exception), "Archive it|Restore the original")

    def test_legal_data_wordings_stages_checks_results_and_reasons_are_kept(self):
        names = {record._name for record in self.get_shipped()}
        for name in (
            "recovery.legal.parameter", "recovery.rate", "recovery.legal.text", "recovery.formal.wording",
            "recovery.case.wording", "recovery.case.document.template", "recovery.case.stage",
            "recovery.formal.check", "recovery.call.result", "recovery.dispute.reason", "recovery.delay.cause",
            "recovery.limitation.kind", "recovery.loss.proof", "recovery.scenario", "recovery.scenario.rule",
            "recovery.quiet.period", "recovery.preset",
        ):  # fmt: skip
            self.assertIn(name, names)

    def test_what_the_program_names_it_by_is_fixed(self):
        tried = 0
        for record in self.get_shipped(kept=False):
            for name in record._fixed:
                if name in record._get_typed_fields() and record[name]:
                    field = record._fields[name]
                    if field.type == "selection":
                        values = field.get_values(record.env)
                        other = next(value for value in values if value != record[name])
                    else:
                        other = f"{record[name]}_x"
                    tried += 1
                    with self.subTest(model=record._name, field=name):
                        with self.assertRaises(UserError), self.env.cr.savepoint():
                            record.write({name: other})
                        record.write({name: record[name]})  # the same value is no change
        self.assertGreater(tried, 5)

    def test_a_copy_is_nobodys_original(self):
        stage = self.env["recovery.case.stage"].search([], limit=1)
        copy = stage.with_user(self.recovery_manager).copy({"name": "Étape à nous"})
        self.assertFalse(copy.is_shipped)
        with self.assertRaises(UserError):
            copy.action_restore_shipped()
        copy.unlink()

    def test_a_stage_is_archived_and_no_case_begins_there(self):
        stage = self.env["recovery.case.stage"].search([], limit=1).with_user(self.recovery_manager)
        stage.action_archive()
        self.assertNotIn(stage, self.env["recovery.case.stage"].search([]))
        stage.action_unarchive()
        self.assertIn(stage, self.env["recovery.case.stage"].search([]))

    # ------------------------------------------------------------
    # Brought back
    # ------------------------------------------------------------
    def test_the_original_is_restored_in_every_language(self):
        for record in self.get_shipped(kept=False):
            names = [
                name
                for name in record._get_carried_fields()
                if record._fields[name].type in TYPES and name not in (*record._fixed, "active")
            ]
            before = self.read_all(record, names)
            with self.subTest(model=record._name):
                texts = [name for name in names if record._fields[name].type in ("char", "text", "html")]
                for name in texts:
                    changed = "<p>Autre chose</p>" if record._fields[name].type == "html" else "Autre chose"
                    for lang in ("en_US", "fr_FR"):
                        try:
                            with self.env.cr.savepoint():
                                record.with_context(lang=lang).write({name: changed})
                        except UserError:
                            continue  # that text is a value of a closed kind
                record.action_restore_shipped()
                self.env.invalidate_all()
                self.assertEqual(self.read_all(record, names), before)

    def test_what_was_deleted_comes_back(self):
        Shipped = self.env["recovery.shipped"]
        self.assertFalse(Shipped._find_missing())
        result = self.env.ref("debt_recovery.recovery_call_result_" + self.find_name("recovery.call.result"))
        name, french = result.name, result.with_context(lang="fr_FR").name
        result.sudo().unlink()
        self.assertEqual(len(Shipped._find_missing()), 1)
        self.env["recovery.setup.wizard"].with_user(self.recovery_manager).create({}).action_restore()
        self.assertFalse(Shipped._find_missing())
        again = self.env.ref("debt_recovery.recovery_call_result_" + self.find_name("recovery.call.result"))
        self.assertEqual((again.name, again.with_context(lang="fr_FR").name), (name, french))

    def test_a_level_taken_away_comes_back_with_its_scenario(self):
        scenario = self.env.ref("debt_recovery.recovery_scenario_key_account").with_user(self.recovery_manager)
        other = self.env.ref("debt_recovery.recovery_scenario_export").with_user(self.recovery_manager)
        names = scenario.level_ids.mapped("name")
        self.assertGreater(len(names), 1)
        (scenario.level_ids[0] | other.level_ids[0]).unlink()
        left = len(other.level_ids)
        scenario.action_restore_shipped()
        self.assertEqual(scenario.level_ids.sorted("sequence").mapped("name"), names)
        self.assertTrue(scenario.level_ids[0].with_context(lang="fr_FR").body)
        self.assertEqual(len(other.level_ids), left, "of another scenario")

    def test_a_scenario_restored_has_the_levels_that_it_came_with(self):
        scenario = self.env.ref("debt_recovery.recovery_scenario_standard").with_user(self.recovery_manager)
        call, letter = scenario.level_ids.sorted("sequence")[2:4]
        names = ("delay", "min_interval", "channel_email", "subject")
        before = {level: level.read(names) for level in (call, letter)}
        call.write({"delay": 40, "subject": "Autre chose"})
        letter.write({"delay": 15, "min_interval": 2, "channel_email": True})
        own = letter.copy({"name": "Le nôtre", "delay": 60})
        self.assertTrue(scenario.doubt_text)
        scenario.action_restore_shipped()
        for level, values in before.items():
            self.assertEqual(level.read(names), values)
        self.assertEqual(own.delay, 60, "what somebody added stays")
        told = self.env["recovery.event"].search([("kind", "=", "configured")], limit=5).mapped("summary")
        self.assertTrue([words for words in told if letter.name in words], "the journal tells of the levels too")

    def test_columns_taken_away_come_back(self):
        Bucket = self.env["recovery.ageing.bucket"].with_user(self.recovery_manager)
        shared = Bucket.search([("company_id", "=", False)])
        days = shared.mapped("days")
        shared[1:].unlink()
        Bucket.action_bring_back()
        self.assertEqual(Bucket.search([("company_id", "=", False)]).mapped("days"), days)
        with self.assertRaisesRegex(UserError, "missing here"):
            Bucket.action_bring_back()
        Bucket.search([])[:1].unlink()
        for user in (self.recovery_user, self.recovery_auditor):
            with self.assertRaises(UserError):
                Bucket.with_user(user).action_bring_back()

    def test_a_scenario_that_a_preset_begins_with_is_not_deleted_and_the_preset_is_named(self):
        own = self.scenario.with_user(self.recovery_manager).copy({"name": "Le nôtre"})
        preset = self.env["recovery.preset"].with_user(self.recovery_manager)
        preset = preset.create({"name": "À notre façon", "scenario_id": own.id, "active": False})
        with self.assertRaisesRegex(UserError, "À notre façon.*Le nôtre"), self.env.cr.savepoint():
            own.unlink()
        preset.unlink()
        own.unlink()
        self.assertFalse(own.exists())

    def find_name(self, model):
        xmlid = next(xmlid for xmlid, (_path, name) in self.located.items() if name == model)
        return xmlid.removeprefix("debt_recovery.").removeprefix(model.replace(".", "_") + "_")

    def test_who_is_no_manager_restores_nothing(self):
        record = next(self.get_shipped()).with_user(self.recovery_user)
        with self.assertRaises(UserError):
            record.action_restore_shipped()

    def test_every_form_of_settings_offers_it(self):
        for record in self.get_shipped(kept=False):
            arch = record.get_view(view_type="form")["arch"]
            if "<sheet" in arch:
                with self.subTest(model=record._name):
                    self.assertIn("action_restore_shipped", arch)

    # ------------------------------------------------------------
    # Missing all the same
    # ------------------------------------------------------------
    @mute_logger(LOGGER)
    def test_a_figure_that_is_missing_closes_no_screen(self):
        invoice = self.make_invoice(days_overdue=60)
        debtor = self.debtor_of().with_user(self.recovery_manager)
        campaign = self.make_campaign(self.today)
        case = self.env["recovery.case"].search([], limit=1)
        screens = [debtor, invoice, campaign, campaign.notice_ids[:1], self.company, *([case] if case else [])]
        keys = {*self.env["recovery.legal.parameter"].search([]).mapped("key")}
        self.assertGreater(len(keys), 30)
        shown = {}
        for record in screens:
            view = record.with_user(self.recovery_manager)
            names = view.get_view(view_type="form")["models"][record._name]
            shown[view] = [name for name in names if name in record._fields]
        everything = self.env["recovery.legal.parameter"].sudo().search([])
        everything.active = False
        self.env.invalidate_all()
        for view, names in shown.items():
            with self.subTest(model=view._name):
                view.read(names)
        everything.active = True
        for key, rows in everything.grouped("key").items():
            rows.active = False
            self.env.invalidate_all()
            with self.subTest(key=key):
                debtor.read(shown[debtor])
            rows.active = True

    def test_a_rate_that_is_missing_closes_no_screen(self):
        debtor = (self.make_invoice(days_overdue=60) and self.debtor_of()).with_user(self.recovery_manager)
        self.env["recovery.rate"].sudo().search([]).active = False
        self.env.invalidate_all()
        debtor.read([*debtor.get_view(view_type="form")["models"]["recovery.debtor"]])

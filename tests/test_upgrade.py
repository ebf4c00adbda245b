import json
from datetime import timedelta
from pathlib import Path

from odoo.fields import Domain
from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path
from odoo.tools.sql import table_columns

from ..models.common.shipped_words import read_again
from .common import RecoveryCommon
from .litigation.case.common import CaseCommon
from .litigation.doubtful.common import DoubtfulCommon
from .litigation.execution.common import FINAL, ExecutionCommon

SCRIPTS = "debt_recovery/migrations/19.0.3.0.0"
NEXT_SCRIPTS = "debt_recovery/migrations/19.0.4.0.0"
LAST_SCRIPTS = "debt_recovery/migrations/19.0.5.0.0"
REWORDED = "debt_recovery/migrations/19.0.6.0.0/post-documents_reworded.py"
EVERY_VERSION = "debt_recovery/migrations/0.0.0"
PAYMENT_SCRIPTS = "debt_recovery/migrations/19.0.5.1.0"
PROOF = "cmVjdQ=="


@tagged("post_install", "-at_install")
class TestUpgrade(CaseCommon):
    """What a database of the version before is given: its stages and cases in the shape that they had there."""

    def upgrade(self, *names):
        """Run these scripts of the migration, as an update does."""
        self.env.flush_all()
        for name in names:
            load_script(file_path(f"{SCRIPTS}/{name}.py"), name).migrate(self.cr, "19.0.2.0.0")
        self.env.invalidate_all()

    def make_stage(self, name, kind, **vals):
        return self.env["recovery.case.stage"].create({"name": name, "kind": kind, **vals})

    def case_in(self, stage):
        """Return a case that stands in that stage."""
        customer = self.make_partner(f"Client {stage.name}")
        move = self.make_invoice(customer, days_overdue=60)
        case = self.Case._open_for(self.debtor_of(customer), self.receivable_of(move), self.today)
        case.stage_id = stage
        return case

    def test_the_version_is_that_of_the_last_migration(self):
        module = self.env["ir.module.module"].search([("name", "=", "debt_recovery")])
        last = max(path.name for path in Path(file_path("debt_recovery/migrations")).iterdir())
        self.assertEqual(module.latest_version, last)

    def test_own_stages_get_the_kind_that_their_name_tells_and_their_cases_follow(self):
        names = {
            ("Audience de plaidoirie", "filed"): "hearing",
            ("Signification", "title"): "service",
            ("Procédures collectives", "precourt"): "insolvency",
            ("Liquidation judiciaire", "enforcement"): "insolvency",
            ("Mesures de sauvegarde", "enforcement"): "enforcement",
            ("Liquidation de l'astreinte", "enforcement"): "enforcement",
            ("Chez l'avocat", "preparing"): "preparing",
        }
        cases = {
            key: self.case_in(self.make_stage(*key, company_id=self.company.id, fold=key[0] == "Signification"))
            for key in names
        }
        self.upgrade("pre-map_stages")
        for key, kind in names.items():
            with self.subTest(stage=key[0]):
                self.assertRecordValues(cases[key], [{"kind": kind, "is_open": True}])
                self.assertEqual(cases[key].stage_id.kind, kind)
                self.assertEqual(cases[key].stage_id.name, key[0])

    def test_shipped_stages_keep_their_kind_whatever_they_are_called(self):
        stage = self.stage("filed")
        stage.name = "Audience"
        case = self.case_in(stage)
        self.upgrade("pre-map_stages")
        self.assertEqual((stage.kind, case.kind), ("filed", "filed"))

    def test_a_closed_case_in_a_stage_for_what_was_abandoned_keeps_its_day_and_reason(self):
        stage = self.make_stage("Abandonné", "lost")
        case = self.case_in(self.stage("precourt"))
        case.sudo().write({"stage_id": stage.id, "close_reason": "Trop cher"})
        kept = case.closed_on, case.close_reason, case.amount_now
        self.upgrade("pre-map_stages")
        self.assertRecordValues(case, [{"kind": "abandoned", "is_open": False}])
        self.assertEqual((case.closed_on, case.close_reason, case.amount_now), kept)

    def test_a_stage_without_a_kind_is_before_the_court_and_its_cases_are_open(self):
        stage = self.make_stage("Chargée à la main", "preparing")
        case = self.case_in(stage)
        self.env.flush_all()
        self.cr.execute("ALTER TABLE recovery_case_stage ALTER COLUMN kind DROP NOT NULL")
        self.cr.execute("UPDATE recovery_case_stage SET kind = NULL WHERE id = %s", [stage.id])
        self.cr.execute("UPDATE recovery_case SET kind = NULL WHERE id = %s", [case.id])
        self.upgrade("pre-map_stages")
        self.assertEqual((stage.kind, case.kind, case.is_open), ("precourt", "precourt", True))

    def test_what_closed_cases_left_is_listed_and_no_reminder_stops_for_it(self):
        case = self.open_case()
        case._give_up("Introuvable")
        left = case.line_ids.sudo()
        case.left_hold_ids._release(self.today, "Comme avant")
        left.write({"left_state": False})
        self.upgrade("post-left_unpaid")
        self.assertEqual(set(left.mapped("left_state")), {"to_decide"})
        self.assertFalse(case.left_hold_ids.filtered(lambda hold: not hold.released_on))
        case._reopen("Une adresse")
        self.upgrade("post-left_unpaid")
        self.assertEqual(set(left.mapped("left_state")), {False})

    def test_lawyers_become_parties_and_costs_on_proof_costs_of_the_case_once(self):
        lawyer = self.make_partner("Maître Durand")
        case = self.open_case(self.old)
        case.lawyer_id = lawyer
        case.party_ids.sudo().unlink()
        cost = self.env["recovery.claim.cost"].create(
            {
                "debtor_id": self.debtor.id,
                "move_id": self.old.id,
                "name": "Constat",
                "amount": 35,
                "document": PROOF,
                "document_name": "recu.pdf",
            }
        )
        self.env.flush_all()
        self.cr.execute("DELETE FROM recovery_cost WHERE case_id = %s", [case.id])
        lawyer.active = False
        self.upgrade("post-parties_and_costs", "post-parties_and_costs")
        self.assertEqual(case.party_ids.partner_id, lawyer)
        self.assertEqual(case.cost_ids.mapped("claim_cost_id"), cost)
        self.assertEqual(len(case.cost_ids), 1)

    def test_words_of_screens_are_brought_and_those_that_people_chose_stay(self):
        stage = self.stage("filed").with_context(lang="fr_FR")
        stage.name = "Au greffe"
        menu = self.env.ref("debt_recovery.recovery_case_menu").with_context(lang="fr_FR")
        shipped = menu.name
        menu.name = "Ancien nom"
        self.env.flush_all()
        load_script(file_path(f"{EVERY_VERSION}/post-french.py"), "post-french").migrate(self.cr, "19.0.5.0.0")
        self.env.invalidate_all()
        self.assertEqual((menu.name, stage.name), (shipped, "Au greffe"))


@tagged("post_install", "-at_install")
class TestUpgradeToTitles(ExecutionCommon):
    """Judgments that debtors bore become proceedings, procedures that gave a title have it recorded."""

    def upgrade(self, *names):
        self.env.flush_all()
        for name in names:
            load_script(file_path(f"{NEXT_SCRIPTS}/{name}.py"), name).migrate(self.cr, "19.0.3.0.0")
        self.env.invalidate_all()

    def test_a_procedure_that_gave_a_title_has_it_recorded_once(self):
        procedure = self.get_order()
        self.env.flush_all()
        self.cr.execute("DELETE FROM recovery_title WHERE procedure_id = %s", [procedure.id])
        self.env.invalidate_all()
        self.upgrade("post-titles", "post-titles")
        self.assertRecordValues(procedure.title_ids, [{"enforceable_on": FINAL, "state": "held"}])

    def test_a_security_that_may_still_be_made_definitive_is_followed(self):
        finals = self.today - timedelta(days=30), self.today - timedelta(days=90)
        made_on = self.today - timedelta(days=120)
        acts = self.Act
        for final_on in finals:
            title = self.make_title(date=made_on, enforceable_on=made_on, served_on=made_on, final_on=final_on)
            acts += self.make_act("provisional_security", title=title, made_on=made_on)
        limit = self.env.ref("debt_recovery.recovery_execution_act_limit_security_definitive")
        opened = acts.deadline_ids.filtered(lambda deadline: deadline.act_limit_id == limit)
        self.assertEqual(opened.act_id, acts)
        self.env.flush_all()
        self.cr.execute("DELETE FROM recovery_deadline WHERE id IN %s", [tuple(opened.ids)])
        self.env.invalidate_all()
        load_script(file_path(f"{LAST_SCRIPTS}/post-securities.py"), "post-securities").migrate(self.cr, "19.0.4.0.0")
        self.env.invalidate_all()
        followed = acts.deadline_ids.filtered(lambda deadline: deadline.act_limit_id == limit)
        self.assertEqual(followed.act_id, acts[0], "of the other, nobody has said when it was made definitive")

    def test_the_date_of_a_judgment_becomes_proceedings_once(self):
        judgment = self.today - timedelta(days=20)
        hold = {"debtor_id": self.debtor.id, "origin": "insolvency", "reason": "Jugement", "date_from": judgment}
        hold = self.env["recovery.hold"].sudo().create(hold)
        self.env.flush_all()
        self.cr.execute("UPDATE recovery_debtor SET insolvency_on = %s WHERE id = %s", [judgment, self.debtor.id])
        self.env.invalidate_all()
        self.upgrade("post-insolvencies", "post-insolvencies")
        proceedings = self.debtor.insolvency_ids
        self.assertRecordValues(proceedings, [{"kind": "collective", "judgment_on": judgment}])
        self.assertRecordValues(hold, [{"insolvency_id": proceedings.id, "born_before": judgment}])
        self.assertEqual(self.debtor.insolvency_on, judgment)


@tagged("post_install", "-at_install")
class TestUpgradeOfWords(RecoveryCommon):
    """What is shipped once reads in an old database as in a new one, where nobody worded it otherwise."""

    def read_words(self):
        self.env.flush_all()
        self.cr.execute("SELECT id, body, closing FROM recovery_case_document_template")
        return {template_id: words for template_id, *words in self.cr.fetchall()}

    def word_as_before(self, words, pairs):
        """Store these words as they were shipped first; return how many of the paragraphs were found in them."""
        found = set()
        for template_id, texts in words.items():
            before = [dict(text) if text else None for text in texts]
            for text in filter(None, before):
                for lang, told in text.items():
                    for shipped, now in pairs:
                        if read_again(told, [(now, shipped)]) != told:
                            found.add(now)
                            told = read_again(told, [(now, shipped)])
                    text[lang] = told
            values = [text and json.dumps(text) for text in before]
            self.cr.execute(
                "UPDATE recovery_case_document_template SET body = %s, closing = %s WHERE id = %s",
                (*values, template_id),
            )
        return len(found)

    def test_documents_of_cases_read_as_new_ones(self):
        script = load_script(file_path(REWORDED), "post-documents_reworded")
        pairs, shipped = script._list_shipped(), self.read_words()
        # six of the 26 paragraphs, in English, were worded anew since
        self.assertEqual((self.word_as_before(shipped, pairs), len({now for _before, now in pairs})), (20, 26))
        self.assertNotEqual(self.read_words(), shipped)
        for _turn in range(2):
            script.migrate(self.cr, "19.0.5.0.0")
            self.assertEqual(self.read_words(), shipped)

    def test_what_people_worded_themselves_stays_theirs(self):
        script = load_script(file_path(REWORDED), "post-documents_reworded")
        template = self.env.ref("debt_recovery.recovery_case_document_template_service").with_context(lang="en_US")
        own = '<p>Instructions, to be followed: <t t-out="object.requests">none in particular</t></p>'
        old = '<p>Instructions: <t t-out="object.requests">none in particular</t></p>'
        template.body = f"{own}\n{old}"
        self.env.flush_all()
        script.migrate(self.cr, "19.0.5.0.0")
        self.env.invalidate_all()
        self.assertEqual(template.body, f"{own}\n{old.replace('particular', 'particular.')}")


@tagged("post_install", "-at_install")
class TestUpgradeOfPayments(DoubtfulCommon):
    def test_a_payment_after_a_judgment_points_at_the_money_and_not_at_the_entry_that_carried_it(self):
        claim = self.transfer(self.bill(1000.0))
        opened = self.env["recovery.insolvency"]._open_for(self.debtor, "receivership", self.ago(20), self.today)
        credit = self.receive(400.0, day=self.ago(3))
        self.as_accountant(claim._receive(credit, self.today, 400.0))
        Payment = self.env["recovery.insolvency.payment"].sudo()
        payment = Payment._find_new(opened, self.today)
        self.assertEqual((payment.credit_line_id, payment.received_on), (credit, self.ago(3)))
        carried = credit.sudo().recovery_transferred_ids.filtered(lambda line: line.balance < 0)
        self.assertTrue(carried)
        payment.write({"credit_line_id": carried.id, "received_on": self.today, "payment_name": "OD"})
        self.env.flush_all()
        for _again in range(2):
            load_script(file_path(f"{PAYMENT_SCRIPTS}/post-payments.py"), "post-payments").migrate(
                self.cr, "19.0.5.0.0"
            )
        self.env.invalidate_all()
        self.assertRecordValues(
            payment,
            [{"credit_line_id": credit.id, "received_on": self.ago(3), "payment_name": credit.move_id.name}],
        )
        self.assertFalse(Payment._find_new(opened, self.today), "it is known")


@tagged("post_install", "-at_install")
class TestUpgradeToArchives(RecoveryCommon):
    """What had no archives before is in use when it gets some."""

    MODELS = ("recovery.case.stage", "recovery.formal.wording", "recovery.doubtful.rate", "recovery.preset")

    def test_nothing_is_archived_by_the_update(self):
        for name in self.MODELS:
            Model = self.env[name].with_context(active_test=False)
            everything = Model.search(Domain.TRUE)
            with self.subTest(model=name):
                self.assertTrue(everything)
                everything.active = False
                self.env.flush_all()
                self.cr.execute(SQL("ALTER TABLE %s DROP COLUMN active", SQL.identifier(Model._table)))
                Model._fields["active"].update_db(Model, table_columns(self.cr, Model._table))
                self.env.invalidate_all()
                self.assertEqual(everything.filtered("active"), everything)

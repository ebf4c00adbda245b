import base64
from contextlib import suppress
from datetime import timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ...one_of_each import OneOfEach
from ..procedure.common import ProcedureCommon

REFUSALS = (AccessError, UserError, RedirectWarning)
LITIGATION = "odoo.addons.debt_recovery.models.litigation."
WINDOWS = "odoo.addons.debt_recovery.wizards.litigation."


class RolesCommon(OneOfEach, ProcedureCommon):
    """The four roles, the lawyer of a case on the portal, and an employee without a role, in litigation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recovery_gate = "block"
        cls.lawyer = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer", email="roux@example.com")
        cls.employee = cls.make_user("emile", "base.group_user")
        cls.invoicing = cls.make_user("paul", "account.group_account_invoice")
        cls.portal = new_test_user(
            cls.env,
            login="me_roux",
            groups="base.group_portal",
            company_id=cls.company.id,
            partner_id=cls.lawyer.id,
        )
        cls.case.lawyer_id = cls.lawyer
        cls.strangers = cls.portal | cls.employee | cls.invoicing
        cls.made["recovery.case"] = cls.case.sudo()

    def get_homes(self, place):
        """Return the names of the models whose home is there, of those that keep rows."""
        found = []
        for name, Model in self.env.registry.items():
            if name.startswith("recovery.") and not Model._abstract:
                classes = [base for base in Model.__mro__ if base.__dict__.get("_name") == name and base is not Model]
                if classes and classes[-1].__module__.startswith(place):
                    found.append(name)
        return sorted(found)

    def lose(self, user, case):
        """Answer the window that closes a case, as irrecoverable."""
        window = self.env["recovery.case.close.wizard"].with_user(user).create({"case_ids": case.ids})
        window.write({"kind": "lost", "lost_how": "no_assets", "reason": "Rien à saisir"})
        return window.action_confirm()


@tagged("post_install", "-at_install")
class TestRoles(RolesCommon):
    """Who prepares, who decides, who reads, and who sees nothing."""

    # ------------------------------------------------------------
    # A user prepares
    # ------------------------------------------------------------
    def test_a_user_prepares_a_case_from_its_party_to_its_procedure(self):
        env = self.env(user=self.recovery_user)
        case = self.case.with_env(env)
        case.write(
            {"user_id": self.recovery_user.id, "contested": "no", "probability": 60, "expected_reason": "Solvable"}
        )
        bailiff = self.make_partner("Étude Vidal", recovery_party_kind="bailiff")
        env["recovery.mandate"].create({"partner_id": bailiff.id})
        env["recovery.case.party"].create({"case_id": case.id, "partner_id": bailiff.id})
        env["recovery.cost"].create({"case_id": case.id, "name": "Signification", "amount": 72})
        env["recovery.deadline"].create({"case_id": case.id, "name": "Conclusions", "date": self.today})
        case.action_check_gate()
        procedure = self.begin(user=self.recovery_user)
        self.record(procedure, "request_filed", self.today)
        self.assertEqual(procedure.state, "running")
        self.assertEqual(case.kind, "precourt", "what happened is noted, and the checks still stand against the stage")

    # ------------------------------------------------------------
    # A manager decides
    # ------------------------------------------------------------
    def get_ways_to_lose(self, user):
        """Yield ``(way, call)`` of each way to close a case as irrecoverable."""
        case, lost = self.case.with_user(user), self.stage("lost")
        Bulk = self.env["recovery.case.bulk.wizard"].with_user(user)
        Window = self.env["recovery.case.close.wizard"].with_user(user)
        yield "button", lambda: self.lose(user, case)
        yield "write", lambda: case.write({"stage_id": lost.id})
        yield "drag", lambda: case.web_save({"stage_id": lost.id}, {})
        yield "import", lambda: self.load(case, lost)
        yield "bulk", lambda: Bulk.create({"case_ids": case.ids, "stage_id": lost.id}).action_confirm()
        yield (
            "window of the drag",
            lambda: Window.create(
                {"case_ids": case.ids, "stage_id": lost.id, "kind": "lost", "reason": "x"}
            ).action_confirm(),
        )
        yield (
            "window that says another word",
            lambda: (
                Window.with_context(default_kind="lost", default_stage_id=lost.id)
                .create({"case_ids": case.ids, "reason": "x"})
                .action_confirm()
            ),
        )
        yield "kind of the stage", lambda: case.stage_id.write({"kind": "lost"})
        yield "kind", lambda: case.write({"kind": "lost"})
        yield "end", lambda: case.write({"close_how": "no_assets", "closed_on": self.today})

    def load(self, case, stage):
        found = case.load([".id", "stage_id/.id"], [[str(case.id), str(stage.id)]])
        if not found["ids"]:
            raise UserError(found["messages"][0]["message"])

    def test_a_user_closes_nothing_as_irrecoverable_whatever_the_way(self):
        for way, call in self.get_ways_to_lose(self.recovery_user):
            with self.subTest(way), mute_logger("odoo.sql_db"), self.cr.savepoint() as savepoint:
                with suppress(*REFUSALS, ValueError):
                    call()
                self.env.flush_all()
                self.assertNotEqual(self.case.kind, "lost")
                savepoint.rollback()
            self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "recovery manager"), self.cr.savepoint():
            self.case.with_user(self.recovery_user).stage_id = self.stage("lost")

    def test_the_window_offers_a_user_what_a_user_may_say(self):
        Window = self.env["recovery.case.close.wizard"]
        window = Window.with_user(self.recovery_user).create({"case_ids": self.case.ids})
        self.assertEqual(window.kind, "abandoned")
        self.assertNotIn("lost", dict(window._fields["kind"]._description_selection(window.env)))
        window = Window.with_user(self.recovery_manager).create({"case_ids": self.case.ids})
        self.assertEqual(window.kind, "lost")

    def test_a_manager_closes_a_case_as_irrecoverable(self):
        said = self.lose(self.recovery_manager, self.case)
        self.assertEqual((self.case.kind, self.case.close_reason), ("lost", "Rien à saisir"))
        self.assertIn(self.case.display_name, said["params"]["message"])

    def test_what_a_closed_case_leaves_is_given_up_by_a_manager(self):
        self.case._close("abandoned", "Trop petit", "uneconomic")
        left = self.case.line_ids.with_user(self.recovery_user)
        with self.assertRaisesRegex(AccessError, "recovery manager"):
            left._give_up("Rien à saisir")
        left._resume("On relance")
        self.case._reopen("Encore")
        self.case._close("abandoned", "Trop petit", "uneconomic")
        self.case.line_ids.with_user(self.recovery_manager)._give_up("Rien à saisir")
        self.assertEqual(set(self.case.line_ids.mapped("left_state")), {"given_up"})

    def get_ways_to_court(self, user):
        """Yield ``(way, call)`` of each way to take a case to court, past checks that are red."""
        case, filed = self.case.with_user(user), self.stage("filed")
        Bulk = self.env["recovery.case.bulk.wizard"].with_user(user)
        yield "write", lambda: case.write({"stage_id": filed.id})
        yield "drag", lambda: case.web_save({"stage_id": filed.id}, {})
        yield "import", lambda: self.load(case, filed)
        yield "bulk", lambda: Bulk.create({"case_ids": case.ids, "stage_id": filed.id}).action_confirm()
        yield "what happened", lambda: self.record(self.begin(user=user), "request_filed", self.today)
        yield (
            "a question",
            lambda: (case.action_check_gate(), case._override_gate("Urgent"), setattr(case, "stage_id", filed)),
        )
        yield "its own answer", lambda: self.answer_itself(case)
        yield "a case that is there already", lambda: self.regroup(case)
        yield (
            "what is taken over",
            lambda: self.Procedure.with_user(user)._take_over(
                case,
                self.type_of("payment_order_commerce"),
                self.today,
                [(self.kind_of("request_filed"), self.today, 0.0, None)],
            ),
        )

    def kind_of(self, code):
        kinds = self.type_of("payment_order_commerce").event_kind_ids
        return kinds.filtered(lambda kind: kind.code == code)

    def regroup(self, case):
        other = self.make_invoice(self.customer, amount=70.0, days_overdue=40)
        kept = self.Case._open_for(self.debtor, self.receivable_of(other), self.today)
        kept.stage_id = self.stage("filed")
        Window = case.env["recovery.case.regroup.wizard"]
        Window.create({"case_ids": (case | kept).ids, "kept_id": kept.id, "reason": "Ensemble"}).action_confirm()

    def answer_itself(self, case):
        case.action_check_gate()
        case._override_gate("Urgent")
        decision = case.env["recovery.decision"].search([("res_model", "=", case._name), ("res_id", "=", case.id)])
        decision._grant("Moi")
        case.stage_id = self.stage("filed")

    def test_a_user_takes_no_case_past_a_red_check_whatever_the_way(self):
        for way, call in self.get_ways_to_court(self.recovery_user):
            with self.subTest(way), self.cr.savepoint() as savepoint:
                with suppress(*REFUSALS):
                    call()
                self.env.flush_all()
                self.assertEqual(self.case.kind, "precourt")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_nor_a_new_one_that_is_taken_over(self):
        debtor = self.debtor_of(self.make_partner("Garage Petit"))
        self.make_invoice(debtor.partner_id, days_overdue=60)
        vals = {"debtor_id": debtor.id, "opened_on": self.today - timedelta(days=9)}
        for stage, refused in (("enforcement", True), ("preparing", False)):
            window = (
                self.env["recovery.case.takeover.wizard"]
                .with_user(self.recovery_user)
                .create({**vals, "stage_id": self.stage(stage).id})
            )
            if refused:
                with self.assertRaisesRegex(AccessError, "recovery manager"), self.cr.savepoint():
                    window.action_confirm()
            else:
                window.action_confirm()
        case = self.Case.search([("debtor_id", "=", debtor.id)])
        self.assertEqual(case.kind, "preparing")

    def test_nor_a_file_of_cases_under_way(self):
        move = self.make_invoice(self.make_partner("Menuiserie Aubert"), days_overdue=60)
        file = base64.b64encode(f"facture;ouvert le;étape\n{move.name};2026-01-05;title".encode())
        for user in (self.recovery_user, self.recovery_manager):
            window = (
                self.env["recovery.case.import"].with_user(user).create({"file": file, "company_id": self.company.id})
            )
            if user == self.recovery_user:
                with self.assertRaisesRegex(AccessError, "recovery manager"), self.cr.savepoint():
                    window.action_import()
            else:
                window.action_import()
        self.assertEqual(self.Case.search([("line_ids.move_id", "=", move.id)]).kind, "title")

    def test_a_manager_goes_on_despite_a_red_check(self):
        case = self.case.with_user(self.recovery_manager)
        case.action_check_gate()
        case._override_gate("La prescription approche")
        case.stage_id = self.stage("filed")
        self.assertEqual(case.kind, "filed")

    def test_a_closed_procedure_is_begun_by_a_manager_alone(self):
        facts = {"debtor_public": True, "commercial": False}
        with self.assertRaisesRegex(UserError, "recovery manager"), self.cr.savepoint():
            self.begin(facts=facts, user=self.recovery_user, reason="Quand même")
        self.assertEqual(
            self.begin(facts=facts, user=self.recovery_manager, reason="Quand même").override_by_id,
            self.recovery_manager,
        )

    def test_the_law_and_the_set_up_are_the_managers(self):
        for name in (
            "recovery.procedure.type",
            "recovery.procedure.event.kind",
            "recovery.procedure.type.condition",
            "recovery.deadline.rule",
            "recovery.court.rule",
            "recovery.court.area",
            "recovery.case.stage",
            "recovery.case.wording",
        ):
            record = self.one(name)
            self.assertTrue(record.with_user(self.recovery_manager).has_access("write"), name)
            for user in (self.recovery_user, self.recovery_auditor):
                self.assertTrue(record.with_user(user).has_access("read"), name)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation), f"{name} {operation}")

    # ------------------------------------------------------------
    # The auditor reads
    # ------------------------------------------------------------
    def test_the_auditor_reads_every_model_and_changes_none(self):
        homes = self.get_homes(LITIGATION)
        self.assertGreater(len(homes), 20)
        for name in homes:
            record = self.one(name).with_user(self.recovery_auditor)
            with self.subTest(name):
                self.assertTrue(record.read(["display_name"]))
                self.assertTrue(record.search([("id", "=", record.id)]))
                for field in sorted(record._get_typed_fields()):
                    with self.assertRaises(UserError), self.cr.savepoint():
                        record.write({field: False})
                for act in (record.unlink, record.copy, lambda record=record: record.create({})):
                    with self.assertRaises(UserError), self.cr.savepoint():
                        act()
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(record.has_access(operation), operation)

    def test_no_window_opens_to_the_auditor_that_changes_something(self):
        for name in self.get_homes(WINDOWS):
            if self.env[name].with_user(self.recovery_auditor).has_access("create"):
                self.assertIn("report", name)

    def test_no_button_works_for_the_auditor(self):
        procedure = self.begin()
        deadline = self.one("recovery.deadline")
        cost, party = self.one("recovery.cost"), self.one("recovery.case.party")
        for record, names in (
            (
                self.case,
                "action_check_gate action_assign action_regroup action_split action_suggest_costs action_add_cost",
            ),
            (self.case, "action_advice action_write_letter action_record_event action_take_over_procedure"),
            (self.case, "action_close action_settle action_give_up action_abandon"),
            (procedure, "action_record action_abandon"),
            (cost, "action_engage action_pay"),
            (party, "action_mark_heard"),
            (deadline, "action_meet"),
        ):
            for name in names.split():
                with self.subTest(button=name), self.assertRaises(AccessError), self.cr.savepoint():
                    getattr(record.with_user(self.recovery_auditor), name)()

    def test_the_auditor_prints_the_chronology(self):
        action = self.case.with_user(self.recovery_auditor).action_print_chronology()
        self.assertEqual(action["type"], "ir.actions.report")
        report = self.env["ir.actions.report"].with_user(self.recovery_auditor)
        html = report._render_qweb_html(action["report_name"], self.case.ids)[0]
        self.assertIn(self.case.name, html.decode())

    # ------------------------------------------------------------
    # Who has none of our roles
    # ------------------------------------------------------------
    def test_who_has_none_of_our_roles_sees_nothing_of_any_model(self):
        homes = self.get_homes(LITIGATION)
        for name in [*homes, *self.get_homes(WINDOWS)]:
            record = self.one(name) if name in homes else self.env[name]
            for user in self.strangers:
                mine = record.with_user(user)
                with self.subTest(model=name, user=user.login):
                    for operation in ("read", "write", "create", "unlink"):
                        self.assertFalse(mine.browse().has_access(operation), operation)
                    for act in (
                        lambda mine=mine: mine.read(["display_name"]) and mine.ids,
                        lambda mine=mine: mine.search([]),
                        lambda mine=mine: mine.search_count([]),
                        lambda mine=mine: mine.name_search(""),
                        lambda mine=mine: mine.formatted_read_group([], ["create_uid"], ["__count"]),
                        lambda mine=mine: mine.export_data(["id"])["datas"],
                    ):
                        try:
                            self.assertFalse(act())
                        except AccessError:
                            continue

    def test_the_thread_the_files_and_the_tasks_of_a_case_are_closed_to_them(self):
        case, note = self.case, "Appel du matin"
        case.message_subscribe(self.lawyer.ids)
        message = case.message_post(body=note, subtype_xmlid="mail.mt_note")
        task = case.activity_schedule("mail.mail_activity_data_todo", user_id=self.recovery_user.id)
        records = [message, task]
        for holder in (self.case, self.begin(), self.one("recovery.cost"), self.one("recovery.mandate")):
            values = {"name": "piece.pdf", "raw": b"%PDF", "res_model": holder._name, "res_id": holder.id}
            records.append(self.env["ir.attachment"].create(values))
        for record in records:
            for user in self.strangers:
                with self.subTest(record=record, user=user.login):
                    self.env.invalidate_all()
                    if record.with_user(user).browse().has_access("read"):
                        self.assertFalse(record.with_user(user).search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_no_engine_button_or_report_answers_them(self):
        for user in self.strangers:
            case = self.case.with_user(user)
            for name in sorted(dir(type(case))):
                if name.startswith("action_") and "recovery" in getattr(type(case), name).__module__:
                    with (
                        self.subTest(button=name, user=user.login),
                        self.assertRaises(AccessError),
                        self.cr.savepoint(),
                    ):
                        getattr(case, name)()

    def test_no_menu_leads_them_there(self):
        names = ("recovery_case_menu", "recovery_procedure_menu", "recovery_deadline_menu", "recovery_cost_menu")
        for user in self.strangers - self.portal:
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for name in names:
                self.assertNotIn(self.env.ref(f"debt_recovery.{name}").id, visible)


@tagged("post_install", "-at_install")
class TestRolesOnTheWeb(RolesCommon, HttpCase):
    """The doors of the web: downloads and addresses."""

    def test_no_address_gives_the_lawyer_on_the_portal_or_an_employee_a_case(self):
        for login in ("me_roux", "emile_recovery"):
            self.authenticate(login, login.ljust(8, "x"))
            for address in (
                f"/report/html/debt_recovery.report_case_chronology/{self.case.id}",
                f"/mail/view?model=recovery.case&res_id={self.case.id}",
                f"/web/image/recovery.case/{self.case.id}/display_name",
            ):
                answer = self.url_open(address)
                self.assertNotIn(self.case.name, answer.text)
                self.assertNotIn(self.customer.name, answer.text)

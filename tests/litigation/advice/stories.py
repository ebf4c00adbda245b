from datetime import date
from unittest.mock import patch

from odoo.tests import Form, freeze_time

from ...english import InEnglish
from ..case.common import CaseCommon
from ..procedure.common import ProcedureCommon


class StoryCommon(InEnglish, CaseCommon):
    """A case as its owner goes through it, from one day to the next: buttons, windows, and what they read.

    Claire works, Sonia stands in for her, Marc decides; the checks before litigation are in force.
    """

    today = date(2026, 9, 1)
    make_document = ProcedureCommon.make_document

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.lang = "en_US"
        cls.substitute = cls.make_user("sonia", "debt_recovery.group_recovery_user")
        cls.substitute.lang = "en_US"
        cls.company.recovery_gate = "block"
        cls.customer.write(
            {"street": "1 rue du Port", "city": "Lyon", "zip": "69002", "country_id": cls.env.ref("base.fr").id}
        )
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})

    def setUp(self):
        super().setUp()
        self.go_to(self.today)

    def go_to(self, day):
        """Let that day begin: the night's watch over the deadlines has run."""
        self.day = day
        self.enterContext(freeze_time(f"{day} 08:00:00"))
        self.enterContext(patch.object(self.env.registry["res.company"], "_recovery_today", lambda company: self.day))
        self.env.invalidate_all()
        self.env["recovery.deadline.watch"]._watch(self.company, day)
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # What people do
    # ------------------------------------------------------------
    def begin_case(self, granted=True, *moves, **facts):
        """Open a case from a mise en demeure that has expired, look at the checks and have them granted."""
        moves = moves or (self.old, self.recent)
        self.notice = self.make_notice(*moves, date=date(2026, 8, 1), deadline_date=date(2026, 8, 24))
        action = self.notice.with_user(self.recovery_user).action_open_case()
        case = self.Case.browse(action["res_id"])
        case.substitute_id = self.substitute
        case.with_user(self.recovery_user).write({"contested": "no", "written_proof": "yes", **facts})
        self.press_next(case)
        if granted:
            case.with_user(self.recovery_user).action_check_gate()
            self.give_reason(
                case.with_user(self.recovery_manager).action_override_gate(), "Vu avec lui", self.recovery_manager
            )
            self.press_next(case)
        return case

    def open_window(self, action, user=None, **values):
        """Fill in a window that a button opened, as its form lets people do, and return it."""
        Window = self.env[action["res_model"]].with_user(user or self.recovery_user)
        Window = Window.with_context(**action.get("context") or {})
        with Form(Window.browse(action["res_id"]) if action.get("res_id") else Window) as form:
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def press_next(self, case):
        """Press the first button of the case, as its owner."""
        return case.with_user(self.recovery_user).action_next_step()

    def advise(self, case):
        """Return what the advisor says of each type of procedure, by its code."""
        action = case.with_user(self.recovery_user).action_advice()
        Window = self.env[action["res_model"]].with_user(self.recovery_user).with_context(**action["context"])
        return {line.type_id.code: line for line in Window.create({}).line_ids}

    def choose(self, case, code, reason="Ouverte, et la moins chère"):
        """Choose a procedure in the window of the first button, and return it."""
        self.assertEqual(case.next_step, "Choose the procedure")
        window = self.open_window(self.press_next(case), type_id=self.type_of(code), reason=reason, handled_by="house")
        return self.env["recovery.procedure"].browse(window.action_confirm()["res_id"])

    def complete_file(self, case):
        """Collect what is known, then add each piece that is still required, in the window of the first button."""
        for _piece in case.missing_requirement_ids:
            if not case.missing_text:
                break
            action = self.press_next(case)
            if action.get("res_model") != "recovery.exhibit.wizard":
                continue
            window = self.open_window(action, origin="Le classeur du vendeur")
            window.attachment_ids = self.make_document(window.env)
            window.action_add()
            case.invalidate_recordset()

    def type_of(self, code):
        return self.env.ref(f"debt_recovery.recovery_procedure_type_{code}")

    def happens(self, procedure, code, day=None, amount=0.0):
        """Record what happened in a procedure, today by default, in the window of its button."""
        kind = procedure.possible_kind_ids.filtered(lambda kind: kind.code == code)
        self.assertTrue(kind, f"{code} is not among {procedure.possible_kind_ids.mapped('code')}")
        env = self.env(user=self.recovery_user)
        action = procedure.with_env(env).action_record()
        with Form(env[action["res_model"]].with_context(**action["context"])) as form:
            form.kind_id = kind
            form.date = day or self.day
            if amount:
                form.amount = amount
            form.attachment_ids.add(self.make_document(env))
        form.record.action_confirm()
        return procedure._get_events_of((code,))[-1:]

    # ------------------------------------------------------------
    # What they read
    # ------------------------------------------------------------
    def deadline(self, procedure, code):
        """Return the deadline of that rule, the last one."""
        found = procedure.deadline_ids.filtered(lambda row: row.rule_code == code)
        self.assertTrue(found, f"{code} is not among {procedure.deadline_ids.mapped('rule_code')}")
        return found.sorted("id")[-1:]

    def check_case(self, case, stage, next_step, deadline=None, color="none"):
        """Say what the case shows: its stage, its first button, the nearest deadline and its colour."""
        self.assertEqual((case.kind, case.next_step), (stage, next_step))
        self.assertEqual((case.next_deadline or None, case.deadline_state), (deadline, color))

    def check_deadline(self, deadline, state, day, article, *why):
        """Say what a deadline shows: its state, its day, the article, and why that day."""
        self.assertEqual((deadline.state, deadline.date), (state, day), deadline.display_name)
        self.assertIn(article, deadline.article)
        for text in why:
            self.assertIn(text, deadline.why)

    def read_worklist(self):
        """Return what there is to do of the customer, and what stands of the case beside it."""
        self.env["recovery.worklist"]._refresh(self.company, self.day)
        return self.debtor.todo_kind or None, self.debtor.case_text

    def tasks_of(self, case, user):
        return case.activity_ids.filtered(lambda task: task.user_id == user).mapped("summary")

    def check_chronology(self, case, *titles):
        """Say that the chronology tells these, in this order, the oldest first."""
        told = [entry["title"] for entry in case.chronology][::-1]
        places = []
        for title in titles:
            found = [place for place, text in enumerate(told) if title in text]
            self.assertTrue(found, f"“{title}” is not told: {told}")
            places.append(next((place for place in found if not places or place > places[-1]), -1))
        self.assertEqual(places, sorted(places), told)
        self.assertNotIn(-1, places, told)

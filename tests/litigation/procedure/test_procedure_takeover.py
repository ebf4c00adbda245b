import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ProcedureCommon

FILED, GIVEN, SERVED = date(2026, 8, 24), date(2026, 8, 31), date(2026, 9, 15)


@tagged("post_install", "-at_install")
class TestProcedureTakeover(ProcedureCommon):
    """Procedures under way before the module was there are taken over with their dates."""

    def steps(self, *pairs, code="payment_order_commerce"):
        kinds = {kind.code: kind for kind in self.type_of(code).event_kind_ids}
        return [(kinds[name], day, 0.0, None) for name, day in pairs]

    def import_file(self, *rows, user=None):
        text = "\n".join(["dossier;procédure;RG;événement;date;montant;commentaire", *rows])
        Window = self.env["recovery.procedure.import"].with_user(user or self.recovery_user)
        window = Window.create({"file": base64.b64encode(text.encode()), "company_id": self.company.id})
        window.action_import()
        return window.result

    def test_all_follows_once_at_the_end(self):
        calls = []
        Procedure = type(self.Procedure)
        hook = Procedure._hook_events_changed

        def counting(procedures):
            calls.append(len(procedures))
            return hook(procedures)

        self.patch(Procedure, "_hook_events_changed", counting)
        steps = self.steps(("order_served", SERVED), ("request_filed", FILED), ("order_given", GIVEN))
        procedure = self.Procedure._take_over(
            self.case, self.type_of("payment_order_commerce"), self.today, steps, {"reference": "2026 F 1"}
        )
        self.assertEqual(calls, [1])
        self.assertRecordValues(
            procedure,
            [{"is_taken_over": True, "opened_on": FILED, "state": "running", "reference": "2026 F 1"}],
        )
        self.assertEqual(procedure._get_counting_events().mapped("date"), [FILED, GIVEN, SERVED])

    def test_what_has_no_place_is_not_taken_over(self):
        with self.assertRaisesRegex(UserError, "comes after"), self.env.cr.savepoint():
            self.Procedure._take_over(
                self.case, self.type_of("payment_order_commerce"), self.today, self.steps(("order_served", SERVED))
            )
        with self.assertRaisesRegex(UserError, "at least one thing"):
            self.Procedure._take_over(self.case, self.type_of("merits"), self.today, [])

    def test_the_window(self):
        action = self.case.with_user(self.recovery_user).action_take_over_procedure()
        kinds = self.type_of("payment_order_commerce").event_kind_ids
        window = (
            self.env[action["res_model"]]
            .with_user(self.recovery_user)
            .with_context(**action["context"])
            .create(
                {
                    "type_id": self.type_of("payment_order_commerce").id,
                    "reference": "2026 F 7",
                    "line_ids": [
                        Command.create({"kind_id": kinds[0].id, "date": FILED}),
                        Command.create({"kind_id": kinds[1].id, "date": GIVEN, "amount": 1200}),
                    ],
                }
            )
        )
        window.action_confirm()
        self.assertEqual(self.case.procedure_ids.amount_granted, 1200)

    def test_a_file(self):
        name = self.case.name
        result = self.import_file(
            f"{name};payment_order_commerce;2026 F 9;order_given;31/08/2026;1 250,50;Partielle",
            f"{name};Payment_Order_Commerce;2026 F 9;request_filed;2026-08-24;;",
            f"{name};merits;;summons_served;15/10/2026;;",
            f"{name};merits;autre;judgment;15/10/2026;;",
            "CTX/1999/0001;merits;;summons_served;15/10/2026;;",
            f"{name};divorce;;summons_served;15/10/2026;;",
            f"{name};merits;x;summons_served;demain;;",
            f"{name};merits;y;;15/10/2026;;",
        )
        self.assertIn("Procedures imported: 2", result)
        for words in (
            "Row 5: “Judgment given” comes after",
            "no case “CTX/1999/0001”",
            "nothing is called “divorce” here",
            "“demain” is not a date",
            "Row 9: nothing under “événement”",
        ):
            self.assertIn(words, result)
        order = self.case.procedure_ids.filtered(lambda procedure: procedure.reference == "2026 F 9")
        self.assertEqual((order.amount_granted, order.opened_on), (1250.5, FILED))
        self.assertEqual(order.event_ids[-1].note, "Partielle")

    def test_files_that_are_none(self):
        Window = self.env["recovery.procedure.import"].with_user(self.recovery_user)
        for content, words in ((b"a;b\n1;2", "needs these columns"), (b"PK\x03\x04", "cannot be read")):
            window = Window.create({"file": base64.b64encode(content), "company_id": self.company.id})
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                window.action_import()
        with self.assertRaises(AccessError):
            self.import_file(user=self.recovery_auditor)

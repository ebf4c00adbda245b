from datetime import date
from io import BytesIO
from time import sleep

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..dunning.campaign.at_once import TODAY, AtOnceCase
from .test_charge import ChargeCommon


@tagged("post_install", "-at_install")
class TestWaiver(ChargeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.company.recovery_waiver_limit = 50
        cls.invoice = cls.make_invoice(amount=1200, due=date(2026, 2, 28))
        cls.pay(cls.invoice, date=date(2026, 3, 30))  # 11.98 of interest, and 40

    def waive(self, chosen=None, user=None, moves=None, day=None, reason="Geste commercial"):
        lines = self.receivable_of(moves or self.invoice)
        if chosen is None:
            chosen = {(head, lines[0].id): None for head in ("interest", "indemnity")}
        Waiver = self.env["recovery.waiver"].with_user(user or self.recovery_manager)
        debtor = self.debtor.with_user(user or self.recovery_manager)
        return Waiver._request(debtor, lines, day or self.today, chosen, reason)

    def key(self, head):
        return head, self.receivable_of(self.invoice)[0].id

    def test_what_a_manager_waives_is_claimed_no_more(self):
        waiver = self.waive()
        self.assertEqual((waiver.state, waiver.amount), ("granted", 51.98))
        self.assertEqual(self.amounts(self.invoice), [0, 0])
        with self.assertRaisesRegex(UserError, "nothing to charge"):
            self.charge(self.invoice)
        event = self.env["recovery.event"].search([("kind", "=", "late_fee_waived")], limit=1)
        self.assertEqual((event.user_id, event.details["reason"]), (self.recovery_manager, "Geste commercial"))
        waiver._withdraw("Chantage")
        self.assertEqual((waiver.state, self.amounts(self.invoice)), ("cancelled", [11.98, 40]))
        self.assertEqual(self.charge(self.invoice).amount, 51.98)

    def test_waived_from_the_invoice_itself(self):
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        self.make_invoice(amount=500, due=date(2026, 3, 15))  # another one, left alone
        user = self.recovery_manager
        action = self.invoice.with_user(user).action_recovery_waive_late_fees()
        Wizard = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        wizard = Wizard.create({"day": self.today, "reason": "Retard de livraison"})
        self.assertEqual((wizard.purpose, wizard.line_ids.move_id), ("waive", self.invoice))
        wizard.action_waive()
        self.assertEqual(self.debtor.waiver_ids.amount, 51.98)
        self.assertEqual(self.amounts(self.invoice), [0, 0])

    def test_a_user_asks_above_the_threshold(self):
        small = self.waive({self.key("indemnity"): None}, self.recovery_user)
        self.assertEqual(small.state, "granted")
        small.with_user(self.recovery_manager)._withdraw("Erreur")
        waiver = self.waive(user=self.recovery_user)
        decision = waiver.decision_id
        self.assertEqual((waiver.state, decision.kind, decision.amount), ("asked", "waiver", 51.98))
        self.assertEqual(self.amounts(self.invoice), [11.98, 40])
        with self.assertRaises(AccessError):
            decision.with_user(self.recovery_user)._grant("moi")
        decision.with_user(self.recovery_manager)._grant("Client fidèle")
        self.assertEqual((waiver.state, waiver.granted_by_id), ("granted", self.recovery_manager))
        self.assertEqual(self.amounts(self.invoice), [0, 0])
        with self.assertRaises(AccessError):
            waiver.with_user(self.recovery_user)._withdraw("non")

    def test_a_refusal_changes_nothing(self):
        waiver = self.waive(user=self.recovery_user)
        waiver.decision_id.with_user(self.recovery_manager)._refuse("Non")
        self.assertEqual((waiver.state, self.amounts(self.invoice)), ("refused", [11.98, 40]))

    def test_a_request_comes_too_late_for_what_was_charged_meanwhile(self):
        waiver = self.waive(user=self.recovery_user)
        self.charge(self.invoice)
        with self.assertRaisesRegex(UserError, f"{waiver.number} .*in the meantime"):
            waiver.decision_id.with_user(self.recovery_manager)._grant("Oui")

    def test_two_requests_never_give_up_more_than_is_due(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        line, day = self.receivable_of(invoice), date(2026, 1, 10)  # 43.27 of interest
        self.company.recovery_waiver_limit = 1

        def ask(amount):
            return self.waive({("interest", line.id): amount}, self.recovery_user, invoice, day)

        def grant(waiver):
            waiver.decision_id.with_user(self.recovery_manager)._grant("Oui")

        first, second, small, whole = ask(30.0), ask(30.0), ask(10.0), ask(None)
        grant(first)
        with self.assertRaisesRegex(UserError, "13,27|13.27"):
            grant(second)
        grant(small)
        self.assertEqual(self.amounts(invoice, day), [3.27, 40])
        with self.assertRaisesRegex(UserError, "in the meantime"):
            grant(whole)
        rest = ask(None)
        grant(rest)
        self.assertEqual((rest.amount, self.amounts(invoice, day)), (3.27, [0, 40]))
        with self.assertRaisesRegex(UserError, rest.number):
            small.with_user(self.recovery_manager)._withdraw("Non")
        self.assertEqual(self.amounts(invoice, date(2026, 1, 20)), [16.64, 40], "the following days stay due")

    def test_days_up_to_a_day_then_the_rest_is_charged(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        line = self.receivable_of(invoice)
        self.waive({("interest", line.id): None}, moves=invoice, day=date(2026, 1, 10))
        charge = self.charge(invoice, date(2026, 1, 20))
        self.assertEqual(charge.fee_ids.filtered("days").mapped("date_from"), [date(2026, 1, 11)])
        self.assertEqual((charge.amount_interest, charge.amount_indemnity), (16.64, 40))

    def test_a_part_of_the_interest_is_deducted_once(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        line = self.receivable_of(invoice)
        waiver = self.waive({("interest", line.id): 20.0}, moves=invoice, day=date(2026, 1, 10))
        self.assertEqual(self.amounts(invoice, date(2026, 1, 10)), [23.27, 40])
        charge = self.charge(invoice, date(2026, 1, 10))
        self.assertEqual(charge.move_id.amount_total, 63.27)
        self.assertIn("20,00", charge.move_id.invoice_line_ids[0].name)
        self.assertEqual(self.amounts(invoice, date(2026, 1, 20)), [16.64, 0])
        with self.assertRaisesRegex(UserError, charge.number):
            waiver._withdraw("Non")
        charge.move_id.button_cancel()
        self.assertEqual(self.amounts(invoice, date(2026, 1, 10)), [23.27, 40])
        waiver._withdraw("Oui")
        self.assertEqual(self.amounts(invoice, date(2026, 1, 10)), [43.27, 40])

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "why"):
            self.waive(reason=" ")
        with self.assertRaisesRegex(UserError, "between zero and the amount due"):
            self.waive({self.key("interest"): 100.0})
        with self.assertRaisesRegex(UserError, "in part"):
            self.waive({self.key("indemnity"): 10.0})
        with self.assertRaisesRegex(UserError, "nothing to waive"):
            self.waive({})
        with self.assertRaises(AccessError):
            self.waive(user=self.recovery_auditor)

    def test_the_day_when_the_law_forbids_it(self):
        parameter = self.env.ref("debt_recovery.recovery_legal_parameter_late_fee_waiver_allowed")
        self.debtor.write({"late_interest_mode": "waive", "late_fee_reason": "Accord"})
        self.assertEqual(self.amounts(self.invoice), [0, 40])
        parameter.value = "false"
        with self.assertRaisesRegex(UserError, "does not allow"):
            self.waive()
        self.assertEqual(self.debtor._get_late_fee_modes(self.today)[self.debtor][:], ("show", "charge", "law"))
        self.assertEqual(self.amounts(self.invoice), [11.98, 40])

    def test_modes_of_the_scenario_and_of_the_debtor(self):
        day = self.today
        self.assertEqual(self.debtor._get_late_fee_modes(day)[self.debtor][:], ("charge", "charge", "scenario"))
        self.scenario.write({"late_interest_mode": "waive", "late_indemnity_mode": "show"})
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.effective_interest_mode, "waive")
        self.assertEqual(self.amounts(self.invoice), [0, 40])
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.recovery_user).late_interest_mode = "show"
        with self.assertRaises(ValidationError):
            self.debtor.with_user(self.recovery_manager).late_interest_mode = "show"
        self.debtor.with_user(self.recovery_manager).write(
            {"late_interest_mode": "charge", "late_fee_reason": "Récidive"}
        )
        self.assertEqual(self.debtor._get_late_fee_modes(day)[self.debtor][:], ("charge", "show", "debtor"))
        event = self.env["recovery.event"].search([("kind", "=", "late_fee_mode")], limit=1)
        self.assertEqual((event.user_id, event.details["reason"]), (self.recovery_manager, "Récidive"))
        charge = self.charge(self.invoice)
        self.assertEqual(charge.amount, 11.98)

    def test_the_statement_shows_what_was_charged_and_waived_apart(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        line = self.receivable_of(invoice)
        self.waive({("interest", line.id): 20.0}, moves=invoice, day=date(2026, 1, 10))
        self.charge(self.invoice)
        Statement, Builder = self.env["recovery.claim.statement"], self.env["recovery.claim.statement.builder"]
        lines = self.receivable_of(invoice | self.invoice)
        claim = self.env["recovery.claim"]._compute(self.company, lines, self.today)
        statement = Statement.sudo().create(Builder._prepare_vals(self.debtor, lines, claim, claim, self.debtor))
        self.assertAlmostEqual(sum(statement.line_ids.mapped("amount")), statement.amount)
        self.assertEqual(statement.line_ids.filtered(lambda row: row.kind == "waived").amount, -20)
        texts = statement.with_context(lang="fr_FR")._get_document_values()["taken"]
        self.assertEqual(len(texts), 3)
        with self.subTest("the spreadsheet says the same, to the cent"):
            _summary, _lines, taken = load_workbook(BytesIO(statement._get_xlsx())).worksheets
            rows = [[cell.value for cell in row] for row in taken.iter_rows(min_row=6)]
            self.assertEqual(len(rows), 3)
            for text, row in zip(texts, rows, strict=True):
                self.assertIn(f"{row[-1]:.2f}".replace(".", ",") + "\N{NO-BREAK SPACE}€", text)
                self.assertTrue(all(value in text for value in (row[0], row[1], row[5])), (row, text))
            self.assertEqual(sorted(row[-1] for row in rows), [11.98, 20, 40])
            words = {(row[4], row[5][:3]) for row in rows}
            self.assertEqual(len(words), 2, "charged by PEN/…, or waived")
        self.assertIn("PEN/", "".join(texts))
        group = statement._group_by_currency()[0]
        self.assertAlmostEqual(group["principal_left"] + group["interest_left"] + group["indemnity"], group["amount"])


@tagged("post_install", "-at_install")
class TestWaiverAtOnce(AtOnceCase):
    """Two users who give up parts of the same interest at the same moment."""

    customers = 1

    def test_the_parts_never_exceed_what_is_due(self):
        def prepare(env):
            company = env["res.company"].browse(self.company_id)
            move = env["account.move"].search([("company_id", "=", self.company_id)])
            env["recovery.debtor"]._ensure_for(move.partner_id, company)
            return move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable").id

        line_id = self.transaction(prepare)

        def waive(env):
            line = env["account.move.line"].browse(line_id)
            debtor = env["recovery.debtor"].search([("company_id", "=", self.company_id)])
            chosen = {("interest", line_id): 0.2}  # of 0.33
            return env["recovery.waiver"]._request(debtor, line, TODAY, chosen, "Geste").state

        def count(env):
            return env["recovery.waiver"].search_count([("company_id", "=", self.company_id)])

        def waive_after(env):  # what it read is of before the first one
            for _wait in range(100):
                if self.transaction(count):
                    break
                sleep(0.1)
            return waive(env)

        results = self.together(waive, waive_after)
        self.assertEqual(results[0], "granted", results)
        self.assertEqual(len([result for result in results if isinstance(result, UserError)]), 1, results)

from collections import defaultdict
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.debt_recovery.models.claim.figures import Options

from ..common import RecoveryCommon
from ..dunning.campaign.at_once import TODAY, AtOnceCase


class ChargeCommon(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Charge = cls.env["recovery.charge"]
        scenarios = cls.env["recovery.scenario"].search([])
        scenarios.write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})

    def charge(self, moves, day=None, chosen=None):
        lines = self.receivable_of(moves)
        return self.Charge._charge(self.company, lines, day or self.today, chosen)

    def claim(self, moves, day=None):
        return self.env["recovery.claim"]._compute(self.company, self.receivable_of(moves), day or self.today)

    def amounts(self, moves, day=None):
        """Return what is claimed of the interest left and of the indemnities, in that order."""
        items = self.claim(moves, day).items
        return [float(sum(values)) for values in zip(*((i.interest_left, i.indemnity) for i in items), strict=True)]


@tagged("post_install", "-at_install")
class TestCharge(ChargeCommon):
    def test_to_the_cent_in_a_draft_outside_vat(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        self.pay(invoice, date=date(2026, 3, 30))
        charge = self.charge(invoice)
        move = charge.move_id
        self.assertEqual((charge.amount, charge.state, move.state), (51.98, "draft", "draft"))
        self.assertEqual((move.amount_total, move.amount_tax, move.move_type), (51.98, 0, "out_invoice"))
        self.assertEqual((move.invoice_date_due, move.recovery_is_penalty), (self.today, True))
        interest, indemnity = move.invoice_line_ids
        self.assertEqual((interest.price_unit, interest.account_id.code), (11.98, "763100"))
        self.assertEqual((indemnity.price_unit, indemnity.account_id.code), (40, "758100"))
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertIn(f"Pénalités de retard, facture {invoice.name} échue le 28/02/2026", interest.name)
        self.assertIn("1\N{NO-BREAK SPACE}200,00\N{NO-BREAK SPACE}€ du 01/03/2026 au 30/03/2026", interest.name)
        self.assertIn("30 jours à 12,15 %", interest.name)
        self.assertIn("D441-5 C. com.", indemnity.name)
        self.assertEqual(self.amounts(invoice), [0, 0])
        with self.assertRaisesRegex(UserError, "nothing to charge"):
            self.charge(invoice)

    def test_the_remaining_days_after_a_partial_payment_and_no_second_indemnity(self):
        invoice = self.make_invoice(amount=5000, due=date(2025, 12, 15))
        first = self.charge(invoice, date(2026, 1, 10))
        # 5000 × 12.15 % × 16 / 365, then × 10 / 365 of the next semester at 12.15 %
        self.assertEqual(first.fee_ids.filtered("days").mapped("days"), [16, 10])
        self.assertEqual((first.amount_interest, first.amount_indemnity), (43.27, 40))
        self.pay(invoice, 2000, date(2026, 1, 20))
        second = self.charge(invoice, date(2026, 3, 10))
        days = second.fee_ids.filtered("days")
        self.assertEqual(days.mapped(lambda fee: (fee.base, fee.days)), [(5000, 10), (3000, 49)])
        self.assertEqual((days[0].date_from, days[-1].date_to), (date(2026, 1, 11), date(2026, 3, 10)))
        self.assertEqual((second.amount_interest, second.amount_indemnity), (65.57, 0))
        with self.assertRaisesRegex(UserError, "nothing to charge"):
            self.charge(invoice, date(2026, 2, 10))
        third = self.charge(invoice, date(2026, 3, 11))
        self.assertEqual(third.fee_ids.mapped("days"), [1])

    def test_the_books_stay_balanced_and_a_reversal_frees_the_days(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        self.pay(invoice, date=date(2026, 3, 30))
        before = self.balances()
        charge = self.charge(invoice)
        charge.move_id.action_post()
        self.assertEqual(charge.state, "posted")
        after = self.balances()
        self.assertEqual(self.difference(before, after), {"411100": 51.98, "763100": -11.98, "758100": -40})
        reversal = self.reverse(charge.move_id)
        self.assertEqual((charge.state, charge.move_id.payment_state), ("reversed", "reversed"))
        self.assertTrue(reversal.recovery_is_penalty)
        self.assertEqual(self.difference(before, self.balances()), {})
        self.assertEqual(self.amounts(invoice), [11.98, 40])
        again = self.charge(invoice)
        again.move_id.action_post()
        self.assertEqual(self.difference(before, self.balances()), {"411100": 51.98, "763100": -11.98, "758100": -40})
        kinds = self.env["recovery.event"].search([("debtor_id", "=", charge.debtor_id.id)]).mapped("kind")
        self.assertEqual(
            kinds[:5], ["late_fee_posted", "late_fee_charged", "late_fee_freed", "late_fee_posted", "late_fee_charged"]
        )
        with (
            self.subTest("the credit note cannot be taken back over the new charge"),
            self.assertRaises(ValidationError),
            self.env.cr.savepoint(),
        ):
            try:
                reversal.button_draft()
            except Exception as error:
                raise ValidationError(str(error)) from error

    def test_a_long_address_of_the_sender_does_not_cut_the_rows_of_the_debit_note(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        note = self.charge(invoice).move_id
        for lines, margin in ((3, None), (4, 58), (6, 70)):
            address = "<br/>".join(f"Ligne {rank}" for rank in range(lines))
            self.company.company_details = f"<p>{address}</p>"
            self.assertEqual(note._recovery_get_head_height(), margin)
        page = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", note.ids)[0].decode()
        self.assertIn('data-report-margin-top="70"', page)
        self.assertIn('data-report-header-spacing="70"', page)
        other = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()
        self.assertNotIn("data-report-margin-top", other, "an invoice is core's own")

    def balances(self):
        totals = defaultdict(float)
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        )
        self.assertAlmostEqual(sum(lines.mapped("balance")), 0)
        for line in lines:
            totals[line.account_id.code] += line.balance
        return totals

    def difference(self, before, after):
        found = {code: round(after[code] - before[code], 2) for code in after}
        return {code: amount for code, amount in found.items() if amount}

    def reverse(self, move):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": self.today})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        return note

    def test_cancelling_or_deleting_the_draft_frees_the_days(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        due = self.amounts(invoice)
        charge = self.charge(invoice)
        charge.move_id.button_cancel()
        self.assertEqual((charge.state, self.amounts(invoice)), ("cancelled", due))
        other = self.charge(invoice)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            try:
                charge.move_id.button_draft()
            except Exception as error:
                raise ValidationError(str(error)) from error
        other.move_id.unlink()
        self.assertEqual((other.state, other.exists(), self.amounts(invoice)), ("cancelled", other, due))

    def test_a_part_credited_stays_charged(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        charge = self.charge(invoice)
        charge.move_id.action_post()
        self.make_credit_note(amount=10, reverses=charge.move_id)
        self.assertEqual((charge.state, self.amounts(invoice)), ("posted", [0, 0]))

    def test_a_changed_draft_is_refused(self):
        charge = self.charge(self.make_invoice(amount=1200, due=date(2026, 2, 28)))
        charge.move_id.invoice_line_ids[0].price_unit = 1
        with self.assertRaisesRegex(UserError, "no longer matches"):
            charge.move_id.action_post()

    def test_the_invoice_is_not_taken_back_under_a_charge(self):
        invoice = self.make_invoice(amount=1200, due=date(2026, 2, 28))
        charge = self.charge(invoice)
        with self.assertRaisesRegex(UserError, charge.number):
            invoice.button_draft()
        charge.move_id.button_cancel()
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")

    def test_two_currencies_two_documents(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "currency_id": usd.id, "rate": 1.25, "company_id": self.company.id}
        )
        invoice = self.make_invoice(amount=10000, due=date(2026, 9, 30), currency=usd)
        charges = self.charge(invoice)
        found = {charge.currency_id.name: charge for charge in charges}
        self.assertEqual(sorted(found), ["EUR", "USD"])
        self.assertEqual((found["EUR"].amount, found["USD"].amount), (40, 176.66))  # 10000 × 12.40 % × 52 / 365
        move = found["USD"].move_id
        self.assertEqual((move.currency_id, move.amount_total), (usd, 176.66))
        self.assertEqual(move.amount_total_signed, 141.33)

    def test_a_consumer_and_a_public_body_owe_what_the_claim_says(self):
        consumer = self.make_partner("Jeanne Petit", is_company=False)
        invoice = self.make_invoice(consumer, amount=850, due=date(2026, 7, 1))
        with self.assertRaisesRegex(UserError, "nothing to charge"):
            self.charge(invoice)
        town = self.make_partner("Commune de Vannes")
        self.debtor_of(town).nature = "public"
        invoice = self.make_invoice(town, amount=30000, due=date(2026, 4, 9))
        self.pay(invoice, date=date(2026, 7, 20))
        charge = self.charge(invoice)
        self.assertEqual((charge.amount_interest, charge.amount_indemnity), (850.93, 40))
        self.assertIn("D2192-35 CCP", charge.move_id.invoice_line_ids[-1].name)

    def test_instalments_share_one_indemnity(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        invoice = self.make_invoice(amount=1000, date=date(2026, 8, 1), term=term)
        first, second = self.receivable_of(invoice)
        self.assertEqual(self.Charge._charge(self.company, first, self.today).amount_indemnity, 40)
        self.assertEqual(self.Charge._charge(self.company, second, self.today).amount_indemnity, 0)

    def test_costs_on_proof_beyond_the_indemnities_once(self):
        invoice = self.make_invoice(amount=1000, due=date(2026, 10, 31))
        Cost = self.env["recovery.claim.cost"]
        vals = {"debtor_id": self.debtor_of().id, "document": b"cHJvb2Y=", "date": date(2026, 11, 10)}
        Cost.create({**vals, "name": "Huissier", "amount": 100})
        charge = self.charge(invoice)
        self.assertEqual(charge.fee_ids.filtered("cost_id").amount, 60)
        self.assertEqual(self.claim(invoice).complementary_costs, 0)
        Cost.create({**vals, "name": "Sommation", "amount": 25.5})
        claim = self.claim(invoice)
        self.assertEqual(float(claim.complementary_costs), 25.5)
        self.assertEqual(self.charge(invoice).amount, 25.5)

    def test_costs_of_each_debtor_beyond_its_own_indemnities(self):
        other = self.make_partner("Garage Martin")
        debtors = self.debtor_of() | self.debtor_of(other)
        moves = self.make_invoice(amount=1000, days_overdue=30) | self.make_invoice(other, 1000, days_overdue=30)
        vals = {"document": b"cHJvb2Y=", "date": date(2026, 11, 10), "name": "Huissier", "amount": 100}
        self.env["recovery.claim.cost"].create([{**vals, "debtor_id": debtor.id} for debtor in debtors])
        for debtor, version in zip(debtors, ("CGV 2024", "CGV 2025"), strict=True):
            self.env["recovery.contract.terms"].create(
                {
                    "company_id": self.company.id,
                    "debtor_id": debtor.id,
                    "valid_from": "2020-01-01",
                    "clause_kind": "percent",
                    "clause_percent": 10,
                    "cgv_version": version,
                }
            )
        received = dict.fromkeys(self.receivable_of(moves).ids, date(2026, 11, 5))
        self.patch(type(self.env["recovery.claim"]), "_get_receipts", lambda engine, lines: received)
        rows = self.env["recovery.waiver"]._propose(self.company, self.receivable_of(moves), self.today)
        self.assertEqual([row["amount"] for row in rows if row["head"] == "cost"], [60, 60])
        charges = self.charge(moves)
        self.assertEqual(charges.debtor_id, debtors)
        for charge, version in zip(
            charges.sorted(lambda c: debtors.ids.index(c.debtor_id.id)), ("2024", "2025"), strict=True
        ):
            fees = charge.fee_ids.grouped("head")
            self.assertEqual((fees["cost"].amount, fees["clause"].amount), (60, 100))
            self.assertIn(version, fees["clause"].name)

    def test_debtors_in_few_queries(self):
        moves = self.env["account.move"]
        for number in range(12):
            partner = self.make_partner(f"Client {number}")
            self.debtor_of(partner)
            moves |= self.make_invoice(partner, 1000, days_overdue=30)
        lines = self.receivable_of(moves)
        wizard = self.env["recovery.late.fee.wizard"]

        def count(work, records):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            work(records)
            return self.env.cr.sql_log_count - start

        def propose(some):
            self.assertTrue(self.Charge._propose(self.company, some, self.today)[0])

        def open_window(some):
            wizard.with_context(active_model="account.move", active_ids=some.ids).default_get(["debtor_ids"])

        for work, records in ((propose, lines), (open_window, moves)):
            with self.subTest(work.__name__):
                work(records)
                self.assertLessEqual(count(work, records[2:]), count(work, records[:2]))

    def test_days_to_come_are_not_charged_nor_waived(self):
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        action = invoice.with_user(self.recovery_user).action_recovery_late_fees()
        Wizard = self.env["recovery.late.fee.wizard"].with_user(self.recovery_user).with_context(**action["context"])
        wizard = Wizard.create({"day": self.today, "reason": "Geste"})
        self.assertEqual((wizard.move_ids, len(wizard.line_ids)), (invoice, 2))
        for day in (date(2026, 11, 22), date(2027, 3, 1)):
            wizard.day = day
            self.assertFalse(wizard.line_ids)
            self.assertIn("future days", wizard.left_out_text)
            for act in (wizard.action_charge, wizard.action_waive):
                with self.assertRaisesRegex(UserError, "future days"):
                    act()
        wizard.day = self.today
        wizard.action_charge()
        self.assertEqual(self.debtor_of().charge_ids.day, self.today)

    def test_merged_customers_keep_what_each_was_charged(self):
        twin = self.make_partner("Boulangerie Dupond")
        moves = self.make_invoice(amount=1000, days_overdue=30) | self.make_invoice(twin, 500, days_overdue=30)
        self.env["recovery.contract.terms"].create(
            {"company_id": self.company.id, "valid_from": "2020-01-01", "clause_kind": "fixed", "clause_amount": 150}
        )
        received = dict.fromkeys(self.receivable_of(moves).ids, date(2026, 11, 5))
        self.patch(type(self.env["recovery.claim"]), "_get_receipts", lambda engine, lines: received)
        charges = self.charge(moves)
        fees = charges.fee_ids
        before = fees.sorted("id").mapped(lambda fee: (fee.head, fee.amount, fee.is_live, fee.charge_id))
        self.assertEqual([head for head, *_rest in before].count("clause_fixed"), 2)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.debtor_partner | twin).ids, self.debtor_partner)
        self.assertEqual(
            fees.sorted("id").mapped(lambda fee: (fee.head, fee.amount, fee.is_live, fee.charge_id)), before
        )
        self.assertEqual((fees.debtor_id, charges.debtor_id), (self.debtor_of(), self.debtor_of()))
        self.assertFalse(self.claim(moves).clause_fixed)
        charges[1].move_id.button_cancel()
        charges[1].move_id.button_draft()
        self.assertEqual(charges.mapped("state"), ["draft", "draft"])
        clause = fees.filtered(lambda fee: fee.head == "clause_fixed")[0]
        with self.assertRaisesRegex(Exception, "clause_fixed_once"), self.env.cr.savepoint():
            clause.sudo().copy()
            self.env.flush_all()

    def test_the_journal_of_the_root_tells_what_a_branch_charged(self):
        branch = self.env["res.company"].create({"name": "Lyon", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.cr.precommit.run()
        invoice = self.make_invoice(amount=1000, days_overdue=30, company=branch)
        charge = self.charge(invoice)
        charge.move_id.action_post()
        self.assertEqual(charge.company_id, branch)
        events = self.env["recovery.event"].search([("debtor_id", "=", charge.debtor_id.id)])
        kinds = ("late_fee_charged", "late_fee_posted")
        told = events.filtered(lambda event: event.kind in kinds)
        self.assertEqual((len(told), told.company_id), (2, self.company))

    def test_costs_and_clauses_follow_the_indemnity_that_is_waived(self):
        invoice = self.make_invoice(amount=1000, due=date(2026, 10, 31))
        debtor = self.debtor_of()
        terms = {"clause_kind": "percent", "clause_percent": 10, "valid_from": "2020-01-01"}
        self.env["recovery.contract.terms"].create({"company_id": self.company.id, "debtor_id": debtor.id, **terms})
        cost = {"debtor_id": debtor.id, "document": b"cHJvb2Y=", "date": date(2026, 11, 10)}
        self.env["recovery.claim.cost"].create({**cost, "name": "Huissier", "amount": 100})

        def claimed():
            received = Options(received_on=date(2026, 11, 5))
            claim = self.env["recovery.claim"]._compute(self.company, self.receivable_of(invoice), self.today, received)
            (total,) = claim.get_totals()
            return float(total.indemnity), float(total.costs), float(total.clause)

        self.assertEqual(claimed(), (40, 60, 100))
        debtor.write({"late_indemnity_mode": "waive", "late_fee_reason": "Accord"})
        self.assertEqual(claimed(), (0, 0, 0))

    def test_only_who_is_charged_is_charged(self):
        other = self.make_partner("Garage Martin")
        shown = self.debtor_of(other)
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        shown.write({"late_interest_mode": "show", "late_indemnity_mode": "show", "late_fee_reason": "Négocié"})
        moves = self.make_invoice(amount=1000, days_overdue=30) | self.make_invoice(other, 1000, days_overdue=30)
        wizard = self.env["recovery.late.fee.wizard"].create(
            {"debtor_ids": [Command.set((shown | self.debtor_of()).ids)], "day": self.today}
        )
        self.assertEqual(wizard.line_ids.debtor_id, self.debtor_of())
        self.assertIn("Garage Martin", wizard.left_out_text)
        charges = self.charge(moves)
        self.assertEqual(charges.debtor_id, self.debtor_of())

    def test_the_wizard_charges_what_is_chosen(self):
        self.patch(type(self.company), "_recovery_today", lambda company: self.today)
        moves = self.make_invoice(amount=1000, days_overdue=30) | self.make_invoice(amount=500, days_overdue=20)
        wizard = self.env["recovery.late.fee.wizard"].with_user(self.recovery_user)
        wizard = wizard.with_context(active_model="account.move", active_ids=moves.ids).create({"day": self.today})
        self.assertEqual(len(wizard.line_ids), 4)
        wizard.line_ids.filtered(lambda line: line.head == "interest").selected = False
        wizard.action_charge()
        charge = self.debtor_of().charge_ids
        self.assertEqual((charge.amount, charge.user_id), (80, self.recovery_user))
        self.assertEqual(self.amounts(moves)[1], 0)
        self.assertTrue(self.amounts(moves)[0])

    def test_many_invoices_in_few_queries(self):
        moves = [self.make_invoice(amount=1000, days_overdue=30 + number) for number in range(12)]
        lines = self.receivable_of(self.env["account.move"].union(*moves))
        self.debtor_of()

        def count(work):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            work()
            return self.env.cr.sql_log_count - start

        for work in (self.Charge._propose, self.Charge._charge):
            with self.subTest(work.__name__):
                work(self.company, lines[:1], self.today)
                few = count(lambda work=work: work(self.company, lines[1:3], self.today))
                self.assertLessEqual(
                    count(lambda work=work: work(self.company, lines[3:], self.today)), few + 16
                )  # core asks for the analytic distribution of each line

    def test_missing_accounts_are_asked_for(self):
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        accounts = self.env["account.account"].search(
            [("code", "=like", "763%"), ("company_ids", "in", self.company.ids)]
        )
        for number, account in enumerate(accounts):
            account.code = f"799{number:03}"
        with self.assertRaisesRegex(UserError, "Account for late-payment interest.*7631"):
            self.charge(invoice)
        self.company.recovery_late_interest_account_id = accounts[0]
        self.assertEqual(self.charge(invoice).move_id.invoice_line_ids[0].account_id, accounts[0])

    def test_a_locked_period(self):
        invoice = self.make_invoice(amount=1000, due=date(2026, 9, 30))
        self.company.hard_lock_date = date(2026, 10, 31)
        charge = self.charge(invoice, date(2026, 10, 15))
        charge.move_id.action_post()
        self.assertGreater(charge.move_id.date, date(2026, 10, 31), "core books it in the first open period")
        self.company.hard_lock_date = charge.move_id.date
        with self.assertRaisesRegex(UserError, "(?i)lock|verrou"):
            charge.move_id.button_draft()
        self.assertEqual((charge.state, self.amounts(invoice, date(2026, 10, 15))), ("posted", [0, 0]))
        self.reverse(charge.move_id)
        self.assertEqual(charge.state, "reversed")

    def test_who_may(self):
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        lines = self.receivable_of(invoice)
        for user in (self.recovery_auditor, self.make_user("paul", "account.group_account_invoice")):
            with self.assertRaises(AccessError):
                self.Charge.with_user(user)._charge(self.company, lines, self.today)
        charge = self.Charge.with_user(self.recovery_user)._charge(self.company, lines, self.today)
        move = charge.move_id.with_user(self.recovery_user)
        with self.assertRaises(AccessError):
            move.recovery_is_penalty = False
        with self.assertRaises(AccessError):
            charge.with_user(self.recovery_manager).write({"state": "posted"})
        with self.assertRaises(UserError):
            charge.sudo().unlink()
        move.action_post()
        self.assertEqual(charge.state, "posted")

    def test_another_company_sees_nothing(self):
        invoice = self.make_invoice(amount=1000, days_overdue=30)
        charge = self.charge(invoice)
        other = self.env["res.company"].create({"name": "Autre"})
        stranger = self.make_user("eve", "debt_recovery.group_recovery_manager", company=other)
        self.assertFalse(self.env["recovery.charge"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            charge.with_user(stranger).read(["amount"])
        with self.assertRaises(AccessError):
            charge.fee_ids.with_user(stranger).read(["amount"])


@tagged("post_install", "-at_install")
class TestChargeAtOnce(AtOnceCase):
    """Two users who charge the same late fees at the same moment."""

    customers = 1

    def test_the_same_days_are_charged_once(self):
        def charge(env):
            company = env["res.company"].browse(self.company_id)
            env["recovery.scenario"].search([]).write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})
            lines = env["account.move.line"].search(
                [
                    ("company_id", "=", self.company_id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("move_id.recovery_is_penalty", "=", False),
                ]
            )
            return env["recovery.charge"]._charge(company, lines, TODAY).ids

        def prepare(env):
            env["recovery.scenario"].search([]).write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})
            partner = env["account.move"].search([("company_id", "=", self.company_id)]).partner_id
            env["recovery.debtor"]._ensure_for(partner, env["res.company"].browse(self.company_id))

        self.transaction(prepare)
        results = self.together(charge, charge)
        self.assertEqual(len([result for result in results if isinstance(result, list)]), 1, results)
        refused = next(result for result in results if not isinstance(result, list))
        self.assertIsInstance(refused, UserError)

        def count(env):
            fees = env["recovery.late.fee"].search([("company_id", "=", self.company_id)])
            moves = env["account.move"].search_count(
                [("company_id", "=", self.company_id), ("recovery_is_penalty", "=", True)]
            )
            return sorted(fees.mapped("head")), moves

        self.assertEqual(self.transaction(count), (["indemnity", "interest"], 1))

        def same_day(env):
            fee = env["recovery.late.fee"].search([("company_id", "=", self.company_id), ("head", "=", "interest")])
            fee.copy({"date_from": fee.date_to})
            env.flush_all()

        with self.subTest("the database itself refuses"), self.assertRaisesRegex(ValidationError, "in the meantime"):
            self.transaction(same_day)

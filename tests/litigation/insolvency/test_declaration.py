from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ....models.litigation.deadline.follow import Event, Places, find_open
from .common import InsolvencyCommon


@tagged("post_install", "-at_install")
class TestDeclaration(InsolvencyCommon):
    """What was born before the judgment is declared in time, and followed until the closure."""

    def test_a_publication_opens_the_declaration_with_its_limit(self):
        declaration = self.open_proceedings().declaration_ids
        self.assertEqual((len(declaration), declaration.state), (1, "to_prepare"))
        self.assertEqual(declaration.declare_until, declaration._read_limits()["declaration"])
        self.assertGreater(declaration.declare_until, self.published_on + timedelta(days=58))

    def test_who_owes_nothing_makes_no_work(self):
        partner = self.make_partner("Garage Petit")
        debtor = self.debtor_of(partner)
        insolvency = self.Insolvency._open_for(
            debtor, "safeguard", self.judgment_on, self.today, published_on=self.published_on
        )
        self.assertFalse(insolvency.declaration_ids)
        self.assertFalse(debtor.activity_ids)

    def test_without_a_publication_it_waits_for_it(self):
        insolvency = self.open_proceedings(published_on=False)
        self.assertFalse(insolvency.declaration_ids)
        insolvency.published_on = self.published_on
        self.assertEqual(insolvency.declaration_ids.published_on, self.published_on)

    def test_the_shipped_limits_are_those_of_the_fact_sheet(self):
        rules = self.env["recovery.deadline.rule"]._read_rules()[self.env["res.company"]]
        published = ("insolvency_published", date(2026, 9, 15))

        def find(*told, places=None):
            events = [Event(number, code, day) for number, (code, day) in enumerate(told, 1)]
            found = find_open(events, rules, "claim_declaration", date(2026, 9, 1), places or Places())
            return {row.code: row.limit.date for row in found}

        self.assertEqual(find(published)["declaration"], date(2026, 11, 16), "D4")
        self.assertEqual(find(published, places=Places(ours="abroad"))["declaration"], date(2027, 1, 15))
        self.assertEqual(find(published)["relief"], date(2027, 3, 15))
        retained = find(published, ("goods_retained", date(2026, 9, 15)))
        self.assertEqual(retained["retention_claim"], date(2026, 12, 15))
        self.assertNotIn("retention_claim", find(published))
        self.assertEqual(find(("personal_notice", date(2026, 10, 1)))["declaration_secured"], date(2026, 12, 1))
        self.assertEqual(find(("contract_terminated", date(2026, 10, 1)))["declaration_terminated"], date(2026, 11, 2))
        claimed = find(published, ("goods_retained", date(2026, 9, 15)), ("ownership_claimed", date(2026, 10, 1)))
        self.assertEqual(claimed["retention_answer"], date(2026, 11, 2))
        self.assertEqual(claimed["retention_judge"], date(2026, 12, 2))
        self.assertEqual(
            find(published, ("relief_granted", date(2027, 2, 1)))["declaration_after_relief"], date(2027, 3, 1)
        )

    def test_a_creditor_abroad_has_four_months(self):
        self.company.partner_id.country_id = self.env.ref("base.be")
        declaration = self.open_proceedings().declaration_ids
        self.assertGreater(declaration.declare_until, self.published_on + timedelta(days=119))

    def test_a_secured_creditor_counts_from_the_notice(self):
        declaration = self.open_proceedings().declaration_ids
        before = declaration.declare_until
        declaration.write({"rank": "secured", "personal_notice_on": self.today})
        self.assertGreater(declaration.declare_until, before)
        declaration.terminated_on = self.today
        self.assertLess(declaration.declare_until, before, "a month for what the end of a contract gives")

    def test_the_books_tell_what_is_declared_and_what_goes_on(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        to_come = self.make_invoice(
            self.customer, amount=500.0, days_overdue=-10, date=self.judgment_on - timedelta(days=5)
        )
        declaration = self.open_proceedings().declaration_ids
        declaration.action_prepare()
        claims = {claim.line_id.move_id: claim for claim in declaration.claim_ids}
        self.assertEqual(claims[later].category, "later_useful")
        self.assertEqual({claims[move].category for move in (self.old, self.recent, to_come)}, {"earlier"})
        to_come |= self.recent  # due on the very day of the judgment
        self.assertTrue(all(claims[move].is_to_come for move in to_come))
        self.assertEqual((declaration.amount_to_come, declaration.amount_later), (900, 300))
        self.assertEqual(claims[self.old].amount_principal, 1000)
        self.assertGreater(claims[self.old].amount_interest, 0)
        self.assertEqual(declaration.amount_total, declaration.amount_due + 900)
        claims[later].is_useful = False
        self.assertEqual(claims[later].category, "later_other")
        self.assertEqual(declaration.amount_later, 0)

    def test_what_was_paid_since_is_declared_as_it_stood_on_the_eve(self):
        self.pay(self.old, 400, self.today - timedelta(days=2))
        declaration = self.open_proceedings().declaration_ids
        declaration.action_prepare()
        claim = declaration.claim_ids.filtered(lambda claim: claim.line_id.move_id == self.old)
        self.assertEqual(claim.amount_principal, 1000)

    def test_a_person_says_when_a_claim_was_born(self):
        late_bill = self.make_invoice(
            self.customer, amount=250.0, days_overdue=1, date=self.judgment_on + timedelta(days=2)
        )
        declaration = self.open_proceedings().declaration_ids
        declaration.action_prepare()
        claim = declaration.claim_ids.filtered(lambda claim: claim.line_id.move_id == late_bill)
        self.assertEqual(claim.category, "later_useful")
        window = self.env["recovery.insolvency.claim.wizard"].create(
            {
                "claim_ids": claim.ids,
                "born_on": self.judgment_on - timedelta(days=3),
                "reason": "Bon de livraison 2231",
            }
        )
        window.action_confirm()
        self.assertEqual((claim.category, claim.born_by), ("earlier", "said"))
        item = self.env["recovery.claim"]._compute(self.company, claim.line_id, self.today).items[0]
        self.assertEqual(item.insolvent_on, self.judgment_on)
        declaration.action_prepare()
        self.assertEqual(claim.category, "earlier", "what was said stays")

    # ------------------------------------------------------------
    # Its procedure
    # ------------------------------------------------------------
    def test_it_begins_on_a_case_with_its_deadlines(self):
        declaration = self.declare()
        case = declaration.case_id
        self.assertEqual((declaration.procedure_id.type_code, case.kind), ("claim_declaration", "insolvency"))
        self.assertEqual(case.line_ids.move_id, self.old | self.recent)
        deadline = case.deadline_ids.filtered(lambda row: row.rule_code == "declaration")
        self.assertEqual(deadline.date, declaration.declare_until)

    def test_its_task_is_taken_back_once_the_procedure_watches(self):
        declaration = self.open_proceedings().declaration_ids
        self.assertTrue(self.debtor.activity_ids)
        declaration.action_begin()
        self.assertFalse(self.debtor.activity_ids)

    def test_proceedings_that_are_annulled_leave_no_task(self):
        insolvency = self.open_proceedings()
        self.assertTrue(self.debtor.activity_ids)
        insolvency._annul("Erreur de SIREN")
        self.assertFalse(self.debtor.activity_ids)

    def test_a_publication_that_is_corrected_moves_the_deadline(self):
        declaration = self.declare()
        deadline = declaration.case_id.deadline_ids.filtered(lambda row: row.rule_code == "declaration")
        before = deadline.date
        declaration.insolvency_id.published_on = self.today
        self.assertGreater(deadline.date, before)
        self.assertEqual(deadline.date, declaration.declare_until)

    def test_declared_admitted_and_shared_to_the_cent(self):
        declaration = self.declare()
        total = declaration.amount_total
        self.record(declaration, "declared")
        self.assertEqual((declaration.state, declaration.amount_declared), ("declared", total))
        with self.assertRaisesRegex(UserError, "was declared"):
            declaration.action_prepare()
        self.record(declaration, "contested_by_trustee")
        self.assertEqual(declaration.state, "contested")
        self.record(declaration, "contest_answered")
        self.record(declaration, "admitted", amount=1000.01)
        self.assertEqual(declaration.state, "admitted")
        self.assertAlmostEqual(declaration.amount_admitted, 1000.01, 2)
        self.assertAlmostEqual(sum(declaration.claim_ids.mapped("amount_admitted")), 1000.01, 2)

    def test_an_annulled_declaration_is_forgotten(self):
        declaration = self.declare()
        event = self.record(declaration, "declared")
        event._annul("Saisie par erreur")
        self.assertEqual((declaration.state, declaration.amount_declared), ("prepared", 0))

    def test_the_closure_of_the_proceedings_closes_the_declaration(self):
        declaration = self.declare(self.open_proceedings("liquidation"))
        self.record(declaration, "declared")
        self.record(declaration, "admitted", amount=900.0)
        declaration.insolvency_id._add_step("closed", self.today, self.today, "no_assets")
        self.assertEqual(declaration.state, "closed")
        proofs = self.env["recovery.claim"]._get_loss_proofs(self.receivable_of(self.old))
        codes = [proof.code for proof in proofs[self.receivable_of(self.old).id]]
        self.assertEqual(codes, ["liquidation", "closure"])

    def test_a_plan_pays_dividends_and_gives_up_the_rest(self):
        declaration = self.declare()
        self.record(declaration, "declared")
        self.record(declaration, "admitted", amount=1000.0)
        declaration.insolvency_id._add_step("planned", self.today, self.today)
        window = self.env["recovery.insolvency.plan.wizard"].create(
            {
                "declaration_id": declaration.id,
                "first_on": self.today + timedelta(days=365),
                "count": 4,
                "remitted_percent": 60,
            }
        )
        window.action_confirm()
        self.assertEqual(declaration.dividend_ids.mapped("amount"), [100, 100, 100, 100])
        self.assertEqual((declaration.remitted, declaration.amount_left), (600, 400))
        proofs = self.env["recovery.claim"]._get_loss_proofs(declaration.claim_ids.line_id)
        self.assertEqual({proof.code for found in proofs.values() for proof in found}, {"remission"})

    def test_a_liquidation_proves_the_loss_from_its_judgment(self):
        declaration = self.declare()
        declaration.insolvency_id._add_step("converted", self.today, self.today, "liquidation")
        proofs = self.env["recovery.claim"]._get_loss_proofs(self.receivable_of(self.old))
        (proof,) = proofs[self.receivable_of(self.old).id]
        self.assertEqual((proof.code, proof.day), ("liquidation", self.today), "its own judgment, not the opening")

    def test_guarantors_are_told_as_the_kind_says(self):
        surety = self.make_partner("Jean Mercier", is_company=False)
        self.env["recovery.coverage"].create(
            {"debtor_id": self.debtor.id, "kind": "surety", "provider_id": surety.id, "amount": 800}
        )
        insolvency = self.open_proceedings()
        declaration = insolvency.declaration_ids
        declaration.action_prepare()
        self.assertIn("may not be sued now", declaration.guarantor_text)
        self.assertIn("800", declaration.guarantor_text)
        insolvency._add_step("converted", self.today, self.today, "liquidation")
        declaration.invalidate_recordset(["guarantor_text"])
        self.assertIn("may be pursued now", declaration.guarantor_text)

    def test_guarantors_of_what_is_not_declared_are_told_too(self):
        firm = self.make_partner("Banque du Rhône", is_company=True)
        self.env["recovery.coverage"].create(
            {"debtor_id": self.debtor.id, "kind": "bank", "provider_id": firm.id, "amount": 5000, "share": 50}
        )
        insolvency = self.open_proceedings("overindebtedness", published_on=False)
        self.assertIn("700", insolvency.guarantor_text, "half of what is open")
        self.assertIn("may be pursued now", insolvency.guarantor_text)

    def test_its_document_finds_every_mention_finished(self):
        declaration = self.open_proceedings().declaration_ids
        declaration.action_prepare()
        declaration.write({"rank": "privileged", "security": "Privilège du vendeur"})
        mentions = declaration._get_mentions()
        for name in ("insolvency_text", "published_text", "trustee_name", "declared_text", "interest_stop_text"):
            self.assertTrue(mentions[name], name)
        self.assertTrue(all(isinstance(text, str) for text in mentions.values()))
        self.assertIn("Privilège du vendeur", mentions["privilege_text"])
        self.assertEqual(len(mentions["declared_claims_text"].splitlines()), 2)
        self.assertIn(self.old.name, mentions["declared_claims_text"])

    def test_the_estate_stands_on_case_and_declaration(self):
        declaration = self.open_proceedings().declaration_ids
        declaration.estate = "professional"
        declaration.action_prepare()
        declaration.action_begin()
        self.assertEqual(declaration.case_id.estate, "professional")

    def test_a_sole_trader_answers_with_the_estate_of_the_trade(self):
        self.customer.is_company = False
        self.debtor.write({"nature": "merchant", "nature_confirmed": True})
        self.assertEqual(self.open_proceedings().declaration_ids.estate, "professional")

    def test_what_is_said_on_the_case_goes_before(self):
        case = self.open_case()
        case.estate = "both"
        declaration = self.declare()
        self.assertEqual((declaration.case_id, declaration.estate, case.estate), (case, "both", "both"))

    # ------------------------------------------------------------
    # What is next on the case
    # ------------------------------------------------------------
    def test_the_next_step_of_a_case_is_to_declare(self):
        case = self.open_case()
        case.stage_id = self.stage("preparing")
        self.open_proceedings()
        self.assertEqual(case._get_next_step()[1], "action_declare_claim")
        action = case.with_user(self.recovery_user).action_next_step()
        declaration = self.Declaration.browse(action["res_id"])
        self.assertEqual((declaration.debtor_id, declaration.state), (self.debtor, "prepared"))

    def test_nothing_is_declared_of_what_was_born_since(self):
        later = self.make_invoice(
            self.customer, amount=300.0, days_overdue=3, date=self.judgment_on + timedelta(days=1)
        )
        self.open_proceedings()
        case = self.open_case(later)
        self.assertNotEqual(case._get_next_step()[1], "action_declare_claim")

    def test_over_indebtedness_is_followed_on_the_case(self):
        case = self.open_case()
        proceedings = self.open_proceedings("overindebtedness", published_on=False)
        self.assertEqual(case._get_next_step()[1], "action_view_insolvency")
        self.assertEqual(case.action_next_step()["res_id"], proceedings.id)

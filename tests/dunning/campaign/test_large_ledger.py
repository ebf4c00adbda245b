from datetime import timedelta
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from ....models.common import recovery_event
from ....models.dunning.campaign import recovery_dispatch
from ....models.ledger import recovery_debtor_touch, recovery_ledger
from .imported_books import INVOICES, INVOICES_PER_CUSTOMER, ImportedBooks

NOTICES = INVOICES // INVOICES_PER_CUSTOMER + 1
VALIDATION = 130  # statements that a validation sends, whatever the number of its notices
BATCH = 60  # those of one more batch
OPEN = 100  # invoices that are left open where all the others are history
# What proves an aged balance adds up all the entries of an account: that is what it proves.
PROOF = "SELECT account_id, SUM(balance)"
# What grows with the years.
HISTORY = (
    "account_move", "account_move_line", "account_partial_reconcile", "account_payment",
    "account_bank_statement_line", "recovery_notice", "recovery_notice_line", "recovery_verdict", "recovery_event",
    "recovery_delivery",
)  # fmt: skip


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestLargeLedger(ImportedBooks):
    """Many instalments: statements follow batches, memory follows lists, plans follow what is open."""

    def setUp(self):
        super().setUp()
        self.import_books()

    def make_large_campaign(self):
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "date": self.today})
        campaign._propose()
        self.assertEqual(campaign.notice_count, NOTICES)
        return campaign

    # Statements

    def test_a_validation_sends_the_statements_of_its_batches(self):
        campaign = self.make_large_campaign()
        counts = []
        for size in (1000, 100):
            with (
                patch.object(recovery_dispatch, "ENGAGED_AT_ONCE", size),
                self.cr.savepoint() as savepoint,
            ):
                counts.append(self.count_queries(lambda: campaign._validate(self.today)))
                self.assertEqual(campaign.state, "validated")
                savepoint.rollback()
        whole, in_seven = counts
        self.assertLessEqual(whole, VALIDATION)
        self.assertLessEqual(in_seven, VALIDATION + 6 * BATCH)

    def test_one_that_fails_costs_batches_and_not_the_others(self):
        campaign = self.make_large_campaign()
        bad = campaign.notice_ids.sorted("id")[400]
        dispatch, engage = self.env.registry["recovery.dispatch"], self.env.registry["recovery.dispatch"]._engage

        def fail(engine, notices, day):
            if bad in notices:
                raise ValueError("Mauvais chiffre")
            return engage(engine, notices, day)

        with patch.object(dispatch, "_engage", fail), self.assertLogs(recovery_dispatch.__name__, "WARNING"):
            count = self.count_queries(lambda: campaign._validate(self.today))
        self.assertEqual(bad.state, "failed")
        self.assertEqual(set((campaign.notice_ids - bad).mapped("state")), {"validated"})
        self.assertLess(count, 12 * VALIDATION, "two parts per halving, not one per notice")

    def test_lists_of_customers_give_what_one_list_gives(self):
        def propose_and_work():
            campaign = self.make_large_campaign()
            self.env["recovery.worklist"]._compute(self.company, self.today)
            names = ["amount_open", "amount_overdue", "next_action_code", "next_action_date", "priority_cash"]
            debtors = self.env["recovery.debtor"].search([("company_id", "=", self.company.id)])
            figures = {debtor.partner_id: [debtor[name] for name in names] for debtor in debtors}
            notices = {notice.partner_id: (notice.amount, notice.line_count) for notice in campaign.notice_ids}
            return campaign.summary, notices, figures

        found = []
        read = self.env.registry["recovery.ledger"]._read_items_by_customer
        for size in (recovery_ledger.BATCH, 500):

            def read_lists(ledger, *args, size=size, **options):
                return read(ledger, *args, **{**options, "size": size})

            with (
                patch.object(self.env.registry["recovery.ledger"], "_read_items_by_customer", read_lists),
                self.cr.savepoint() as savepoint,
            ):
                found.append(propose_and_work())
                savepoint.rollback()
        self.assertEqual(found[0], found[1])
        self.assertEqual(len(found[0][1]), NOTICES)

    # What is written at once is what was written one by one

    def dump(self, model_name, names, domain):
        rows = self.env[model_name].sudo().with_context(active_test=False).search(domain, order="id")
        return [tuple(row[name] for name in names) for row in rows]

    def move_the_books(self, campaign):
        """Change some of what was proposed: paid, credited, due later, suspended, another customer's contact."""
        notices = campaign.notice_ids.sorted("id")
        lines = [notice._get_claimed_lines().move_line_id for notice in notices[:4]]
        for ids, values in (
            (lines[0].ids, "amount_residual = 0, amount_residual_currency = 0, reconciled = TRUE"),
            (lines[1][:1].ids, "amount_residual = 10, amount_residual_currency = 10"),
            (lines[2][:1].ids, "date_maturity = date_maturity + 300"),
        ):
            self.cr.execute(f"UPDATE account_move_line SET {values} WHERE id = ANY(%s)", [ids])
        self.env.invalidate_all()
        self.env["recovery.hold"].create(
            {"debtor_id": notices[3].debtor_id.id, "date_from": self.today, "reason": "Inventaire"}
        )

    def validate_and_tell(self, campaign):
        """Return all that a validation leaves: notices, lines, journal, notes, debtors, verdicts."""
        self.move_the_books(campaign)
        self.env.flush_all()
        self.env.invalidate_all()
        last = self.env["recovery.event"].sudo().search([], order="id desc", limit=1).id
        touched = self.env["recovery.debtor.touch"].sudo().search([], order="id desc", limit=1).id
        campaign._validate(self.today)
        self.env.flush_all()
        self.env.invalidate_all()
        names = ["state", "state_reason", "amount", "line_count", "oldest_due", "kind"]
        lines = ["notice_id", "move_line_id", "role", "engaged", "claimed_on", "departure", "amount_due"]
        told = ["kind", "debtor_id", "debtor_name", "first_debtor", "res_model", "res_id", "object_name", "summary"]
        told += ["details", "user_id", "author_name", "company_id", "date"]
        notes = self.dump("recovery.debtor.touch", ["partner_id", "company_id"], [("id", ">", touched)])
        return {
            "state": campaign.state,
            "notices": self.dump("recovery.notice", names, [("campaign_id", "=", campaign.id)]),
            "lines": self.dump("recovery.notice.line", lines, [("notice_id.campaign_id", "=", campaign.id)]),
            "journal": self.dump("recovery.event", told, [("id", ">", last)]),
            "notes": sorted({(partner.id, company.id) for partner, company in notes}),
            "debtors": self.dump("recovery.debtor", ["last_notice_on"], [("company_id", "=", self.company.id)]),
            "verdicts": self.dump("recovery.verdict", ["code", "reasons"], [("campaign_id", "=", campaign.id)]),
        }

    def test_what_is_alike_is_written_at_once_as_it_was_one_by_one(self):
        campaign, found = self.make_large_campaign(), []
        dispatch = self.env.registry["recovery.dispatch"]

        def set_one_by_one(bulk, model_name, domain, values):
            records = bulk.env[model_name].sudo().search(domain)
            records.write({name: value or False for name, value in values.items()})
            return records.ids

        slowly = (
            patch.object(dispatch, "_find_moved", lambda engine, notices, verdicts: notices),
            patch.object(self.env.registry["recovery.bulk"], "_set", set_one_by_one),
            patch.object(recovery_event, "FEW", 10**6),
            patch.object(recovery_debtor_touch, "FEW", 10**6),
        )
        for patches in ((), slowly):
            with self.cr.savepoint() as savepoint:
                for patcher in patches:
                    patcher.start()
                try:
                    found.append(self.validate_and_tell(campaign))
                finally:
                    for patcher in patches:
                        patcher.stop()
                savepoint.rollback()
        at_once, one_by_one = found
        for name, rows in one_by_one.items():
            with self.subTest(what=name):
                self.assertEqual(at_once[name], rows)
        self.assertEqual(len(at_once["journal"]), NOTICES - 2, "all but the one that is paid and the one suspended")

    def test_automation_rules_hear_what_is_written_at_once(self):
        campaign = self.make_large_campaign()
        heard = []
        Event, Notice = self.env.registry["recovery.event"], self.env.registry["recovery.notice"]

        def create(records, vals_list):
            heard.append(len(vals_list))
            return create.origin(records, vals_list)

        def write(records, vals):
            heard.append(vals.get("state"))
            return write.origin(records, vals)

        create.origin, write.origin = Event.create, Notice.write
        with patch.object(Event, "create", create), patch.object(Notice, "write", write):
            campaign._validate(self.today)
        self.assertIn(NOTICES, heard)
        self.assertIn("validated", heard)

    # Plans

    def make_history(self):
        """Settle nearly everything once it was claimed: what is left open is little, what lies behind it is much."""
        campaign = self.make_large_campaign()
        campaign._validate(self.today)
        self.env.flush_all()
        self.cr.execute(
            "UPDATE account_move_line SET reconciled = TRUE, amount_residual = 0, amount_residual_currency = 0"
            " WHERE id > %s",
            [10**8 + OPEN],
        )
        self.env.invalidate_all()
        self.cr.execute(f"ANALYZE {', '.join((*HISTORY, 'res_partner', 'recovery_debtor'))}")

    def find_long_ways(self, plan):
        """Yield ``(table, rows handled)`` of the parts of a plan that go through more than what is open."""
        table = plan.get("Relation Name")
        rows = plan["Actual Rows"] + sum(
            plan.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Join Filter", "Index Recheck")
        )
        if table in HISTORY and rows * plan["Actual Loops"] > INVOICES / 2:
            yield table, rows * plan["Actual Loops"]
        for part in plan.get("Plans", ()):
            yield from self.find_long_ways(part)

    def test_nothing_that_is_read_again_and_again_goes_through_the_past(self):
        self.make_history()
        # a table of some thousand rows is read whole otherwise, or by an index of its company: as cheap here
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1")
        day = self.today + timedelta(days=1)
        # not over, whatever the clock: of a past day it is also told what changed since
        options = {"company_ids": self.company.ids, "day": str(self.today + timedelta(days=3650))}
        campaign = self.env["recovery.campaign"].create({"company_id": self.company.id, "date": self.today})
        self.company.recovery_bank_days = 30
        for name, work in (
            ("proposal", campaign._propose),
            ("validation", lambda: campaign._validate(self.today)),
            ("worklist", lambda: self.env["recovery.worklist"]._compute(self.company, day)),
            ("exposure", lambda: self.env["recovery.exposure"]._read(self.company, None, day)),
            ("aged balance", lambda: self.env["recovery.ageing.report"].action_read(options)),
        ):
            plans = {text: plan for text, plan in self.read_plans(work).items() if PROOF not in text}
            found = {text: [*self.find_long_ways(plan)] for text, plan in plans.items()}
            wrong = "".join(f"\n{ways}: {text}" for text, ways in found.items() if ways)
            with self.subTest(work=name):
                self.assertFalse(wrong, f"{name} goes through the past:{wrong}")

    def test_no_work_of_the_night_and_no_screen_of_the_day_goes_through_the_past(self):
        self.make_history()
        self.cr.execute("SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1")
        env, company, day = self.env(su=True), self.company.sudo(), self.today
        campaign = env["recovery.campaign"].create({"company_id": company.id, "date": day + timedelta(days=20)})
        campaign._propose()
        campaign._validate(campaign.date)
        validated = campaign._find_notices("validated")
        self.assertTrue(validated)
        env["recovery.level"].search([]).attach_account_statement = False
        self.env.flush_all()
        debtor = validated[0].debtor_id
        partner = debtor.partner_id
        mine = env(user=self.recovery_manager.id, su=False, context={"allowed_company_ids": company.ids})
        works = {
            "sending": lambda: env["recovery.dispatch"]._send(validated, campaign.date),
            "opening of the worklist": lambda: env["recovery.worklist"]._refresh(company, day),
            "agreements": lambda: env["recovery.agreement"]._check_all(company, day),
            "limits": lambda: env["recovery.credit.watch"]._run(company, day),
            "prescription": lambda: env["recovery.limitation.watch"]._alert(company, day),
            "deadlines": lambda: env["recovery.deadline.watch"]._watch(company, day),
            "registered letters": lambda: env["recovery.registered.letter"]._watch(company, day),
            "large or old debts": lambda: env["recovery.escalation"]._alert_large_or_old(company, day),
            "portfolios": lambda: env["recovery.assignment"]._assign(company),
            "who follows whom": lambda: env["recovery.responsible"]._watch(company),
            "today's tasks": lambda: env["recovery.todo"]._refresh(company, day),
            "mails in the queue": env["recovery.campaign"]._cron_watch_queue,
            "seal": lambda: env["recovery.journal"]._seal(company),
            "exposure of one": lambda: env["recovery.exposure"]._read(company, partner, day),
            "exposure of a past day": lambda: env["recovery.exposure"]._read(company, partner, day, as_of=day),
            "a customer's screen": lambda: debtor.with_env(mine).web_read({"banner": {}, "next_action_text": {}}),
            "the journal, last entries": lambda: mine["recovery.event"].search_fetch(
                [("company_id", "=", company.id)], ["summary"], limit=80
            ),
            "the journal, one customer": lambda: mine["recovery.event"].search_fetch(
                [("debtor_id", "=", debtor.id)], ["summary"]
            ),
            "verdicts of a campaign": lambda: mine["recovery.verdict"]._read_group(
                [("campaign_id", "=", campaign.id)], ["code"], ["__count", "amount_company:sum"]
            ),
            "figures of a campaign": lambda: campaign.with_env(mine).web_read(
                {"amount": {}, "status": {}, "waiting_text": {}, "letter_count": {}}
            ),
        }
        for name in ("ageing", "dso", "promises", "risk", "deadlines", "debtors", "disputes"):
            works[f"dashboard, {name}"] = lambda name=name: mine["recovery.dashboard"].action_read_panel(
                name, company.id, "all", 12
            )
        for name, work in works.items():
            self.env.invalidate_all()
            plans = self.read_plans(work)
            found = {text: [*self.find_long_ways(plan)] for text, plan in plans.items()}
            wrong = "".join(f"\n{ways}: {text}" for text, ways in found.items() if ways)
            with self.subTest(work=name):
                self.assertFalse(wrong, f"{name} goes through the past:{wrong}")

    def test_the_measure_sees_a_way_through_the_past(self):
        self.make_history()
        plans = self.read_plans(lambda: self.cr.execute("SELECT COUNT(*) FROM account_move_line WHERE balance = -1"))
        self.assertTrue([*self.find_long_ways(*plans.values())])

import json
import re
from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..english import InEnglish
from ..litigation.doubtful.common import DoubtfulCommon
from .test_ageing import pdf_text


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestListing(InEnglish, RecoveryCommon):
    """Lists of what was done: the same rows on paper and in a spreadsheet, for who audits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.notice = cls.send_campaign().notice_ids
        cls.case = cls.env["recovery.case"]._open_for(
            cls.debtor, cls.receivable_of(cls.make_invoice(days_overdue=90)), cls.today
        )
        cls.promise = cls.env["recovery.promise"]._give(cls.debtor, cls.today, 10, cls.today + timedelta(days=3))
        cls.dispute = cls.env["recovery.dispute"]._open(
            cls.debtor,
            cls.today,
            cls.make_invoice(days_overdue=5),
            cls.env["recovery.dispute.reason"].search([], limit=1),
        )

    def window(self, subject, user=None, **vals):
        return (
            self.env["recovery.listing"].with_user(user or self.recovery_auditor).create({"subject": subject, **vals})
        )

    def rows(self, subject, place=0, **vals):
        return self.window(subject, **vals)._get_tables()[place].rows

    def test_every_list_is_read_printed_and_exported_by_the_auditor(self):
        for subject, title in self.env["recovery.activity"]._get_subjects().items():
            with self.subTest(subject=subject):
                window = self.window(subject)
                tables = window._get_tables()
                book = openpyxl.load_workbook(BytesIO(window._get_xlsx()), data_only=True)
                self.assertEqual(len(book.worksheets), len(tables))
                for table, sheet in zip(tables, book.worksheets, strict=True):
                    head = 5 if table.note else 4
                    body = list(sheet.iter_rows(min_row=head + 1, values_only=True))
                    titles = tuple(column.title for column in table.columns)
                    self.assertIn(titles, [tuple(row[: len(titles)]) for row in sheet.iter_rows(values_only=True)])
                    count = len(table.rows) + bool(table.totals)
                    self.assertEqual(len([row for row in body[-count:] if any(row)] if count else []), count)
                data = window._get_data()
                self.assertEqual([len(part["rows"]) for part in data["tables"]], [len(table.rows) for table in tables])
                self.assertTrue(title)

    def test_sendings_tell_amount_invoices_file_and_digest(self):
        (row,) = [row for row in self.rows("sendings", date_to="2026-12-31") if self.invoice.name in row[7]]
        delivery = self.notice.filtered(lambda notice: self.invoice in notice.line_ids.move_id).delivery_ids[:1]
        self.assertEqual(row[2], "Boulangerie Dupont")
        self.assertEqual(row[8], delivery.notice_id.amount)
        self.assertEqual(row[-1], delivery.sha256 or "")

    def test_cases_promises_and_disputes_tell_what_became_of_them(self):
        (case,) = [row for row in self.rows("cases") if row[0] == self.case.name]
        self.assertEqual(case[4:8], (self.case.amount_opening, 0.0, 0.0, self.case.amount_now))
        (promise,) = self.rows("promises")
        self.assertEqual((promise[5], promise[7]), ((10.0, self.promise.currency_id), "Pending"))
        (dispute,) = self.rows("disputes")
        self.assertEqual(dispute[0], self.dispute.name)

    def test_a_period_and_a_customer_narrow_the_list(self):
        self.assertEqual(self.rows("promises", date_from="2025-01-01", date_to="2025-12-31"), [])
        other = self.debtor_of(self.make_partner("Autre"))
        self.assertEqual(self.rows("promises", debtor_id=other.id), [])
        self.assertEqual(len(self.rows("promises", debtor_id=self.debtor.id)), 1)
        with self.assertRaises(ValidationError):
            self.window("promises", date_from="2026-11-21", date_to="2026-11-01")

    def test_the_journal_s_extract_tells_number_and_digest(self):
        self.env["recovery.journal"]._seal(self.company)
        rows = self.rows("journal")
        events = self.env["recovery.event"].search(
            [("company_id", "=", self.company.id), ("date", "<", "2026-11-21 23:00:00")]
        )
        self.assertEqual({row[0] for row in rows} - {None}, set(events.mapped("sealed_number")) - {0})
        self.assertTrue(all(len(row[-1]) == 64 for row in rows if row[0]))

    def test_the_pdf_has_the_rows_too(self):
        window = self.window("promises")
        report = self.env.ref("debt_recovery.action_report_recovery_listing")
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.recovery_auditor)
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(report.report_name, window.ids)
        )
        text = pdf_text(content)
        for words in ("Promises", "Boulangerie Dupont", "Pending"):
            self.assertIn(words, text)

    def test_the_screen_the_paper_and_the_sheet_have_the_same_rows(self):
        """Each cell of each list is on the three, written as people read it or as a spreadsheet holds it."""
        for subject in self.env["recovery.activity"]._get_subjects():
            with self.subTest(subject=subject):
                window = self.window(subject)
                window.action_show()
                shown = html.fromstring(f"<div>{window.preview}</div>").xpath("//td")
                shown = {" ".join(cell.text_content().split()) for cell in shown}
                book = openpyxl.load_workbook(BytesIO(window._get_xlsx()), data_only=True)
                for table, sheet, printed in zip(
                    window._get_tables(), book.worksheets, window._get_data()["tables"], strict=True
                ):
                    self.check_table(table, sheet, printed, shown)

    def check_table(self, table, sheet, printed, shown):
        first = next(
            number
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
            if row[: len(table.columns)] == tuple(column.title for column in table.columns)
        )
        cells = list(sheet.iter_rows(min_row=first + 1, max_row=first + len(table.rows), values_only=True))
        self.assertEqual(len(printed["rows"]), len(table.rows))
        for number, row in enumerate(table.rows):
            for column, value, cell in zip(table.columns, row, cells[number], strict=False):
                value = value[0] if isinstance(value, tuple) else value
                cell = cell.date() if column.kind == "date" and cell else cell
                self.assertEqual(self.plain(cell), self.plain(value), column.title)
            texts = [text for text, _is_number in printed["rows"][number]]
            self.assertLessEqual({" ".join(text.split()) for text in texts if text}, shown)
            below = printed["below"][number] if printed["below"] else []
            self.assertEqual(len([text for text in texts if text]) + len(below), len(self.find_filled(row)))

    def find_filled(self, row):
        return [value for value in row if value is not None and value is not False and value != ""]

    def plain(self, value):
        if value in (None, "", False):
            return None
        if isinstance(value, datetime):
            return value.replace(microsecond=0)
        return round(value, 2) if isinstance(value, int | float) else value

    def test_a_program_reads_the_same_rows_by_names_that_stay(self):
        activity = self.env["recovery.activity"].with_user(self.recovery_auditor)
        for subject in activity._get_subjects():
            with self.subTest(subject=subject):
                data = activity.action_read(subject, "2026-01-01", "2026-12-31")
                tables = self.window(subject, date_to="2026-12-31")._get_tables()
                self.assertEqual([len(part["rows"]) for part in data["tables"]], [len(t.rows) for t in tables])
                for part in data["tables"]:
                    keys = [column["key"] for column in part["columns"]]
                    self.assertEqual(len(keys), len(set(keys)))
                    self.assertTrue(all(re.fullmatch(r"[a-z0-9_]+", key) for key in keys), keys)
                french = activity.with_context(lang="fr_FR").action_read(subject, "2026-01-01", "2026-12-31")
                self.assertEqual(
                    [[c["key"] for c in part["columns"]] for part in french["tables"]],
                    [[c["key"] for c in part["columns"]] for part in data["tables"]],
                )
                self.assertTrue(json.dumps(data))
        (promise,) = activity.action_read("promises", "2026-01-01", "2026-12-31")["tables"][0]["rows"]
        self.assertEqual(promise["promised"], {"amount": 10.0, "currency": "EUR"})
        self.assertEqual(promise["given_on"], "2026-11-21")

    def test_a_program_that_asks_nonsense_is_told_so(self):
        activity = self.env["recovery.activity"].with_user(self.recovery_auditor)
        for asked in (
            ("nothing", "2026-01-01", "2026-12-31"),
            (["promises"], "2026-01-01", "2026-12-31"),
            ("promises", "yesterday", "2026-12-31"),
            ("promises", "2026-12-31", "2026-01-01"),
            ("promises", False, "2026-01-01"),
            ("promises", "2026-01-01", "2026-12-31", "x"),
            ("promises", "2026-01-01", "2026-12-31", False, 10**12),
        ):
            with self.subTest(asked=asked), self.assertRaises(UserError):
                activity.action_read(*asked)
        other = self.env["res.company"].sudo().create({"name": "Other house"})
        with self.assertRaises(AccessError):
            activity.action_read("promises", "2026-01-01", "2026-12-31", other.id)
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.env["recovery.activity"].with_user(stranger).action_read("promises", "2026-01-01", "2026-12-31")

    def test_what_was_answered_or_ended_in_the_period_is_there_though_it_began_before(self):
        with freeze_time("2025-11-03 10:00:00"):
            decision = self.env["recovery.decision"]._ask("credit", self.invoice, "Dépassement", debtor=self.debtor)
        decision = decision.sudo()
        decision.asked_on = "2025-11-03 10:00:00"
        self.assertEqual(self.rows("decisions"), [])
        decision.write({"state": "refused", "answered_on": "2026-11-20 10:00:00", "answer_reason": "Trop risqué"})
        (row,) = self.rows("decisions")
        self.assertEqual((row[7], row[10]), ("Refused", "Trop risqué"))

    def test_each_role_reads_each_list_and_salespeople_none(self):
        for user in (self.recovery_user, self.recovery_manager, self.recovery_auditor):
            for subject in self.env["recovery.activity"]._get_subjects():
                with self.subTest(user=user.login, subject=subject):
                    self.assertTrue(self.window(subject, user)._get_tables())
        for group in ("account.group_account_invoice", "base.group_user", "account.group_account_manager"):
            person = self.make_user(group, group)
            with self.assertRaises(AccessError):
                self.window("sendings", person)

    def test_a_branch_is_read_whichever_is_ticked_by_who_works_there(self):
        branch = self.make_branch()
        self.env["recovery.scenario"].search([]).write({"late_interest_mode": "charge"})
        line = self.receivable_of(self.make_invoice(amount=800.0, days_overdue=60, company=branch))
        charge = self.env["recovery.charge"]._charge(self.company, line, self.today)
        reader = self.recovery_manager
        reader.company_ids |= branch
        ticked = {"allowed_company_ids": self.company.ids}
        window = self.window("fees", reader, date_to="2026-12-31").with_context(**ticked)
        self.assertIn(charge.number, [row[0] for row in window._get_tables()[0].rows])
        with self.assertRaises(AccessError):
            window.with_context(allowed_company_ids=branch.ids)._get_tables()

    def test_the_number_of_queries_does_not_follow_the_number_of_rows(self):
        self.promise_often(3, "Client")
        few = self.count_queries("promises")
        self.promise_often(12, "Cliente")
        self.assertEqual(self.count_queries("promises"), few)
        few = self.count_queries("sendings")
        for number in range(8):
            self.make_invoice(self.make_partner(f"En retard {number}"), days_overdue=40)
        self.send_campaign()
        self.assertLessEqual(self.count_queries("sendings"), few + 2)

    def promise_often(self, count, name):
        for number in range(count):
            partner = self.make_partner(f"{name} {number}")
            self.make_invoice(partner, days_overdue=5)
            self.env["recovery.promise"]._give(self.debtor_of(partner), self.today, 10, self.today + timedelta(days=3))

    def count_queries(self, subject):
        self.env.flush_all()
        window = self.window(subject)
        self.env.invalidate_all()
        window._get_tables()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        window._get_tables()
        return self.env.cr.sql_log_count - before

    def test_another_company_and_other_people_see_nothing(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.window("promises", stranger)
        other = self.env["res.company"].sudo().create({"name": "Other house"})
        self.recovery_auditor.company_ids |= other
        with self.assertRaises(AccessError):
            self.window("promises").with_context(allowed_company_ids=[other.id])._check_reader()


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestCasesAndBooks(DoubtfulCommon):
    """What a case lost is what the entries say, and what the accounts say."""

    def test_what_a_case_lost_ties_to_its_entries_and_to_the_accounts(self):
        move = self.bill(1000.0, tax=self.goods20)
        debtor = self.debtor_of(self.customer)
        case = self.env["recovery.case"]._open_for(debtor, self.receivable_of(move), self.today)
        claims = self.transfer(move)
        self.lose(claims)
        activity = self.env["recovery.activity"].with_user(self.recovery_auditor)
        data = activity.action_read("cases", "2026-01-01", "2026-12-31")
        tables = {table["title"]: table for table in data["tables"]}
        (row,) = [row for row in tables["Cases"]["rows"] if row["number"] == case.name]
        (claim,) = tables["Doubtful claims of the cases"]["rows"]
        movements = [m for m in tables["Movements of doubtful claims"]["rows"] if m["case"] == case.name]
        lost = sum(m["amount"] for m in movements if m["movement"] in ("Written off", "VAT written off"))
        self.assertGreater(lost, 0)
        self.assertEqual(row["lost_654"], lost)
        self.assertEqual(claim["lost_without_vat_654"] + (claim["vat_lost_654"] or 0), lost)
        self.assertEqual(self.balance("654"), lost)
        by_account = tables["Doubtful receivables by account"]["rows"]
        booked = {account["account"]: round(account["debit"] - account["credit"], 2) for account in by_account}
        self.assertEqual(sum(value for code, value in booked.items() if code.startswith("654")), lost)
        self.assertEqual(sum(value for code, value in booked.items() if code.startswith("416")), self.balance("416"))
        entries = {entry["number"]: entry for entry in tables["Entries of doubtful receivables"]["rows"]}
        for movement in movements:
            self.assertIn(movement["journal_entry"], entries[movement["number"]]["journal_entry"])

    def test_titles_acts_proceedings_and_documents_are_told(self):
        move = self.make_invoice(self.customer, amount=1200.0, days_overdue=90)
        debtor = self.debtor_of(self.customer)
        case = self.env["recovery.case"]._open_for(debtor, self.receivable_of(move), self.today)
        kind = self.env.ref("debt_recovery.recovery_title_kind_notarial")
        title = {"case_id": case.id, "kind_id": kind.id, "date": self.today, "enforceable_on": self.today}
        head = [Command.create({"kind": "principal", "amount": 500})]
        title = self.env["recovery.title"].create({**title, "head_ids": head})
        act_kind = self.env.ref("debt_recovery.recovery_execution_act_kind_seizure_account")
        act = {"case_id": case.id, "title_id": title.id, "kind_id": act_kind.id, "ordered_on": self.today}
        self.env["recovery.execution.act"].create(act)
        late = self.make_partner("Plomberie Roche")
        self.make_invoice(late, amount=900.0, days_overdue=60)
        self.env["recovery.insolvency"]._open_for(self.debtor_of(late), "receivership", self.today, self.today)
        activity = self.env["recovery.activity"].with_user(self.recovery_auditor)
        data = activity.action_read("cases", "2026-01-01", "2026-12-31")
        tables = {table["title"]: table["rows"] for table in data["tables"]}
        self.assertEqual([row["awarded"] for row in tables["Enforceable titles"]], [500.0])
        self.assertEqual([row["case"] for row in tables["Enforcement Measures"]], [case.name])
        (row,) = tables["Insolvency proceedings and declarations"]
        self.assertEqual((row["customer"], row["judgment_of"]), ("Plomberie Roche", "2026-11-21"))
        self.assertEqual(tables["Documents issued and bundles"], [])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestListPrint(InEnglish, RecoveryCommon):
    """Any list of a screen is printed and exported as it stands there, by whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice(days_overdue=40)
        cls.debtor_of()
        cls.send_campaign()

    def window(self, model, domain=(), user=None, **vals):
        vals = {"res_model": model, "domain_text": json.dumps(list(domain)), "title": "Liste", **vals}
        return self.env["recovery.list.print"].with_user(user or self.recovery_auditor).create(vals)

    def test_the_auditor_prints_and_exports_every_list_that_he_reads(self):
        self.assertTrue(self.recovery_auditor.has_group("base.group_allow_export"))
        actions = self.env["ir.actions.act_window"].sudo().search([("res_model", "=like", "recovery.%")])
        models = {action.res_model for action in actions if "list" in (action.view_mode or "")}
        self.assertGreater(len(models), 40)
        for model in sorted(models):
            Model = self.env[model].with_user(self.recovery_auditor)
            if Model._transient or Model._abstract or not Model.has_access("read"):
                continue
            with self.subTest(model=model):
                window = self.window(model)
                (table,) = window._get_tables()
                self.assertEqual(len(table.rows), Model.search_count([]))
                self.assertTrue(window._get_xlsx())
                self.assertEqual(len(window._get_data()["tables"][0]["rows"]), len(table.rows))

    def test_the_filter_the_columns_and_the_order_are_those_of_the_screen(self):
        window = self.window("recovery.event", [["kind", "=", "queued"]], order_text="id desc")
        (table,) = window._get_tables()
        titles = [column.title for column in table.columns]
        self.assertIn("Author", titles)
        self.assertEqual(len(table.rows), self.env["recovery.event"].search_count([("kind", "=", "queued")]))
        self.assertEqual(window.row_count, len(table.rows))

    def test_what_is_not_readable_is_not_printed(self):
        for model in ("res.users", "ir.config_parameter", "recovery.reason.wizard", "no.such"):
            with self.subTest(model=model), self.assertRaises(UserError):
                self.window(model)._get_tables()
        with self.assertRaises(UserError):
            self.window("recovery.event", domain_text="nonsense")._get_tables()

    def test_other_people_print_nothing(self):
        stranger = self.make_user("paul", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.window("recovery.event", user=stranger)

import inspect
from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG
from odoo.addons.debt_recovery.models.common.core_users import DEPARTURES, REMOVALS

from .core_frontier import CoreFrontier
from .correspondence import CorrespondenceCommon

TODO = "mail.mail_activity_data_todo"


@tagged("post_install", "-at_install")
class TestCoreMail(CoreFrontier, CorrespondenceCommon):
    """What we rest on of core's mail, threads and tasks; each failure names the file to look at."""

    frontier = "models/common/core_mail.py"

    def setUp(self):
        super().setUp()
        self.debtor = self.debtor_of()
        self.customer = self.debtor_partner
        self.customer.email = "client@example.com"

    def queue(self):
        """Return a mail to the customer, made as ours are, and its message."""
        vals = {
            "model": "recovery.debtor",
            "res_id": self.debtor.id,
            "body": "<p>Bonjour</p>",
            "message_type": "email_outgoing",
            "partner_ids": self.customer.ids,
        }
        message = self.env["recovery.sender"]._create_messages([vals])
        vals = {"body_html": "<p>Bonjour</p>", "recipient_ids": [Command.set(self.customer.ids)]}
        return self.env["mail.mail"]._recovery_queue(message, [vals], self.customer), message

    def test_core_still_sends_a_mail_made_by_hand(self):
        mail, message = self.queue()
        notification = message.notification_ids
        self.holds(mail.mail_message_id == message, "Odoo's mails no longer rest on a message")
        self.holds(notification.mail_mail_id == mail, "Odoo's messages no longer have the notification of a mail")
        self.holds(mail in self.env["mail.mail"].search([("state", "=", "outgoing")]), "Odoo queues mails otherwise")
        with self.smtp():
            mail.send()
        self.holds(mail.state == "sent", "Odoo no longer sends a mail that we made")
        self.holds(notification.notification_status == "sent", "Odoo no longer notes that our mail was sent")

    def test_core_still_says_where_answers_go(self):
        self.at("models/common/recovery_sender.py")
        self.is_called("recovery.debtor", "_notify_get_reply_to_batch", defaults={})
        found = self.debtor._notify_get_reply_to_batch(defaults={self.debtor.id: "compta@example.com"})
        self.holds(isinstance(found.get(self.debtor.id), str), "Odoo no longer gives one address per record")

    def test_core_still_tells_what_became_of_a_mail(self):
        names = ("success_pids", "success_emails", "failure_reason", "failure_type")
        self.is_overridden("mail.mail", "_postprocess_sent_message", *names)
        mail, _message = self.queue()
        with self.smtp(), self.reaches("mail.mail", "_postprocess_sent_message"):
            mail.send()
        known = dict(self.env["mail.mail"]._fields["failure_type"]._description_selection(self.env))
        wrong = {"mail_email_invalid", "mail_email_missing"}
        self.holds(wrong <= known.keys(), "Odoo names a wrong address otherwise")

    def test_core_still_imports_through_one_door(self):
        self.at("models/ledger/account_move.py")
        self.is_overridden("account.move", "_load_records_create", "vals_list")

    def test_core_still_lets_a_cut_connection_through(self):
        names = ("auto_commit", "raise_exception", "smtp_session", "alias_domain_id", "mail_server")
        self.is_overridden("mail.mail", "_send", *names, "post_send_callback")
        mail, _message = self.queue()
        with self.smtp(), self.reaches("mail.mail", "_send"):
            mail.send()

    def test_core_still_prints_in_one_place(self):
        self.at("models/common/core_print.py")
        source = inspect.getsource(self.get_core_method("ir.actions.report", "_run_wkhtmltopdf"))
        self.holds('_logger.warning("wkhtmltopdf: %s"' in source, "Odoo complains of the printer otherwise")
        self.is_called(
            "ir.actions.report", "_run_wkhtmltopdf", [], report_ref="x", header="", footer="", landscape=False
        )
        self.get_core_method("ir.actions.report", "_get_report_url")

    def test_core_still_tells_that_a_mail_came_back(self):
        mail, message = self.queue()
        with self.smtp():
            mail.send()
        with self.reaches("mail.notification", "write") as calls:
            self.bounce(mail, self.customer.email)
        told = [vals for (vals,) in calls if vals.get("notification_status") == "bounce"]
        self.holds(
            told and "failure_reason" in told[0], "Odoo no longer writes on the notification that a mail bounced"
        )
        self.holds(message.notification_ids.res_partner_id == self.customer, "Odoo no longer says whose mail bounced")

    def test_core_still_hands_over_the_headers_of_a_mail(self):
        self.is_overridden("mail.thread", "_message_route_process", "message", "message_dict", "routes")
        _mail, message = self.queue()
        with self.reaches("mail.thread", "_message_route_process") as calls:
            self.receive(message, headers="X-Autoreply: yes\n")
        self.holds(calls[0][0].get("X-Autoreply") == "yes", "Odoo no longer hands over the mail with its headers")

    def test_core_still_tracks_what_is_prepared(self):
        self.is_overridden("mail.thread", "write", "vals")
        self.is_overridden("mail.thread", "_compute_field_value", "field")
        self.is_called("mail.thread", "_track_prepare", ["state"])
        found = self.env.registry.field_computed
        self.holds(all(isinstance(names, list) for names in found.values()), "Odoo knows computed fields otherwise")
        before = self.debtor.message_ids
        with self.reaches("recovery.debtor", "_track_finalize"):
            self.debtor.with_context(mail_notrack=True).write({"collector_id": self.recovery_manager.id})
            self.cr.flush()
        tracked = (self.debtor.message_ids - before).sudo().tracking_value_ids
        self.holds(tracked.field_id.name == "collector_id", "Odoo no longer tracks what was prepared despite a context")

    def test_core_still_begins_a_thread_with_our_words(self):
        self.is_overridden("mail.thread", "_creation_message")
        with self.reaches("recovery.debtor", "_creation_message"):
            vals = {"partner_id": self.make_partner("Quincaillerie Morel").id, "company_id": self.company.id}
            told = {"tracking_disable": False, "mail_create_nolog": False}
            debtor = self.env["recovery.debtor"].with_context(**told).create(vals)
        self.holds(len(debtor.message_ids) == 1, "Odoo no longer begins a thread with one message")

    def test_core_still_skips_tasks_on_one_mark(self):
        for verb in ("schedule", "search", "reschedule", "feedback", "unlink"):
            self.get_core_method("mail.activity.mixin", f"activity_{verb}")
        mark = {"mail_activity_automation_skip": True}
        self.holds(not self.customer.with_context(**mark).activity_schedule(TODO), "Odoo skips tasks on another mark")
        self.holds(self.debtor.with_context(**mark).activity_schedule(TODO), "Odoo no longer asks for tasks our way")

    def test_core_still_ends_tasks_in_one_place(self):
        self.is_overridden("mail.activity", "_action_done", "feedback", "attachment_ids")
        task = self.debtor.activity_schedule(TODO)
        with self.reaches("mail.activity", "_action_done"):
            task.action_feedback(feedback="Fait")
        task = self.debtor.activity_schedule(TODO)
        with self.reaches("mail.activity", "_action_done"):
            task.action_done()


@tagged("post_install", "-at_install")
class TestCoreFrontiers(CoreFrontier, CorrespondenceCommon):
    """What we rest on of the rest of core; each failure names the file to look at."""

    # ------------------------------------------------------------
    # Access
    # ------------------------------------------------------------
    def test_core_still_keeps_windows_by_rules(self):
        self.at("models/common/core_access.py")
        self.is_overridden("ir.rule", "_compute_domain", "model_name", "mode")
        self.is_overridden("ir.rule", "_make_access_error", "operation", "records")
        vals = {"res_model": "recovery.hold", "res_ids": [1], "method": "action_end"}
        window = self.env["recovery.reason.wizard"].sudo().create(vals)
        user = self.recovery_user
        domain = self.env["ir.rule"].with_user(user).sudo(False)._compute_domain(window._name, "read")
        self.holds(isinstance(domain, Domain), "Odoo's rules are no longer a Domain")
        with self.reaches("ir.rule", "_compute_domain"), self.reaches("ir.rule", "_make_access_error"):
            with self.assertRaises(AccessError):
                window.with_user(user).sudo(False).check_access("read")

    def test_core_still_lifts_refusals_on_the_mark_of_uninstallation(self):
        self.at("models/common/core_access.py")
        Event = self.env["recovery.event"].sudo()
        Event._log("merged", self.debtor_of(), "Fusion")
        event = Event.search([], limit=1, order="id desc")
        marked = event.with_context(**{MODULE_UNINSTALL_FLAG: True})
        with self.assertRaises(UserError, msg=f"Odoo marks uninstallation otherwise: look at {self.frontier}"):
            marked.unlink()
        source = inspect.getsource(self.get_core_method("base", "unlink"))
        self.holds("MODULE_UNINSTALL_FLAG" in source, "Odoo lifts refusals to delete on another mark")
        self.holds(event.env.registry.ready is True, "Odoo's registry no longer says that clients are served")

    def test_core_still_says_something_above_an_empty_list(self):
        self.at("models/common/core_access.py")
        self.is_overridden("base", "get_empty_list_help", "help_message")
        with self.reaches("recovery.debtor", "get_empty_list_help"):
            self.env.ref("debt_recovery.recovery_debtor_action_worklist").read(["help", "res_model"])

    def test_core_still_gives_a_size_for_a_content_on_one_mark(self):
        self.at("models/common/core_access.py")
        document = self.env["ir.attachment"].create({"name": "a.pdf", "raw": b"%PDF-1.4 a"})
        asked = document.with_context(bin_size=True)
        self.holds(asked.datas != document.datas, "Odoo gives sizes on another mark than bin_size")
        self.holds(asked._recovery_content() == b"%PDF-1.4 a", "Odoo gives a size where we ask for the content")

    # ------------------------------------------------------------
    # People who leave
    # ------------------------------------------------------------
    def test_core_still_takes_people_away_by_the_ways_that_we_know(self):
        self.at("models/common/core_users.py")
        self.is_overridden("res.users", "write", "vals")
        self.is_overridden("res.users", "action_archive")
        self.is_overridden("res.groups", "write", "vals")
        for model, names in (("res.users", DEPARTURES), ("res.groups", REMOVALS)):
            missing = names - self.env[model]._fields.keys()
            self.holds(not missing, f"Odoo's {model} has no {sorted(missing)} any more")
        for leave in ("write", "action_archive", "unlink"):
            user = self.make_user(f"depart_{leave}", "debt_recovery.group_recovery_user")
            self.debtor_of().collector_id = user
            with self.reaches("recovery.responsible", "_hand_over"):
                user.write({"active": False}) if leave == "write" else getattr(user, leave)()
        role = self.env.ref("debt_recovery.group_recovery_user")
        role.user_ids |= self.make_user("depart", "base.group_user")
        with self.reaches("recovery.responsible", "_hand_over"):
            role.user_ids -= role.user_ids[-1:]

    # ------------------------------------------------------------
    # Merge of customers, sequences, translations
    # ------------------------------------------------------------
    def test_core_still_merges_customers_through_foreign_keys(self):
        self.at("models/common/core_merge.py")
        name = "base.partner.merge.automatic.wizard"
        self.is_overridden(name, "_update_foreign_keys", "src_partners", "dst_partner")
        self.is_overridden(name, "_get_fk_on", "table")
        self.is_called(name, "_update_foreign_keys_generic", "recovery.debtor", self.env["recovery.debtor"], None)
        self.is_called(name, "_update_reference_fields_generic", "recovery.debtor", self.env["recovery.debtor"], None)
        found = self.env[name]._get_fk_on("recovery_debtor")
        self.holds(
            ("recovery_hold", "debtor_id") in found, "Odoo no longer names (table, column) of what points at one"
        )
        self.holds(
            ("recovery_notice_line", "debtor_id") in found, "Odoo no longer hears of links without a foreign key"
        )
        kept, double = self.make_partner("Menuiserie Aubert"), self.make_partner("Menuiserie Aubert bis")
        debtors = self.debtor_of(kept) | self.debtor_of(double)
        with self.reaches(name, "_update_foreign_keys"), self.reaches(name, "_get_fk_on"):
            self.env[name].sudo()._merge((kept | double).ids, kept)
        self.holds(debtors.exists().partner_id == kept, "Odoo no longer lets debtors be united first")

    def test_core_still_opens_the_year_of_a_sequence_in_one_place(self):
        self.at("models/common/core_sequence.py")
        self.is_overridden("ir.sequence", "_create_date_range_seq", "date")
        Sequence = self.env["ir.sequence"].with_company(self.company)
        with self.reaches("ir.sequence", "_create_date_range_seq"):
            Sequence.next_by_code("recovery.notice.formal", sequence_date=date(2061, 5, 5))

    def test_core_still_marks_what_it_removes(self):
        self.at("models/common/core_modules.py")
        source = inspect.getsource(self.get_core_method("ir.module.module", "button_uninstall"))
        self.holds("write({'state': 'to remove'})" in source, "Odoo marks a module for removal otherwise")
        self.is_overridden("ir.module.module", "module_uninstall")
        self.is_overridden("ir.module.module", "button_uninstall_wizard")
        self.is_overridden("ir.module.module", "downstream_dependencies", "known_deps", "exclude_states")

    def test_core_still_names_its_set_up_as_we_trace_it(self):
        self.at("models/common/core_setup.py")
        traced = self.registry["recovery.traced.core"]
        for name, Model in self.registry.items():
            if issubclass(Model, traced) and not Model._abstract:
                missing = [field for field in Model._traced_core if field not in Model._fields]
                self.holds(not missing, f"Odoo's {name} has no {missing} any more")

    def test_core_still_imports_translations_by_one_button(self):
        self.at("models/common/core_language.py")
        self.is_overridden("base.language.import", "import_lang")
        self.is_called("base.language.import", "import_lang")

    # ------------------------------------------------------------
    # Documents of invoices, printing
    # ------------------------------------------------------------
    def test_core_still_makes_documents_of_invoices_apart_from_sending(self):
        self.at("models/common/core_send.py")
        move = self.make_invoice(amount=100)
        Send = self.env["account.move.send"].sudo()
        self.is_called("account.move.send", "_get_default_sending_settings", move, sending_methods=[], extra_edis=[])
        self.is_called("account.move.send", "_generate_invoice_documents", {})
        self.is_called("account.move.send", "_hook_if_errors", {})
        settings = Send._get_default_sending_settings(move, sending_methods=[], extra_edis=[])
        self.holds(isinstance(settings, dict), "Odoo's settings of a sending are no longer a dict")
        self.holds(not settings.get("sending_methods"), "Odoo sends although we ask for no way of sending")
        self.holds(not settings.get("extra_edis"), "Odoo hands over although we ask for no electronic invoicing")
        self.holds("invoice_pdf_report_id" in move._fields, "Odoo keeps the PDF of an invoice elsewhere")
        with self.assertRaises(UserError, msg=f"Odoo no longer raises what failed: look at {self.frontier}"):
            Send._hook_if_errors({move: {**settings, "error": {"error_title": "Refusé", "errors": ["motif"]}}})

    def test_core_still_prints_many_documents_at_once(self):
        self.at("models/common/recovery_printing.py")
        self.is_called("ir.actions.report", "_pre_render_qweb_pdf", "a.report", res_ids=[1, 2])
        self.is_called("ir.actions.report", "_get_splitted_report", "a.report", b"", "html")
        self.is_called("ir.actions.report", "_render_qweb_pdf_prepare_streams", "a.report", {}, res_ids=[1, 2])
        source = inspect.getsource(self.get_core_method("ir.actions.report", "_render_qweb_pdf_prepare_streams"))
        for words in ("'stream'", "BytesIO", "collected_streams"):
            self.holds(words in source, f"Odoo's printing no longer gives one stream per document ({words})")

    # ------------------------------------------------------------
    # Credit
    # ------------------------------------------------------------
    def test_core_still_builds_its_banner_in_one_place(self):
        self.at("models/credit/account_move.py")
        names = ("record", "current_amount", "exclude_current", "exclude_amount")
        self.is_overridden("account.move", "_build_credit_warning_message", *names)
        self.is_overridden("account.move", "_compute_partner_credit_warning")
        self.is_called("account.move", "_get_partner_credit_warning_exclude_amount")
        self.is_called("account.move", "_is_downpayment")
        self.company.account_use_credit_limit = True
        draft = self.make_invoice(amount=100, post=False)
        totals = {"total_amount", "total_amount_currency"}
        self.holds(totals <= draft.tax_totals.keys(), "Odoo names the totals of an invoice otherwise")
        with self.reaches("account.move", "_build_credit_warning_message"):
            draft.invalidate_recordset(["partner_credit_warning"])
            self.holds(isinstance(draft.partner_credit_warning, str), "Odoo's banner is no longer a text")

    def test_core_still_marks_what_a_person_confirms_on_the_form(self):
        self.at("models/credit/account_move.py")
        mark = "disable_abnormal_invoice_detection"
        self.holds(mark in inspect.getsource(self.get_core_method("account.move", "action_post")), "Odoo reads no mark")
        arch = self.env.ref("account.view_move_form").arch_db
        self.holds(f"'{mark}'" in arch.replace('"', "'"), "Odoo's form no longer marks what a person confirms")
        self.is_called("account.move", "action_validate_moves_with_confirmation")
        self.is_overridden("validate.account.move", "validate_move")
        field = self.env["validate.account.move"]._fields.get("move_ids")
        self.holds(field and field.comodel_name == "account.move", "Odoo's question no longer names the invoices")

    def test_core_still_gives_the_usual_credit_limit(self):
        self.at("models/credit/recovery_exposure.py and res_partner.py")
        field, partners = self.env["res.partner"]._fields["credit_limit"], self.env["res.partner"]
        self.holds(field.company_dependent, "Odoo's credit limit is no longer one per company")
        self.env["ir.default"].set("res.partner", "credit_limit", 700.0, company_id=self.company.id)
        found = field.get_company_dependent_fallback(partners.with_company(self.company))
        self.holds(found == 700.0, f"Odoo gives {found} for a company's usual limit")

    # ------------------------------------------------------------
    # Database
    # ------------------------------------------------------------
    def test_core_still_lets_a_field_go_without_foreign_key(self):
        self.at("models/common/loose_many2one.py")
        names = list(inspect.signature(fields.Many2one.update_db_foreign_key).parameters)
        self.holds(names == ["self", "model", "column"], f"Odoo's update_db_foreign_key takes {names}")
        columns = self.env["recovery.bulk"]._get_loose_columns("recovery_debtor")
        loose = {(Model._table, field.name) for Model, field in columns}
        self.env.cr.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid"
            " AND attnum = ANY(conkey) WHERE contype = 'f' AND confrelid = 'recovery_debtor'::regclass"
        )
        checked = set(self.env.cr.fetchall())
        self.holds(("recovery_notice_line", "debtor_id") in loose, "Odoo no longer knows our field by its class")
        self.holds(not loose & checked, "Odoo makes foreign keys elsewhere than in update_db_foreign_key")

    def test_core_still_lets_rows_be_copied(self):
        self.at("models/common/recovery_bulk.py")
        self.holds(callable(getattr(self.env.cr, "copy_expert", None)), "Odoo's cursor no longer has copy_expert")

    def test_core_still_keeps_a_cache_per_transaction(self):
        self.at("models/ledger/recovery_ledger.py")
        self.holds(isinstance(getattr(self.env.cr, "cache", None), dict), "Odoo's cursor no longer has a cache")
        self.env.cr.cache["core still"] = True
        with self.registry.cursor() as other:
            self.holds("core still" in self.env.cr.cache, "Odoo forgets the cache of a transaction")
            self.holds(callable(other.postcommit.add), "Odoo no longer says that a transaction ended")
        self.env.cr.cache.pop("core still", None)

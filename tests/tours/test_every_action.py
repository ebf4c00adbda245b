import json

import polib
from lxml import etree

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools.misc import file_path
from odoo.tools.safe_eval import safe_eval

from odoo.addons.web.controllers.utils import clean_action

from ...models.litigation.evidence.paper import print_sheet
from ..rows import ReportRows
from .common import RecoveryTourCase

#: The buttons of a case that open a window.
CASE_WINDOWS = (
    *("action_advice", "action_record_event", "action_take_over_procedure", "action_type_deadline", "action_add_cost"),
    *("action_propose_court", "action_write_letter", "action_claim_statement", "action_offer_settlement"),
    *("action_add_proof", "action_close", "action_settle", "action_give_up", "action_abandon", "action_assign"),
    *("action_regroup", "action_split", "action_add_exhibit"),
)
#: Those of a doubtful claim.
DOUBTFUL_WINDOWS = ("action_lose", "action_recover_vat", "action_receive")


class EveryActionCase(ReportRows, RecoveryTourCase):
    """What only breaks in the browser: each window of the module, in each of its views.

    A view mode that does not exist, a card without a template, a widget on the wrong
    field: Odoo installs all of them happily. Each class opens a part of the windows.
    """

    parts = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.env["recovery.hold"].create(
            {
                "debtor_id": cls.debtor_of(cls.at_reminder).id,
                "date_from": cls.today,
                "date_until": cls.day(-10),
                "reason": "Virement annoncé",
            }
        )
        cls.env["recovery.quiet.period"].create(
            {"name": "Inventaire", "date_from": cls.day(-20), "date_to": cls.day(-22), "yearly": False}
        )
        cls.env["recovery.assignment.rule"].create(
            {"name": "Noms de A à M", "user_ids": cls.recovery_user.ids, "letter_from": "A", "letter_to": "M"}
        )
        cls.levels["call"].with_context(lang="fr_FR").approval_required = True
        cls.make_campaign(user=cls.recovery_user)._validate(cls.today)
        case_customer = cls.make_partner("Transports Mercier")
        cls.make_invoice(case_customer, amount=700.0, days_overdue=90)
        cls.make_invoice(case_customer, amount=300.0, days_overdue=60)
        cls.make_litigation(cls.debtor_of(case_customer))
        cls.make_execution()
        cls.make_insolvency()
        cls.make_claim_statement(cls.at_reminder)
        cls.make_late_fees()
        cls.make_agreements()
        cls.make_evidence(cls.at_reminder)
        sent = cls.send_campaign(cls.today, cls.debtor_of(cls.make_customer_of_today()))
        cls.env["recovery.registered.letter"].sudo().create({"delivery_id": sent.notice_ids.delivery_ids[:1].id})
        cls.env["recovery.proof"].create(
            {"name": "BC 4512", "date": cls.today, "move_ids": [Command.set(cls.formal_invoice.ids)]}
        )
        campaign = cls.make_campaign()
        work = cls.env["recovery.work"].sudo()._launch(campaign, "proposal", cls.company, cls.today)
        work.state = "done"
        cls.env["recovery.worklist"]._refresh(cls.company, cls.today)
        cls.make_risk_records()
        cls.make_risk()
        cls.make_anomaly()
        cls.make_doubtful()
        french = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # the trace keeps the words of its author
        cls.hand_journal_out(french)
        cls.make_audit_file()
        cls.make_receivable_rows(french).action_print_letters()
        cls.make_figures()
        cls.make_erasure(cls.env["recovery.debtor"].search([("company_id", "=", cls.company.id)], limit=1))

    @classmethod
    def make_figures(cls):
        """Reckon the key figures of two months and forecast the receipts."""
        cls.env["recovery.kpi.engine"]._rebuild(cls.company, cls.today, 2)
        cls.env["recovery.forecast"]._refresh(cls.company, cls.today, with_trial=False)
        kpi = cls.env["recovery.kpi"].search([], limit=1)
        cls.env["recovery.kpi.target"].create({"kpi_id": kpi.id, "date_from": cls.today, "value": 44})

    @classmethod
    def make_audit_file(cls):
        """Ask for the audit file of the year that is over, and choose what is sent each month."""
        env = cls.env(user=cls.recovery_manager, context={**cls.env.context, "lang": "fr_FR"})
        Pack, company = env["recovery.audit.pack"], cls.company.with_env(env)
        Pack._ask(company, *Pack._get_last_year(company))
        for user in (cls.recovery_manager, cls.recovery_auditor):  # each sees the own ones alone
            mine = env(user=user)
            mine["recovery.spreadsheet"]._ask(mine["recovery.delivery.log"].create({"company_id": company.id}))
        env["recovery.checkpoint"].create({"name": "Point mensuel", "company_id": company.id})
        env["recovery.configuration.change"]._keep(company, "siege.json", "0" * 64, [], "Délai : 8 → 15")

    @classmethod
    def make_doubtful(cls):
        """Pass an invoice to the doubtful receivables, propose another and prepare a closing."""
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # what is kept in words is in those of its author
        accountant = cls.make_user(
            "comptable",
            "account.group_account_user",
            "account.group_account_manager",
            "debt_recovery.group_recovery_user",
        )
        customer = cls.make_partner("Ateliers Rivoire")
        moves = [cls.make_invoice(customer, amount=amount, days_overdue=200) for amount in (900.0, 400.0)]
        lines = [cls.receivable_of(move).with_env(env) for move in moves]
        for line in lines:
            entry = env["recovery.doubtful"]._propose(line, cls.today, "Ne répond plus")
        entry.action_review()
        entry.with_user(accountant).action_post()
        cls.doubtful = entry.line_ids.doubtful_id.with_env(env)
        env["recovery.doubtful.closing"].create({"company_id": cls.company.id, "day": cls.today})
        supplier = cls.make_partner("Transports Rivoire")
        for move_type in ("out_invoice", "in_invoice"):
            cls.make_invoice(supplier, amount=300.0, days_overdue=20, move_type=move_type)
        cls.owed = cls.env["recovery.debtor"]._ensure_for(supplier, cls.company)

    @classmethod
    def make_risk_records(cls):
        """Create one record of each screen of the risk room."""
        debtor = cls.debtor_of(cls.at_formal_notice)
        debtor.collector_id = cls.recovery_manager
        vals = {"debtor_id": debtor.id, "date": cls.today, "source": "Coface"}
        cls.env["recovery.external.score"].create({**vals, "score": 40})
        cls.env["recovery.risk.signal"].create({**vals, "wording": "Fermeture d'un site", "expires_on": cls.day(-90)})
        cls.env["recovery.contract.terms"].create({"company_id": cls.company.id, "valid_from": cls.day(30)})
        debtor.action_prepare_file()
        cls.env["recovery.scoring"]._compute(cls.company, cls.today)
        cls.env["recovery.review"]._generate(cls.company, cls.today)

    @classmethod
    def make_risk(cls):
        """Decide a limit, keep a guarantee, control a test and prepare a list of exposures."""
        cls.company.account_use_credit_limit = True
        debtor = cls.debtor_of(cls.at_reminder)
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # the history keeps the words of its author
        env["recovery.limit.request"]._ask(debtor.with_env(env), {"kind": "amount", "amount": 5000.0}, cls.today)
        env["recovery.coverage"].create({"debtor_id": debtor.id, "amount": 4000.0, "share": 90.0})
        env["recovery.credit.rule"].action_open_company()
        for user in (cls.recovery_manager, cls.recovery_auditor):
            cls.env["recovery.exposure.report"].with_user(user).create({"company_id": cls.company.id}).action_show()
        cls.refused = cls.make_invoice(cls.at_reminder, amount=9000.0, days_overdue=-30, post=False)

    @classmethod
    def make_anomaly(cls):
        """Put an amount past its bounds into a row, as SQL may, and let the night find it."""
        vals = {"debtor_id": cls.debtor_of(cls.at_letter).id, "date": cls.today, "source": "Altares", "score": 60}
        score = cls.env["recovery.external.score"].create(vals)
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE recovery_external_score SET recommended_limit = 1e15 WHERE id = %s", [score.id])
        cls.env.invalidate_all()
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # the journal keeps the words of its author
        env["recovery.anomaly"]._look(cls.company)

    @classmethod
    def make_claim_statement(cls, partner):
        """Create a statement of the claim without printing it."""
        debtor, engine = cls.debtor_of(partner), cls.env["recovery.claim"]
        lines = engine._find_lines(cls.company, cls.today, partner)
        claim = engine._compute(cls.company, lines, cls.today)
        Statement, Builder = cls.env["recovery.claim.statement"], cls.env["recovery.claim.statement.builder"]
        return Statement.sudo().create(Builder._prepare_vals(debtor, lines, claim, claim, debtor))

    @classmethod
    def make_late_fees(cls):
        """Charge the late fees of an invoice and waive those of another."""
        cls.env["recovery.scenario"].with_context(lang="fr_FR").search([]).write(
            {"late_interest_mode": "charge", "late_indemnity_mode": "charge"}
        )
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # the history keeps the words of its author
        customer = cls.make_partner("Serrurerie Blin")
        lines = cls.receivable_of(cls.make_invoice(customer, amount=800.0, days_overdue=30))
        env["recovery.charge"]._charge(cls.company, lines, cls.today)
        lines = cls.receivable_of(cls.make_invoice(customer, amount=600.0, days_overdue=20))
        chosen = {("interest", lines.id): None}
        debtor = cls.debtor_of(customer).with_env(env)
        env["recovery.waiver"]._request(debtor, lines, cls.today, chosen, "Geste commercial")

    @classmethod
    def make_agreements(cls):
        """Create an agreement of each kind with customers of their own."""
        debtors, moves = [], []
        for number in range(4):
            partner = cls.make_partner(f"Accord {number}")
            moves.append(cls.make_invoice(partner, amount=500.0, days_overdue=30))
            debtors.append(cls.debtor_of(partner))
        cls.env["recovery.promise"]._give(debtors[0], cls.today, 500, cls.day(-5))
        dates = [("part", cls.day(-10), 250.0), ("part", cls.day(-40), 250.0)]
        cls.env["recovery.payment.plan"]._make(debtors[1], cls.today, lambda total, currency: dates).sudo().write(
            {"state": "running"}
        )
        reason = cls.env.ref("debt_recovery.recovery_dispute_reason_price")
        cls.env["recovery.dispute"]._open(debtors[2], cls.today, moves[2], reason)
        cls.env["recovery.settlement"]._make(debtors[3], cls.today, "transaction")

    @classmethod
    def make_evidence(cls, partner):
        """Create evidence for the limitation of a customer's claims."""
        document = cls.env["ir.attachment"].create({"name": "reconnaissance.pdf", "raw": b"%PDF"})
        cause = cls.env.ref("debt_recovery.recovery_limitation_cause_court")
        cls.env["recovery.limitation.event"]._record(cls.debtor_of(partner), cls.today, cause, cls.day(3), document)

    @classmethod
    def make_litigation(cls, debtor):
        """Take a debtor to court, with a deadline, a cost, a mandate and what a closed case left, in French."""
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # what is kept in words is in those of its author
        cls.case = env["recovery.case"].browse(debtor.with_env(env).action_open_case()["res_id"])
        cls.case.contested = "no"
        cls.case._run_gate(cls.today)
        partner = env["res.partner"].create
        court = partner({"name": "Tribunal de commerce de Lyon", "recovery_party_kind": "court"})
        court.recovery_court_kind = "commerce"
        lawyer = partner({"name": "Cabinet Roux", "recovery_party_kind": "lawyer"})
        cls.case.write({"court_id": court.id, "lawyer_id": lawyer.id})
        env["recovery.mandate"].create({"partner_id": lawyer.id, "company_id": cls.company.id})
        env["recovery.court.area"].create(
            {"name": "Lyon", "zip": "69001", "insee_code": "69123", "court_kind": "commerce", "court_id": court.id}
        )
        kind = cls.env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce").with_env(env)
        choice = env["recovery.advice.choice"]._choose(cls.case, kind, cls.today, "Rien n'est contesté", facts={})
        cls.procedure = choice.procedure_id
        kinds = kind.event_kind_ids.grouped("code")
        for code in ("request_filed", "order_given"):
            env["recovery.procedure.event"]._record(cls.procedure, kinds[code], cls.day(3), cls.today)
        cls.make_file()
        customer = cls.make_partner("Peinture Roy")
        cls.make_invoice(customer, amount=150.0, days_overdue=90)
        left = env["recovery.case"].browse(cls.debtor_of(customer).with_env(env).action_open_case()["res_id"])
        left._give_up("Sans suite")
        cls.make_hearing()

    @classmethod
    def make_hearing(cls):
        """Summon another debtor before the court, on a day to come."""
        env, customer = cls.case.env, cls.make_partner("Carrelages Duval")
        cls.make_invoice(customer, amount=2500.0, days_overdue=90)
        case = env["recovery.case"].browse(cls.debtor_of(customer).with_env(env).action_open_case()["res_id"])
        kind = env.ref("debt_recovery.recovery_procedure_type_merits")
        procedure = env["recovery.advice.choice"]._choose(case, kind, cls.today, "Contesté", facts={}).procedure_id
        fixed = kind.event_kind_ids.filtered(lambda each: each.code == "hearing_fixed")
        env["recovery.procedure.event"]._record(procedure, fixed, cls.day(-30), cls.today)

    @classmethod
    def make_execution(cls):
        """Record a title of the case by hand, and an act that carries it out."""
        env = cls.case.env
        kind = env.ref("debt_recovery.recovery_title_kind_judgment")
        lines = [Command.set(cls.case.line_ids.ids)]
        heads = [Command.create({"kind": "costs", "amount": 60.0})]
        vals = {"case_id": cls.case.id, "kind_id": kind.id, "line_ids": lines, "head_ids": heads}
        cls.title = env["recovery.title"].create(
            {**vals, "date": cls.day(40), "enforceable_on": cls.day(40), "served_on": cls.day(30)}
        )
        kind = env.ref("debt_recovery.recovery_execution_act_kind_seizure_account")
        vals = {"case_id": cls.case.id, "kind_id": kind.id, "title_id": cls.title.id}
        cls.act = env["recovery.execution.act"].create({**vals, "ordered_on": cls.day(10), "made_on": cls.day(3)})

    @classmethod
    def make_insolvency(cls):
        """Open proceedings against a customer, declare the claim, adopt a plan and receive something since."""
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})
        customer = cls.make_partner("Ébénisterie Roux")
        move = cls.make_invoice(customer, amount=800.0, days_overdue=60)
        trustee = cls.make_partner("SELARL Bernard", recovery_party_kind="trustee")
        debtor = cls.debtor_of(customer).with_env(env)
        cls.proceedings = env["recovery.insolvency"]._open_for(
            debtor, "receivership", cls.day(20), cls.today, published_on=cls.day(12), trustee_id=trustee.id
        )
        declaration = cls.proceedings.declaration_ids
        declaration.action_begin()
        cls.proceedings._add_step("planned", cls.day(5), cls.today)
        env["recovery.insolvency.dividend"].create(
            {"declaration_id": declaration.id, "date": cls.day(-90), "amount": 100.0}
        )
        cls.pay(move, 300, cls.day(2))
        env["recovery.insolvency.payment"]._find_new(cls.proceedings, cls.today)

    @classmethod
    def make_file(cls):
        """Put a piece into the file of the case, bind it and begin a document."""
        cls.case.action_collect_exhibits()
        piece = {
            "kind": "other",
            "name": "Bon de commande",
            "date": cls.day(90),
            "origin": "Classeur",
            "author": "Claire",
        }
        content = print_sheet("Bon de commande", ["BC 4512"])
        cls.case.env["recovery.exhibit"]._add_typed(
            cls.case, [{**piece, "content": content, "file_name": "bon.pdf"}], cls.today
        )
        cls.case.action_preview_bundle()
        cls.env["recovery.case.mail"].sudo().create(
            {"name": "Audience du 12", "company_id": cls.company.id, "received_on": fields.Datetime.now()}
        )
        template = cls.env.ref("debt_recovery.recovery_case_document_template_instruction")
        cls.case.env["recovery.case.document"].create({"case_id": cls.case.id, "template_id": template.id})

    @classmethod
    def make_customer_of_today(cls):
        """Create a customer whose notice of today is a mail: a delivery without printing."""
        partner = cls.make_partner("Fleurs Martin")
        cls.make_invoice(partner, amount=120.0, days_overdue=5)
        return partner

    def get_windows(self, user, try_filters):
        """Return how to open each window that this user may open, in each of its modes.

        :param try_filters: whether each filter of the search, too, is chosen once.
        """
        env = self.env(user=user, context={"lang": user.lang, "allowed_company_ids": self.company.ids})
        data = self.env["ir.model.data"].search(
            [("module", "=", "debt_recovery"), ("model", "=", "ir.actions.act_window")]
        )
        windows = []
        for name, action_id in zip(data.mapped("complete_name"), data.mapped("res_id"), strict=True):
            action = self.env["ir.actions.act_window"].browse(action_id)
            if action.group_ids and not action.group_ids & user.all_group_ids:
                continue
            Model = env[action.res_model]
            if not Model.has_access("read"):
                continue
            modes = action.view_mode.split(",")
            if action == self.env.ref("debt_recovery.recovery_override_wizard_action"):
                continue  # only opens on a document that is refused: see test_credit.py
            if action.target == "new":
                window = {"name": name, "mode": modes[0], "dialog": True}
                if action.res_model == "res.company":  # opened on the company that is being set up
                    opened = dict(env["ir.actions.act_window"]._for_xml_id(name), res_id=self.company.id)
                    window["action"] = clean_action(opened, env)
                windows.append(window)
                continue
            if action.res_model == "recovery.agenda.entry":
                Model._fill(self.company.with_env(env))  # as the button that opens it does
            record = Model.search(safe_eval(action.domain or "[]", {"uid": user.id}), limit=1)
            self.assertTrue(record or Model._transient, f"the test has no {action.res_model} to show")
            for mode in modes:
                window = {"name": name, "mode": mode, "filters": mode == modes[0] and try_filters}
                windows.append(window | {"resId": record.id} if mode == "form" else window)
            if "form" in modes and self.may_create(action, Model):
                windows.append({"name": name, "mode": "form", "resId": False})
        screens = self.env["ir.model.data"].search(
            [("module", "=", "debt_recovery"), ("model", "=", "ir.actions.client")]
        )
        windows += [{"name": name, "mode": "client"} for name in screens.mapped("complete_name")]
        windows += self.get_button_windows(env) if user.has_group("debt_recovery.group_recovery_user") else []
        return [*windows, self.get_form(self.at_formal_notice), self.get_form(self.formal_invoice)]

    def get_button_windows(self, env):
        """Return how to open the windows that no menu opens: what the buttons of a case and of its parts return."""
        case, procedure = self.case.with_env(env), self.procedure.with_env(env)
        buttons = [
            *((case, name) for name in CASE_WINDOWS),
            (procedure, "action_record"),
            (procedure, "action_abandon"),
            (procedure.event_ids[-1:], "action_correct"),
            (procedure.event_ids[-1:], "action_annul"),
            (procedure.deadline_ids[:1], "action_meet"),
            (self.title.with_env(env), "action_annul"),
            (self.act.with_env(env), "action_annul"),
            *self.get_buttons_of_proceedings(self.proceedings.with_env(env)),
            *((self.doubtful.with_env(env), name) for name in DOUBTFUL_WINDOWS),
            (self.owed.with_env(env), "action_set_off"),
            (self.doubtful.debtor_id.with_env(env), "action_transfer_doubtful"),
        ]
        return [self.get_button_window(record, name) for record, name in buttons]

    def get_buttons_of_proceedings(self, proceedings):
        """Return the buttons that open a window on proceedings, and on what is declared in them."""
        declaration = proceedings.declaration_ids
        return [
            (proceedings.debtor_id, "action_record_insolvency"),
            (proceedings, "action_record"),
            (proceedings, "action_annul"),
            (proceedings.step_ids[:1], "action_annul"),
            (declaration.claim_ids[:1], "action_say_birth"),
            (declaration, "action_plan_dividends"),
            (proceedings.payment_ids[:1], "action_is_guarantor"),
        ]

    def get_button_window(self, record, name):
        action = getattr(record, name)()
        self.assertEqual(action.get("target"), "new", f"{record._name}.{name} opens no window")
        label = f"{record._name}.{name}"
        return {"name": label, "mode": "form", "dialog": True, "action": clean_action(action, record.env)}

    def get_form(self, record):
        """Return how to open a form of core that the module adds to."""
        action = {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
        return {"name": record._name, "mode": "form", "action": action}

    def may_create(self, action, Model):
        """Tell whether the form of a window lets this user create."""
        form = action.view_id if action.view_id.type == "form" else action.view_id.browse()
        arch = etree.fromstring(Model.get_view(form.id, "form")["arch"])
        return Model.has_access("create") and arch.get("create", "1") not in ("0", "false", "False")

    def get_english(self):
        """Return the terms of ours that French says otherwise, or not yet: none may stand on a French screen."""
        entries = polib.pofile(file_path("debt_recovery/i18n/fr.po"))
        terms = {entry.msgid.strip(): entry.msgstr.strip() for entry in entries if not entry.obsolete}
        french = set(terms.values())
        return sorted(source for source, value in terms.items() if source != value and source not in french)

    def open_everything(self, user, try_filters, part=1):
        """Open every window of a part as this user in Chromium; any error on the way fails.

        So do words left in English, and texts of our own styles that are too faint to be read.
        """
        windows = self.get_windows(user, try_filters)
        self.assertGreater(len(windows), 10)
        windows = windows[part - 1 :: self.parts]
        arguments = json.dumps({"windows": windows, "english": self.get_english()})
        self.browser_js(
            "/odoo",
            f"odoo.recoveryOpenEverything({arguments})",
            ready="!!odoo.recoveryOpenEverything && !!document.querySelector('.o_main_navbar')",
            login=user.login,
            timeout=300,
            success_signal="every window was opened",
        )


@tagged("post_install", "-at_install")
class TestManagerOpensHalf(EveryActionCase):
    parts = 2

    def test_manager_opens_every_window_in_every_view(self):
        self.open_everything(self.recovery_manager, try_filters=True)


@tagged("post_install", "-at_install")
class TestManagerOpensOtherHalf(EveryActionCase):
    parts = 2

    def test_manager_opens_every_window_in_every_view(self):
        self.open_everything(self.recovery_manager, try_filters=True, part=2)


@tagged("post_install", "-at_install")
class TestAuditorOpensAll(EveryActionCase):
    def test_auditor_opens_every_window_in_every_view(self):
        self.open_everything(self.recovery_auditor, try_filters=False)

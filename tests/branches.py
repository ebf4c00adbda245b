from datetime import date, timedelta

from lxml import etree

from odoo import Command
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import RecoveryCommon
from .litigation.evidence.common import make_pdf
from .rows import ReportRows

ROLES = {
    "invoicing": ("account.group_account_invoice", "base.group_partner_manager"),
    "user": ("debt_recovery.group_recovery_user", "base.group_partner_manager"),
    "manager": ("debt_recovery.group_recovery_manager", "base.group_allow_export", "base.group_partner_manager"),
    "auditor": ("debt_recovery.group_recovery_auditor",),
}
WORKPLACES = ("root only", "branch only", "both, branch ticked", "both, root ticked", "both ticked")
REASON = "Échange avec le client"


class BranchCommon(ReportRows, RecoveryCommon):
    """A root company with its branch, one row of every kind of record of theirs, and people who work here or there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.make_branch()
        both = cls.company | cls.branch
        cls.people = {}
        for role, groups in ROLES.items():
            for name, companies in (("root", cls.company), ("branch", cls.branch), ("both", both)):
                cls.people[role, name] = cls.user_of(f"{role}_{name}", companies, *groups)

    @classmethod
    def as_(cls, role, workplace, **context):
        """Return a cold environment of somebody of that role who works there."""
        who, ticked = {
            "root only": ("root", cls.company),
            "branch only": ("branch", cls.branch),
            "both, branch ticked": ("both", cls.branch),
            "both, root ticked": ("both", cls.company),
            "both ticked": ("both", cls.company | cls.branch),
        }[workplace]
        return cls.cold(cls.people[role, who], ticked, **context)

    @classmethod
    def sees_root(cls, workplace):
        return workplace not in ("branch only", "both, branch ticked")

    # ------------------------------------------------------------
    # One row of every model
    # ------------------------------------------------------------
    @classmethod
    def make_rows(cls):
        """Make one record at least of every model of ours: debts of root and branch, what was said, decided, sent."""
        cls.company.account_use_credit_limit = True
        cls.customer = cls.make_partner("Menuiserie Aubert")
        cls.root_invoice = cls.make_invoice(cls.customer, amount=4200.0, days_overdue=40)
        cls.branch_invoice = cls.make_invoice(cls.customer, amount=150.0, days_overdue=40, company=cls.branch)
        debtor = cls.debtor_of(cls.customer)
        # it left: what still waits in the queue is withdrawn by the suspension below
        cls.send_campaign(cls.today, debtor).notice_ids.delivery_ids.sudo()._mark("sent")
        cls.make_campaign()
        cls.env["recovery.hold"].create(
            {"debtor_id": debtor.id, "move_id": cls.branch_invoice.id, "date_from": cls.today, "reason": REASON}
        )
        cls.make_risk_rows(debtor)
        cls.make_claim_rows(debtor)
        cls.make_agreements()
        cls.make_formal_rows(debtor)
        cls.make_litigation_rows()
        cls.make_settings()
        cls.make_traces(debtor)
        cls.env["recovery.worklist"]._refresh(cls.company, cls.today)
        cls.make_figures()
        cls.make_receivable_rows()
        cls.make_erasure(debtor)
        cls.hand_journal_out()

    @classmethod
    def make_risk_rows(cls, debtor):
        vals = {"debtor_id": debtor.id, "date": cls.today, "source": "Coface"}
        cls.env["recovery.external.score"].create({**vals, "score": 40})
        cls.env["recovery.risk.signal"].create({**vals, "wording": "Fermeture", "expires_on": "2027-01-01"})
        cls.env["recovery.contract.terms"].create({"company_id": cls.company.id, "valid_from": "2026-01-01"})
        debtor.action_prepare_file()
        debtor.collector_id = cls.recovery_manager
        cls.env["recovery.scoring"]._compute(cls.company, cls.today)
        cls.env["recovery.review"]._generate(cls.company, cls.today)
        cls.env["recovery.limit.request"]._ask(debtor, {"kind": "amount", "amount": 5000.0}, cls.today)
        cls.env["recovery.coverage"].create({"debtor_id": debtor.id, "amount": 4000.0, "share": 90.0})
        cls.env["recovery.credit.rule"].action_open_company()
        cls.env["recovery.exposure.report"].create({"company_id": cls.company.id}).action_show()

    @classmethod
    def make_figures(cls):
        """Make the forecast, the key figures, a target of theirs and what is sent every month."""
        cls.env["recovery.forecast"]._refresh(cls.company, cls.today)
        cls.env["recovery.kpi.engine"]._rebuild(cls.company, cls.today, 3)
        kpi = cls.env.ref("debt_recovery.recovery_kpi_dso")
        target = {"company_id": cls.company.id, "kpi_id": kpi.id, "date_from": cls.today, "value": 50}
        cls.env["recovery.kpi.target"].create(target)
        cls.env["recovery.checkpoint"].create({"company_id": cls.company.id, "name": "Point mensuel"})
        Taken = cls.env["recovery.configuration.change"].with_user(cls.recovery_manager)
        Taken._keep(cls.company, "siege.json", "0" * 64, [], "")
        Pack = cls.env["recovery.audit.pack"].with_user(cls.recovery_manager)
        Pack._ask(cls.company, date(2025, 1, 1), date(2025, 12, 31))
        log = cls.env["recovery.delivery.log"].with_user(cls.recovery_manager).create({"company_id": cls.company.id})
        cls.env["recovery.spreadsheet"].with_user(cls.recovery_manager)._ask(log)

    @classmethod
    def make_claim_rows(cls, debtor):
        partner, engine = debtor.partner_id, cls.env["recovery.claim"]
        lines = engine._find_lines(cls.company, cls.today, partner)
        claim = engine._compute(cls.company, lines, cls.today)
        Statement, Builder = cls.env["recovery.claim.statement"], cls.env["recovery.claim.statement.builder"]
        Statement.sudo().create(Builder._prepare_vals(debtor, lines, claim, claim, debtor))
        cost = {"debtor_id": debtor.id, "name": "Huissier", "amount": 90, "date": cls.today, "document": b"cHJvb2Y="}
        cls.env["recovery.claim.cost"].create(cost)
        cls.env["recovery.scenario"].search([]).write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})
        late = cls.make_partner("Serrurerie Blin")
        charged = cls.receivable_of(cls.make_invoice(late, amount=800.0, days_overdue=30))
        cls.env["recovery.charge"]._charge(cls.company, charged, cls.today)
        waived = cls.receivable_of(cls.make_invoice(late, amount=600.0, days_overdue=20))
        cls.env["recovery.waiver"]._request(
            cls.debtor_of(late), waived, cls.today, {("interest", waived.id): None}, REASON
        )
        document = cls.env["ir.attachment"].create({"name": "reconnaissance.pdf", "raw": b"%PDF"})
        cause = cls.env.ref("debt_recovery.recovery_limitation_cause_court")
        cls.env["recovery.limitation.event"]._record(debtor, cls.today, cause, date(2026, 11, 1), document)

    @classmethod
    def make_agreements(cls):
        debtors, moves = [], []
        for number in range(5):
            partner = cls.make_partner(f"Accord {number}")
            moves.append(cls.make_invoice(partner, amount=500.0, days_overdue=30))
            debtors.append(cls.debtor_of(partner))
        cls.env["recovery.promise"]._give(debtors[0], cls.today, 500, date(2026, 11, 26))
        dates = [("part", date(2026, 12, 1), 250.0), ("part", date(2026, 12, 31), 250.0)]
        cls.env["recovery.payment.plan"]._make(debtors[1], cls.today, lambda total, currency: dates)
        reason = cls.env.ref("debt_recovery.recovery_dispute_reason_price")
        cls.env["recovery.dispute"]._open(debtors[2], cls.today, moves[2], reason)
        cls.env["recovery.settlement"]._make(debtors[3], cls.today, "transaction")
        debtors[4].action_open_case()

    @classmethod
    def make_formal_rows(cls, debtor):
        delivery = cls.env["recovery.delivery"].search([("debtor_id", "=", debtor.id)], limit=1)
        cls.env["recovery.registered.letter"].sudo().create({"delivery_id": delivery.id})
        cls.env["recovery.proof"].create(
            {"name": "BC 4512", "date": cls.today, "move_ids": [Command.set(cls.root_invoice.ids)]}
        )

    @classmethod
    def make_litigation_rows(cls):
        """Make who acts in the case that was opened, what it costs, and the procedure chosen for it."""
        case = cls.env["recovery.case"].search([("company_id", "=", cls.company.id)], limit=1)
        lawyer = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        fee = {"kind": "fixed", "name": "Ouverture", "amount": 80}
        cls.env["recovery.mandate"].create({"partner_id": lawyer.id, "fee_ids": [Command.create(fee)]})
        cls.env["recovery.case.party"].create({"case_id": case.id, "partner_id": lawyer.id})
        cls.env["recovery.cost"].create({"case_id": case.id, "name": "Signification", "amount": 72})
        case.action_check_gate()
        kind = cls.env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce")
        choice = {"case_id": case.id, "type_id": kind.id, "reason": REASON, "user_id": cls.env.uid}
        cls.env["recovery.advice.choice"].sudo().create({**choice, "chosen_on": cls.today})
        procedure = cls.env["recovery.procedure"]._open_for(case, kind, cls.today, {})
        filed = kind.event_kind_ids.filtered(lambda row: row.code == "request_filed")
        cls.env["recovery.procedure.event"]._record(procedure, filed, cls.today, cls.today)
        cls.make_evidence_rows(case)
        cls.make_execution_rows(case)
        cls.make_insolvency_rows()
        cls.make_doubtful_rows()

    @classmethod
    def make_evidence_rows(cls, case):
        """Collect the pieces of the case, bind them, and begin a document."""
        piece = {"kind": "other", "name": "Bon de commande", "date": cls.today, "origin": "Classeur"}
        piece |= {"content": make_pdf("Bon de commande"), "file_name": "bon.pdf"}
        cls.env["recovery.exhibit"]._add_typed(case, [piece], cls.today)
        case.action_preview_bundle()
        template = cls.env.ref("debt_recovery.recovery_case_document_template_instruction")
        cls.env["recovery.case.document"].create({"case_id": case.id, "template_id": template.id})

    @classmethod
    def make_execution_rows(cls, case):
        """Make a title of the case, what it awarded, and an act that carries it out."""
        kind = cls.env.ref("debt_recovery.recovery_title_kind_notarial")
        head = {"kind": "principal", "amount": 500}
        title = {"case_id": case.id, "kind_id": kind.id, "head_ids": [Command.create(head)]}
        title = cls.env["recovery.title"].create({**title, "date": cls.today, "enforceable_on": cls.today})
        act_kind = cls.env.ref("debt_recovery.recovery_execution_act_kind_seizure_account")
        act = {"case_id": case.id, "title_id": title.id, "kind_id": act_kind.id, "ordered_on": cls.today}
        cls.env["recovery.execution.act"].create(act)

    @classmethod
    def make_insolvency_rows(cls):
        """Make proceedings against a customer, the declaration of our claim and money that came in since."""
        partner = cls.make_partner("Plomberie Roche")
        cls.make_invoice(partner, amount=900.0, days_overdue=60)
        debtor = cls.debtor_of(partner)
        opened, published = cls.today - timedelta(days=20), cls.today - timedelta(days=12)
        insolvency = cls.env["recovery.insolvency"]._open_for(
            debtor, "receivership", opened, cls.today, published_on=published
        )
        insolvency._add_step("planned", cls.today, cls.today)
        declaration = insolvency.sudo().declaration_ids
        declaration._prepare_claims()
        dividend = cls.env["recovery.insolvency.dividend"].create({"declaration_id": declaration.id, "date": cls.today})
        cls.env["recovery.insolvency.payment"].sudo().create(
            {
                "insolvency_id": insolvency.id,
                "declaration_id": declaration.id,
                "received_on": cls.today,
                "dividend_id": dividend.id,
                "amount": 90,
            }
        )

    @classmethod
    def make_doubtful_rows(cls):
        """Pass a claim to the doubtful receivables, and propose what a closing takes for it."""
        move = cls.make_invoice(cls.make_partner("Ateliers Rivoire"), amount=700.0, days_overdue=200)
        entries = cls.env["recovery.doubtful"]._propose(cls.receivable_of(move), cls.today, "Sans réponse")
        entries.action_review()
        entries.action_post()
        received = {"name": "Pièces", "company_id": cls.company.id, "received_on": f"{cls.today} 08:00:00"}
        cls.env["recovery.case.mail"].sudo().create(received)
        cls.env["recovery.doubtful.closing"].create({"day": cls.today, "company_id": cls.company.id})

    @classmethod
    def make_settings(cls):
        owner = {"company_id": cls.company.id}
        cls.env["recovery.assignment.rule"].create({"name": "A à M", "user_ids": cls.recovery_user.ids, **owner})

    @classmethod
    def make_traces(cls, debtor):
        """Write what only the engines write: a failure, a blocker, an alert, a correction, a question."""
        env = cls.env(su=True)
        notice = env["recovery.notice"].search([("debtor_id", "=", debtor.id)], limit=1)
        check = env["recovery.formal.check"].search([], limit=1)
        env["recovery.campaign.failure"].create(
            {"campaign_id": notice.campaign_id.id, "partner_id": cls.customer.id, "reason": "x"}
        )
        env["recovery.notice.blocker"].create(
            {
                "notice_id": notice.id,
                "company_id": cls.company.id,
                "check_id": check.id,
                "code": check.code,
                "severity": check.severity,
            }
        )
        env["recovery.limitation.alert"].create(
            {"debtor_id": debtor.id, "limit_on": cls.today, "alerted_on": cls.today, "months": 1}
        )
        case = env["recovery.case"].search([("company_id", "=", cls.company.id)], limit=1)
        deadline = env["recovery.deadline"].create({"case_id": case.id, "name": "Conclusions", "date": cls.today})
        env["recovery.deadline.alert"].create(
            {
                "deadline_id": deadline.id,
                "limit_on": cls.today,
                "alerted_on": cls.today,
                "days": 1,
                "user_id": cls.recovery_user.id,
            }
        )
        env["recovery.limitation.choice"].create(
            {"debtor_id": debtor.id, "reason": REASON, "user_id": cls.env.uid, "decided_on": cls.today}
        )
        env["recovery.quiet.period"].create(
            {"name": "Inventaire", "date_from": "2026-12-24", "date_to": "2026-12-31", "company_id": cls.company.id}
        )
        wrong = {("res.partner", cls.customer.id): {"values": {"credit_limit": "nan"}}}
        env["recovery.anomaly"]._name_rows(cls.company, wrong)
        env["recovery.decision"]._ask("credit", cls.branch_invoice, "Dépassement", debtor=debtor)
        work = env["recovery.work"]._launch(notice.campaign_id, "proposal", cls.company, cls.today)
        work.state = "done"

    # ------------------------------------------------------------
    # What the web client asks
    # ------------------------------------------------------------
    def open_window(self, env, action):
        """Open a window of the module as the web client does, each of its views, and what a form shows.

        :return: the records found, and the words of an empty list; what new forms show goes to ``self.shown``.
        """
        self.shown = []
        loaded = action.with_env(env).sudo().read()[0]
        Model = env[action.res_model]
        context = safe_eval(loaded["context"] or "{}", {"uid": env.uid, "active_id": False, "active_ids": []})
        Model = Model.with_context(**context)
        domain = safe_eval(loaded["domain"] or "[]", {"uid": env.uid, "active_id": False, **env.context})
        views = Model.get_views([*loaded["views"], (False, "search")], {"toolbar": True, "load_filters": True})
        found = Model.browse()
        for mode, view in views["views"].items():
            if mode in ("list", "kanban"):
                rows = Model.web_search_read(domain, self.get_specification(Model, view["arch"]), limit=80)
                found = found.browse(row["id"] for row in rows["records"])
            elif mode in ("pivot", "graph"):
                Model.formatted_read_group(domain, [], ["__count"])
        if "form" in views["views"]:
            if found or action.target != "new":
                for record in found[:3]:
                    self.read_form(record, views["views"]["form"])
            arch = etree.fromstring(views["views"]["form"]["arch"])
            if Model.has_access("create") and arch.get("create", "1") not in ("0", "false", "False"):
                Form(Model, view=views["views"]["form"]["id"])
                shown = Model.onchange({}, [], self.get_specification(Model, views["views"]["form"]["arch"]))
                self.shown.append(str(shown))
        return found, loaded["help"]

    def read_form(self, record, view):
        record.web_read(self.get_specification(record, view["arch"]))

    def get_specification(self, Model, arch):
        """Return what the web client reads for a view: names of what is linked, rows of embedded lists."""
        specification = {}
        arch = etree.fromstring(arch) if isinstance(arch, str) else arch
        for node in arch.iter("field"):
            if any(parent.tag == "field" for parent in node.iterancestors()):
                continue
            field = Model._fields.get(node.get("name"))
            if field is None:
                continue
            if field.type == "many2one":
                specification[field.name] = {"fields": {"display_name": {}}}
            elif field.type in ("one2many", "many2many"):
                Comodel = Model.env[field.comodel_name]
                lists = node.findall("list") + node.findall("kanban")
                inner = self.get_specification(Comodel, lists[0]) if lists else {"display_name": {}}
                specification[field.name] = {"fields": inner, "limit": 40}
            else:
                specification[field.name] = {}
        return specification

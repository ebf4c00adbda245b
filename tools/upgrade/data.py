"""Data in every shape, as somebody made it with the older version: only what that version knows is called."""

import base64
from datetime import timedelta

from odoo.modules import module

from odoo.addons.debt_recovery.tests.common import RecoveryCommon

from upgrade.changes import OWN_WORDS

PROOF = base64.b64encode(b"recu")
#: Stages that companies added: (name, kind, folded, what stands in it).
OWN_STAGES = [
    ("Audience", "filed", False),
    ("Signification", "title", True),
    ("Procédure collective", "precourt", False),
    ("Mesures de sauvegarde", "enforcement", False),
    ("Abandonné", "lost", True),
    ("Sans nature", "preparing", False),
    ("Jamais servi", "preparing", True),
]


class Data(RecoveryCommon):
    """The ground of the tests of that version, kept for good."""


def make(env):
    """Make the data and commit it."""
    module.current_test = True
    Data.setUpClass()
    try:
        Data.today = Data.company._recovery_today()
        _Maker(Data).make()
        Data.env.flush_all()
        Data.commit_patcher.stop()
        Data.cr.commit()
    finally:
        module.current_test = False
    env.cr.rollback()
    env.invalidate_all()


class _Maker:
    def __init__(self, ground):
        self.ground = ground
        self.env = ground.env
        self.Case = self.env["recovery.case"]
        #: Whether that version has procedures: its cases are asked how they end.
        self.has_procedures = "recovery.procedure" in self.env

    def make(self):
        """Make cases open and closed in all stages, of two companies and a branch, and what else there is."""
        other = self.ground.setup_other_company()["company"]
        self.make_stages()
        for company in (self.ground.company, other):
            self.open_in_each_stage(company)
            self.close(company)
        self.open_for_branch()
        self.open_with_everything()
        self.make_the_rest()
        if self.has_procedures:
            self.go_to_court()
            self.make_insolvent()
        else:
            self.break_kinds()
        if "recovery.doubtful" in self.env:
            self.carry_out()
            self.declare()
            self.doubt()
        if "recovery.case.document.template" in self.env:
            self.reword()

    def make_stages(self):
        company = self.ground.company
        self.stages = self.env["recovery.case.stage"].create(
            [
                {"name": name, "kind": kind, "fold": fold, "sequence": 33, "company_id": company.id}
                for name, kind, fold in OWN_STAGES
            ]
        )
        shipped = self.env.ref("debt_recovery.recovery_case_stage_filed")
        shipped.with_context(lang="fr_FR").name = "Dépôt au greffe, audience"  # a renamed one keeps its kind
        self.env.ref("debt_recovery.recovery_case_stage_enforcement").fold = True

    def make_case(self, name, company, count=1, **vals):
        """Return a case on so many invoices of a new customer."""
        customer = self.ground.make_partner(f"{name} {company.id}")
        moves = self.env["account.move"]
        for number in range(count):
            moves |= self.ground.make_invoice(
                customer, amount=1000.0 + 100 * number, days_overdue=90 + number, company=company
            )
        debtor = self.env["recovery.debtor"]._ensure_for(customer, company)
        lines = moves.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        case = self.Case._open_for(debtor, lines, company._recovery_today())
        if vals:
            case.write(vals)
        return case

    def open_in_each_stage(self, company):
        Stage = self.env["recovery.case.stage"]
        for stage in Stage.search(Stage._get_company_domain(company)):
            if stage.name != "Jamais servi" and stage.kind not in ("settled", "lost", "abandoned", "merged"):
                case = self.make_case(f"Ouvert {stage.name}", company)
                if case.stage_id != stage:
                    case.stage_id = stage

    def close(self, company):
        paid = self.make_case("Soldé", company)
        self.ground.pay(paid.line_ids.move_id)
        paid._settle("Payé au cabinet")
        unpaid = self.make_case("Soldé puis impayé", company, count=2)
        for move in unpaid.line_ids.move_id:
            self.ground.pay(move)
        unpaid._settle("Payé, croyait-on")
        unpaid.line_ids[0].line_id.remove_move_reconcile()
        lost = self.make_case("Perdu", company)
        lost._give_up("Liquidation, sans actif")
        passed = self.make_case("Perdu puis repris", company)
        passed._give_up("Introuvable")
        self.Case._open_for(passed.debtor_id, passed.line_ids.line_id, company._recovery_today())
        again = self.make_case("Rouvert", company)
        again._give_up("Trop vite")
        again._reopen("Une adresse est connue")
        abandoned = self.stages.filtered(lambda stage: stage.name == "Abandonné")
        if company != self.ground.company:
            return
        given_up = self.make_case("Abandonné", company)
        if self.has_procedures:
            given_up._close("lost", "Trop petit", "vanished", stage=abandoned)
        else:
            given_up.stage_id = abandoned

    def open_for_branch(self):
        branch = self.ground.make_branch()
        customer = self.ground.make_partner("Client de l'agence")
        move = self.ground.make_invoice(customer, days_overdue=40, company=branch)
        debtor = self.env["recovery.debtor"]._ensure_for(customer, branch)
        self.Case._open_for(debtor, self.ground.receivable_of(move), self.ground.today)

    def open_with_everything(self):
        """One case with a lawyer who left, an owner who left, costs, a statement, a part paid, a claim taken out."""
        company = self.ground.company
        lawyer = self.ground.make_partner("Maître Durand")
        owner = self.ground.make_user("parti", "debt_recovery.group_recovery_user")
        case = self.make_case(
            "Complet", company, count=4, lawyer_id=lawyer.id, user_id=owner.id, priority="2", description="<p>Faits</p>"
        )
        moves = case.line_ids.move_id
        self.ground.pay(moves[0], 250.0)
        self.ground.pay(moves[1])
        case.line_ids.filtered(lambda claim: claim.move_id == moves[2])._remove("Réglé ailleurs")
        case.message_post(body="Une note")
        cost = {"debtor_id": case.debtor_id.id, "amount": 35.5, "document": PROOF, "document_name": "recu.pdf"}
        self.env["recovery.claim.cost"].create(
            [
                {**cost, "name": "Extrait Kbis", "move_id": False},
                {**cost, "name": "Constat", "move_id": moves[0].id},
                {**cost, "name": "Hors dossier", "move_id": moves[2].id},
            ]
        )
        case.activity_schedule("mail.mail_activity_data_todo", summary="Appeler", user_id=owner.id)
        dollar = self.ground.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        foreign = self.ground.make_invoice(case.partner_id, amount=500.0, days_overdue=50, currency=dollar)
        case._add_lines(self.ground.receivable_of(foreign), self.ground.today)
        self.ground.make_invoice(case.partner_id, amount=77.0, days_overdue=10)  # outside the case
        owner.active = False
        lawyer.active = False

    def make_the_rest(self):
        """A suspension by hand, a promise, a dispute, a plan, a campaign that was sent."""
        day, company = self.ground.today, self.ground.company
        customer = self.ground.make_partner("Relancé")
        moves = self.env["account.move"].union(
            *(self.ground.make_invoice(customer, days_overdue=days) for days in (70, 45, 20, 5))
        )
        debtor = self.env["recovery.debtor"]._ensure_for(customer, company)
        self.env["recovery.hold"].create({"debtor_id": debtor.id, "date_from": day, "reason": "Fait main"})._release(
            day, "Fini"
        )
        lines = self.ground.receivable_of(moves)
        self.env["recovery.promise"]._give(
            debtor, day, lines[0].amount_residual, day + timedelta(days=9), lines=lines[0]
        )
        self.env["recovery.dispute"]._open(
            debtor, day, lines[1].move_id, self.env["recovery.dispute.reason"].search([], limit=1)
        )
        dunned = self.ground.make_partner("Simplement relancé")
        self.ground.make_invoice(dunned, days_overdue=30)
        self.ground.send_campaign(day, self.env["recovery.debtor"]._ensure_for(dunned, company))
        self.env["recovery.worklist"]._compute(company, day)

    def go_to_court(self):
        """Procedures under way, refused and with a title, an event that was annulled, costs, a mandate, deadlines."""
        day, company, env = self.ground.today, self.ground.company, self.env
        order = env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce")
        filed, given, served, executable = (
            order.event_kind_ids.filtered(lambda kind, code=code: kind.code == code)
            for code in ("request_filed", "order_given", "order_served", "executable")
        )
        steps = [(filed, 150), (given, 130), (served, 100), (executable, 60)]
        for length in range(len(steps) + 1):
            case = self.make_case(f"Injonction {length}", company, contested="no", written_proof="yes")
            case.action_check_gate()
            choice = {"case_id": case.id, "type_id": order.id, "reason": "La moins chère", "user_id": env.uid}
            env["recovery.advice.choice"].sudo().create({**choice, "chosen_on": day - timedelta(days=160)})
            procedure = env["recovery.procedure"]._open_for(case, order, day - timedelta(days=160), {})
            for kind, days in steps[:length]:
                env["recovery.procedure.event"]._record(procedure, kind, day - timedelta(days=days), day)
        event = env["recovery.procedure.event"]._record(
            env["recovery.procedure"].search([("case_id.partner_id.name", "=like", "Injonction 1%")]), given, day, day
        )
        event._annul("Ordonnance d'un autre dossier")
        refused = self.make_case("Refusé", company)
        refused.action_check_gate()
        if refused.gate_state == "red":
            refused._override_gate("Vu avec le client")
        lawyer = self.ground.make_partner("Maître Leroy", recovery_party_kind="lawyer")
        mandate = env["recovery.mandate"].create(
            {"partner_id": lawyer.id, "fee_ids": [(0, 0, {"kind": "fixed", "name": "Ouverture", "amount": 80})]}
        )
        env["recovery.case.party"].create({"case_id": case.id, "partner_id": lawyer.id, "mandate_id": mandate.id})
        for state, amount in (("planned", 72.0), ("engaged", 25.19), ("paid", 40.0)):
            env["recovery.cost"].create({"case_id": case.id, "name": f"Frais {state}", "amount": amount})
        env["recovery.deadline"].create(
            {"case_id": case.id, "name": "Calendrier du juge", "date": day + timedelta(days=9), "user_id": env.uid}
        )
        own = order.copy({"name": "Injonction, à notre façon"})
        own.cost_ids[:1].unlink()
        env["recovery.legal.parameter"].search([("key", "=", "appeal")], limit=1).value = "2"

    def make_insolvent(self):
        """Customers whose judgment somebody typed, one with a case, and one whose suspension ended."""
        for name, days in (("En redressement", 40), ("Liquidé", 90)):
            case = self.make_case(name, self.ground.company, count=2)
            case.debtor_id.insolvency_on = self.ground.today - timedelta(days=days)
        ended = self.make_case("Plus en procédure", self.ground.company).debtor_id
        ended.insolvency_on = self.ground.today - timedelta(days=20)
        ended.insolvency_on = False

    def carry_out(self):
        """A title that somebody recorded, with what it awarded and an act that brought a part."""
        day, env = self.ground.today, self.env
        case = self.make_case("Titre", self.ground.company, count=2)
        title = env["recovery.title"].create(
            {
                "case_id": case.id,
                "kind_id": env.ref("debt_recovery.recovery_title_kind_judgment").id,
                "name": "RG 26/00123",
                "date": day - timedelta(days=60),
                "enforceable_on": day - timedelta(days=60),
                "served_on": day - timedelta(days=50),
                "line_ids": [(6, 0, case.line_ids.ids)],
                "head_ids": [(0, 0, {"kind": "costs", "amount": 120.0})],
            }
        )
        env["recovery.execution.act"].create(
            {
                "case_id": case.id,
                "title_id": title.id,
                "kind_id": env.ref("debt_recovery.recovery_execution_act_kind_seizure_account").id,
                "ordered_on": day - timedelta(days=40),
                "made_on": day - timedelta(days=35),
                "amount_asked": case.amount_now,
                "amount_seized": 300.0,
            }
        )
        self.ground.pay(case.line_ids[0].move_id, 300.0)

    def declare(self):
        """Proceedings that were published, declared, and have a plan with dividends."""
        day, env = self.ground.today, self.env
        debtor = self.make_case("Déclaré", self.ground.company, count=2).debtor_id
        proceedings = env["recovery.insolvency"]._open_for(
            debtor, "receivership", day - timedelta(days=40), day, published_on=day - timedelta(days=30)
        )
        declaration = proceedings.declaration_ids
        declaration.action_prepare()
        declaration.action_begin()
        proceedings._add_step("planned", day - timedelta(days=5), day, "")
        declaration.dividend_ids = [(0, 0, {"date": day + timedelta(days=360), "amount": 250.0})]

    def doubt(self):
        """Doubtful claims: proposed, reviewed, on 416, depreciated at a closing, lost, with their VAT."""
        day, env, ground = self.ground.today, self.env, self.ground
        accountant = ground.make_user(
            "cecile", "account.group_account_user", "account.group_account_manager", "debt_recovery.group_recovery_user"
        )

        def book(entries):
            entries.with_user(ground.recovery_manager).action_review()
            entries.with_user(accountant).action_post()

        claims = {}
        for name in ("proposé", "relu", "douteux", "déprécié", "perdu"):
            move = ground.make_invoice(ground.make_partner(f"Client {name}"), amount=900.0, days_overdue=250)
            lines = ground.receivable_of(move)
            entries = env["recovery.doubtful"]._propose(lines, day - timedelta(days=70), "Ne répond plus")
            if name == "relu":
                entries.with_user(ground.recovery_manager).action_review()
            elif name != "proposé":
                book(entries)
            claims[name] = entries.line_ids.doubtful_id
        closing = env["recovery.doubtful.closing"].create(
            {"day": day.replace(day=1) - timedelta(days=1), "company_id": ground.company.id}
        )
        closing.action_review()
        closing.action_book()
        closing.entry_ids.with_user(accountant).action_post()
        proof = env.ref("debt_recovery.recovery_loss_proof_liquidation")
        file = env["ir.attachment"].create({"name": "jugement.pdf", "raw": b"%PDF-1.4 jugement"})
        book(claims["perdu"]._lose(day, proof, day, file))

    def reword(self):
        """Words of their own above those that a document was shipped with."""
        summons = self.env.ref("debt_recovery.recovery_case_document_template_summons")
        summons.closing = f"<p>{OWN_WORDS}.</p>\n{summons.closing}"

    def break_kinds(self):
        """Make what no screen makes: a stage without a kind, as a file that was loaded by hand leaves it."""
        self.env.flush_all()
        stage = self.stages.filtered(lambda row: row.name == "Sans nature")
        cr = self.env.cr
        cr.execute("ALTER TABLE recovery_case_stage ALTER COLUMN kind DROP NOT NULL")
        cr.execute("UPDATE recovery_case_stage SET kind = NULL WHERE id = %s", [stage.id])
        cr.execute("UPDATE recovery_case SET kind = NULL WHERE stage_id = %s", [stage.id])
        self.env.invalidate_all()

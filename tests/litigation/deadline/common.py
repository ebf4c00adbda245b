from datetime import date

from odoo.tests import freeze_time

from ...common import RecoveryCommon
from ...english import InEnglish

KINDS = (
    ("proof_order", "Order made", {}),
    ("proof_served", "Order served", {}),
    ("proof_opposition", "Opposition", {}),
    ("proof_withdrawn", "Claim withdrawn", {}),
    ("proof_hearing", "Hearing", {"is_foreseen": True}),
    ("proof_summoned", "Summons served", {}),
)
RULES = (
    {
        "code": "proof_service", "name": "Serve the order", "opens_kind": "proof_order", "number": 6, "unit": "months",
        "met_kinds": "proof_served", "moot_kinds": "proof_withdrawn", "valid_to": date(2026, 8, 31),
        "article": "CPC 1411", "sanction": "The order lapses.",
    },
    {
        "code": "proof_service", "name": "Serve the order", "opens_kind": "proof_order", "number": 3, "unit": "months",
        "met_kinds": "proof_served", "moot_kinds": "proof_withdrawn", "valid_from": date(2026, 9, 1),
        "article": "CPC 1411", "sanction": "The order lapses.",
    },
    {
        "code": "proof_opposed", "name": "Opposition of the debtor", "opens_kind": "proof_served", "number": 1,
        "unit": "months", "whose": "opponent", "has_distance": True, "met_kinds": "proof_opposition",
        "article": "CPC 1416",
    },
    {
        "code": "proof_wait", "name": "Enforcement", "opens_kind": "proof_served", "basis_kind": "proof_order",
        "number": 2, "unit": "months", "is_wait": True, "moot_kinds": "proof_opposition",
        "valid_from": date(2026, 9, 1), "article": "CPC 1422",
    },
    {
        "code": "proof_summons", "name": "Serve the summons", "opens_kind": "proof_hearing", "number": 15,
        "unit": "days", "is_before": True, "met_kinds": "proof_summoned", "is_renewed": True, "article": "CPC 856",
    },
)  # fmt: skip


@freeze_time("2026-11-21 10:00:00")
class DeadlineCommon(InEnglish, RecoveryCommon):
    """A case with a procedure of a type of its own, whose rules look like those of the injonction de payer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.lang = "en_US"
        cls.substitute = cls.make_user("sonia", "debt_recovery.group_recovery_user")
        cls.type = cls.env["recovery.procedure.type"].create(
            {"code": "proof", "name": "Order on documents", "article": "CPC 1405", "source": "Proof"}
        )
        kinds = cls.env["recovery.procedure.event.kind"].create(
            [
                {"type_id": cls.type.id, "code": code, "name": name, "is_repeated": True, **vals}
                for code, name, vals in KINDS
            ]
        )
        cls.kinds = {kind.code.removeprefix("proof_"): kind for kind in kinds}
        cls.rules = cls.env["recovery.deadline.rule"].create([{"source": "Proof", **vals} for vals in RULES])
        cls.case = cls.make_case()
        cls.procedure = cls.make_procedure(cls.case)
        cls.Deadline = cls.env["recovery.deadline"]

    @classmethod
    def make_case(cls, partner=None):
        """Return a case of Claire, whose substitute is Sonia."""
        partner = partner or cls.debtor_partner
        invoice = cls.make_invoice(partner, days_overdue=60)
        case = cls.env["recovery.case"]._open_for(
            cls.debtor_of(partner), cls.receivable_of(invoice), cls.today, user=cls.recovery_user
        )
        case.substitute_id = cls.substitute
        return case

    @classmethod
    def make_procedure(cls, case, **kwargs):
        return cls.env["recovery.procedure"]._open_for(case, cls.type, cls.today, {}, **kwargs)

    @classmethod
    def record(cls, kind, date, procedure=None):
        """Record what happened, as a manager does who works on its day or later."""
        return cls.env["recovery.procedure.event"]._record(
            procedure or cls.procedure, cls.kinds[kind], date, max(date, cls.today)
        )

    def deadline(self, code, procedure=None):
        """Return the deadlines of one rule, the oldest first."""
        return (
            (procedure or self.procedure)
            .deadline_ids.filtered(lambda row: row.rule_code == f"proof_{code}")
            .sorted("id")
        )

    def watch(self, day):
        return self.env["recovery.deadline.watch"]._watch(self.company, day)

    def told(self, kind):
        """Return the journal of one kind about the deadlines of the case, the oldest first."""
        return self.env["recovery.event"].search(
            [("kind", "=", kind), ("res_model", "=", "recovery.deadline"), ("debtor_id", "=", self.case.debtor_id.id)],
            order="id",
        )

    def tasks(self, case=None):
        kind = self.env.ref("debt_recovery.mail_activity_type_deadline")
        return (case or self.case).activity_ids.filtered(lambda task: task.activity_type_id == kind)

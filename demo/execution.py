"""What is done to have titles paid: what they awarded, seizures, a conservatory measure."""

from odoo import Command

from ..models.litigation.evidence.paper import print_sheet
from .cases import _get_case


def complete(world, _day, customer, heads):
    """Write on a title what it awarded beside the principal, and keep its document."""
    title = _get_case(world, customer).title_ids[:1]
    content = print_sheet(title.display_name, [title.court_id.name or "", "Pièce de démonstration"])
    file = title.env["ir.attachment"].create({"name": "ordonnance.pdf", "raw": content, "mimetype": "application/pdf"})
    title.attachment_ids = [Command.set(file.ids)]
    title.head_ids = [Command.create({"kind": kind, "amount": amount}) for kind, amount in heads]
    awarded = {kind for kind, _amount in heads}
    title.case_id.cost_ids.filtered(lambda cost: cost.amount_owed and cost.recoverable in awarded).title_id = title


def seize(world, day, customer, code, third_party, vals, fee):
    """Order an act of execution and say what became of it; ``vals`` counts its days before today."""
    case = _get_case(world, customer)
    kind = case.env.ref(f"debt_recovery.recovery_execution_act_kind_{code}")
    bank = third_party and world.env["res.partner"].create({"name": third_party, "is_company": True})
    act = case.env["recovery.execution.act"].create(
        {
            "case_id": case.id,
            "kind_id": kind.id,
            "title_id": case.title_ids[:1].id if kind.needs_title else False,
            "bailiff_id": world.parties["bailiff"].id,
            "third_party_id": bank and bank.id,
            "ordered_on": day,
            "amount_asked": case.amount_now,
            **{name: world.day(value) if name.endswith("_on") else value for name, value in vals.items()},
        }
    )
    if fee:
        act.cost_ids.write({"amount": fee, "state": "engaged"})


ACTIONS = {"complete": complete, "seize": seize}

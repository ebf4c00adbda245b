"""What was agreed with customers: promises, a payment plan, a dispute, a guarantee."""

from dateutil.relativedelta import relativedelta

from ..models.agreements.plan_schedule import generate


def promise(world, day, customer, until):
    """Record that a customer promised on the phone all that is overdue."""
    env = world.as_user("claire")
    debtor = world.debtor(customer, env)
    lines = world.overdue(customer, day)
    if not lines:
        return  # paid meanwhile
    claims, currency = env["recovery.agreement.line"]._choose_claims(debtor, day, None, lines)  # credits off
    env["recovery.promise"]._give(
        debtor,
        day,
        currency.round(sum(claim.open for claim in claims)),
        world.day(until),
        lines=lines,
        given_by_id=debtor._get_addressee("call").id,
        channel="call",
    )


def plan(world, day, customer, part_count, first):
    """Put a payment plan in force, signed the day it was printed."""
    env = world.as_user("claire")

    def spread(total, currency):
        rows = generate(total, part_count, world.day(first), currency.decimal_places)
        return [("part", due, amount) for due, amount in rows]

    plan = env["recovery.payment.plan"]._make(world.debtor(customer, env), day, spread)
    plan.sudo()._print_agreement(day)
    plan._sign(day, day)


def dispute(world, day, sale, reason, description):
    """Open a dispute on a whole invoice."""
    env = world.as_user("claire")
    move = world.moves[sale].with_env(env)
    env["recovery.dispute"]._open(
        world.debtor(sale[0], env), day, move, env.ref(f"debt_recovery.{reason}"), description=description
    )


def answer(world, day, sale):
    """Answer a dispute: by the credit note that was made for it, else by a refusal."""
    env = world.as_user("claire")
    dispute = env["recovery.dispute"].search([("move_id", "=", world.moves[sale].id), ("state", "=", "open")])
    notes = dispute.move_id.reversal_move_ids
    if notes:
        dispute._resolve(day, "credit_note", "Avoir établi pour ce qui manquait.", credit_notes=notes)
    else:
        dispute._resolve(day, "rejected", "Bon de livraison signé sans réserve, envoyé au client.")


def check_agreements(world, day):
    """Look at what became of promises and plans, as every night does."""
    world.env["recovery.agreement"]._check_all(world.company, day)


def insure(world, day, customer, amount):
    """Have a fictional insurer cover a customer for a year."""
    env = world.as_user("marc")
    insurer = world.env["res.partner"].create({"name": "Assurance-crédit des Deux Fleuves", "is_company": True})
    env["recovery.coverage"].create(
        {
            "debtor_id": world.debtor(customer, env).id,
            "provider_id": insurer.id,
            "reference": "AC-2026-0417",
            "amount": amount,
            "share": 90,
            "date_from": day,
            "date_until": day + relativedelta(years=1),
            "declare_days": 90,
        }
    )


ACTIONS = {
    "promise": promise,
    "plan": plan,
    "dispute": dispute,
    "answer": answer,
    "check_agreements": check_agreements,
    "insure": insure,
}

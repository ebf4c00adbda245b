"""Insolvency proceedings against customers: a receivership that is to be declared, a liquidation without assets."""

from .cases import move_case


def _get_proceedings(world, customer):
    env = world.as_user("marc")
    return env["recovery.insolvency"].search([("debtor_id", "=", world.debtor(customer, env).id)], limit=1)


def judge(world, day, customer, kind, court, magistrate, reference):
    """Record the judgment that opened proceedings."""
    env = world.as_user("marc")
    env["recovery.insolvency"]._open_for(
        world.debtor(customer, env),
        kind,
        day,
        day,
        court_id=court and world.parties[court].id,
        judge=magistrate,
        trustee_id=world.parties["trustee"].id,
        reference=reference,
    )


def publish(world, day, customer, announcement):
    """Note the publication in the BODACC: the time to declare runs."""
    _get_proceedings(world, customer).write({"published_on": day, "announcement": announcement})


def declare(world, day, customer, vals):
    """Prepare the declaration from the books and begin its procedure."""
    declaration = _get_proceedings(world, customer).declaration_ids
    declaration.write(vals)
    declaration._prepare_claims()
    declaration._begin(day)
    move_case(world, day, customer, "insolvency")


def tell_court(world, day, customer, code):
    """Record what was declared, or admitted, in the procedure: all of it."""
    declaration = _get_proceedings(world, customer).declaration_ids
    procedure = declaration.procedure_id
    kind = procedure.type_id.event_kind_ids.filtered(lambda kind: kind.code == code)
    procedure.env["recovery.procedure.event"]._record(procedure, kind, day, day, declaration.amount_total)


def turn(world, day, customer, what, value):
    """Record what followed in the proceedings."""
    _get_proceedings(world, customer)._add_step(what, day, day, value)


def guarantee(world, day, customer, name, street, amount):
    """Note that somebody stands surety for a customer."""
    env = world.as_user("marc")
    debtor = world.debtor(customer, env)
    partner = debtor.partner_id
    surety = world.env["res.partner"].create(
        {
            "name": name,
            "street": street,
            "zip": partner.zip,
            "city": partner.city,
            "country_id": partner.country_id.id,
            "company_type": "person",
        }
    )
    env["recovery.coverage"].create(
        {"debtor_id": debtor.id, "kind": "surety", "provider_id": surety.id, "amount": amount, "date_from": day}
    )


ACTIONS = {
    "declare": declare,
    "guarantee": guarantee,
    "judge": judge,
    "publish": publish,
    "tell_court": tell_court,
    "turn": turn,
}


def fail(world):
    """Look for what was received since the judgments, as the night would have."""
    world.env["recovery.insolvency.watch"]._watch(world.company, world.today)

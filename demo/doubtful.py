"""The accounts of the doubt: a doubtful claim at each step, and a loss with its VAT.

``(days before today, what, arguments)``, played after the proceedings: what the books say rests on them.
"""

from datetime import timedelta

from ..models.litigation.evidence.paper import print_sheet

STEPS = (
    (106, "transfer", ("nuit", "Redressement judiciaire publié au BODACC", "posted")),
    (100, "transfer", ("rossignol", "Titre obtenu, jamais signifié ; ne répond plus", "posted")),
    (99, "transfer", ("vieuxpont", "Saisie fructueuse en partie seulement", "posted")),
    (None, "close_month", ("rossignol", 60.0, "Immeuble hypothéqué au profit d'une banque ; reste un véhicule")),
    (14, "lose", ("nuit", "liquidation", 70, "Jugement prononçant la liquidation judiciaire")),
    (13, "take_vat_back", ("nuit", "liquidation", 70, "Jugement prononçant la liquidation judiciaire")),
    (12, "receive", ("vieuxpont", 600.0)),
    (9, "transfer", ("chevreuil", "Opposition : la pose de deux enseignes est contestée", "posted")),
    (3, "transfer", ("brightwell", "Ne répond plus, dossier confié à une agence locale", "reviewed")),
    (1, "transfer", ("anemone", "Ordonnance signifiée, aucune réponse", "draft")),
)


def doubt(world):
    """Play the steps, unless the chart of accounts is not the French one."""
    if world.company.chart_template != "fr":
        return
    for ago, what, arguments in STEPS:
        day = _end_of_last_month(world) if ago is None else world.day(ago)
        with world.dated(day):
            globals()[f"_{what}"](world, day, *arguments)


def _end_of_last_month(world):
    """Return the last day of a month that ended at least two weeks ago."""
    return world.day(15).replace(day=1) - timedelta(days=1)


def _as_marc(world):
    return world.as_user("marc")


def _finish(world, entries, state="posted"):
    """Have entries reviewed by Marc and posted by the administrator, who keeps the accounts."""
    if state in ("reviewed", "posted"):
        entries.with_user(world.users["marc"]).action_review()
    if state == "posted":
        entries.with_user(world.env.ref("base.user_admin")).action_post()


def _transfer(world, day, customer, reason, state):
    env = world.as_user("claire")
    lines = env["account.move.line"].browse(world.overdue(customer, day).ids)
    _finish(world, env["recovery.doubtful"]._propose(lines, day, reason), state)


def _claims(world, customer):
    domain = [("partner_id", "=", world.partners[customer].id), ("state", "in", ("doubtful", "lost"))]
    return _as_marc(world)["recovery.doubtful"].search(domain)


def _close_month(world, day, customer, rate, justification):
    closing = _as_marc(world)["recovery.doubtful.closing"].create({"company_id": world.company.id, "day": day})
    own = closing.line_ids.filtered(lambda line: line.debtor_id.partner_id == world.partners[customer])
    own.write({"rate": rate, "justification": justification})
    closing.action_review()
    closing.action_book()
    closing.entry_ids.with_user(world.env.ref("base.user_admin")).action_post()


def _document(world, title):
    content = print_sheet(title, ["Tribunal de commerce de Lyon", "Pièce de démonstration"])
    vals = {"name": f"{title}.pdf", "raw": content, "mimetype": "application/pdf"}
    return _as_marc(world)["ir.attachment"].create(vals)


def _prove(world, code):
    return _as_marc(world).ref(f"debt_recovery.recovery_loss_proof_{code}")


def _lose(world, day, customer, code, proven, title):
    proof = _prove(world, code)
    _finish(world, _claims(world, customer)._lose(day, proof, world.day(proven), _document(world, title)))


def _take_vat_back(world, day, customer, code, proven, title):
    claims = _claims(world, customer).filtered("vat_open")
    proof = _prove(world, code)
    _finish(world, claims._recover_vat(day, proof, world.day(proven), _document(world, title)))


def _receive(world, day, customer, amount):
    method = world.env["account.payment.method.line"].search(
        [
            ("journal_id.type", "=", "bank"),
            ("journal_id.company_id", "=", world.company.id),
            ("payment_type", "=", "inbound"),
        ],
        limit=1,
    )
    payment = world.env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": world.partners[customer].id,
            "amount": amount,
            "date": day,
            "journal_id": method.journal_id.id,
            "payment_method_line_id": method.id,
        }
    )
    payment.action_post()
    credit = world.receivables(payment.move_id)
    claim = _claims(world, customer)[:1]
    _finish(world, claim._receive(credit.with_env(claim.env), day, amount))

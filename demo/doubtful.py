"""The accounts of the doubt: a doubtful claim at each step, and a loss with its VAT."""

from datetime import timedelta

from ..models.litigation.evidence.paper import print_sheet

# (days before today, what, arguments), played among the events of the cases
EVENTS = [
    (100, "doubt", (("rossignol", 275), "Titre obtenu, jamais signifié ; ne répond plus", "posted")),
    (69, "doubt", (("nuit", 250), "Liquidation judiciaire publiée au BODACC", "posted")),
    (38, "doubt", (("vieuxpont", 262), "Saisie fructueuse en partie seulement", "posted")),
    (18, "close_books", ("rossignol", 60.0, "Immeuble hypothéqué au profit d'une banque ; reste un véhicule")),
    (17, "lose", ("nuit", "liquidation", 70, "Jugement prononçant la liquidation judiciaire")),
    (16, "take_vat_back", ("nuit", "liquidation", 70, "Jugement prononçant la liquidation judiciaire")),
    (10, "receive_doubtful", ("vieuxpont", 600.0)),
    (9, "doubt", (("chevreuil", 235), "Opposition : la pose de deux enseignes est contestée", "posted")),
    (3, "doubt", (("brightwell", 152), "Ne répond plus, dossier confié à une agence locale", "reviewed")),
    (1, "doubt", (("anemone", 165), "Ordonnance signifiée, aucune réponse", "draft")),
]


def _in_french_books(action):
    """Leave an action out where the chart of accounts is not the French one."""

    def act(world, *arguments):
        if world.company.chart_template == "fr":
            action(world, *arguments)

    return act


def _as_marc(world):
    return world.as_user("marc")


def _finish(world, entries, state="posted"):
    """Have entries reviewed by Marc and posted by the administrator, who keeps the accounts."""
    if state in ("reviewed", "posted"):
        entries.with_user(world.users["marc"]).action_review()
    if state == "posted":
        entries.with_user(world.env.ref("base.user_admin")).action_post()


def doubt(world, day, sale, reason, state):
    """Pass an invoice to the doubtful receivables: as a draft, reviewed, or posted."""
    env = world.as_user("claire")
    lines = world.receivables(world.moves[sale]).filtered(lambda line: not line.reconciled).with_env(env)
    _finish(world, env["recovery.doubtful"]._propose(lines, day, reason), state)


def _claims(world, customer):
    domain = [("partner_id", "=", world.partners[customer].id), ("state", "in", ("doubtful", "lost"))]
    return _as_marc(world)["recovery.doubtful"].search(domain)


def close_books(world, day, customer, rate, justification):
    """Depreciate at the end of the month before, one claim otherwise than the grid proposes."""
    end = day.replace(day=1) - timedelta(days=1)
    closing = _as_marc(world)["recovery.doubtful.closing"].create({"company_id": world.company.id, "day": end})
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


def lose(world, day, customer, code, proven, title):
    """Write off what a customer owes, with its proof."""
    proof = _prove(world, code)
    _finish(world, _claims(world, customer)._lose(day, proof, world.day(proven), _document(world, title)))


def take_vat_back(world, day, customer, code, proven, title):
    """Take back the VAT of what was written off."""
    claims = _claims(world, customer).filtered("vat_open")
    proof = _prove(world, code)
    _finish(world, claims._recover_vat(day, proof, world.day(proven), _document(world, title)))


def receive_doubtful(world, day, customer, amount):
    """Book a payment on a doubtful claim."""
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


ACTIONS = {
    action.__name__: _in_french_books(action) for action in (doubt, close_books, lose, take_vat_back, receive_doubtful)
}

"""Debts in litigation: plain data, in days before today, and how the demonstration plays them.

A case stands at each stage of the board, with procedural deadlines that are far, near and missed; the dates are
those that the procedures ask for, so that what the law says of them holds on whatever day it is loaded.
"""

from datetime import timedelta

from odoo import Command

from ..models.common.calendar import is_business_day
from .sales import write_off

PAYMENT_ORDER = "payment_order_commerce"
ENDED = {"settled": "paid", "lost": "insolvency", "abandoned": "uneconomic"}

# (days before today, what, arguments); a negative day is to come
EVENTS = [
    # Taken over from the former follow-up: enforceable, in the hands of the commissaire de justice
    (
        21,
        "take_over_case",
        (
            "pharmacie",
            300,
            "enforcement",
            PAYMENT_ORDER,
            (("request_filed", 282), ("order_given", 260), ("order_served", 236), ("executable", 168)),
            {"lawyer_id": "firm", "court_id": "lyon", "reference": "2025IP01742", "title_held": True},
        ),
    ),
    # Title obtained, its service forgotten: the deadline was missed
    (232, "open_case", ("rossignol", "Ancien collaborateur parti sans passer le dossier ; dette jamais contestée.")),
    (230, "know_case", ("rossignol", {"contested": "no", "user_id": "claire", "substitute_id": "marc"})),
    (228, "entrust", ("rossignol", "firm", "marseille", "2026IP00418")),
    (226, "begin", ("rossignol", PAYMENT_ORDER, "Repris d'un dossier ancien, mise en demeure envoyée hors logiciel")),
    (224, "happens", ("rossignol", "request_filed")),
    (200, "happens", ("rossignol", "order_given", None, "Ordonnance rendue pour le tout ; jamais remise à l'étude.")),
    (200, "spend", ("rossignol", "registry", "Frais de greffe de la requête", 33.47, "paid", "costs", "marseille")),
    # Opposition: the hearing is near
    (204, "open_case", ("chevreuil", "Reconnaît la commande, conteste la pose de deux enseignes sur quatre.")),
    (
        202,
        "know_case",
        (
            "chevreuil",
            {
                "contested": "partly",
                "contested_reason": "Pose de deux enseignes jugée incomplète",
                "probability": 60,
                "expected_reason": "Bons de livraison signés ; contestation tardive",
                "counsel_opinion": "La contestation ne porte que sur la pose : obtenir au moins le prix des enseignes.",
                "priority": "2",
                "substitute_id": "claire",
            },
        ),
    ),
    (200, "entrust", ("chevreuil", "firm", "saint-etienne", "2026IP00377")),
    (198, "begin", ("chevreuil", PAYMENT_ORDER, "Mise en demeure envoyée avant le suivi dans le logiciel")),
    (196, "happens", ("chevreuil", "request_filed")),
    (176, "happens", ("chevreuil", "order_given")),
    (160, "happens", ("chevreuil", "order_served")),
    (138, "happens", ("chevreuil", "opposition", None, "Opposition motivée : pose de deux enseignes inachevée.")),
    (126, "happens", ("chevreuil", "opposition_notified")),
    (118, "happens", ("chevreuil", "fees_consigned")),
    (70, "happens", ("chevreuil", "hearing_fixed", -9, "Première audience, chambre du contentieux général.")),
    (
        70,
        "owe",
        ("chevreuil", "Communiquer nos pièces à la partie adverse", -4, "Calendrier du juge", "Pièces écartées"),
    ),
    (176, "spend", ("chevreuil", "registry", "Frais de greffe de la requête", 33.47, "paid", "costs", "saint-etienne")),
    (160, "spend", ("chevreuil", "bailiff", "Signification de l'ordonnance", 78.6, "paid", "costs", "bailiff")),
    (118, "spend", ("chevreuil", "registry", "Consignation sur opposition", 104.0, "paid", "costs", "saint-etienne")),
    (60, "spend", ("chevreuil", "lawyer", "Conclusions et audience", 850.0, "engaged", "art_700", "firm")),
    (24, "wait_for", ("chevreuil", "firm")),
    # Enforcement, part of it paid
    (214, "open_case", ("vieuxpont", "Trésorerie tendue hors saison ; le gérant propose des acomptes sans date.")),
    (212, "know_case", ("vieuxpont", {"contested": "no", "debtor_agrees": "yes", "urgency": "no"})),
    (210, "entrust", ("vieuxpont", "firm", "lyon", "2026IP00201")),
    (208, "begin", ("vieuxpont", PAYMENT_ORDER, "Mise en demeure envoyée avant le suivi dans le logiciel")),
    (206, "happens", ("vieuxpont", "request_filed")),
    (188, "happens", ("vieuxpont", "order_given")),
    (170, "happens", ("vieuxpont", "order_served")),
    (100, "happens", ("vieuxpont", "executable")),
    (188, "spend", ("vieuxpont", "registry", "Frais de greffe de la requête", 33.47, "paid", "costs", "lyon")),
    (170, "spend", ("vieuxpont", "bailiff", "Signification de l'ordonnance", 74.4, "paid", "costs", "bailiff")),
    (100, "award", ("vieuxpont", "Ordonnance portant injonction de payer")),
    (99, "complete", ("vieuxpont", (("costs", 107.87),))),
    (
        52,
        "seize",
        (
            "vieuxpont",
            "seizure_account",
            "Caisse rhodanienne de crédit",
            {
                "made_on": 50,
                "reported_on": 45,
                "paid_on": 41,
                "amount_seized": 2718.72,
                "amount_received": 2718.72,
                "result": "part",
                "closed_on": 41,
            },
            168.2,
        ),
    ),
    (11, "seize", ("vieuxpont", "order_to_pay", None, {"made_on": 6}, 0)),
    (
        45,
        "know_case",
        (
            "vieuxpont",
            {"title_held": True, "probability": 80, "expected_reason": "Saisie fructueuse en partie ; fonds exploité"},
        ),
    ),
    (40, "owe", ("vieuxpont", "Demander le certificat de non-contestation de la saisie", -19, "CPCE R211-6", "")),
    # Service of the order: the opposition may still come
    (118, "open_case", ("anemone", "Ne répond plus depuis l'ouverture d'un second magasin.")),
    (116, "know_case", ("anemone", {"contested": "no", "substitute_id": "claire"})),
    (114, "entrust", ("anemone", "firm", "lyon", "2026IP00655")),
    (112, "begin", ("anemone", PAYMENT_ORDER, "Livraison reconnue par courriel")),
    (110, "happens", ("anemone", "request_filed")),
    (82, "happens", ("anemone", "order_given")),
    (22, "happens", ("anemone", "order_served")),
    (82, "spend", ("anemone", "registry", "Frais de greffe de la requête", 33.47, "paid", "costs", "lyon")),
    (22, "spend", ("anemone", "bailiff", "Signification de l'ordonnance", 74.4, "engaged", "costs", "bailiff")),
    # Title obtained: time to have it served
    (60, "open_case", ("perrin", "Rachat du fonds annoncé : obtenir le titre avant la cession.")),
    (58, "know_case", ("perrin", {"contested": "no", "urgency": "yes", "recovery_threatened": "yes"})),
    (56, "entrust", ("perrin", "firm", "lyon", "2026IP00811")),
    (54, "begin", ("perrin", PAYMENT_ORDER, "Aucune contestation, titre à obtenir avant la cession du fonds")),
    (52, "happens", ("perrin", "request_filed")),
    (14, "happens", ("perrin", "order_given")),
    (14, "spend", ("perrin", "registry", "Frais de greffe de la requête", 33.47, "engaged", "costs", "lyon")),
    (
        13,
        "seize",
        (
            "perrin",
            "conservatory_account",
            "Banque des Deux-Fleuves",
            {"authorised_on": 9, "made_on": 5, "amount_seized": 1800.0, "sued_on": 5},
            0,
        ),
    ),
    # Contested: assignation on the merits, which the greffe waits for
    (76, "open_case", ("belvedere", "Conteste la qualité des études ; aucune réserve à la remise des plans.")),
    (
        74,
        "know_case",
        (
            "belvedere",
            {
                "contested": "seriously",
                "contested_reason": "Études jugées inexploitables par son bureau de contrôle",
                "probability": 45,
                "expected_reason": "Plans remis sans réserve ; expertise à craindre",
                "priority": "1",
            },
        ),
    ),
    (72, "entrust", ("belvedere", "firm", "paris", "2026F01290")),
    (70, "begin", ("belvedere", "merits", "Contestation sérieuse : ni injonction ni référé")),
    (48, "happens", ("belvedere", "hearing_fixed", -27, "Audience d'orientation")),
    (30, "happens", ("belvedere", "summons_served")),
    (48, "spend", ("belvedere", "lawyer", "Assignation au fond", 1400.0, "engaged", "art_700", "firm")),
    (30, "spend", ("belvedere", "bailiff", "Délivrance de l'assignation", 92.3, "paid", "costs", "bailiff")),
    (12, "call", ("belvedere", "Demander au cabinet la date du placement de l'assignation", -2)),
    # Insolvency: the claim has to be declared
    (46, "open_case", ("bellerive", "Redressement judiciaire annoncé par le dirigeant.")),
    (90, "guarantee", ("bellerive", "Luc Bellerive", "19 rue Bouffier", 4000.0)),
    (38, "judge", ("bellerive", "receivership", "romans", "Mme Delorme", "2026J00218")),
    (31, "publish", ("bellerive", "A202602145871")),
    (30, "know_case", ("bellerive", {"court_id": "romans"})),
    (
        29,
        "declare",
        (
            "bellerive",
            {"has_retention": True, "goods": "Douze spots encastrés en vitrine, livrés et non payés (facture jointe)"},
        ),
    ),
    # A case that closed without a cent: it was not worth it
    (150, "open_case", ("retro", "Petit montant, siège fermé, courriers revenus.")),
    (120, "close_case", ("retro", "abandoned", "Les frais dépasseraient la créance ; siège fermé")),
    # Two currencies, abroad
    (66, "open_case", ("brightwell", "Promet de payer à réception de ses propres clients.")),
    (64, "know_case", ("brightwell", {"contested": "no", "substitute_id": "claire"})),
    (62, "entrust", ("brightwell", "foreign", None, "LRP-20417")),
    (60, "begin", ("brightwell", "foreign_provider", "Débiteur américain : correspondant sur place")),
    (58, "happens", ("brightwell", "mandate_signed")),
    (55, "happens", ("brightwell", "file_given")),
    (30, "wait_for", ("brightwell", "foreign")),
    # Two cases of one customer, which were regrouped
    (58, "open_case", ("cormoran", "Changement d'enseigne en cours, même société.", 140)),
    (28, "open_case", ("cormoran", "Deuxième facture, mêmes explications.", 104)),
    (15, "regroup", ("cormoran", "Même débiteur, mêmes pièces : une seule procédure")),
    # A consumer: conciliation before any judge
    (24, "open_case", ("marchetti", "Juge la restauration trop chère ; le devis est signé.")),
    (22, "know_case", ("marchetti", {"contested": "partly", "contested_reason": "Conteste le prix, devis signé"})),
    (20, "begin", ("marchetti", "conciliation", "Moins de 5 000 € : tentative obligatoire (CPC 750-1)")),
    (19, "happens", ("marchetti", "attempt_asked", None, "Saisine du conciliateur de Lyon 6e.")),
    # A file that is being built: something is still missing
    (26, "open_case", ("bruyeres", "Deux journées de location contestées par téléphone, rien par écrit.")),
    (
        24,
        "know_case",
        (
            "bruyeres",
            {
                "contested": "partly",
                "contested_reason": "Deux journées de location sur neuf",
                "probability": 50,
                "expected_reason": "Traiteur en activité, carnet de commandes visible",
            },
        ),
    ),
    (20, "move_case", ("bruyeres", "preparing")),
    # Filed: the usual way
    (20, "open_case", ("fontanel", "Aucune contestation ; dernier appel le jour de la remise du dossier.")),
    (
        18,
        "know_case",
        (
            "fontanel",
            {
                "contested": "no",
                "debtor_agrees": "yes",
                "probability": 70,
                "expected_reason": "Comptes publiés : capitaux propres positifs, aucun privilège inscrit",
                "substitute_id": "claire",
            },
        ),
    ),
    (17, "prove", ("fontanel", (("order", "Bon de commande 2026-118"), ("delivery", "Bon de livraison signé 0452")))),
    (16, "move_case", ("fontanel", "preparing")),
    (14, "entrust", ("fontanel", "firm", "romans", "2026IP00934")),
    (12, "check", ("fontanel",)),
    (11, "choose", ("fontanel", PAYMENT_ORDER, "Créance reconnue, pièces complètes : la voie la plus rapide")),
    (9, "happens", ("fontanel", "request_filed")),
    (9, "spend", ("fontanel", "registry", "Frais de greffe de la requête", 33.47, "engaged", "costs", "romans")),
    (8, "plan_costs", ("fontanel",)),
    # Settled, and lost
    (33, "open_case", ("corvelle", "Le gérant reconnaît la dette, demande un délai et ne tient pas parole.")),
    (10, "close_case", ("corvelle", "settled", "Réglée en totalité après la dernière offre amiable")),
    (110, "judge", ("nuit", "receivership", None, "Mme Sabatier", "")),
    (103, "publish", ("nuit", "A202600814412")),
    (95, "open_case", ("nuit", "Déclaration de créance faite dans le délai de deux mois.", 250)),
    (94, "declare", ("nuit", {})),
    (88, "tell_court", ("nuit", "declared")),
    (70, "turn", ("nuit", "converted", "liquidation")),
    (52, "tell_court", ("nuit", "admitted")),
    (15, "turn", ("nuit", "closed", "no_assets")),
    (15, "close_case", ("nuit", "lost", "Liquidation judiciaire clôturée pour insuffisance d'actif")),
    # Just opened
    (4, "open_case", ("scene", "Siège inchangé, comptes publiés : solvable. Proposer un règlement en deux fois.")),
    (2, "call", ("scene", "Proposer un règlement en deux fois", -1)),
    (1, "check", ("scene",)),
    (1, "check", ("bruyeres",)),
]
# The day of the last event of each procedure: its deadlines are reckoned once, with all that happened.
LAST = {}
for _ago, _what, _arguments in EVENTS:
    if _what == "happens":
        LAST[_arguments[0]] = min(_ago, LAST.get(_arguments[0], _ago))


def _get_case(world, customer):
    env = world.as_user("marc")
    return env["recovery.case"].search([("debtor_id", "=", world.debtor(customer, env).id)], limit=1)


def _get_procedure(world, customer):
    return _get_case(world, customer).procedure_ids[:1]


def _get_type(world, code):
    return world.as_user("marc").ref(f"debt_recovery.recovery_procedure_type_{code}")


def _get_kind(procedure, code):
    return procedure.type_id.event_kind_ids.filtered(lambda kind: kind.code == code)


def _resolve(world, vals):
    """Replace the keys of users and parties by their identifiers."""
    keys = world.users | world.parties
    return {name: keys[value].id if name.endswith("_id") else value for name, value in vals.items()}


# ------------------------------------------------------------
# Cases
# ------------------------------------------------------------
def open_case(world, day, customer, facts, *lates):
    """Open a case on some invoices, or on what the last mise en demeure claimed, and close the task for it."""
    env = world.as_user("marc")
    debtor = world.debtor(customer, env)
    notice = env["recovery.notice"].search(
        [("debtor_id", "=", debtor.id), ("kind", "=", "formal_notice"), ("state", "in", ("sent", "failed"))], limit=1
    )
    lines = notice.line_ids.filtered(lambda line: line.role == "claimed").move_line_id
    if lates:
        lines = env["account.move.line"].union(*(world.receivables(world.moves[customer, late]) for late in lates))
    lines = lines or world.overdue(customer, day)
    lines = lines.with_env(env).filtered(lambda line: not line.reconciled)
    case = env["recovery.case"]._open_for(debtor, lines, day, user=world.users["marc"], notice=notice)
    case.sudo().write({"description": facts, "date_last_stage_update": day})
    handover = env.ref("debt_recovery.mail_activity_type_handover")
    for task in debtor.activity_ids.filtered(lambda activity: activity.activity_type_id == handover):
        task.with_user(task.user_id).action_feedback(feedback=f"Dossier {case.name} ouvert.")


def know_case(world, _day, customer, vals):
    """Note what is known of a claim, and what is expected of it."""
    _get_case(world, customer).write(_resolve(world, vals))


def take_over_case(world, day, customer, opened, kind, code, steps, vals):
    """Take over a case with its procedure, as it stood in the former follow-up."""
    env = world.as_user("marc")
    Case = env["recovery.case"]
    stage = env["recovery.case.stage"]._get_first(world.company, [kind])
    lines = world.overdue(customer, world.day(opened)).with_env(env)
    case = Case._take_over(world.debtor(customer, env), lines, world.day(opened), stage, **_resolve(world, vals))
    kinds = {kind.code: kind for kind in _get_type(world, code).event_kind_ids}
    env["recovery.procedure"]._take_over(
        case,
        _get_type(world, code),
        day,
        [
            (kinds[step], world.day(ago), case.amount_now if kinds[step].asks_amount else 0.0, None)
            for step, ago in steps
        ],
        _resolve(
            world, {"court_id": "lyon", "lawyer_id": "firm", "bailiff_id": "bailiff", "reference": vals["reference"]}
        ),
    )
    case.sudo().date_last_stage_update = world.day(steps[-1][1])


def entrust(world, _day, customer, party, court, reference):
    """Name who acts for the company, and the court."""
    case = _get_case(world, customer)
    vals = {"lawyer_id": world.parties[party].id, "reference": reference}
    if court:
        vals["court_id"] = world.parties[court].id
    case.write(vals)


def move_case(world, day, customer, kind):
    """Move a case to a stage, as somebody did that day."""
    case = _get_case(world, customer).sudo()
    if case.kind != kind:
        case.stage_id = case.stage_id._get_first(world.company, [kind])
    case.date_last_stage_update = day


def close_case(world, day, customer, kind, reason):
    """Close a case for a reason."""
    case = _get_case(world, customer)
    if kind == "lost":  # where its loss is not in the books already
        for move in case._get_unpaid_claims().sudo().move_id.filtered("amount_residual"):
            write_off(world, day, move)
    stage = case.stage_id._get_first(world.company, [kind])
    case = case.sudo()
    case.write({"stage_id": stage.id, "closed_on": day, "close_reason": reason, "close_how": ENDED[kind]})
    case.date_last_stage_update = day


def regroup(world, day, customer, reason):
    """Let the first case of a customer go on with the claims of the others."""
    env = world.as_user("marc")
    cases = env["recovery.case"].search([("debtor_id", "=", world.debtor(customer, env).id)], order="id")
    env["recovery.case.union"]._regroup(cases, cases[0], reason)
    cases[1:].sudo().write({"closed_on": day})
    cases[1:].sudo().date_last_stage_update = day


def check(world, day, customer):
    """Look at what stands against going to court."""
    _get_case(world, customer)._run_gate(day)


def prove(world, day, customer, documents):
    """Have the order and the delivery of what a case claims."""
    case = _get_case(world, customer)
    case.env["recovery.proof"].create(
        [
            {
                "name": name,
                "kind": kind,
                "date": world.day(130),
                "is_signed": True,
                "move_ids": [Command.set(case.line_ids.move_id.ids)],
            }
            for kind, name in documents
        ]
    )


def call(world, _day, customer, summary, until):
    """Plan a call about a case."""
    case = _get_case(world, customer)
    case.activity_schedule(
        "mail.mail_activity_data_call", date_deadline=world.day(until), summary=summary, user_id=case.user_id.id
    )


# ------------------------------------------------------------
# Procedures and deadlines
# ------------------------------------------------------------
def begin(world, day, customer, code, reason):
    """Begin a procedure, whatever the checks lack: Marc may, with his reason."""
    case = _get_case(world, customer)
    procedure = case.env["recovery.procedure"]._open_for(case, _get_type(world, code), day, reason=reason)
    _name_people(world, procedure, case)


def choose(world, day, customer, code, reason):
    """Begin the procedure that was chosen in the advisor."""
    case = _get_case(world, customer)
    choice = case.env["recovery.advice.choice"]._choose(
        case, _get_type(world, code), day, reason, criterion="time", handled_by="lawyer"
    )
    choice.sudo().chosen_on = day
    _name_people(world, choice.procedure_id, case)


def _name_people(world, procedure, case):
    procedure.write(
        {
            "court_id": case.court_id.id,
            "lawyer_id": case.lawyer_id.id if case.lawyer_id == world.parties["firm"] else False,
            "bailiff_id": world.parties["bailiff"].id if case.court_id else False,
            "reference": case.reference,
        }
    )


def happens(world, day, customer, code, on=None, note=None):
    """Record what happened in a procedure; ``on`` is its own day, where it was recorded on another."""
    procedure = _get_procedure(world, customer)
    kind = _get_kind(procedure, code)
    date = day if on is None else world.day(on)
    while kind.is_foreseen and not is_business_day(date):
        date += timedelta(days=1)
    amount = procedure.case_id.amount_now if kind.asks_amount else 0.0
    event = procedure.env["recovery.procedure.event"]._add(procedure, kind, date, day, amount, note)
    if kind.stage_kind and event == event._get_movers()[-1:]:
        move_case(world, day, customer, kind.stage_kind)
    if world.day(LAST[customer]) == day:
        procedure._hook_events_changed()


def owe(world, _day, customer, name, until, article, sanction):
    """Note a deadline that a judge or somebody else gave."""
    case = _get_case(world, customer)
    case.env["recovery.deadline"].create(
        {
            "case_id": case.id,
            "procedure_id": _get_procedure(world, customer).id,
            "name": name,
            "date": world.day(until),
            "article": article,
            "sanction": sanction,
        }
    )


# ------------------------------------------------------------
# Costs and parties
# ------------------------------------------------------------
def plan_costs(world, _day, customer):
    """Plan what the procedure and the mandates say that the case costs."""
    _get_case(world, customer).action_suggest_costs()


def spend(world, day, customer, kind, name, amount, state, recoverable, party):
    """Note a cost of a case: the one that was planned for it, where the procedure has planned it."""
    case, procedure = _get_case(world, customer), _get_procedure(world, customer)
    vals = {"name": name, "date": day, "state": state, "amount": amount, "partner_id": world.parties[party].id}
    planned = case.cost_ids.filtered(
        lambda cost: cost.procedure_id == procedure and cost.kind == kind and cost.state == "planned"
    )
    if planned:
        planned[0].write(vals)
        return
    case.env["recovery.cost"].create(
        {"case_id": case.id, "procedure_id": procedure.id, "kind": kind, "recoverable": recoverable, **vals}
    )


def award(world, day, customer, decision):
    """Note that a court put the dépens at the debtor's charge."""
    costs = _get_case(world, customer).cost_ids
    for cost in costs.filtered(lambda cost: cost.recoverable == "costs" and cost.state == "paid"):
        cost.write({"amount_owed": cost.amount, "owed_on": day, "owed_by": decision})


def wait_for(world, day, customer, party):
    """Note that a party was written to, and has not answered since."""
    parties = _get_case(world, customer).party_ids
    parties.filtered(lambda row: row.partner_id == world.parties[party]).sudo().written_on = day


ACTIONS = {
    "award": award,
    "begin": begin,
    "call": call,
    "check": check,
    "choose": choose,
    "close_case": close_case,
    "entrust": entrust,
    "happens": happens,
    "know_case": know_case,
    "move_case": move_case,
    "open_case": open_case,
    "owe": owe,
    "plan_costs": plan_costs,
    "prove": prove,
    "regroup": regroup,
    "spend": spend,
    "take_over_case": take_over_case,
    "wait_for": wait_for,
}

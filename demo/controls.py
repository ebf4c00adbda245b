"""What is asked, granted, given up and kept as proof: what managers answer and the auditor looks at.

It comes last, as of today: nothing of the past depends on it.
"""

from datetime import timedelta

from odoo import Command

from ..models.litigation.evidence.paper import print_sheet

AUDITOR = "Alice Roux, commissaire aux comptes\n12 quai de Saône, 69002 Lyon\nalice.roux@cabinet-roux.example"
RULES = (
    {"unit": "customer", "method": "random", "seed": 1789, "size": 5, "threshold": 0},
    {"unit": "instalment", "method": "above", "seed": 0, "size": 0, "threshold": 8000},
)
# What customers answered, in the order of the rows: (answer, difference, words)
ANSWERS = (
    ("agrees", 0, False),
    ("differs", -96.0, "Avoir reçu, à comptabiliser : bon de retour du mois dernier."),
    ("returned", 0, "N'habite pas à l'adresse indiquée : encaissements postérieurs vérifiés."),
)


def control(world):
    """Let the house ask and answer, and the auditor draw, keep and follow."""
    _set_rules(world)
    _ask_limits(world)
    _note_risks(world)
    _settle(world)
    _correct_books(world)
    world.env["recovery.review"]._generate(world.company, world.today)
    _audit(world)


def _as(world, login):
    return world.as_user(login)


def _set_rules(world):
    """Say who follows whom, and when nothing leaves."""
    env = _as(world, "marc")
    tag = env["res.partner.category"].search([("name", "=", "Collectivités")], limit=1)
    env["recovery.assignment.rule"].create(
        {
            "name": "Collectivités et établissements publics",
            "company_id": world.company.id,
            "user_ids": [Command.set(world.users["marc"].ids)],
            "category_ids": [Command.set(tag.ids)],
        }
    )
    env["recovery.quiet.period"].create(
        {
            "name": "Fermeture annuelle de l'atelier",
            "company_id": world.company.id,
            "date_from": world.day(-60),
            "date_to": world.day(-70),
        }
    )


def _ask_limits(world):
    """Ask for three limits: one is granted, one refused, one waits."""
    env, day = _as(world, "claire"), world.today
    asked = (
        (
            "gares",
            150000,
            "Marché de huit gares signé : deux livraisons par mois.",
            "_grant",
            "Comptes publiés solides.",
        ),
        ("bonnard", 60000, "Chantier de Chambéry, trois mois.", "_refuse", "Capitaux propres en baisse : acompte."),
        ("roseraie", 45000, "Deux résidences à équiper avant l'été.", None, None),
    )
    for customer, amount, reason, answer, words in asked:
        vals = {"kind": "amount", "amount": amount, "origin": "internal", "reason": reason}
        request = env["recovery.limit.request"]._ask(world.debtor(customer, env), vals, day)
        if answer and request.decision_id:
            getattr(request.decision_id.with_user(world.users["marc"]), answer)(words)


def _note_risks(world):
    """Note what agencies, the press and the file of a customer say, and the terms that were signed."""
    env = _as(world, "marc")
    env["recovery.external.score"].create(
        [
            {
                "debtor_id": world.debtor(customer, env).id,
                "source": "Agence de notation des Deux Fleuves",
                "date": world.day(ago),
                "score": score,
                "scale": 100,
                "recommended_limit": limit,
            }
            for customer, ago, score, limit in (
                ("rhone", 40, 72, 80000),
                ("bellerive", 44, 12, 0),
                ("gares", 21, 88, 150000),
            )
        ]
    )
    env["recovery.risk.signal"].create(
        [
            {
                "debtor_id": world.debtor(customer, env).id,
                "date": world.day(ago),
                "kind": kind,
                "source": source,
                "wording": words,
                "severity": severity,
                "expires_on": world.day(-150),
            }
            for customer, ago, kind, source, words, severity in (
                ("scene", 12, "press", "Journal du Rhône", "Deux festivals annulés cet été.", "watch"),
                ("bellerive", 45, "registry", "BODACC", "Annonce d'un redressement judiciaire.", "critical"),
                ("vernay", 9, "field", "Hugo, chargé d'affaires", "Deux programmes vendus avant travaux.", "good"),
            )
        ]
    )
    env["recovery.contract.terms"].create(
        {
            "company_id": world.company.id,
            "debtor_id": world.debtor("rhone", env).id,
            "valid_from": world.day(300),
            "cgv_version": "CGV 2025-2",
            "cgv_accepted_on": world.day(301),
            "cgv_accepted_by": "Directrice des achats",
            "has_retention": True,
        }
    )
    debtors = world.debtor("gares", env) | world.debtor("rhone", env)
    debtors._prepare_file()
    items = debtors.file_item_ids.filtered(lambda item: not item.needs_document)
    items[: len(items) // 2 + 1].write({"result": "ok", "date": world.day(35)})


def _settle(world):
    """Begin a mediation, give up late fees, and have a debt acknowledged."""
    env, day = _as(world, "claire"), world.today
    settlement = env["recovery.settlement"]._make(
        world.debtor("eclat", env), day, "mediation", date_due=world.day(-30), talks_until=world.day(-45)
    )
    settlement.action_start_talks()
    for customer in ("enseignes", "quincaillerie"):
        debtor = world.debtor(customer, env)
        lines = env["recovery.claim"]._find_lines(debtor.company_id, day, debtor.partner_id, None, True)
        rows = env["recovery.waiver"]._propose(debtor.company_id, lines, day)
        chosen = {env["recovery.late.fee"]._get_key(row): None for row in rows}
        if chosen:
            env["recovery.waiver"]._request(debtor, lines, day, chosen, "Premier retard, client fidèle.")
    _charge(world)
    cause = env.ref("debt_recovery.recovery_limitation_cause_acknowledgement")
    content = print_sheet("Reconnaissance de dette", ["Le gérant reconnaît devoir le solde de son compte."])
    vals = {"name": "reconnaissance-de-dette.pdf", "raw": content, "mimetype": "application/pdf"}
    env["recovery.limitation.event"]._record(
        world.debtor("pelletier", env), day, cause, world.day(28), env["ir.attachment"].create(vals)
    )


def _charge(world):
    """Charge late fees to who pays late all the time, as Marc decided."""
    world.debtor("bastide", _as(world, "marc")).write(
        {
            "late_interest_mode": "charge",
            "late_indemnity_mode": "charge",
            "late_fee_reason": "Paie trois semaines en retard depuis un an, malgré quatre promesses",
        }
    )
    env = _as(world, "claire")
    debtor = world.debtor("bastide", env)
    lines = env["recovery.claim"]._find_lines(debtor.company_id, world.today, debtor.partner_id, None, True)
    env["recovery.charge"]._charge(debtor.company_id, lines, world.today)


def _correct_books(world):
    """Undo a reconciliation, and take an invoice back to correct it: both stay in what the past tells."""
    move = next(
        world.moves[sale.customer, sale.late] for sale in world.year.sales if sale.paid and 20 < sale.paid[0][0] < 60
    )
    lines = world.receivables(move)
    matched = lines.matched_credit_ids.credit_move_id
    lines.remove_move_reconcile()
    world.env.flush_all()
    (lines + matched).reconcile()
    invoice = world.moves["perrot", -9]
    invoice.button_draft()
    world.env.flush_all()
    invoice.action_post()


def _audit(world):
    """Keep a balance as issued, draw samples with their letters, name who gets the monthly reports."""
    env = _as(world, "alice")
    end = world.today.replace(day=1) - timedelta(days=1)
    env["recovery.aged.balance"].create({"company_id": world.company.id, "day": end}).action_keep()
    for rule in RULES:
        sample = env["recovery.sample"]._draw(env["res.company"].browse(world.company.id), end, rule, AUDITOR)
        if rule["unit"] == "customer":
            _write_to_customers(world, sample)
    manager = _as(world, "marc")
    manager["recovery.checkpoint"].create(
        {
            "name": "Point du mois",
            "company_id": world.company.id,
            "user_ids": [Command.set([world.users[login].id for login in ("alice", "marc")])],
            "has_integrity": True,
        }
    )
    manager["recovery.kpi.target"].create(
        {
            "company_id": world.company.id,
            "kpi_id": manager.ref("debt_recovery.recovery_kpi_dso").id,
            "date_from": world.day(365),
            "value": 44,
        }
    )
    manager["recovery.retention.hold"].create(
        {"debtor_id": world.debtor("nuit", manager).id, "reason": "Action en comblement de passif envisagée"}
    )
    manager["recovery.journal"]._hand_out(manager["res.company"].browse(world.company.id), "shown")


def _write_to_customers(world, sample):
    """Ask the customers of a sample to confirm their balance, and note what those answer who do."""
    lines = sample.line_ids.with_user(world.users["claire"])
    lines._print(world.day(24), is_reminder=False)
    for line, (answer, difference, words) in zip(lines, ANSWERS, strict=False):
        line.write(
            {
                "answer": answer,
                "answered_on": world.day(11),
                "amount_answered": line.amount + difference if answer in ("agrees", "differs") else 0,
                "note": words,
            }
        )

"""Who acts in the cases: a law firm with its fees, a commissaire de justice, the courts of the customers."""

from odoo import Command

LAW_FIRM = {"name": "Cabinet Morel-Fontaine", "email": "contact@morel-fontaine.example", "phone": "04 72 00 41 17"}
BAILIFF = {
    "name": "Étude Vasseur, commissaires de justice",
    "email": "etude@vasseur.example",
    "phone": "04 72 00 41 18",
}
AGENCY = {"name": "Rhône Recouvrement", "email": "dossiers@rhone-recouvrement.example", "phone": "04 72 00 41 19"}
FEES = (
    {"kind": "fixed", "name": "Ouverture du dossier", "amount": 150},
    {"kind": "success", "name": "Honoraire de résultat jusqu'à 10 000 €", "percent": 10, "amount_to": 10000},
    {"kind": "success", "name": "Honoraire de résultat au-delà", "percent": 6, "amount_from": 10000},
)
COURTS = (
    ("Tribunal des activités économiques de Lyon", "tae", (("commerce", "Lyon", "69123", "69001"),)),
    ("Tribunal judiciaire de Lyon", "judiciaire", (("judiciaire", "Lyon", "69123", "69001"),)),
    ("Tribunal des activités économiques de Paris", "tae", (("commerce", "Paris", "75056", "75001"),)),
    ("Tribunal judiciaire de Paris", "judiciaire", (("judiciaire", "Paris", "75056", "75001"),)),
)


def hire(world):
    """Name who acts for the company, give the open cases to the law firm, and plan what they cost."""
    env = world.as_user("marc")
    firm, bailiff, _agency = (
        _make_party(env, values, kind)
        for values, kind in ((LAW_FIRM, "lawyer"), (BAILIFF, "bailiff"), (AGENCY, "agency"))
    )
    for partner, fees in ((firm, FEES), (bailiff, ())):
        env["recovery.mandate"].create(
            {
                "partner_id": partner.id,
                "company_id": world.company.id,
                "scope": "judicial" if fees else "enforcement",
                "date_from": world.day(400),
                "fee_ids": [Command.create(fee) for fee in fees],
            }
        )
    for name, kind, communes in COURTS:
        court = _make_party(env, {"name": name, "recovery_court_kind": kind}, "court")
        env["recovery.court.area"].create(
            [
                {"court_kind": served, "name": commune, "insee_code": insee, "zip": code, "court_id": court.id}
                for served, commune, insee, code in communes
            ]
        )
    cases = env["recovery.case"].search([("company_id", "=", world.company.id), ("is_open", "=", True)])
    for case in cases:
        case.lawyer_id = firm
        case.action_suggest_costs()
    for case in cases[:1]:
        _spend(world, case, bailiff)


def _make_party(env, values, kind):
    return env["res.partner"].create(
        {"is_company": True, "recovery_party_kind": kind, "country_id": env.ref("base.fr").id, **values}
    )


def _spend(world, case, bailiff):
    """Have the firm's opening fee engaged, and a letter of the commissaire paid."""
    case.cost_ids.filtered(lambda cost: cost.kind == "lawyer" and cost.mandate_fee_id.kind == "fixed").action_engage()
    case.env["recovery.cost"].create(
        {
            "case_id": case.id,
            "kind": "bailiff",
            "name": "Sommation de payer",
            "date": world.day(5),
            "state": "paid",
            "amount": 74.4,
            "recoverable": "ours",
            "partner_id": bailiff.id,
        }
    )

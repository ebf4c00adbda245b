"""Who acts in the cases: a law firm with its fees, a commissaire de justice, agencies, the courts of the customers."""

from odoo import Command

FEES = (
    {"kind": "fixed", "name": "Ouverture du dossier", "amount": 150},
    {"kind": "success", "name": "Honoraire de résultat jusqu'à 10 000 €", "percent": 10, "amount_to": 10000},
    {"kind": "success", "name": "Honoraire de résultat au-delà", "percent": 6, "amount_from": 10000},
)
AGENCY_FEES = ({"kind": "success", "name": "Commission sur les sommes recouvrées", "percent": 15},)
FOREIGN_FEES = ({"kind": "success", "name": "Commission du correspondant", "percent": 22},)

# key: (name, kind, street, zip, city, country, telephone, mail)
PARTIES = {
    "firm": (
        "Cabinet Morel-Fontaine", "lawyer", "14 rue de la République", "69002", "Lyon", "fr", "+33 4 65 71 60 17",
        "contact@morel-fontaine.example",
    ),
    "bailiff": (
        "Étude Vasseur-Roche, commissaires de justice", "bailiff", "9 rue Président-Édouard-Herriot", "69001", "Lyon",
        "fr", "+33 4 65 71 60 18", "etude@vasseur-roche.example",
    ),
    "agency": (
        "Rhône Recouvrement", "agency", "120 cours Lafayette", "69003", "Lyon", "fr", "+33 4 65 71 60 19",
        "dossiers@rhone-recouvrement.example",
    ),
    "foreign": (
        "Liberty Recovery Partners LLC", "foreign_agency", "215 Water Street", "10038", "New York", "us",
        "+1 212 555 0160", "claims@liberty-recovery.example",
    ),
    "trustee": (
        "SELARL Bonnefoy, mandataire judiciaire", "trustee", "2 place des Clercs", "26000", "Valence", "fr",
        "+33 4 65 71 60 21", "creances@bonnefoy.example",
    ),
}  # fmt: skip
# party: (scope, days since it runs, reference, fees)
MANDATES = {
    "firm": ("judicial", 420, "CONV-2025-014", FEES),
    "bailiff": ("enforcement", 420, "", ()),
    "agency": ("amicable", 200, "RR-3308", AGENCY_FEES),
    "foreign": ("amicable", 58, "LRP-AGR-88", FOREIGN_FEES),
}
# key: (name, kind of court, the communes for which the directory names it: commune, INSEE code, postal code)
COURTS = {
    "lyon": (
        "Tribunal des activités économiques de Lyon", "tae", "commerce",
        (("Lyon", "69123", "69001"), ("Villeurbanne", "69266", "69100")),
    ),
    "paris": ("Tribunal des activités économiques de Paris", "tae", "commerce", (("Paris", "75056", "75001"),)),
    "marseille": (
        "Tribunal des activités économiques de Marseille", "tae", "commerce", (("Marseille", "13055", "13002"),),
    ),
    "saint-etienne": (
        "Tribunal de commerce de Saint-Étienne", "commerce", "commerce", (("Saint-Étienne", "42218", "42000"),),
    ),
    "romans": ("Tribunal de commerce de Romans-sur-Isère", "commerce", "commerce", (("Valence", "26362", "26000"),)),
    "judiciaire-lyon": (
        "Tribunal judiciaire de Lyon", "judiciaire", "judiciaire",
        (("Lyon", "69123", "69001"), ("Villeurbanne", "69266", "69100")),
    ),
    "judiciaire-paris": ("Tribunal judiciaire de Paris", "judiciaire", "judiciaire", (("Paris", "75056", "75001"),)),
}  # fmt: skip


def hire(world):
    """Name who may act for the company, with their mandates, and the courts of its customers."""
    env = world.as_user("marc")
    for key, (name, kind, street, code, city, country, phone, email) in PARTIES.items():
        world.parties[key] = _make_party(
            world.env,
            {
                "name": name,
                "street": street,
                "zip": code,
                "city": city,
                "country_id": env.ref(f"base.{country}").id,
                "phone": phone,
                "email": email,
            },
            kind,
        )
    for key, (scope, since, reference, fees) in MANDATES.items():
        env["recovery.mandate"].create(
            {
                "partner_id": world.parties[key].id,
                "company_id": world.company.id,
                "scope": scope,
                "reference": reference,
                "date_from": world.day(since),
                "fee_ids": [Command.create(fee) for fee in fees],
            }
        )
    for key, (name, kind, served, communes) in COURTS.items():
        court = _make_party(
            world.env,
            {
                "name": name,
                "recovery_court_kind": kind,
                "zip": communes[0][2],
                "city": name.rsplit(" ", 1)[-1],
                "country_id": env.ref("base.fr").id,
            },
            "court",
        )
        world.parties[key] = court
        env["recovery.court.area"].create(
            [
                {"court_kind": served, "name": commune, "insee_code": insee, "zip": code, "court_id": court.id}
                for commune, insee, code in communes
            ]
        )


def _make_party(env, values, kind):
    return env["res.partner"].create({"is_company": True, "recovery_party_kind": kind, **values})

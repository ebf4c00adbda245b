"""The demonstration company and those whom it sells to: plain data, all fictional.

SIREN numbers have valid keys but belong to a range that INSEE has not reached; telephone
numbers are those that ARCEP, Ofcom and NANPA reserve for fiction; domains cannot exist.
"""

from typing import NamedTuple

COMPANY = {
    "name": "Atelier Lumière SAS",
    "street": "27 quai des Lanternes",
    "zip": "69001",
    "city": "Lyon",
    "phone": "+33 4 65 71 20 20",
    "email": "contact@atelier-lumiere.example",
    "website": "https://www.atelier-lumiere.example",
    "company_registry": "99081836100018",
    "vat": "FR93990818361",
    "company_details": "<p>Atelier Lumière SAS<br/>27 quai des Lanternes<br/>69001 Lyon</p>",
    "report_header": "Luminaires sur mesure",
    "report_footer": "<small>SAS au capital de 150 000 € – 990 818 361 RCS Lyon – TVA FR93990818361</small>",
    "primary_color": "#1F3A5F",
    "secondary_color": "#E0A030",
    "recovery_legal_form": "SAS",
    "recovery_share_capital": 150000,
    "recovery_rcs_city": "Lyon",
    "recovery_signatory_name": "Hélène Garnier",
    "recovery_signatory_title": "Directrice administrative et financière",
    "recovery_timezone": "Europe/Paris",
    "recovery_headcount": 38,
    "recovery_artisan": "no",
    "recovery_borrowing_rate": 5.2,
}
BANK = {"name": "Banque des Deux Fleuves", "bic": "BDFLFR2L"}
IBAN = "FR76 9961 7000 0100 0487 2136 533"

# login: (name, job, telephone, groups)
USERS = {
    "claire": ("Claire Martin", "Chargée de recouvrement", "+33 4 65 71 20 31", "debt_recovery.group_recovery_user"),
    "marc": ("Marc Dubois", "Responsable crédit clients", "+33 4 65 71 20 30", "debt_recovery.group_recovery_manager"),
    "alice": ("Alice Roux", "Commissaire aux comptes", "+33 4 65 71 88 10", "debt_recovery.group_recovery_auditor"),
}

# key: (name, type, price without tax)
PRODUCTS = {
    "applique": ("Applique murale Aurore, laiton brossé", "consu", 189),
    "suspension": ("Suspension Nébuleuse, Ø 60 cm", "consu", 640),
    "lampadaire": ("Lampadaire Horizon, pied en chêne", "consu", 420),
    "rail": ("Rail LED trois allumages, 2 m", "consu", 145),
    "spot": ("Spot orientable Focale, 12 W", "consu", 58),
    "encastre": ("Encastré de sol extérieur, IP67", "consu", 96),
    "enseigne": ("Enseigne rétroéclairée sur mesure", "consu", 1850),
    "lustre": ("Restauration de lustre ancien", "service", 1350),
    "etude": ("Étude d'éclairage avec plans et calculs", "service", 950),
    "pose": ("Pose et raccordement, l'heure", "service", 62),
    "entretien": ("Contrat d'entretien annuel", "service", 780),
    "location": ("Location de projecteurs, la journée", "service", 240),
}


class Customer(NamedTuple):
    """``pays`` is how late this customer usually pays, in days; None: no paid history."""

    name: str
    street: str
    zip: str
    city: str
    phone: str
    email: str
    siren: str = ""
    tag: str = ""
    limit: int = 0
    collector: str = "claire"
    pays: int | None = 0
    country: str = "fr"
    lang: str = "fr_FR"
    is_person: bool = False
    website: str = ""
    note: str = ""


def _company(name, street, zip_code, city, phone, domain, siren, tag="", **more):
    email = more.pop("email", f"compta@{domain}.example")
    return Customer(
        name, street, zip_code, city, phone, email, siren, tag, website=f"https://www.{domain}.example", **more
    )


def _person(name, street, zip_code, city, phone, email, **more):
    return Customer(name, street, zip_code, city, phone, email, tag="Particuliers", is_person=True, **more)


CUSTOMERS = {
    "alpage": _company(
        "Hôtel de l'Alpage", "14 route du Lac", "74000", "Annecy", "+33 4 65 71 01 01", "hotel-alpage",
        "994146546", "Hôtellerie et restauration", limit=15000, collector="marc", pays=12,
    ),
    "arche": _company(
        "Théâtre de l'Arche", "5 cours des Comédiens", "33000", "Bordeaux", "+33 5 36 49 02 02", "theatre-arche",
        "991540998", "Culture", pays=5,
    ),
    "ambre": _company(
        "Ambre Événements", "", "", "", "+33 1 99 00 03 03", "ambre-evenements", "993131879", "Événementiel", pays=None,
    ),
    "griffon": _company(
        "Brasserie du Griffon", "8 rue du Griffon", "69001", "Lyon", "+33 4 65 71 04 04", "brasserie-griffon",
        "996116018", "Hôtellerie et restauration", pays=3,
    ),
    "brunel": _company(
        "Brunel Ébénisterie", "2 impasse des Copeaux", "25000", "Besançon", "+33 3 53 01 05 05", "brunel-ebenisterie",
        "999667496", "Artisans", pays=30, note="Activité cédée, contact archivé ; la dette reste due par la société.",
    ),
    "cave": _company(
        "Cave coopérative du Mont Pilat", "1 chemin des Vignerons", "42410", "Chavanay", "+33 4 65 71 06 06",
        "cave-montpilat", "998263891", "Commerces", pays=8,
    ),
    "clinique": _company(
        "Clinique des Trois Rivières", "30 avenue des Thermes", "63000", "Clermont-Ferrand", "+33 4 65 71 07 07",
        "clinique-3rivieres", "991363227", "Santé", limit=25000, pays=10,
    ),
    "comptoir": _company(
        "Le Comptoir Stéphanois", "19 place du Peuple", "42000", "Saint-Étienne", "+33 4 65 71 08 08",
        "comptoir-stephanois", "997187075", "Hôtellerie et restauration", pays=25,
        note="A changé de gérant au printemps ; ne répond plus au téléphone.",
    ),
    "corvelle": _company(
        "Maison Corvelle", "41 rue de la Buffa", "06000", "Nice", "+33 4 65 71 09 09", "maison-corvelle",
        "997918784", "Commerces", pays=20,
    ),
    "delmas": _company(
        "Ateliers Delmas", "7 rue de la Forge", "42400", "Saint-Chamond", "+33 4 65 71 10 10", "ateliers-delmas",
        "997568209", "Artisans", collector="", pays=None,
    ),
    "dombes": _company(
        "Golf des Mille Étangs", "Domaine du Grand Étang", "01330", "Villars-les-Dombes", "+33 4 65 71 11 11",
        "golf-mille-etangs", "993107671", "Hôtellerie et restauration", pays=-2,
    ),
    "eclat": _company(
        "Salon Éclat", "3 rue Saint-Yves", "35000", "Rennes", "+33 2 61 91 12 12", "salon-eclat", "991427477",
        "Commerces", pays=6,
    ),
    "enseignes": _company(
        "Enseignes Réunies SA", "120 boulevard de la Grande Arche", "92000", "Nanterre", "+33 1 99 00 13 13",
        "enseignes-reunies", "996427746", "Grands comptes", limit=60000, collector="marc", pays=20,
        note="Paie par virement le 10 et le 25, après visa du magasin.",
    ),
    "fontanel": _company(
        "Menuiserie Fontanel", "Zone artisanale des Auréats", "26000", "Valence", "+33 4 65 71 14 14",
        "menuiserie-fontanel", "994013464", "Artisans", collector="marc", pays=40,
    ),
    "galerie": _company(
        "Galerie Montplaisir", "6 rue des Antiquaires", "38000", "Grenoble", "+33 4 65 71 15 15",
        "galerie-montplaisir", "991717877", "Culture", pays=18,
    ),
    "lucide": _company(
        "École Lucide Formation", "22 allée Jean-Jaurès", "31000", "Toulouse", "+33 5 36 49 16 16", "ecole-lucide",
        "990264111", "Enseignement", pays=9,
    ),
    "lycee": _company(
        "Lycée privé Sainte-Odile", "10 rue de la Préfecture", "21000", "Dijon", "+33 3 53 01 17 17",
        "lycee-sainte-odile", "992264713", "Enseignement", pays=15,
    ),
    "mairie": _company(
        "Commune de Saint-Aubin-les-Vignes", "Place de la Mairie", "71260", "Saint-Aubin-les-Vignes",
        "+33 3 53 01 18 18", "saint-aubin-les-vignes", "993971621", "Collectivités", pays=11,
        email="finances@saint-aubin-les-vignes.example",
    ),
    "moreau": _company(
        "Fondation Arlette Moreau", "55 rue Royale", "59000", "Lille", "+33 3 53 01 19 19", "fondation-moreau",
        "990694093", "Culture", pays=7,
    ),
    "nuit": _company(
        "Nuit Blanche SARL", "4 quai du Verdanson", "34000", "Montpellier", "+33 4 65 71 20 98", "nuit-blanche",
        "998954341", "Hôtellerie et restauration", collector="marc", pays=35,
        note="Liquidation judiciaire ouverte, créance déclarée au mandataire.",
    ),
    "passerelle": _company(
        "Librairie Passerelle", "9 passage du Commerce", "44000", "Nantes", "+33 2 61 91 21 21", "librairie-passerelle",
        "998500433", "Commerces", pays=2,
    ),
    "pelletier": _company(
        "Garage Pelletier", "88 route de Paris", "42300", "Roanne", "+33 4 65 71 22 22", "garage-pelletier",
        "991348780", "Artisans", pays=4,
    ),
    "quincaillerie": _company(
        "Quincaillerie Marchand", "16 rue Dufour", "71000", "Mâcon", "+33 3 53 01 23 23", "quincaillerie-marchand",
        "992584847", "Commerces", email="", pays=8, note="Ni fax ni messagerie : n'écrire que par courrier.",
    ),
    "rhone": _company(
        "Promotion Rive Gauche", "75 cours Émile-Zola", "69100", "Villeurbanne", "+33 4 65 71 24 24",
        "promotion-rive-gauche", "998489678", "Grands comptes", limit=10000, collector="marc", pays=14,
    ),
    "scene": _company(
        "Scène Nomade Productions", "12 rue de la Loge", "13002", "Marseille", "+33 4 65 71 25 25", "scene-nomade",
        "990320715", "Événementiel", pays=22,
    ),
    "thermes": _company(
        "Thermes de Châtel-les-Eaux", "1 parc des Sources", "03200", "Vichy", "+33 4 65 71 26 26", "thermes-chatel",
        "998914766", "Santé", limit=20000, pays=1,
    ),
    "tilleuls": _company(
        "Résidence Les Tilleuls", "24 rue des Tilleuls", "01000", "Bourg-en-Bresse", "+33 4 65 71 27 27",
        "residence-tilleuls", "995552759", "Santé", pays=9,
    ),
    "vasseur": _company(
        "Vasseur & Lemoine Architectes", "33 rue Oberkampf", "75011", "Paris", "+33 1 99 00 28 28", "vasseur-lemoine",
        "991876905", "Architectes", email="agence@vasseur-lemoine.example", pays=13,
    ),
    "hartwell": Customer(
        "Hartwell & Finch Ltd", "48 Lamb's Conduit Street", "WC1N 3LJ", "London", "+44 20 7946 0129",
        "accounts@hartwell-finch.example", tag="Export", country="uk", lang="en_GB", pays=6,
    ),
    "portland": Customer(
        "Lumenworks West Inc.", "410 NW Flanders Street", "97209", "Portland", "+1 503 555 0130",
        "ap@lumenworks-west.example", tag="Export", country="us", lang="en_US", collector="marc", pays=16,
    ),
    "benali": _person(
        "Karim Benali", "5 rue Hippolyte-Kahn", "69100", "Villeurbanne", "+33 6 39 98 31 31",
        "karim.benali@example.com", pays=2,
    ),
    "delaunay": _person(
        "Sophie Delaunay", "11 montée de la Boucle", "69004", "Lyon", "+33 6 39 98 32 32",
        "sophie.delaunay@example.com", pays=8,
    ),
    "guillon": _person(
        "Thomas Guillon", "2 allée des Cèdres", "69160", "Tassin-la-Demi-Lune", "+33 6 39 98 33 33",
        "t.guillon@example.com", collector="", pays=None,
    ),
    "perrot": _person(
        "Jeanne Perrot", "17 chemin de Vassieux", "69300", "Caluire-et-Cuire", "+33 6 39 98 34 34",
        "jeanne.perrot@example.com", collector="", pays=-4,
    ),
    # Whose debts are in litigation
    "bruyeres": _company(
        "Traiteur des Bruyères", "18 rue des Charmettes", "69100", "Villeurbanne", "+33 4 65 71 41 41",
        "traiteur-bruyeres", "998219935", "Hôtellerie et restauration", pays=None,
    ),
    "chevreuil": _company(
        "Imprimerie Chevreuil", "26 rue de la Montat", "42000", "Saint-Étienne", "+33 4 65 71 42 42",
        "imprimerie-chevreuil", "997465075", "Artisans", collector="marc", pays=None,
    ),
    "perrin": _company(
        "Boulangerie Maison Perrin", "3 place Saint-Jean", "69005", "Lyon", "+33 4 65 71 43 43",
        "maison-perrin", "995995289", "Commerces", pays=None,
    ),
    "rossignol": _company(
        "Rossignol Encadrements", "7 rue du Refuge", "13002", "Marseille", "+33 4 65 71 44 44",
        "rossignol-encadrements", "991826330", "Artisans", pays=None,
    ),
    "anemone": _company(
        "Fleurs Anémone", "52 avenue Jean-Jaurès", "69007", "Lyon", "+33 4 65 71 45 45", "fleurs-anemone",
        "992227918", "Commerces", pays=None,
    ),
    "vieuxpont": _company(
        "Auberge du Vieux Pont", "1 quai de la Pêcherie", "69001", "Lyon", "+33 4 65 71 46 46",
        "auberge-vieuxpont", "998033401", "Hôtellerie et restauration", collector="marc", pays=None,
    ),
    "bellerive": _company(
        "Cycles Bellerive", "19 rue Bouffier", "26000", "Valence", "+33 4 65 71 47 47", "cycles-bellerive",
        "998780175", "Commerces", collector="marc", pays=None,
    ),
    "belvedere": _company(
        "Agence Belvédère", "40 rue La Fayette", "75009", "Paris", "+33 1 99 00 48 48", "agence-belvedere",
        "994072247", "Architectes", collector="marc", pays=None,
    ),
    "pharmacie": _company(
        "Pharmacie du Marché Couvert", "11 cours Lafayette", "69003", "Lyon", "+33 4 65 71 49 49",
        "pharmacie-marche", "996683645", "Santé", pays=None,
    ),
    "retro": _company(
        "Rétro Projection", "8 rue Sainte-Catherine", "69001", "Lyon", "+33 4 65 71 50 50", "retro-projection",
        "997640206", "Culture", pays=None,
    ),
    "cormoran": _company(
        "Le Cormoran", "5 quai Saint-Vincent", "69001", "Lyon", "+33 4 65 71 51 51", "restaurant-cormoran",
        "998137343", "Hôtellerie et restauration", pays=None,
    ),
    "brightwell": Customer(
        "Brightwell Interiors Inc.", "88 Prince Street", "10012", "New York", "+1 212 555 0152",
        "ap@brightwell-interiors.example", tag="Export", country="us", lang="en_US", collector="marc", pays=None,
    ),
    "marchetti": _person(
        "Hugo Marchetti", "27 rue Bossuet", "69006", "Lyon", "+33 6 39 98 53 53", "hugo.marchetti@example.com",
        pays=None,
    ),
}  # fmt: skip

# Customers in litigation whose nature was checked: the court depends on it.
MERCHANTS = (
    "fontanel", "scene", "bruyeres", "chevreuil", "perrin", "rossignol", "anemone", "vieuxpont", "bellerive",
    "belvedere", "pharmacie", "cormoran",
)  # fmt: skip

# The accounting departments that receive invoices and reminders in the place of the company.
INVOICE_CONTACTS = {
    "vasseur": {
        "name": "Nadia Lemoine, comptabilité",
        "street": "Boîte postale 118",
        "zip": "75522",
        "city": "Paris Cedex 11",
        "phone": "+33 1 99 00 28 40",
        "email": "comptabilite@vasseur-lemoine.example",
    },
}

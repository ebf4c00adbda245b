"""Customers who buy every month, and how they pay: what a year of books is made of.

Plain data, all fictional, as in :mod:`customers`; and the sales that follow from it, the same at every call.
"""

import random
from datetime import timedelta
from typing import NamedTuple

from .customers import Customer, _company
from .invoices import TERMS, Sale

FIRST = 455  # days before today: fifteen months
#: Reminders are sent since: who was late for want of a reminder is less so.
REMINDED = 118
CALM = 0.72  # of the delay of before is left
SEASON = (0.8, 0.9, 1.0, 1.0, 1.05, 1.1, 0.9, 0.5, 1.1, 1.15, 1.15, 1.2)  # sales by month of the year
BASKETS = (  # what is bought together, by what for
    "lampadaire*{a} encastre*{b}",
    "suspension*{a} pose*{b}",
    "rail*{b} spot*{c}",
    "applique*{b} pose*{b}",
    "etude*1 suspension*{a}",
    "enseigne*1 rail*{b}",
)


class Habit(NamedTuple):
    """How a customer buys and pays.

    ``often`` invoices a month, ``size`` times the usual basket; paid ``late`` days after the due date, give or take
    ``spread``, on the first of the ``days`` of the month that follows, if it has some (31: the last one).
    """

    often: float
    size: float
    late: int
    spread: int
    days: tuple = ()
    nature: str = ""


REGULARS = {
    "valserine": _company(
        "Communauté de communes de la Valserine", "35 rue de la Poste", "01200", "Valserhône", "+33 4 65 71 70 01",
        "cc-valserine", "997877899", "Collectivités", collector="marc", pays=None,
    ),
    "montsdor": _company(
        "Centre hospitalier des Monts d'Or", "6 chemin des Carrières", "69250", "Neuville-sur-Saône",
        "+33 4 65 71 70 02", "ch-montsdor", "993287929", "Collectivités", collector="marc", pays=None,
    ),
    "gares": _company(
        "Gares et Passages SA", "14 place de l'Horloge", "69003", "Lyon", "+33 4 65 71 70 03", "gares-passages",
        "991742180", "Grands comptes", limit=120000, collector="marc", pays=None,
        note="Paie par virement le 10 et le 25.",
    ),
    "bonnard": _company(
        "Bonnard Agencement", "8 rue des Métiers", "38000", "Grenoble", "+33 4 65 71 70 04", "bonnard-agencement",
        "990967929", "Artisans", pays=None,
    ),
    "kiosque": _company(
        "Le Kiosque à Lumières", "21 rue Mercière", "69002", "Lyon", "+33 4 65 71 70 05", "kiosque-lumieres",
        "999081003", "Commerces", pays=None,
    ),
    "lumen": _company(
        "Lumen Distribution", "Zone d'activités du Plateau", "69800", "Saint-Priest", "+33 4 65 71 70 06",
        "lumen-distribution", "993390756", "Commerces", limit=60000, pays=None,
    ),
    "bastide": _company(
        "Hôtels de la Bastide", "2 place Carnot", "69002", "Lyon", "+33 4 65 71 70 07", "hotels-bastide",
        "997938345", "Hôtellerie et restauration", limit=40000, pays=None,
    ),
    "vernay": _company(
        "Vernay Promotion", "90 cours Vitton", "69006", "Lyon", "+33 4 65 71 70 08", "vernay-promotion",
        "997017462", "Grands comptes", limit=90000, collector="marc", pays=None, note="Paie en fin de mois.",
    ),
    "orchestre": _company(
        "Orchestre de chambre du Forez", "1 place Jean-Jaurès", "42600", "Montbrison", "+33 4 65 71 70 09",
        "orchestre-forez", "998145387", "Culture", pays=None,
    ),
    "isly": _company(
        "Agence Isly, architectes", "7 rue d'Isly", "69004", "Lyon", "+33 4 65 71 70 10", "agence-isly",
        "994019164", "Architectes", pays=None,
    ),
    "pilat": _company(
        "Carrelages du Pilat", "30 route de Planfoy", "42100", "Saint-Étienne", "+33 4 65 71 70 11",
        "carrelages-pilat", "991461005", "Artisans", pays=None,
    ),
    "saintluc": _company(
        "Collège Saint-Luc", "12 rue Vaubecour", "69002", "Lyon", "+33 4 65 71 70 12", "college-saint-luc",
        "993307669", "Enseignement", pays=None,
    ),
    "roseraie": _company(
        "Résidences La Roseraie", "4 allée des Rosiers", "69160", "Tassin-la-Demi-Lune", "+33 4 65 71 70 13",
        "residences-roseraie", "996193454", "Santé", pays=None,
    ),
    "belair": Customer(
        "Belair Lighting Ltd", "19 Canal Walk", "M3 4LX", "Manchester", "+44 161 496 0170",
        "accounts@belair-lighting.example", tag="Export", country="uk", lang="en_GB", pays=None,
    ),
    # Whose stories are over
    "tanneurs": _company(
        "Les Ateliers des Tanneurs", "3 quai des Tanneurs", "26100", "Romans-sur-Isère", "+33 4 65 71 70 15",
        "ateliers-tanneurs", "991450610", "Artisans", collector="marc", pays=None,
    ),
    "fabre": _company(
        "Fabre Menuiserie Générale", "18 rue du Moulin", "07100", "Annonay", "+33 4 65 71 70 16",
        "fabre-menuiserie", "992310078", "Artisans", pays=None,
    ),
    "sologne": _company(
        "Relais de Sologne", "44 avenue de la République", "41600", "Lamotte-Beuvron", "+33 2 61 91 70 17",
        "relais-sologne", "997283783", "Hôtellerie et restauration", pays=None,
    ),
    "lanterne": _company(
        "La Lanterne Rouge", "9 montée de la Grande-Côte", "69001", "Lyon", "+33 4 65 71 70 18", "lanterne-rouge",
        "993266162", "Hôtellerie et restauration", pays=None,
    ),
}  # fmt: skip

HABITS = {
    "valserine": Habit(2.4, 1.4, 11, 6, nature="public"),
    "montsdor": Habit(1.6, 1.3, 22, 8, nature="public"),
    "gares": Habit(3.2, 1.3, 6, 4, (10, 25)),
    "bonnard": Habit(2.2, 1.1, 4, 4),
    "kiosque": Habit(2.4, 0.8, 1, 3),
    "lumen": Habit(3.2, 1.1, -1, 2),
    "bastide": Habit(1.8, 1.2, 22, 6),
    "vernay": Habit(2.0, 1.5, 0, 4, (31,)),
    "orchestre": Habit(0.8, 0.9, 2, 3),
    "isly": Habit(1.8, 1.0, 15, 5),
    "pilat": Habit(1.6, 0.7, 19, 8),
    "saintluc": Habit(0.8, 1.1, 9, 5),
    "roseraie": Habit(1.8, 1.1, 0, 3),
    "belair": Habit(1.6, 1.2, 4, 4),
}

# Stories that are over: they were paid after a plan, a mise en demeure, a case; one was lost
OVER = [
    Sale("fabre", 298, "suspension*6 pose*30", paid=((262, 0.34), (231, 0.33), (201, 1))),
    Sale("tanneurs", 330, "enseigne*2 pose*24", paid=((291, 0.34), (172, 1))),
    Sale("sologne", 100, "lampadaire*6 applique*8", paid=((41, 1),)),
    Sale("sologne", 86, "suspension*4", paid=((26, 1),)),
    Sale("lanterne", 402, "applique*6 spot*20"),
]
# Campaigns of before, among these customers only: (days before today, moved back to a business day)
CAMPAIGNS = (345, 302, 260, 217, 175, 132)

# What people did: (days before today, what, arguments)
EVENTS = [
    (392, "promise", ("bastide", 380)),
    (366, "promise", ("pilat", 352)),
    (340, "promise", ("montsdor", 322)),
    (318, "plan", ("tanneurs", 3, 290)),
    (300, "promise", ("isly", 288)),
    (286, "plan", ("fabre", 3, 262)),
    (268, "promise", ("bastide", 254)),
    (244, "promise", ("pilat", 238)),
    (226, "promise", ("valserine", 212)),
    (196, "promise", ("bastide", 180)),
    (171, "promise", ("montsdor", 155)),
    (150, "promise", ("pilat", 141)),
    (121, "promise", ("isly", 108)),
    (99, "promise", ("bastide", 84)),
    (68, "promise", ("montsdor", 52)),
    (40, "promise", ("pilat", 29)),
    # The plan was broken: an order to pay was obtained, and it paid
    (236, "open_case", ("tanneurs", "Échéancier rompu à la deuxième échéance ; activité intacte.", 330)),
    (170, "close_case", ("tanneurs", "settled", "Réglée en totalité après l'annonce d'une injonction de payer")),
    # Lost: nobody at the address, too little to go on
    (250, "open_case", ("lanterne", "Fonds vendu, gérant parti sans adresse.", 402)),
    (176, "close_case", ("lanterne", "lost", "Gérant introuvable, poursuites sans espoir")),
    *((ago, "check_agreements", ()) for ago in (371, 343, 312, 281, 252, 229, 201, 166, 133, 99, 75, 43, 20)),
]
# Who gives its word disputes nothing: one agreement holds an invoice
PROMISING = {arguments[0] for _ago, what, arguments in EVENTS if what == "promise"}
RETURNED = ("spot*2", "encastre*2", "pose*3")
DISPUTED = (
    ("recovery_dispute_reason_quantity", "Deux cartons manquants à la livraison."),
    ("recovery_dispute_reason_price", "Le prix facturé n'est pas celui du devis."),
    ("recovery_dispute_reason_delivery", "Livraison reportée deux fois, chantier retardé."),
    ("recovery_dispute_reason_quality", "Trois spots défectueux à la mise en service."),
    ("recovery_dispute_reason_order", "Bon de commande absent de la facture : rejetée par le visa."),
)


class Year(NamedTuple):
    """What the regular customers bought in the past year: sales, goods taken back, disputes."""

    sales: list
    returns: list
    events: list


def make_year(today):
    """Return the :class:`Year` before a day."""
    rng = random.Random(1789)
    sales, returns, events, known = list(OVER), [], [], set()
    for month in range(FIRST // 30 + 1):
        for customer, habit in HABITS.items():
            for _number in range(_draw_count(rng, habit.often * max(SEASON))):
                ago = 1 + 30 * month + rng.randrange(30)
                is_in_season = rng.random() < SEASON[(today - timedelta(ago)).month - 1] / max(SEASON)
                sale, taken_back, disputed = _make_sale(rng, today, customer, habit, ago)
                if ago > FIRST or not is_in_season or (customer, sale.late) in known:
                    continue
                known.add((customer, sale.late))
                sales.append(sale)
                returns += taken_back
                events += disputed
    return Year(sales, returns, EVENTS + events)


def _draw_count(rng, mean):
    return int(mean) + (rng.random() < mean % 1)


def _make_sale(rng, today, customer, habit, ago):
    """Return a sale, what was taken back of it and what was disputed: seldom anything."""
    late = ago - TERMS["30"][0]
    size = habit.size * rng.choice((0.7, 0.9, 1.0, 1.0, 1.2, 1.5))
    a, b, c = (max(1, round(count * size)) for count in (6, 16, 30))
    lines = rng.choice(BASKETS).format(a=a, b=b, c=c)
    delay = habit.late * (CALM if late < REMINDED else 1) + rng.gauss(0, habit.spread)
    chance = rng.random()
    if chance < 0.03:  # one in thirty goes astray, and is paid when somebody asks
        delay += rng.randint(25, 45)
    paid = _find_day(today, late - round(delay), habit.days)
    taken_back, disputed = [], []
    if 0.10 < chance < 0.14 and ago > 25 and paid < ago - 20:
        taken_back = [(customer, ago - 12, rng.choice(RETURNED), (customer, late))]
    elif 0.20 < chance < 0.24 and 2 < late < FIRST - 90 and customer not in PROMISING:
        reason, words = rng.choice(DISPUTED)
        answered = late - 4 - rng.randint(9, 40)
        paid = _find_day(today, answered - rng.randint(4, 12), habit.days)
        disputed = [(late - 4, "dispute", ((customer, late), reason, words))] if late > 4 else []
        if answered > 0 and disputed:
            if rng.random() < 0.6:  # the customer was right
                taken_back = [(customer, answered + 1, rng.choice(RETURNED), (customer, late))]
            disputed.append((answered, "answer", ((customer, late),)))
    return Sale(customer, late, lines, paid=((paid, 1),) if paid > 0 else ()), taken_back, disputed


def _find_day(today, ago, days):
    """Return how many days before today the bank books what was ordered then: on fixed days, or on a working day."""
    day = today - timedelta(days=ago)
    while days and day.day not in days and not (31 in days and (day + timedelta(days=1)).day == 1):
        day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return (today - day).days

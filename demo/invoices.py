"""What the demonstration company sold, was paid and did about it: plain data, in days before today.

The campaigns of the past climb the shipped scenario fortnight after fortnight, so that the
age of an invoice decides what today's campaign proposes for it: the comments say what.
Each age leaves a few days of room, because campaigns move to a business day.
"""

import random
from typing import NamedTuple

from .customers import CUSTOMERS

CAMPAIGNS = (106, 92, 78, 64, 50, 36, 22, 8)  # days before today, moved back to a business day
TERMS = {"30": (30,), "3x30": (30, 60, 90)}


class Sale(NamedTuple):
    """An invoice; ``late`` is the age of its (first) due date today, negative when not due yet.

    ``lines`` reads ``product*quantity``; ``paid`` lists ``(days before today, share of the total)``;
    ``currency`` is the company's own by default.
    """

    customer: str
    late: int
    lines: str
    paid: tuple = ()
    term: str = "30"
    currency: str = ""

    @property
    def ago(self):
        """How many days before today it was invoiced."""
        return self.late + TERMS[self.term][0]


OPEN_SALES = [
    # Courtesy today: about to fall due
    Sale("dombes", -3, "encastre*30 pose*16"),
    Sale("enseignes", -4, "enseigne*3"),
    Sale("vasseur", -5, "etude*2"),
    Sale("lucide", -6, "rail*20 pose*12"),
    # First reminder today
    Sale("benali", 2, "applique*2"),
    Sale("ambre", 3, "location*4"),
    Sale("hartwell", 4, "suspension*3"),
    Sale("griffon", 5, "applique*6 pose*3"),
    Sale("cave", 6, "encastre*14 pose*8"),
    Sale("quincaillerie", 7, "rail*3 spot*6"),
    # Call today
    Sale("delaunay", 16, "lustre*1 pose*3"),
    Sale("mairie", 18, "lampadaire*5 encastre*12 etude*1"),
    Sale("arche", 19, "location*6 etude*1"),
    Sale("rhone", 19, "suspension*14 pose*24"),
    Sale("clinique", 20, "suspension*6 rail*12 etude*1 pose*20", term="3x30"),
    # Firm letter today
    Sale("portland", 32, "lampadaire*6 suspension*2", currency="USD"),
    Sale("lycee", 34, "suspension*5 pose*8", paid=((20, 0.4),)),
    Sale("brunel", 150, "lampadaire*3"),
    # Mise en demeure today
    Sale("guillon", 47, "lampadaire*1 pose*2"),
    Sale("alpage", 48, "suspension*8 pose*14"),
    Sale("alpage", 17, "applique*12"),
    # Mise en demeure sent, its deadline running
    Sale("galerie", 58, "spot*24 rail*6"),
    # Handover today: the mise en demeure was ignored
    Sale("comptoir", 72, "applique*10 pose*6"),
    Sale("comptoir", 41, "spot*12"),
    # Cases
    Sale("scene", 86, "location*12"),
    Sale("fontanel", 100, "rail*30 etude*1", paid=((12, 0.2),)),
    Sale("corvelle", 114, "enseigne*1 pose*10", paid=((12, 1),)),
    Sale("nuit", 250, "rail*40 spot*60 pose*30"),
    Sale("bruyeres", 100, "location*9 pose*10"),
    Sale("chevreuil", 235, "enseigne*2 rail*18 pose*20"),
    Sale("perrin", 132, "suspension*4 spot*20 pose*9"),
    Sale("rossignol", 275, "rail*24 spot*30"),
    Sale("anemone", 165, "applique*9 enseigne*1"),
    Sale("vieuxpont", 262, "lampadaire*8 suspension*5 pose*16", paid=((41, 0.3),)),
    Sale("bellerive", 112, "rail*20 encastre*12"),
    Sale("bellerive", 74, "spot*22", paid=((6, 0.25),)),
    Sale("bellerive", -6, "spot*4"),
    Sale("belvedere", 148, "etude*6 suspension*6"),
    Sale("pharmacie", 395, "enseigne*1 spot*26"),
    Sale("retro", 205, "spot*5"),
    Sale("cormoran", 140, "suspension*3 pose*6"),
    Sale("cormoran", 104, "applique*8"),
    Sale("brightwell", 152, "lampadaire*9 suspension*4", currency="USD"),
    Sale("brightwell", 121, "applique*14"),
    Sale("marchetti", 98, "lustre*1"),
    # Kept out: disputed, excluded, blocked, covered by a credit note
    Sale("moreau", 47, "lustre*2"),
    Sale("pelletier", 210, "enseigne*1"),
    Sale("tilleuls", 55, "applique*20"),
    Sale("passerelle", 25, "applique*3"),
    # Reminded a short while ago
    Sale("eclat", 27, "rail*4 spot*8"),
    Sale("enseignes", 13, "enseigne*4 pose*30"),
    # Not due yet
    Sale("thermes", -9, "suspension*8 pose*20"),
    Sale("perrot", -9, "applique*1"),
    Sale("griffon", -12, "spot*10"),
    Sale("rhone", -12, "encastre*80 pose*30 etude*1"),
    Sale("portland", -15, "applique*10", currency="USD"),
    Sale("thermes", -16, "encastre*40 etude*1"),
    Sale("dombes", -18, "spot*30"),
    Sale("rhone", -20, "rail*60"),
    Sale("cave", -21, "entretien*1"),
    Sale("enseignes", -24, "enseigne*2 etude*1"),
    Sale("thermes", -25, "lampadaire*5 spot*11"),
    Sale("lucide", -27, "entretien*1"),
    Sale("arche", -28, "location*3"),
]

# (customer, days before today, lines, the (customer, late) of the invoice it corrects)
CREDIT_NOTES = [
    ("cave", 5, "encastre*2", ("cave", 6)),
    ("passerelle", 10, "applique*4", None),
]
# (customer, days before today, amount): received, not matched with any invoice
PAYMENTS_ON_ACCOUNT = [("arche", 12, 1000.0), ("perrot", 7, 150.0)]
DRAFTS = [("rhone", "enseigne*2"), ("thermes", "pose*4"), ("dombes", "entretien*1"), ("eclat", "spot*4")]
# (customer, late, amount): balances taken over from the former program; the second stays out on purpose
OPENING_ITEMS = [("delmas", 380, 1284.6), ("delmas", 365, 312.4)]

# What people did between two campaigns: (days before today, what, arguments)
EVENTS = [
    (200, "insure", ("enseignes", 30000)),
    (118, "exclude", (("pelletier", 210),)),
    (
        118,
        "suspend",
        ("brunel", 30, "Cession du fonds en cours : relances gelées à la demande de la direction"),
    ),
    (46, "block", (("tilleuls", 55),)),
    (29, "follow_opening_item", ("delmas", 380)),
    (7, "promise", ("arche", -4)),
    (7, "promise", ("delmas", 5)),
    (
        6,
        "dispute",
        (("moreau", 47), "recovery_dispute_reason_quality", "Teinte de deux abat-jour : vu avec l'atelier."),
    ),
    (5, "plan", ("delaunay", 3, -10)),
]

# What was said on the phone, by customer, else in turn
CALL_RESULTS = {
    "alpage": "La comptable est absente jusqu'à lundi ; le directeur promet un virement, sans date.",
    "guillon": "Messagerie. Message laissé avec le montant et la référence.",
    "lycee": "40 % réglés ; le solde attend le vote du budget. Rappeler après le conseil.",
    "portland": "Spoke to accounts payable: invoice approved, waiting for their next payment run.",
    "comptoir": "Nouveau gérant, prétend ne rien devoir. Copie des factures envoyée.",
    "moreau": "Le régisseur conteste la teinte de deux abat-jour. À vérifier avec l'atelier.",
}
COMMON_CALL_RESULTS = [
    "Facture bien reçue, règlement annoncé au prochain échéancier.",
    "Duplicata demandé, envoyé aussitôt par courriel.",
    "Promet un virement sous huit jours.",
    "Interlocuteur en réunion, rappellera.",
]
CALLS_TO_DO = {"eclat"}  # planned by the last campaign, still waiting for Claire


def make_paid_sales():
    """Return the sales that were paid in full: each customer has its habits, the same at every call."""
    rng = random.Random(1979)
    sales = []
    for position, (key, customer) in enumerate(CUSTOMERS.items()):
        if customer.pays is None:
            continue
        for _number in range(1 + (position + 1) % 2):
            late = rng.randint(max(customer.pays + 8, 25), 400)
            paid = late - customer.pays - rng.randint(-3, 3)
            products = rng.sample(["applique", "spot", "rail", "pose", "entretien", "encastre", "lampadaire"], 2)
            lines = " ".join(f"{product}*{rng.randint(1, 8)}" for product in products)
            sales.append(Sale(key, late, lines, paid=((paid, 1),)))
    return sales

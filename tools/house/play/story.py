"""What happens in the sixty days: plain acts, by the day, through the doors that people use.

An act that the module refuses is no mistake of this file: what it answers is part of the play.
"""

import base64
import csv
import io
from datetime import date, timedelta

from names import FIELDS
from post import Post
from stage import Stage

from odoo import Command

FIRST = date(2026, 3, 2)
LENGTH = 60
PAPER = base64.b64encode(b"%PDF-1.4 preuve")
ACTS = {}


def on(*days):
    """Have a method played on these days, counted from the first, in the order of this file."""

    def note(act):
        for day in days:
            ACTS.setdefault(day, []).append(act)
        return act

    return note


class Story(Post, Stage):
    """The company's customers, and what is done with each of them."""

    def __init__(self, env, clock):
        super().__init__(env, clock)
        self.partners = {}
        self.moves = {}
        self.kept = {}
        self._set_up_company()
        self._make_customers()
        self._open_books()

    # ------------------------------------------------------------
    # Before the first day
    # ------------------------------------------------------------
    def _set_up_company(self):
        env, company = self.env, self.company
        company.write(
            {
                "account_use_credit_limit": True,
                FIELDS["company.free limit"]: 5000,
                "recovery_contact_id": self.users["claire"].id,
                "recovery_manager_id": self.users["marc"].id,
                "recovery_plan_amount_limit": 1500,
                "recovery_waiver_limit": 50,
                "recovery_alert_amount": 8000,
                "recovery_alert_days": 90,
                "recovery_digest": True,
                "recovery_mentions": True,
                "recovery_auto_weekday": "all",
                "recovery_auto_hour": 6,
            }
        )
        self.branch = self._create_company({"name": "Agence de Lyon", "parent_id": company.id}).with_env(env)
        both = company + self.branch
        for user in (*self.users.values(), env.user):
            user.company_ids |= both
        env.cr.precommit.run()
        self.dollar = env.ref("base.USD")
        self.dollar.active = True
        env["res.currency.rate"].create(
            [
                {"currency_id": self.dollar.id, "company_id": company.id, "name": day, "rate": rate}
                for day, rate in (("2025-01-01", 1.1), ("2026-03-20", 1.15), ("2026-04-10", 1.12))
            ]
        )
        self.thrice = env["account.payment.term"].create(
            {
                "name": "Trois fois : 30, 60 et 90 jours",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in ((33.33, 30), (33.33, 60), (33.34, 90))
                ],
            }
        )
        self.soft = self.ref("scenario").copy({"name": "Sans mise en demeure"})
        self.soft.level_ids.filtered(lambda level: level.kind in ("formal_notice", "handover")).unlink()
        self.charging = self.ref("scenario").copy({"name": "Pénalités facturées"})
        self.charging.write({"late_interest_mode": "charge", "late_indemnity_mode": "charge"})

    def _add(self, key, name, nature=None, **vals):
        partner = self.partners[key] = self.make_partner(name, **vals)
        debtor = self.debtor_of(partner)
        debtor.collector_id = self.users["marc" if key in ("comptoir", "aubert") else "claire"]
        if nature:
            debtor.write({"nature": nature, "nature_confirmed": True})

    def _make_customers(self):
        env = self.env
        abroad = {"company_registry": False}
        self._add("dupont", "Boulangerie Dupont", "merchant")
        self._add("petit", "Jeanne Petit", "consumer", is_company=False)
        self._add("mairie", "Commune de Saint-Aubin", "public")
        self._add("portland", "Lumenworks West", "merchant", lang="en_US", country_id=env.ref("base.us").id, **abroad)
        self._add("hartwell", "Hartwell Finch Ltd", lang="en_US", country_id=env.ref("base.uk").id, **abroad)
        self._add("clinique", "Clinique des Rivières", "professional")
        self._add("passerelle", "Librairie Passerelle")
        self._add("lycee", "Lycée Sainte-Odile")
        self._add("arche", "Théâtre de l'Arche")
        self._add("golf", "Golf des Étangs", "merchant")
        self._add("aubert", "Menuiserie Aubert", "merchant")
        self._add("comptoir", "Le Comptoir", "merchant")
        self._add("brunel", "Brunel Ébénisterie")
        self._add("galerie", "Galerie Montplaisir", "merchant")
        self._add("nuit", "Nuit Blanche", "merchant")
        self._add("garage", "Garage Pelletier", "merchant")
        self._add("delaunay", "Sophie Delaunay", "consumer", is_company=False)
        self._add("eclat", "Salon Éclat", "merchant")
        self._add("moreau", "Fondation Moreau")
        self._add("tilleuls", "Résidence Tilleuls", "professional")
        self._add("enseignes", "Enseignes Réunies", "merchant")
        self._add("alpage", "Hôtel de l'Alpage", "merchant")
        self._add("quincaillerie", "Quincaillerie Marchand", "merchant", email=False)
        self._add("perdu", "Éditions Perdues", "merchant", street=False, zip=False, city=False)
        env["res.partner"].create(
            {
                "name": "Nadia Lemoine, comptabilité",
                "parent_id": self.partners["clinique"].id,
                "type": "invoice",
                "email": "comptabilite@example.com",
            }
        )
        for key in ("alpage", "passerelle"):
            self.debtor(key)[FIELDS["debtor.scenario"]] = self.charging
        self.debtor("mairie")[FIELDS["debtor.scenario"]] = self.soft

    def debtor(self, key, login=None):
        return self.debtor_of(self.partners[key], login)

    def _bill(self, key, number, amount, due, **vals):
        """Post an invoice that fell due, or will, so many days from the first day; keep it as ``key number``."""
        move = self.make_invoice(self.partners[key], amount, FIRST + timedelta(days=due), **vals)
        self.moves[f"{key} {number}"] = move
        return move

    def _open_books(self):
        for key, bills in {
            "dupont": ((1200.0, -20), (340.5, -3), (980.0, 12)),
            "petit": ((250.0, -40), (89.9, -700), (60.0, 30)),
            "mairie": ((4300.0, -35), (1250.0, 5)),
            "hartwell": ((1500.0, -18), (2200.0, 10)),
            "passerelle": ((700.0, -25), (420.0, -10)),
            "lycee": ((3100.0, -34),),
            "arche": ((1840.0, -19), (600.0, -2)),
            "aubert": ((5200.0, -110), (830.0, -60)),
            "comptoir": ((2600.0, -120), (910.0, -75), (150.0, 20)),
            "brunel": ((460.0, -50),),
            "galerie": ((1900.0, -80),),
            "nuit": ((7400.0, -45),),
            "garage": ((3700.0, -1800), (1100.0, -1500), (560.0, -5)),
            "delaunay": ((1350.0, -30),),
            "eclat": ((2400.0, -22),),
            "moreau": ((2700.0, -47), (300.0, -15)),
            "tilleuls": ((6000.0, -70),),
            "enseignes": ((9000.0, -12), (12000.0, 25)),
            "alpage": ((4200.0, -90), (1100.0, -33)),
            "quincaillerie": ((380.0, -7), (410.0, -36)),
            "perdu": ((999.0, -100),),
        }.items():
            for number, (amount, due) in enumerate(bills, 1):
                self._bill(key, number, amount, due)
        self._bill("portland", 1, 3300.0, -32, currency=self.dollar)
        self._bill("portland", 2, 900.0, 8, currency=self.dollar)
        self._bill("clinique", 1, 6000.0, -20, invoice_payment_term_id=self.thrice.id)
        self._bill("golf", 1, 2100.0, -28, company_id=self.branch.id)
        self._bill("golf", 2, 450.0, -6)
        for key, amount, late in (("dupont", 500.0, 200), ("eclat", 800.0, 150), ("alpage", 1200.0, 120)):
            move = self._bill(key, "old", amount, -late)
            self.pay(move, day=FIRST - timedelta(days=late - 25))
        self.make_invoice(
            self.partners["passerelle"],
            150.0,
            FIRST - timedelta(days=9),
            move_type="out_refund",
            reversed_entry_id=self.moves["passerelle 1"].id,
        )
        self.make_invoice(self.partners["lycee"], 75.0, FIRST - timedelta(days=6), move_type="out_refund")
        self.receive(self.partners["arche"], 1000.0, FIRST - timedelta(days=4))
        self.pay(self.moves["lycee 1"], 1200.0, FIRST - timedelta(days=3))
        self.partners["brunel"].action_archive()
        self.receivable_of(self.moves["moreau 2"]).no_followup = True

    # ------------------------------------------------------------
    # What people do again and again
    # ------------------------------------------------------------
    def campaign(self, *keys, login="claire", send=True, **vals):
        """Make a campaign as somebody does, for these customers or for all."""
        debtors = [self.debtor(key).id for key in keys]
        campaign = self.model("campaign", login).create(
            {"company_id": self.company.id, "date": self.today, "debtor_ids": debtors, **vals}
        )
        campaign.action_propose()
        if send:
            self.work(campaign, "action_validate")
            self.work(campaign, "action_send")
        return campaign

    def work(self, campaign, button):
        """Press a button of a campaign; where it shows how far it is, do the work until nothing is left."""
        if getattr(campaign, button)()["tag"] == "recovery_progress":
            while campaign.action_go_on()["remaining"]:
                pass

    def find(self, model, key, **values):
        """Return the customer's last record of a model, as the manager sees it."""
        domain = [("debtor_id", "=", self.debtor(key).id), *((name, "=", value) for name, value in values.items())]
        return self.model(model, "marc").search(domain, order="id desc", limit=1)

    def formal_notice_of(self, key):
        """Return the customer's last mise en demeure that was sent."""
        return self.find("notice", key, kind="formal_notice", state="sent", guaranteed_notice_id=False)

    def answer(self, decision, grant, reason):
        """Have the manager grant or refuse."""
        decision = decision.with_env(self.as_user("marc"))
        action = decision.action_grant() if grant else decision.action_refuse()
        return self.follow(action, "marc", reason=reason).action_confirm()

    def post_letters(self):
        """Say that what waits to be posted was posted."""
        letters = self.model("letter", "claire").search([("state", "=", "to_post")], order="id")
        for letter in letters:
            letter.number = f"1A{12345670000 + letters.ids.index(letter.id) + 10 * (self.today - FIRST).days:011}"
        deliveries = self.model("delivery", "claire").search([("state", "in", ("to_print", "printed"))])
        deliveries = deliveries.filtered(lambda delivery: delivery.channel in ("letter", "registered"))
        if deliveries:
            deliveries.action_mark_posted()
        return letters

    # ------------------------------------------------------------
    # Day by day
    # ------------------------------------------------------------
    @on(0)
    def scenario_rules_and_assignment(self):
        """The manager sets rules: a scenario for those abroad, a collector for big debts, a quiet week."""
        self.model("scenario rule", "marc").create(
            {"name": "À l'étranger", FIELDS["scenario rule.scenario"]: self.soft.id, "abroad": True}
        )
        self.model("assignment rule", "marc").create(
            {
                "name": "Gros montants",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.users["marc"].ids)],
                "amount_min": 5000,
            }
        )
        self.debtor("tilleuls").collector_id = False
        self.model("assignment", "marc").create({"company_id": self.company.id}).action_confirm()
        self.model("quiet period", "marc").create(
            {"name": "Semaine de Pâques", "date_from": "2026-04-03", "date_to": "2026-04-07", "yearly": False}
        )

    @on(0)
    def contracts_and_proofs(self):
        contracts = self.model("contract", "marc")
        contracts.create({"company_id": self.company.id, "valid_from": "2020-01-01", "cgv_version": "V2025"})
        contracts.create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor("aubert").id,
                "valid_from": "2020-01-01",
                "penalty_kind": "contract",
                "penalty_rate": 15.0,
                "clause_kind": "percent",
                "clause_percent": 10.0,
                "cgv_version": "V2025",
                "cgv_accepted_on": "2025-01-10",
            }
        )
        for kind, key in (("order", "aubert 1"), ("delivery", "aubert 1"), ("order", "comptoir 1")):
            self.model("proof", "claire").create(
                {"name": f"BC {key}", "kind": kind, "date": "2025-10-01", "move_ids": self.moves[key].ids}
            )

    @on(0)
    def guarantees(self):
        guarantor = self.make_partner("Paul Garant", is_company=False)
        self.model("coverage", "marc").create(
            [
                {
                    "debtor_id": self.debtor("aubert").id,
                    "kind": "surety",
                    "provider_id": guarantor.id,
                    "reference": "acte du 3 mars 2024",
                    "amount": 3000.0,
                    "date_from": "2024-03-03",
                },
                {
                    "debtor_id": self.debtor("enseignes").id,
                    "provider_id": self.make_partner("Assurance-crédit des Fleuves").id,
                    "reference": "AC-2026-0417",
                    "amount": 15000.0,
                    "share": 90,
                    "date_from": "2026-01-01",
                    "date_until": "2026-04-15",
                    "declare_days": 45,
                },
            ]
        )

    @on(0, 14, 30, 45, 59)
    def worklist(self):
        """Claire opens her worklist, the auditor looks at it too."""
        for login in ("claire", "alice"):
            debtors = self.model("debtor", login)
            debtors.action_open_worklist()
            debtors.action_refresh_worklist()

    @on(0)
    def levels_taken_over(self):
        """Some customers were already at their last reminder in the former program."""
        level = self.ref("scenario").level_ids.filtered(lambda level: level.kind == "final")
        for key in ("aubert", "comptoir", "galerie", "perdu", "alpage", "portland", "petit"):
            action = self.debtor(key, "marc").action_resume()
            window = self.follow(
                action, "marc", level_id=level.id, date="2026-03-02", min_days=30, reason="Reprise de l'ancien logiciel"
            )
            window.action_list()
            window.action_confirm()

    @on(0)
    def simulate(self):
        campaign = self.model("campaign", "claire").create(
            {"company_id": self.company.id, "date": self.today + timedelta(days=10), "mode": "simulation"}
        )
        campaign.action_simulate()

    @on(1)
    def first_campaign(self):
        """Everybody, looked at with the reasons exported, two notices taken out and one put back, then sent."""
        campaign = self.kept["first"] = self.campaign(send=False)
        notices = campaign.notice_ids
        chosen = notices.filtered(
            lambda notice: notice.debtor_id in self.debtor("quincaillerie") + self.debtor("eclat")
        )
        self.follow(chosen.action_exclude(), "claire", reason="Vu au téléphone").action_confirm()
        chosen.filtered(lambda notice: notice.debtor_id == self.debtor("eclat")).action_restore()
        self.work(campaign, "action_validate")
        self.work(campaign, "action_send")

    @on(1)
    def second_look_the_same_day(self):
        self.campaign()

    @on(2)
    def approve_what_waits(self):
        for decision in self.model("decision", "marc").search([("state", "=", "asked")], order="id"):
            self.answer(decision, True, "D'accord")

    @on(2, 9, 17, 24, 33, 40, 47, 54)
    def post(self):
        self.post_letters()

    @on(2)
    def an_answer_and_a_bounce(self):
        """One customer answers the first mail, the mail to another comes back."""
        self.incoming("dupont", "Nous payons vendredi.")
        self.bounced("passerelle")

    @on(3)
    def promises(self):
        window = self.follow(self.debtor("dupont", "claire").action_promise(), "claire", date=self.today + timedelta(4))
        window.action_confirm()
        window = self.follow(
            self.debtor("hartwell", "claire").action_promise(),
            "claire",
            amount=700.0,
            date=self.today + timedelta(6),
            note="Accounts payable says Monday",
        )
        window.action_confirm()
        self.follow(self.debtor("quincaillerie", "claire").action_promise(), "claire").action_confirm()

    @on(3)
    def calls(self):
        for key, result in (("clinique", "no answer"), ("moreau", "message"), ("delaunay", "promise")):
            self.follow(
                self.debtor(key, "claire").action_call(),
                "claire",
                result_id=self.ref(f"call: {result}").id,
                cause_id=self.ref("cause: cash").id,
                note="Rappeler lundi",
            ).action_confirm()

    @on(4)
    def a_visit_logged(self):
        self.follow(
            self.debtor("lycee", "claire").action_log_contact(),
            "claire",
            channel="visit",
            subject="Rendez-vous avec l'intendance",
            note="Le solde attend le vote du budget.",
        ).action_confirm()

    @on(4)
    def dispute_in_part(self):
        self.follow(
            self.debtor("moreau", "claire").action_dispute(),
            "claire",
            move_id=self.moves["moreau 1"].id,
            amount=900.0,
            reason_id=self.ref("dispute: quality").id,
            description="Teinte de deux abat-jour",
        ).action_confirm()

    @on(4)
    def dispute_whole(self):
        self.follow(
            self.debtor("lycee", "claire").action_dispute(),
            "claire",
            move_id=self.moves["lycee 1"].id,
            reason_id=self.ref("dispute: price").id,
        ).action_confirm()

    @on(5)
    def promise_kept(self):
        self.pay(self.moves["dupont 1"])
        self.pay(self.moves["dupont 2"])

    @on(7)
    def plans(self):
        """A plan in three that a consumer signs, and one above the limit that a manager grants."""
        self.follow(
            self.debtor("delaunay", "claire").action_plan(), "claire", part_count=3, first_date="2026-03-16"
        ).action_confirm()
        plan = self.find("plan", "delaunay").with_env(self.as_user("claire"))
        plan.action_propose()
        self.follow(plan.action_sign(), "claire", document=PAPER, document_name="signé.pdf").action_confirm()
        self.follow(
            self.debtor("clinique", "claire").action_plan(),
            "claire",
            part_count=4,
            first_date="2026-03-20",
            down_amount=500.0,
            interest_amount=60.0,
        ).action_confirm()
        self.find("plan", "clinique").with_env(self.as_user("claire")).action_propose()

    @on(8)
    def plan_granted(self):
        plan = self.find("plan", "clinique")
        self.answer(plan.decision_id, True, "Client ancien")
        self.follow(plan.action_sign(), "marc").action_confirm()

    @on(8)
    def plan_of_eclat(self):
        self.follow(
            self.debtor("eclat", "marc").action_plan(), "marc", part_count=2, first_date="2026-03-16"
        ).action_confirm()
        plan = self.find("plan", "eclat").with_env(self.as_user("marc"))
        plan.action_propose()
        self.follow(plan.action_sign(), "marc").action_confirm()

    @on(4, 15, 22, 29, 43, 50, 57)
    def weekly_campaign(self):
        self.campaign()

    @on(9)
    def formal_notices(self):
        """Mises en demeure to those whose levels were taken over."""
        campaign = self.kept["demands"] = self.campaign("aubert", "comptoir", "galerie", "perdu", "alpage", send=False)
        campaign.action_validate()

    @on(9)
    def formal_notices_checked(self):
        campaign = self.kept["demands"]
        blocked = campaign.notice_ids.filtered("is_blocked")
        blocked.action_check()
        for notice in blocked.filtered("is_blocked"):
            self.follow(notice.action_override(), "claire", reason="Bon de commande perdu").action_confirm()

    @on(10)
    def formal_notices_decided(self):
        for decision in self.model("decision", "marc").search([("state", "=", "asked")], order="id"):
            self.answer(decision, decision.debtor_id != self.debtor("perdu"), "Vu")
        campaign = self.kept["demands"]
        campaign.notice_ids.filtered("is_blocked").action_check()
        self.work(campaign, "action_send")

    @on(10)
    def formal_notices_posted(self):
        """One leaves electronically, the others by post."""
        letter = self.find("letter", "alpage", state="to_post")
        if letter:
            self.follow(
                letter.action_send_electronically(),
                "claire",
                letter_id=letter.id,
                number="LRE-2026-0001",
                proof=PAPER,
            ).action_confirm()
        self.post_letters()

    @on(12)
    def hold(self):
        self.follow(
            self.debtor("brunel", "claire").action_hold(),
            "claire",
            date_until=self.today + timedelta(days=20),
            reason="Cession du fonds en cours",
        ).action_confirm()

    @on(13)
    def tracking(self):
        """The carrier's file: presented, delivered, refused, wrong address, unknown numbers."""
        words = {"aubert": ("Pli avisé", "Distribué"), "comptoir": ("Pli refusé",), "galerie": ("NPAI",)}
        out = io.StringIO()
        table = csv.writer(out, delimiter=";")
        table.writerow(["Numéro", "Événement", "Date"])
        for key, events in words.items():
            letter = self.find("letter", key)
            for event in events:
                table.writerow([letter.number, event, f"{self.today:%d/%m/%Y}"])
        table.writerow(["9Z00000000000", "Distribué", f"{self.today:%d/%m/%Y}"])
        content = base64.b64encode(out.getvalue().encode())
        window = self.model("tracking import", "claire").create({"file": content})
        window.action_import()
        self.say(f"{window.done_count} entered, {window.same_count} known, {window.refused_text}")

    @on(14)
    def guarantor(self):
        notice = self.formal_notice_of("aubert").with_env(self.as_user("claire"))
        notice.action_write_to_guarantors()
        notice.guarantor_notice_ids.action_send_to_guarantor()

    @on(14)
    def statements(self):
        """Décomptes: of all, of one invoice, with costs, on a past day."""
        self.model("cost", "claire").create(
            {
                "debtor_id": self.debtor("comptoir").id,
                "date": self.today,
                "name": "Frais d'enquête",
                "amount": 84.5,
                "document": PAPER,
                "document_name": "facture.pdf",
            }
        )
        for key, values in (
            ("comptoir", {}),
            ("aubert", {"imputation": "principal_first", "day": "2026-03-01"}),
            ("portland", {}),
            ("alpage", {"with_settled": True}),
        ):
            self.follow(self.debtor(key, "claire").action_claim_statement(), "claire", **values).action_issue()
        self.follow(
            self.moves["garage 1"].with_env(self.as_user("claire")).action_recovery_claim_statement(), "claire"
        ).action_issue()

    @on(14)
    def first_part_of_the_plans(self):
        self.pay(self.moves["delaunay 1"], 450.0)
        self.pay(self.moves["eclat 1"], 1200.0)
        self.pay(self.moves["clinique 1"], 500.0)

    @on(15)
    def promise_broken_then_renegotiated(self):
        promise = self.find("promise", "hartwell").with_env(self.as_user("claire"))
        action = promise.action_renegotiate()
        self.follow(action, "claire", date=self.today + timedelta(days=10)).action_confirm()

    @on(5)
    def promise_cancelled(self):
        promise = self.find("promise", "quincaillerie").with_env(self.as_user("claire"))
        self.follow(promise.action_cancel(), "claire", reason="Saisie par erreur").action_confirm()

    @on(16)
    def undo_a_campaign(self):
        """A campaign sent by mistake is cancelled, and who was written to is told."""
        for key, vals in (("neuf", {}), ("new", {"lang": "en_US"}), ("sans", {"email": False})):
            self._add(key, f"Client {key}", **vals)
            self._bill(key, 1, 777.0, 10)
        campaign = self.campaign("neuf", "new", "sans")
        self.send_mails()
        window = self.follow(
            campaign.with_env(self.as_user("marc")).action_cancel(), "marc", reason="Envoyée par erreur"
        )
        window.send_correction = True
        window.action_confirm()

    @on(18)
    def limits(self):
        """Asked and granted at once, asked above what a user may grant, refused, raised for a while."""
        self.ask_limit("dupont", amount=3000.0)
        self.ask_limit("enseignes", amount=15000.0, date_until="2026-04-20", review_date="2026-04-10")
        self.answer(self.find("limit request", "enseignes").decision_id, True, "Bilan solide")
        self.ask_limit("nuit", amount=9000.0)
        self.answer(self.find("limit request", "nuit").decision_id, False, "Pertes en 2025")
        self.ask_limit("dupont", kind="increase", amount=500.0, date_until="2026-04-01")
        self.ask_limit("perdu", kind="zero", amount=0.0)

    @on(18)
    def limit_of_nothing(self):
        self.ask_limit("dupont", kind="increase", amount=0.0)

    @on(18)
    def send_now_to_a_new_customer(self):
        self._add("vif", "Client vif")
        self._bill("vif", 1, 310.0, 12)
        self.follow(self.debtor("vif", "claire").action_send_now(), "claire").action_send()

    def ask_limit(self, key, kind="amount", **values):
        window = self.model("limit wizard", "claire").create(
            {"debtor_id": self.debtor(key).id, "kind": kind, "reason": "Bilan 2025", **values}
        )
        self.say(f"granted at once: {window.is_granted_at_once}")
        window.action_confirm()

    @on(19)
    def credit_control(self):
        self.company[FIELDS["company.control"]] = True
        rules = self.model("rule", "marc")
        rules.action_open_company()
        for test, mode, values in (
            ("overdue", "warn", {"amount": 500}),
            ("age", "block", {"days": 100}),
            ("class", "warn", {"risk_class": "D"}),
        ):
            rule = rules.search([("company_id", "=", self.company.id), ("debtor_id", "=", False), ("test", "=", test)])
            rule.write({"mode": mode, **values})
        rules.search([("test", "=", "limit"), ("company_id", "=", self.company.id)]).mode = "block"

    @on(20)
    def invoice_within(self):
        self.sell("hartwell", 200.0)

    @on(20)
    def invoice_beyond_the_limit(self):
        self.sell("dupont", 4000.0)

    @on(20)
    def invoice_without_credit(self):
        self.sell("perdu", 100.0)

    @on(20)
    def invoice_to_a_bad_payer(self):
        self.sell("comptoir", 100.0)

    def sell(self, key, amount):
        due = self.today + timedelta(days=30)
        move = self.make_invoice(self.partners[key], amount, due, post=False, login="claire", invoice_date=self.today)
        self.moves[f"{key} new"] = move
        self.say(move.partner_credit_warning or "no warning")
        move.action_post()

    @on(21)
    def override(self):
        move = self.model("debtor", "claire").env["account.move"].browse(self.drafts("dupont"))
        self.follow(move.action_ask_credit_override(), "claire", reason="Acompte promis").action_confirm()
        decision = self.model("decision", "marc").search([("state", "=", "asked"), ("res_model", "=", "account.move")])
        self.answer(decision, True, "Une fois")
        move.action_post()

    def drafts(self, key):
        """Return the ids of the customer's draft invoices, made here if the refusal took the invoice with it."""
        found = self.env["account.move"].search([("partner_id", "=", self.partners[key].id), ("state", "=", "draft")])
        if not found:
            due = self.today + timedelta(days=30)
            found = self.make_invoice(
                self.partners[key], 4000.0, due, post=False, login="claire", invoice_date=self.today
            )
        return found.ids[:1]

    @on(21)
    def late_fees(self):
        """Charged in a document of its own, posted; charged again and cancelled; waived; reversed."""
        window = self.follow(self.debtor("alpage", "claire").action_charge_late_fees(), "claire")
        self.say(window.total_text)
        self.say(window.left_out_text or "nothing left out")
        window.action_charge()
        charge = self.find("charge", "alpage").sudo()
        charge.move_id.action_post()

    @on(22)
    def late_fees_waived(self):
        window = self.follow(
            self.debtor("passerelle", "claire").action_waive_late_fees(), "claire", reason="Geste commercial"
        )
        window.action_waive()
        waiver = self.find("waiver", "passerelle")
        if waiver.decision_id:
            self.answer(waiver.decision_id, True, "Oui")

    @on(23)
    def late_fees_shown_only(self):
        self.follow(self.debtor("comptoir", "claire").action_charge_late_fees(), "claire").action_charge()

    @on(24)
    def late_fees_reversed(self):
        move = self.find("charge", "alpage").sudo().move_id
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": self.today, "reason": "Remise"})
        )
        wizard.reverse_moves()
        self.env["account.move"].search([("reversed_entry_id", "=", move.id)]).filtered(
            lambda note: note.state == "draft"
        ).action_post()

    @on(25)
    def waiver_withdrawn(self):
        waiver = self.find("waiver", "passerelle")
        self.follow(waiver.action_withdraw(), "marc", reason="Geste retiré").action_confirm()

    @on(25)
    def late_fees_in_draft_then_cancelled(self):
        window = self.follow(self.debtor("passerelle", "claire").action_charge_late_fees(), "claire")
        window.action_charge()
        self.find("charge", "passerelle").sudo().move_id.button_cancel()

    @on(26)
    def limitation(self):
        """Evidence, its end, its cancelling, a corrected limitation."""
        document = self.as_user("claire")["ir.attachment"].create({"name": "reconnaissance.pdf", "datas": PAPER})
        self.follow(
            self.debtor("garage", "claire").action_limitation_event(),
            "claire",
            cause_id=self.ref("evidence: acknowledgement").id,
            date="2025-06-15",
            move_ids=[Command.set(self.moves["garage 2"].ids)],
            attachment_ids=[Command.set(document.ids)],
        ).action_confirm()
        document = self.as_user("claire")["ir.attachment"].create({"name": "mediation.pdf", "datas": PAPER})
        self.follow(
            self.debtor("petit", "claire").action_limitation_event(),
            "claire",
            cause_id=self.ref("evidence: mediation").id,
            date="2026-02-10",
            attachment_ids=[Command.set(document.ids)],
        ).action_confirm()
        self.follow(
            self.debtor("mairie", "claire").action_limitation_choice(),
            "claire",
            move_id=self.moves["mairie 1"].id,
            kind_id=self.ref("limitation: business").id,
            reason="Régie commerciale",
        ).action_confirm()

    @on(27)
    def limitation_ended(self):
        evidence = self.find("evidence", "petit").with_env(self.as_user("claire"))
        self.follow(evidence.action_end(), "claire", date_until=self.today, outcome="ended").action_confirm()

    @on(28)
    def limitation_cancelled(self):
        evidence = self.find("evidence", "garage").with_env(self.as_user("claire"))
        self.follow(evidence.action_cancel(), "claire", reason="Signature contestée").action_confirm()

    @on(28)
    def settlement(self):
        """A settlement beyond what a user may give up: talks, the manager's answer, the money, the credit note."""
        self.follow(
            self.debtor("tilleuls", "claire").action_settlement(),
            "claire",
            amount_agreed=4500.0,
            date_due=self.today + timedelta(days=10),
            talks_until=self.today + timedelta(days=20),
            conditions="Pour solde de tout compte",
        ).action_confirm()
        settlement = self.find("settlement", "tilleuls").with_env(self.as_user("claire"))
        settlement.action_start_talks()
        settlement.action_agree()

    @on(29)
    def settlement_granted(self):
        self.answer(self.find("settlement", "tilleuls").decision_id, True, "Mieux que rien")

    @on(31)
    def settlement_paid(self):
        self.pay(self.moves["tilleuls 1"], 4500.0)

    @on(31)
    def settlement_that_fails(self):
        self.follow(
            self.debtor("quincaillerie", "claire").action_settlement(),
            "claire",
            amount_agreed=750.0,
            date_due=self.today + timedelta(days=5),
        ).action_confirm()
        self.find("settlement", "quincaillerie").with_env(self.as_user("claire")).action_agree()

    @on(32)
    def cases(self):
        """From a mise en demeure that expired, from the debtor's screen, too early, and twice."""
        self.formal_notice_of("comptoir").action_open_case()

    @on(32)
    def case_of_the_debtor(self):
        self.debtor("garage", "marc").action_open_case()

    @on(32)
    def case_twice(self):
        self.debtor("comptoir", "marc").action_open_case()

    @on(33)
    def case_moves(self):
        case = self.find("case", "comptoir")
        case.write({"description": "Aucune contestation."})
        case.stage_id = self.ref("stage: preparing")

    @on(34)
    def insolvency(self):
        self.debtor("nuit", "claire").insolvency_on = self.today - timedelta(days=2)

    @on(35)
    def case_adds_what_fell_due_since(self):
        self._bill("comptoir", 4, 500.0, 30)
        self.find("case", "comptoir").action_add_overdue()

    @on(35)
    def case_statement(self):
        self.follow(self.find("case", "comptoir").action_claim_statement(), "marc").action_issue()

    @on(36)
    def case_line_removed(self):
        lines = self.find("case", "comptoir")[FIELDS["case.lines"]]
        self.follow(lines[-1:].action_remove(), "marc", reason="Payée entre-temps").action_confirm()

    @on(37)
    def case_filed(self):
        self.find("case", "comptoir").stage_id = self.ref("stage: filed")

    @on(37)
    def dispute_resolved(self):
        note = self.make_invoice(
            self.partners["moreau"],
            300.0,
            self.today,
            move_type="out_refund",
            invoice_date=self.today,
            reversed_entry_id=self.moves["moreau 1"].id,
        )
        dispute = self.find("dispute", "moreau").with_env(self.as_user("claire"))
        self.say(note.name)
        self.follow(dispute.action_resolve(), "claire", resolution="Avoir partiel accepté").action_confirm()

    @on(38)
    def dispute_rejected(self):
        dispute = self.find("dispute", "lycee").with_env(self.as_user("claire"))
        self.follow(
            dispute.action_resolve(), "claire", outcome="rejected", resolution="Prix du devis signé"
        ).action_confirm()

    @on(38)
    def plan_broken_by_hand(self):
        plan = self.find("plan", "delaunay").with_env(self.as_user("claire"))
        self.follow(plan.action_break(), "claire", reason="Deux échéances manquées").action_confirm()

    @on(39)
    def plan_kept(self):
        self.pay(self.moves["eclat 1"])

    @on(41)
    def automatic(self):
        """Campaigns make themselves from now on, then above the ceiling a manager decides."""
        self.company.write({"recovery_auto": True, "recovery_auto_max_notices": 3, "recovery_auto_max_amount": 4000})
        self._bill("mairie", 3, 2000.0, 40)
        self._bill("dupont", 4, 150.0, 41)

    @on(44, 51)
    def automatic_decided(self):
        for decision in self.model("decision", "marc").search([("state", "=", "asked")], order="id"):
            self.answer(decision, True, "Bon pour envoi")

    @on(42)
    def scores(self):
        """What people know: an external score, a signal, a file; the score worked out and looked at."""
        self.model("signal", "claire").create(
            {
                "debtor_id": self.debtor("arche").id,
                "date": self.today,
                "kind": "press",
                "source": "Sud Ouest",
                "wording": "Subvention supprimée",
                "severity": "serious",
                "expires_on": self.today + timedelta(days=90),
            }
        )
        rows = (
            "client;score;sur;date;source;limite\n"
            "Enseignes Réunies;34;100;2026-04-01;Altares;20000\n"
            "Inconnu;3;10;2026-04-01;X;\n"
        )
        window = self.model("external import", "claire").create(
            {"file": base64.b64encode(rows.encode()), "filename": "scores.csv"}
        )
        window.action_import()
        self.say(window.result)
        for key in ("enseignes", "arche"):
            debtor = self.debtor(key, "claire")
            debtor.write({"is_strategic": True, "employee_count": 12})
            debtor.action_prepare_file()
            debtor.action_compute_score()
            self.follow(debtor.action_review_score(), "claire", reason="Rien de nouveau").action_confirm()
        items = self.model("file item", "claire").search([("debtor_id", "=", self.debtor("arche").id)], order="id")
        for item in items:
            item.write({"attachment_ids": [Command.create({"name": "piece.pdf", "datas": PAPER})]})
            item.action_check()

    @on(43)
    def reviews(self):
        review = self.model("review", "marc").search([], order="id", limit=1)
        review.action_see_all()
        self.follow(review.action_finish(), "marc", reason="Vu le mois").action_confirm()

    @on(17)
    def formal_notice_made_anew(self):
        """A mise en demeure is withdrawn for another one."""
        formal_notice = self.formal_notice_of("alpage")
        self.follow(formal_notice.action_supersede(), "marc", reason="Montant corrigé").action_confirm()

    @on(46)
    def formal_notice_too_late_to_make_anew(self):
        formal_notice = self.formal_notice_of("aubert")
        self.follow(formal_notice.action_supersede(), "marc", reason="Montant corrigé").action_confirm()

    @on(48)
    def branch_pays_and_entry_taken_back(self):
        payment = self.pay(self.moves["golf 2"])
        self.debtor("golf", "claire").action_refresh()
        payment.move_id.line_ids.remove_move_reconcile()

    @on(48)
    def send_now(self):
        self.follow(self.debtor("petit", "claire").action_send_now(), "claire").action_send()

    @on(49)
    def one_notice_cancelled(self):
        notice = self.find("notice", "portland", state="sent")
        self.follow(notice.action_cancel(), "marc", reason="Payée le jour même").action_confirm()

    @on(52)
    def case_given_up_and_reopened(self):
        case = self.find("case", "garage")
        self.follow(case.action_give_up(), "marc", reason="Aucun bien connu").action_confirm()
        self.follow(case.action_reopen(), "marc", reason="Un bien retrouvé").action_confirm()

    @on(53)
    def case_given_up(self):
        case = self.find("case", "garage")
        self.follow(case.action_give_up(), "marc", reason="Liquidation sans actif").action_confirm()

    @on(53)
    def hold_released_early(self):
        hold = self.model("hold", "claire").create(
            {
                "debtor_id": self.debtor("arche").id,
                "date_from": self.today,
                "date_until": self.today + timedelta(days=30),
                "reason": "Subvention attendue",
            }
        )
        self.follow(hold.action_release(), "claire", reason="Reçue").action_confirm()

    @on(54)
    def insolvency_lifted(self):
        self.debtor("nuit", "claire").insolvency_on = False

    @on(55)
    def limit_ended(self):
        request = self.model("limit request", "marc").search([("kind", "=", "increase")], limit=1)
        request.action_end()

    @on(55)
    def merge_customers(self):
        """Two customers turn out to be one."""
        self._add("double", "Boulangerie Dupont (bis)", "merchant")
        self._bill("double", 1, 220.0, 20)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partners["double"] + self.partners["dupont"]).ids, self.partners["dupont"])

    @on(56)
    def invoice_taken_back(self):
        self.moves["comptoir 1"].button_draft()

    @on(56)
    def typed_by_hand(self):
        """What nobody may type is refused."""
        self.find("notice", "dupont").write({"state": "draft"})

    @on(56)
    def deleted_by_hand(self):
        self.find("statement", "comptoir").unlink()

    # ------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------
    @on(30, 59)
    def reports(self):
        self.export(self.model("aged balance", "marc").create({"is_detailed": True}), "aged balance")
        window = self.model("exposure report", "marc").create({})
        window.action_show()
        self.export(window, "exposure", printed=False)
        past = self.model("exposure report", "marc").create({"day": FIRST})
        self.export(past, "exposure of the first day", printed=False)
        log = self.model("delivery log", "alice").create({"date_from": FIRST, "date_to": self.today})
        self.export(log, "delivery log")
        for key in ("comptoir", "portland", "arche"):
            action = self.debtor(key, "claire").action_account_statement()
            self.export(self.follow(action, "claire"), f"account statement of {key}", "report: account statement")

    @on(30, 59)
    def exports(self):
        for statement in self.model("statement", "marc").search([], order="id", limit=6):
            self.export(statement, f"statement {statement.number}", printed=False)
        for name in ("first", "demands"):
            campaign = self.kept[name].with_env(self.as_user("claire"))
            window = self.model("verdict export", "claire").create({FIELDS["verdict export.campaign"]: campaign.id})
            self.export(window, f"verdicts of {name}", printed=False)

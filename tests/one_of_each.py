"""One record of every model, and another value for any field of it: what generated tests try with."""

import base64
from datetime import date, datetime, timedelta
from itertools import count

from odoo import SUPERUSER_ID, Command

PROOF = base64.b64encode(b"%PDF-1.4 preuve")
CODES = (f"2A{number:03}" for number in count(1))  # of communes
NUMBERS = count(1)
YEARS = ((date(year, 1, 1), date(year, 12, 31)) for year in count(1901))
# What the required fields alone do not say. A function takes the test class.
VALUES = {
    "recovery.agreement.line": lambda t: {"promise_id": t.one("recovery.promise").id},
    "recovery.case": lambda t: {"line_ids": [Command.create({"line_id": t.loose_line().id})]},
    "recovery.case.line": lambda t: {"line_id": t.loose_line().id, "case_id": t.one("recovery.case").id},
    "recovery.case.party": lambda t: {"partner_id": t.make_partner("Intervenant").id},
    "recovery.claim.cost": lambda t: {"document": PROOF, "amount": 12},
    "recovery.configuration.change": lambda t: {"user_id": t.recovery_manager.id, "changes": []},
    "recovery.contract.terms": lambda t: dict(zip(("valid_from", "valid_to"), next(YEARS), strict=True)),
    "recovery.credit.rule": lambda t: {"test": t.free("recovery.credit.rule", "test")},
    "recovery.deadline": lambda t: {"case_id": t.one("recovery.case").id, "name": "Conclusions"},
    "recovery.deadline.rule": lambda t: {
        "code": "proof_of_test",
        "number": 3,
        "opens_kind": t.env["recovery.procedure.event.kind"].search([], limit=1).code,
    },
    "recovery.court.area": lambda t: {"court_id": t.make_court().id, "insee_code": next(CODES)},
    "recovery.court.rule": lambda t: {"court_kind": "commerce"},
    "recovery.court.rule.condition": lambda t: {"fact": "debtor_public", "operator": "is", "value": "true"},
    "recovery.debtor": lambda t: {"partner_id": t.make_partner("Neuf").id},
    "recovery.formal.wording": lambda t: {"level_id": t.levels["formal_notice"].id},
    "recovery.insolvency": lambda t: {"debtor_id": t.debtor_of().id, "judgment_on": t.today - timedelta(days=5)},
    "recovery.insolvency.effect": lambda t: {
        **{"kind": "ad_hoc", "phase": "erased", "effect": "payment", "article": "L611-3"},
        **dict(zip(("valid_from", "valid_to"), next(YEARS), strict=True)),
    },
    "recovery.insolvency.declaration": lambda t: {
        "insolvency_id": t.env["recovery.insolvency"].sudo().create(t.values_for("recovery.insolvency")).id
    },
    "recovery.insolvency.step": lambda t: {"what": "planned", "date": t.today - timedelta(days=2)},
    "recovery.exhibit": lambda t: {
        "attachment_id": t.env["ir.attachment"].sudo().create({"name": "piece.pdf", "raw": b"%PDF-1.4 piece"}).id
    },
    "recovery.doubtful": lambda t: {"company_id": t.company.id, "book_company_id": t.company.id},
    "recovery.doubtful.closing": lambda t: {"company_id": t.company.id, "day": next(YEARS)[1]},
    "recovery.external.score": lambda t: {"score": 40},
    "recovery.execution.act": lambda t: {
        "case_id": t.one("recovery.case").id,
        "kind_id": t.env.ref("debt_recovery.recovery_execution_act_kind_conservatory_account").id,
    },
    "recovery.execution.act.limit": lambda t: {"code": "proof_of_test", "number": 3, "whose": "opponent"},
    "recovery.file.item": lambda t: {"type_id": t.free_file_type().id},
    "recovery.formal.check": lambda t: {"company_id": t.company.id},
    "recovery.kpi.target": lambda t: {"date_from": next(YEARS)[0]},
    "recovery.late.fee": lambda t: {"charge_id": t.one("recovery.charge").id},
    "recovery.legal.parameter": lambda t: {"value": "3", "unit": "days", "key": "proof_of_test"},
    "recovery.legal.text": lambda t: {"code": "PROOF"},
    "recovery.level": lambda t: {"channel_email": True, "subject": "Relance", "body": "<p>Relance</p>"},
    "recovery.mandate.fee": lambda t: {"amount": 80},
    "recovery.payment.plan.line": lambda t: {"plan_id": t.one("recovery.payment.plan").id, "amount": 5},
    "recovery.limitation.kind": lambda t: {
        "parameter_key": t.env["recovery.limitation.kind"].search([], limit=1).parameter_key
    },
    "recovery.procedure.event": lambda t: {
        "kind_id": t.one("recovery.procedure").type_id.event_kind_ids.filtered(lambda kind: not kind.after_ids)[0].id
    },
    "recovery.procedure.type.condition": lambda t: {"value": "true"},
    "recovery.quiet.period": lambda t: {"date_to": t.today + timedelta(days=9)},
    "recovery.rate": lambda t: dict(zip(("date_from", "date_to"), next(YEARS), strict=True)),
    "recovery.risk.signal": lambda t: {"expires_on": t.today + timedelta(days=9)},
    "recovery.title": lambda t: {
        "case_id": t.one("recovery.case").id,
        "kind_id": t.env.ref("debt_recovery.recovery_title_kind_judgment").id,
    },
    "recovery.title.head": lambda t: {"title_id": t.one("recovery.title").id, "amount": 5},
    "recovery.title.life": lambda t: {
        "kind_id": t.env["recovery.title.kind"]
        .create({"code": f"proof_{next(NUMBERS)}", "name": "Preuve", "article": "L111-3", "source": "Preuve"})
        .id
    },
    "recovery.verdict": lambda t: {"company_id": t.company.id},
    "recovery.work": lambda t: {"res_model": "recovery.campaign", "res_id": t.one("recovery.campaign").id},
}


# What nobody creates, the program included, but by its own ways.
MAKERS = {
    "recovery.event": lambda t: t.env["recovery.event"]._log("contact", t.debtor_of(), "Appel"),
    "recovery.journal.head": lambda t: t.env["recovery.journal.head"]._note(t.company, "sealed", 1, "0" * 64),
    "recovery.removal": lambda t: t.env["recovery.removal"].with_user(SUPERUSER_ID)._ask("Essai"),
}


class OneOfEach:
    """Records by model, made when they are first needed, as the module itself makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = {}
        cls.invoice = cls.make_invoice(days_overdue=60)
        cls.debtor_of().nature_confirmed = True
        for record in (
            cls.company,
            cls.debtor_partner,
            cls.debtor_of(),
            cls.invoice,
            cls.receivable_of(cls.invoice),
            cls.company.currency_id,
            cls.recovery_manager,
            cls.debtor_of().sudo().activity_schedule("mail.mail_activity_data_todo"),
        ):
            cls.made[record._name] = record.sudo()

    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, type(self), "made", dict(self.made))  # what a test makes goes with it

    @classmethod
    def one(cls, model):
        """Return a record of that model in superuser mode: one of the company's, a shipped one, or a new one."""
        if model in cls.made:
            return cls.made[model]
        known = dict(cls.made)
        try:
            with cls.env.cr.savepoint():
                cls.made[model] = cls.make_one(model)
        except Exception:
            cls.made = known  # what it was to hang on is gone with it
            raise
        return cls.made[model]

    @classmethod
    def make_one(cls, model):
        domain = [("company_id", "=", cls.company.id)] if model == "account.journal" else []
        found = cls.find(model, domain)
        if not found and model in MAKERS:
            return MAKERS[model](cls).sudo()
        return found if found or not model.startswith("recovery.") else found.create(cls.values_for(model))

    @classmethod
    def find(cls, model, domain, active_test=True):
        """Return a record in superuser mode, of ours one that the company's people see.

        Other companies may be there: tests that commit leave theirs.
        """
        Model = cls.env[model].sudo().with_context(active_test=active_test)
        seen = Model.with_user(cls.recovery_manager)
        if model.startswith("recovery.") and seen.has_access("read"):
            Model = seen
        return Model.search(domain, limit=1).with_env(cls.env(su=True))

    @classmethod
    def values_for(cls, model):
        """Return what a new record needs: its required fields, and what they alone do not say."""
        Model = cls.env[model].sudo()
        own = VALUES[model](cls) if model in VALUES else {}
        needed = [
            name
            for name, field in Model._fields.items()
            if field.required and field.store and not field.compute and not (field.default and field.default(Model))
        ]
        return {**{name: cls.sample(Model, name) for name in needed if name not in own}, **own}

    @classmethod
    def sample(cls, Model, name, other_than=None):
        """Return a value that the field may hold, other than that one."""
        field = Model._fields[name]
        plain = {
            "boolean": lambda: not other_than,
            "integer": lambda: (other_than or 0) + 7,
            "float": lambda: (other_than or 0.0) + 7.0,
            "monetary": lambda: (other_than or 0.0) + 7.0,
            "date": lambda: cls.today - timedelta(days=3),
            "datetime": lambda: datetime(2026, 11, 3, 8),
            "json": lambda: {"forged": 1},
            "binary": lambda: PROOF,
            "many2one_reference": lambda: 7,
        }
        if field.type in plain:
            return plain[field.type]()
        if field.type == "selection":
            keys = [key for key in field.get_values(Model.env) if key != other_than]
            return keys[0] if keys else other_than
        if field.type == "many2one":
            return cls.another(field.comodel_name, other_than).id
        if field.type in ("one2many", "many2many"):
            return [Command.clear()] if other_than else [Command.link(cls.one(field.comodel_name).id)]
        return "forged"

    @classmethod
    def another(cls, model, record):
        """Return another record of that model than this one."""
        if not record:
            return cls.one(model)
        domain = [("id", "not in", record.ids)]
        found = cls.find(model, domain, active_test=False)
        if found or not model.startswith("recovery."):
            return found
        known = dict(cls.made)
        try:
            with cls.env.cr.savepoint():
                return cls.env[model].sudo().create(cls.values_for(model))
        except Exception:  # one of a kind: the field is tried with the record that it holds
            cls.made = known
            return record

    @classmethod
    def loose_line(cls):
        """Return an instalment that no case claims."""
        return cls.receivable_of(cls.make_invoice(amount=321.0, days_overdue=70))

    @classmethod
    def free(cls, model, name):
        """Return a choice that no record of that model has made for itself alone."""
        Model = cls.env[model].sudo()
        taken = set(Model.search([]).mapped(name))
        return next(key for key in Model._fields[name].get_values(cls.env) if key not in taken)

    @classmethod
    def make_court(cls):
        """Return a court that all companies share."""
        return cls.env["res.partner"].create({"name": "Tribunal de commerce", "recovery_party_kind": "court"})

    @classmethod
    def free_file_type(cls):
        """Return a kind of solvency item that the customer's file has not."""
        taken = cls.debtor_of().file_item_ids.type_id
        return cls.env["recovery.file.item.type"].search([("id", "not in", taken.ids)], limit=1)

    def get_links(self, impersonal):
        """Return ``{model: the field by which it is about somebody}`` of all kept models, through other ones too.

        :param impersonal: models whose links to somebody say nothing of anybody.
        """
        about = {"recovery.debtor": "", "res.partner": "", "account.move": "", "account.move.line": ""}
        models = [
            Model
            for name, Model in sorted(self.env.registry.items())
            if name.startswith("recovery.") and not Model._abstract and not Model._transient
        ]
        size = 0
        while size != len(about):
            size, targets = len(about), list(about)
            for Model in models:
                links = [
                    (targets.index(field.comodel_name), field.name)
                    for field in Model._fields.values()
                    if field.type in ("many2one", "many2many") and field.store and field.comodel_name in targets
                ]
                if links and Model._name not in (*about, *impersonal):
                    about[Model._name] = min(links)[1]
        return {name: field for name, field in about.items() if field}

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import RecoveryCommon
from .planting import AMOUNT, CANARY, Planting


@tagged("post_install", "-at_install")
class TestCompanies(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name=f"{CANARY} Holding")["company"]
        cls.foreign = cls.plant(cls.other, f"{CANARY} SA")
        cls.own = cls.plant(cls.company, "Boulangerie Ici")
        cls.ours = {name for name in cls.env if name.startswith("recovery.")}

    @classmethod
    def plant(cls, company, name):
        partner = cls.make_partner(name, company_id=company.id, street=f"9 rue {name}")
        move = cls.make_invoice(partner, amount=AMOUNT, days_overdue=40, company=company)
        known = {
            "res.partner": partner,
            "account.move": move,
            "account.move.line": cls.receivable_of(move),
            "recovery.debtor": cls.debtor_of(partner, company),
            "account.journal": move.journal_id,
        }
        planting = Planting(cls.env, company, known, cls.today)
        for model in sorted(cls.env):
            try:
              with cls.env.cr.savepoint():
                planting.get(model) if model.startswith("recovery.") and not cls.env[model]._abstract and not cls.env[model]._transient else None
            except Exception as e:
                print("PLANT", model, str(e)[:300])
        cls.env.invalidate_all()
        return planting

    def test_explore_actions(self):
        user = self.recovery_manager
        tried = 0
        for name in sorted(self.env):
            model = self.env[name]
            if model._abstract or model._transient or not (record := self.foreign.records.get(name)):
                continue
            for method in sorted(dir(type(model))):
                func = getattr(type(model), method)
                if not method.startswith("action_") or getattr(func, "_api_private", False): continue
                if not any(method in vars(k) and k.__module__.startswith("odoo.addons.debt_recovery") for k in type(model).__mro__):
                    continue
                tried += 1
                self.env.invalidate_all()
                try:
                    with self.env.cr.savepoint():
                        res = getattr(record.with_user(user), method)()
                        (print if "odoo" else None)("HOLE", name, method, CANARY in str(res), str(res)[:150])
                except AccessError as e:
                    if CANARY in str(e): print("LEAKTEXT", name, method, e)
                except Exception as e:
                    print("OTHER", name, method, type(e), str(e)[:150])
        print("TRIED", tried)

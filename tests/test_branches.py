from collections import Counter

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .branches import ROLES, WORKPLACES, BranchCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 09:00:00")
class TestBranches(BranchCommon):
    """Who works in a branch alone reads nothing of what the root company follows, and works as in core."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_rows()
        models = cls.env["ir.model"].sudo().search([("model", "=like", "recovery.%"), ("abstract", "=", False)])
        cls.owned = [
            model.model for model in models if not model.transient and "company_id" in cls.env[model.model]._fields
        ]

    def test_zz_explore(self):
        errors = Counter()
        missing = [name for name in self.owned if not self.env[name].sudo().search_count([], limit=1)]
        print("MISSING", missing)
        for name in self.owned:
            c = self.env[name].sudo().search([]).company_id
            if c - self.company: print("COMPANY", name, c)
        import time
        for workplace in WORKPLACES:
            for role in ROLES:
                t = time.time()
                env = self.as_(role, workplace)
                actions = self.env["ir.actions.act_window"].browse(
                    self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "ir.actions.act_window")]).mapped("res_id"))
                for action in actions:
                    if action.group_ids and not action.group_ids & env.user.all_group_ids:
                        continue
                    if not env[action.res_model].has_access("read"):
                        continue
                    env = self.as_(role, workplace)
                    try:
                        with self.cr.savepoint():
                            self.open_window(env, action)
                    except Exception as e:
                        errors[(action.xml_id, type(e).__name__, str(e)[:150].replace("\n", " "), workplace)] += 1
                print("TIME", workplace, role, round(time.time() - t, 1), flush=True)
        for k, v in sorted(errors.items(), key=str):
            print("ERR", v, k)

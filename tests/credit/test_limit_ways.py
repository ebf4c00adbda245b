from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon

MAKERS = ("base.group_partner_manager", "base.group_allow_export")
ROLES = {
    "employee": ("base.group_user",),
    "invoicing": ("account.group_account_invoice",),
    "user": ("debt_recovery.group_recovery_user",),
    "manager": ("debt_recovery.group_recovery_manager",),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestLimitWays(RecoveryCommon):
    """A limit given to a customer who is being made leaves its trace, or is refused where limits go by request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.people = {role: cls.make_user(f"{role}_limit", *groups, *MAKERS) for role, groups in ROLES.items()}
        cls.branch = cls.make_branch()

    def get_ways(self, user):
        """Yield ``(way, call that returns the customer)``."""
        Partner = self.env["res.partner"].with_user(user).with_company(self.company)
        vals = {"name": "Neuf", "is_company": True}

        def load():
            loaded = Partner.load(["name", "is_company", "credit_limit"], [["Neuf", "1", "70000"]])
            if not loaded["ids"]:
                raise UserError(loaded["messages"][0]["message"])
            return Partner.browse(loaded["ids"])

        def load_again():
            known = Partner.create(vals)
            loaded = Partner.load([".id", "credit_limit"], [[str(known.id), "70000"]])
            if not loaded["ids"]:
                raise UserError(loaded["messages"][0]["message"])
            return known

        def by_default(Model, act):
            return act(Model.with_context(default_credit_limit=70000, default_is_company=True))

        def own_default():
            self.env["ir.default"].sudo().set("res.partner", "credit_limit", 70000.0, user_id=user.id)
            return Partner.create(vals)

        yield "create", lambda: Partner.create({**vals, "credit_limit": 70000})
        yield "create two", lambda: Partner.create([vals, {**vals, "credit_limit": 70000}])[1]
        yield "web_save", lambda: Partner.browse(Partner.web_save({**vals, "credit_limit": 70000}, {})[0]["id"])
        yield "load", load
        yield "load again", load_again
        yield "copy", lambda: Partner.create(vals).copy({"credit_limit": 70000})
        yield "name_create", lambda: by_default(Partner, lambda P: P.browse(P.name_create("Neuf")[0]))
        yield "context", lambda: by_default(Partner, lambda P: P.create({"name": "Neuf"}))
        yield "own default", own_default
        yield (
            "line of a parent",
            lambda: (
                Partner.create(
                    {**vals, "child_ids": [Command.create({**vals, "name": "Fils", "credit_limit": 70000})]}
                ).child_ids
            ),
        )
        yield (
            "copy of a limit",
            lambda: self.env["res.partner"].create({**vals, "credit_limit": 70000}).with_env(Partner.env).copy(),
        )
        yield (
            "another company's form",
            lambda: Partner.with_company(self.branch).create({**vals, "credit_limit": 70000}),
        )

    def has_limit(self, partner):
        return any(
            partner.sudo().with_company(company).credit_limit == 70000 for company in (self.company, self.branch)
        )

    def find_untold(self, refused):
        """Return the ways by which a limit was given without a word, and how many there were."""
        untold, tries = [], 0
        self.company.recovery_limit_by_request = refused
        for role, user in self.people.items():
            for way, act in self.get_ways(user):
                tries += 1
                with self.env.cr.savepoint() as savepoint:
                    last = self.env["recovery.event"].search([], limit=1).id or 0
                    try:
                        partner = act()
                        self.env.flush_all()
                    except (AccessError, UserError) as error:
                        if not refused and not isinstance(error, AccessError) and "credit_limit" not in str(error):
                            untold.append(f"{way} as {role} is refused: {error}")
                        partner = self.env["res.partner"]
                    told = self.env["recovery.event"].search([("kind", "=", "limit"), ("id", ">", last)])
                    given = partner and self.has_limit(partner)
                    if given and user not in told.user_id and way != "copy of a limit":
                        untold.append(f"{way} as {role}")
                        if "line" in way:
                            print(
                                partner,
                                partner.sudo().commercial_partner_id,
                                partner.sudo().credit_limit,
                                told,
                                told.user_id,
                            )
                    if given and refused and role != "manager" and way != "copy of a limit":
                        untold.append(f"{way} as {role} although limits go by request")
                    savepoint.rollback()
                self.env.invalidate_all()
        return untold, tries

    def test_a_limit_given_to_a_new_customer_is_told_whoever_gives_it(self):
        untold, tries = self.find_untold(refused=False)
        self.assertFalse(untold, "\n".join(untold))
        self.assertEqual(tries, 12 * 4)

    def test_where_limits_go_by_request_no_way_to_make_a_customer_gives_one(self):
        untold, _tries = self.find_untold(refused=True)
        self.assertFalse(untold, "\n".join(untold))

    def test_a_trace_that_is_lost_is_found(self):
        Request = self.env.registry["recovery.limit.request"]
        self.patch(Request, "_note_typed", lambda *args: None)
        untold, _tries = self.find_untold(refused=False)
        for way in ("create as user", "load as invoicing", "name_create as manager"):
            self.assertIn(way, untold)

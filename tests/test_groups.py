from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RecoveryCommon

STAFF = "base.group_user"  # the verdict of the credit control, for whoever confirms


@tagged("post_install", "-at_install")
class TestGroups(RecoveryCommon):
    """What the module keeps on core's records is read by who follows debts, and by nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(days_overdue=40)
        cls.invoicing = cls.make_user("paul", "account.group_account_invoice")
        cls.employee = cls.make_user("emile", "base.group_user")
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Client",
                "login": "client_portail",
                "partner_id": cls.debtor_partner.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.public = cls.env.ref("base.public_user")
        # What an invoicing user needs on the invoice: its mentions and the warnings about it.
        cls.invoicing_fields = {
            name
            for model in ("account.move", "account.move.line")
            for name, field in cls.env[model]._fields.items()
            if field.groups and "account_invoice" in field.groups
        }

    def get_fields(self):
        """Yield each field of ours on a model of core's or of another module's."""
        for name, Model in self.env.registry.items():
            if name.startswith("recovery.") or Model._abstract or Model._transient:
                continue
            for field in Model._fields.values():
                if not field.inherited and field._modules[:1] and field._modules[0].startswith("debt_recovery"):
                    yield name, field

    def test_each_field_says_who_reads_it(self):
        open_to_all = [f"{name}.{field.name}" for name, field in self.get_fields() if not field.groups]
        self.assertFalse(open_to_all)
        self.assertGreater(len(list(self.get_fields())), 100)

    def test_nobody_else_reads_one(self):
        holes, tries = [], 0
        for user in (self.portal, self.public, self.employee, self.invoicing):
            for name, field in self.get_fields():
                if field.groups == STAFF and user in self.employee | self.invoicing:
                    continue
                if user == self.invoicing and field.name in self.invoicing_fields:
                    continue
                if name == "res.users" and field.name in user.SELF_READABLE_FIELDS:
                    continue  # what somebody chose for oneself
                # core answers without looking what holds for every record anyway
                value = field.get_values(self.env)[0] if field.type == "selection" else False
                domain = [(field.name, "=" if value else "!=", value)]
                Model = self.env[name].with_user(user)
                records = {
                    "res.company": self.company,
                    "res.partner": self.debtor_partner,
                    "res.users": user,
                    "account.move": self.invoice,
                    "account.move.line": self.receivable_of(self.invoice),
                }
                record = records.get(name, self.env[name].sudo().search([], limit=1)).with_user(user)
                for way, act in (
                    ("read", lambda record=record, field=field: record.read([field.name])),
                    ("search", lambda Model=Model, domain=domain: Model.search(domain)),
                    ("group", lambda Model=Model, field=field: Model._read_group([], [field.name])),
                    ("export", lambda record=record, field=field: record.export_data([field.name])),
                ):
                    tries += 1
                    self.env.invalidate_all()
                    try:
                        with self.env.cr.savepoint(flush=False):
                            if not act() and way == "group":
                                continue  # nothing was found, by nobody
                        holes.append(f"{name}.{field.name} by {way} as {user.name}")
                    except (UserError, ValueError):
                        continue
                if field.name in Model.fields_get([field.name]):
                    holes.append(f"{name}.{field.name} is described to {user.name}")
        self.assertFalse(holes, "\n".join(holes))
        self.assertGreater(tries, 1000)

    def test_who_has_none_of_our_roles_works_as_before(self):
        move = self.make_invoice(post=False, amount=120.0).with_user(self.invoicing)
        self.env.invalidate_all()
        move.action_post()
        self.assertEqual(move.state, "posted")
        for model in ("res.partner", "account.move"):
            for user in (self.invoicing, self.employee):
                if self.env[model].with_user(user).has_access("read"):
                    self.env[model].with_user(user).get_view(view_type="form")
        self.assertTrue(self.company.with_user(self.employee).read(["name"]))
        self.assertTrue(self.invoice.with_user(self.portal).read(["name", "amount_total"]))
        self.employee.with_user(self.employee).read(["name", "lang"])

    def test_a_field_without_groups_is_found(self):
        field = self.env["res.company"]._fields["recovery_waiver_limit"]
        groups, field.groups = field.groups, None
        self.addCleanup(setattr, field, "groups", groups)
        with self.assertRaises(AssertionError):
            self.test_each_field_says_who_reads_it()
        with self.assertRaises(AssertionError):
            self.test_nobody_else_reads_one()

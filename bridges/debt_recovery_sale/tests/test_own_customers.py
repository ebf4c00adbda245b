from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import formatLang

from .common import SaleCommon

USER = "debt_recovery.group_recovery_user"


def flatten(value):
    """Return all that an answer says as one text, as its reader would see it."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(flatten, value))
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestOwnCustomers(SaleCommon, HttpCase):
    """The reason of a verdict is for the salesperson of the customer, whatever the door; figures for who has a role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_rule("limit")
        cls.make_invoice(amount=700, days_overdue=3)
        cls.debtor_partner.user_id = cls.seller
        cls.branch = cls.make_branch()
        all_leads = "sales_team.group_sale_salesman_all_leads"
        cls.people = {
            "another salesperson": cls.make_user("omar", all_leads),
            "the head of sales": cls.make_user("hugo", "sales_team.group_sale_manager"),
            "another salesperson of a branch": cls.user_of("solene", cls.branch, all_leads),
        }
        cls.with_role = {
            "with our role": cls.make_user("rita", all_leads, USER),
            "with our auditor's role": cls.make_user("rose", all_leads, "debt_recovery.group_recovery_auditor"),
        }
        cls.branch_role = cls.user_of("remi", cls.branch, all_leads)
        cls.branch_role.sudo().group_ids = [Command.link(cls.env.ref(USER).id)]
        for user in (*cls.people.values(), *cls.with_role.values(), cls.branch_role):
            user.lang = "en_US"
        # beyond the limit of 1 000 by 200
        cls.orders = {
            company: cls.make_order(500, company=company, user_id=False) for company in (cls.company, cls.branch)
        }

    def get_doors(self, order):
        """Yield ``(name, call)`` of each way to read a verdict."""
        spec = {"partner_credit_warning": {}, "credit_is_refused": {}, "credit_override_status": {}}
        domain = [("id", "=", order.id)]
        Order = order.browse()
        values = {"partner_id": order.partner_id.id, "company_id": order.company_id.id}
        yield "read", lambda: order.read(["partner_credit_warning"])
        yield "everything", lambda: order.read()
        yield "list", lambda: Order.web_search_read(domain, spec)
        yield "form", lambda: order.web_read(spec)
        yield "search", lambda: Order.search_read(domain, ["partner_credit_warning"])
        yield "by the customer", lambda: order.partner_id.web_read({"sale_order_ids": {"fields": spec}})
        yield "groups", lambda: Order.formatted_read_group(domain, ["partner_credit_warning"], ["__count"])
        yield "old groups", lambda: Order.read_group(domain, ["partner_credit_warning"], ["partner_id"])
        yield (
            "a new order",
            lambda: Order.onchange(values, ["partner_id"], {**spec, "partner_id": {}, "company_id": {}}),
        )
        yield "export", lambda: order.export_data(["name", "partner_credit_warning"])
        yield "copy", lambda: order.copy().read(["partner_credit_warning"])
        yield (
            "paper",
            lambda: (
                self.env["ir.actions.report"]
                .with_user(order.env.user)
                ._render_qweb_html("sale.report_saleorder", order.ids)
            ),
        )
        yield "confirming", lambda: order.action_confirm()
        yield "customer", lambda: order.partner_id.read()
        yield (
            "exposure",
            lambda: (
                self.env["recovery.exposure"]
                .with_user(order.env.user)
                ._open_bucket(order.company_id, order.partner_id, "overdue")
            ),
        )
        yield "list of credit", lambda: order.env["recovery.activity"].action_read("limits", "2026-01-01", "2026-12-31")
        yield "debtors", lambda: order.env["recovery.debtor"].search_read([])
        yield "journal", lambda: order.env["recovery.event"].search_read([])

    def listen(self, user, company):
        """Return ``{door: all that came through it, as text}``."""
        said = {}
        for door, call in self.get_doors(self.orders[company].with_env(self.cold(user, company, lang="en_US"))):
            savepoint = self.env.cr.savepoint()
            try:
                said[door] = flatten(call())
            except RedirectWarning as refusal:
                said[door] = flatten(refusal.args)
            except (AccessError, UserError, ValueError) as refusal:
                said[door] = f"refused: {refusal}"
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        return said

    def money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company.currency_id)

    def find_told(self, said, *amounts):
        words = [self.money(amount) for amount in amounts] + [str(float(amount)) for amount in amounts]
        return sorted(door for door, text in said.items() if any(word in text for word in words))

    def test_the_reason_is_for_the_salesperson_of_the_customer(self):
        said = self.listen(self.seller, self.company)
        self.assertIn("form", self.find_told(said, 200))
        self.assertEqual(self.find_told(said, 700), [], "what is owed is behind it")

    def test_another_salesperson_reads_no_reason_by_any_door(self):
        for who, user in self.people.items():
            with self.subTest(who=who):
                company = self.branch if user.company_id == self.branch else self.company
                said = self.listen(user, company)
                self.assertGreater(len(said), 15)
                self.assertEqual(self.find_told(said, 200, 700), [])

    def test_who_has_a_role_in_the_root_company_reads_what_the_role_reads(self):
        for who, user in self.with_role.items():
            with self.subTest(who=who):
                self.assertIn("form", self.find_told(self.listen(user, self.company), 200))

    def test_a_role_in_a_branch_alone_opens_no_figure_of_the_root(self):
        self.assertEqual(self.find_told(self.listen(self.branch_role, self.branch), 200, 700), [])

    def test_a_customer_on_the_portal_reads_nothing_of_it(self):
        order = self.orders[self.company]
        url = f"{order.get_portal_url()}"
        self.env.flush_all()
        page = self.url_open(url).text
        self.assertIn(order.name, page)
        self.assertEqual(self.find_told({"portal": page}, 200, 700), [])

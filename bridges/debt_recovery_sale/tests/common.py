from odoo import Command

from odoo.addons.debt_recovery.tests.common import RecoveryCommon
from odoo.addons.debt_recovery.tests.english import InEnglish


class SaleCommon(InEnglish, RecoveryCommon):
    """A company that sells on credit, with a salesperson who may not read the accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_use_credit_limit = True
        cls.debtor_partner.credit_limit = 1000
        cls.seller = cls.make_user("sam", "sales_team.group_sale_salesman")
        cls.seller.lang = "en_US"
        cls.product_a.write({"taxes_id": [Command.clear()], "invoice_policy": "order"})

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    @classmethod
    def make_order(cls, amount=500.0, partner=None, confirm=False, company=None, quantity=1, **vals):
        """Create a quotation of the salesperson's, without tax; a job confirms it, whatever the control says."""
        order = (
            cls.env["sale.order"]
            .with_company(company or cls.company)
            .create(
                {
                    "partner_id": (partner or cls.debtor_partner).id,
                    "company_id": (company or cls.company).id,
                    "user_id": cls.seller.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product_a.id,
                                "product_uom_qty": quantity,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **vals,
                }
            )
        )
        if confirm:
            order.sudo().action_confirm()
        return order

    @classmethod
    def set_rule(cls, test, mode="block", debtor=None, **vals):
        """Set one test of the credit control."""
        return cls.env["recovery.credit.rule"].create(
            {"company_id": cls.company.id, "debtor_id": debtor and debtor.id, "test": test, "mode": mode, **vals}
        )

    def exposure(self, partner=None):
        partner = partner or self.debtor_partner
        return self.env["recovery.exposure"]._read(self.company, partner, self.today)[partner.id]

{
    "name": "Debt Recovery: Sales",
    "summary": "Counts the orders to invoice in the customers' exposure, and refuses credit on the order",
    "version": "19.0.2.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "sale"],
    "auto_install": True,
    "data": ["views/sale_order_views.xml"],
    "assets": {"web.assets_tests": ["debt_recovery_sale/static/tests/tours/**/*"]},
}

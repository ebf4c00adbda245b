{
    "name": "Debt Recovery: OCA Credit Control",
    "summary": "Takes over the policies, levels and marks of account_credit_control, once",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "account_credit_control"],
    "auto_install": True,
    "data": ["views/recovery_menus.xml"],
    "assets": {"web.assets_tests": ["debt_recovery_credit_control/static/tests/tours/**/*"]},
}

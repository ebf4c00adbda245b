{
    "name": "Debt Recovery: Enterprise Follow-up",
    "summary": "Takes over the levels and marks of Odoo Enterprise's follow-up reports, once (unverified)",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "account_followup"],
    "auto_install": True,
    "data": ["views/recovery_menus.xml"],
}

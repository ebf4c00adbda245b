{
    "name": "Debt Recovery: Automation",
    "summary": "Tells other programs what happens: webhooks ready to be switched on",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "base_automation"],
    "auto_install": True,
    "data": ["data/base_automation_data.xml"],
}

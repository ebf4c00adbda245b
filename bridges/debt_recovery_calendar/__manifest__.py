{
    "name": "Debt Recovery: Calendar",
    "summary": "Shows the procedural deadlines in the calendar of who answers for them",
    "version": "19.0.3.0.0",
    "category": "Accounting/Accounting",
    "license": "AGPL-3",
    "author": "debt_recovery contributors",
    "depends": ["debt_recovery", "calendar"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}

"""Who may do what, asked before the engines go on with elevated rights.

Notices, deliveries, decisions and the journal cannot be written by RPC, whatever the
role: buttons check the role here, then the engine writes.
"""

from odoo.exceptions import AccessError

USER = "debt_recovery.group_recovery_user"
MANAGER = "debt_recovery.group_recovery_manager"
AUDITOR = "debt_recovery.group_recovery_auditor"
READERS = f"{USER},{AUDITOR}"  # for ``groups``: who follows debts or audits them
BOOKKEEPERS = f"{READERS},account.group_account_invoice,account.group_account_readonly"  # and who reads the books
STAFF = "base.group_user"  # whoever works here: a verdict without figures, never a customer on the portal
SETTINGS = f"{READERS},base.group_erp_manager"  # and who sets companies up


def require_user(env):
    """Raise AccessError unless the user is a credit controller."""
    if not env.user.has_group(USER):
        raise AccessError(env._("Only the users of debt recovery may do this."))


def require_manager(env):
    """Raise AccessError unless the user is a recovery manager."""
    if not env.user.has_group(MANAGER):
        raise AccessError(env._("Only a recovery manager may do this."))


def require_reader(env):
    """Raise AccessError unless the user follows debts or audits them."""
    if not (env.user.has_group(USER) or env.user.has_group(AUDITOR)):
        raise AccessError(env._("Only the users and auditors of debt recovery may see this."))

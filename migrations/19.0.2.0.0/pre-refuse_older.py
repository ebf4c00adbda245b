from odoo.exceptions import UserError


def migrate(cr, version):
    """Refuse a database of before the names were settled: nothing had been released, so nothing is converted."""
    raise UserError(
        f"This database was made by Debt Recovery {version}, a version that was never released: models and tables had "
        "other names. Uninstall the module with that version, or make a new database, then install this one."
    )

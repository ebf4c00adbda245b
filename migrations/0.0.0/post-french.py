"""At every change of version, the French of screens and reports that was corrected comes too.

What people word themselves stays theirs.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    # records that are shipped once (noupdate) keep their words
    env["ir.module.module"].search([("name", "=", "debt_recovery")])._update_translations(overwrite=True)

"""Who acted in a case becomes a party of it, and what was spent on its claims a cost of it, counted once."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cases = env["recovery.case"].search([])
    for case in cases.filtered("lawyer_id"):
        case._add_parties(case.lawyer_id)
    env["recovery.cost"]._adopt(cases)

"""What closed cases had left unpaid comes on the list where somebody decides; its reminders go on as they did."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    closed = env["recovery.case"].search([("is_open", "=", False)])
    closed._get_unpaid_claims().write({"left_state": "to_decide"})

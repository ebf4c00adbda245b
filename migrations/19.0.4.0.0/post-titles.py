"""The procedures that had given a title have it recorded: the claim rests on it, for as long as its kind lives."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["recovery.title"]._follow_events(env["recovery.procedure"].search([("has_title", "=", True)]))

"""Provisional securities are made definitive within two months of a final title: what may still be done is followed."""

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Open the new limit where it may still run: of what is older, nobody has said yet when it was made definitive."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    acts = env["recovery.execution.act"].search([("title_id.final_on", "!=", False), ("annulled_on", "=", False)])
    length = relativedelta(months=2)
    env["recovery.deadline"]._follow_acts(
        acts.filtered(lambda act: act.title_id.final_on + length >= act.company_id._recovery_today())
    )

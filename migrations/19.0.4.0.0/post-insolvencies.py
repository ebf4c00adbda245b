"""The date of a judgment that debtors bore becomes proceedings with a history, whose kind nobody has said yet.

The suspensions that it made are those of the proceedings from now on.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT id, insolvency_on FROM recovery_debtor WHERE insolvency_on IS NOT NULL")
    opened = dict(cr.fetchall())
    debtors = env["recovery.debtor"].browse(opened)
    known = env["recovery.insolvency"].search([("debtor_id", "in", debtors.ids)]).debtor_id
    holds = env["recovery.hold"].search(
        [("debtor_id", "in", debtors.ids), ("origin", "=", "insolvency"), ("released_on", "=", False)]
    )
    for debtor in debtors - known:
        own = holds.filtered(lambda hold, debtor=debtor: hold.debtor_id == debtor)
        proceedings = env["recovery.insolvency"].create(
            {
                "debtor_id": debtor.id,
                "opened_as": "collective",
                "judgment_on": opened[debtor.id],
                "user_id": (own.user_id[:1] or env.user).id,
            }
        )
        own.write({"insolvency_id": proceedings.id, "born_before": proceedings.judgment_on})
    debtors._follow_insolvency()

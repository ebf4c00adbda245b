"""Uninstalling the add-on from a database in which it was used: nothing of it may stay."""

import subprocess

from .common import say

SCRIPT = """
from odoo.exceptions import RedirectWarning
notices = env["recovery.notice"].search([("state", "=", "sent")])
assert notices, "the tests left no data"
debtor = notices[0].debtor_id
env["recovery.hold"].create(
    {"debtor_id": debtor.id, "date_from": debtor.company_id._recovery_today(), "reason": "used"}
)
lines = env["account.move.line"].search(
    [("partner_id", "=", debtor.partner_id.id), ("account_id.account_type", "=", "asset_receivable"),
     ("reconciled", "=", False), ("parent_state", "=", "posted")]
)
env["recovery.case"]._open_for(debtor, lines, debtor.company_id._recovery_today())
day = debtor.company_id._recovery_today()
bill = lines.move_id[0].copy({"invoice_date": day, "invoice_date_due": day, "invoice_payment_term_id": False})
bill.action_post()
own = bill.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
env["recovery.promise"]._give(debtor, day, own[0].amount_residual, day, lines=own[0])
env["recovery.payment.plan"]._make(debtor, day, lambda total, currency: [("part", day, total)], lines=own)
env["recovery.settlement"]._make(debtor, day, "mediation", lines=own)
reason = env["recovery.dispute.reason"].search([], limit=1)
env["recovery.dispute"]._open(debtor, day, bill, reason)
number = env["ir.sequence"].with_company(debtor.company_id).next_by_code("recovery.notice.formal", sequence_date=day)
env.cr.commit()
module = env["ir.module.module"].search([("name", "=", "debt_recovery")])
try:
    module.button_immediate_uninstall()
    raise AssertionError("nobody was asked why")
except RedirectWarning:
    env.cr.rollback()
env["recovery.removal"]._ask("The tests are done")
env.cr.commit()
module.button_immediate_uninstall()
env.cr.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'recovery\\\\_%'")
left = [name for (name,) in env.cr.fetchall()]
env.cr.execute("SELECT table_name || '.' || column_name FROM information_schema.columns "
               "WHERE column_name LIKE 'recovery\\\\_%'")
left += [name for (name,) in env.cr.fetchall()]
env.cr.execute("SELECT 'activity ' || id FROM mail_activity WHERE res_model LIKE 'recovery.%'")
left += [name for (name,) in env.cr.fetchall()]
kept = env["ir.config_parameter"].sudo().get_param("debt_recovery.last_numbers") or ""
left += [] if "recovery.notice.formal" in kept else ["no last numbers"]
print("REMOVED" if not left else f"LEFT BEHIND: {left}")
"""


def find_used(databases, names):
    """Return the databases in which tests left notices that were sent; one of them at least is checked."""
    query = "SELECT count(*) FROM recovery_notice WHERE state = 'sent'"
    return [name for name in names if int(databases.sql(query, name))] or names[:1]


def check(env, database):
    """Uninstall the add-on from *database*; return 0 if it went without an error and left nothing.

    It says nothing when all is well, so that the tests' closing line stays the last.
    """
    done = subprocess.run(
        env.odoo("shell", "-d", database, "--no-http", "--log-level", "error"),
        input=SCRIPT,
        text=True,
        capture_output=True,
        check=False,
        env=env.variables(),
    )
    if "REMOVED" in done.stdout and " ERROR " not in done.stderr:
        return 0
    say("uninstalling the add-on failed:")
    print(done.stdout[-3000:], done.stderr[-6000:])
    return 1

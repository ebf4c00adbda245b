"""Steps of the risk room that are timed on a large ledger: each takes an environment, a company and customers.

A step returns how much it worked on, so that a figure can be read beside its size.
"""

from datetime import timedelta

FLOOR = """
    SELECT partner.commercial_partner_id,
           SUM(line.amount_residual) FILTER (WHERE line.date_maturity >= %(day)s),
           SUM(line.amount_residual) FILTER (WHERE line.date_maturity < %(day)s),
           MIN(line.date_maturity)
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE account.account_type = 'asset_receivable'
       AND line.parent_state = 'posted'
       AND line.reconciled IS NOT TRUE
       AND line.company_id = %(company)s
  GROUP BY partner.commercial_partner_id
"""


def sql_floor(env, company, _partners):
    """Run the plainest SQL that any reading of the exposures needs: what the others are compared with."""
    env.cr.execute(FLOOR, {"day": company._recovery_today(), "company": company.id})
    return len(env.cr.fetchall())


def balances_of_everybody(env, company, _partners):
    """Aggregate debts, credits, drafts and oldest dates of all customers in the ledger."""
    rows = env["recovery.ledger"]._read_balances(company, company._recovery_today(), with_drafts=True)
    return len(rows)


def exposures_of_everybody(env, company, _partners):
    """Read all exposures: buckets, oldest dates, limits and covers."""
    return len(env["recovery.exposure"]._read(company, None, company._recovery_today()))


def exposures_of_a_past_day(env, company, _partners):
    """Read all exposures rebuilt as they were a month ago."""
    past = company._recovery_today() - timedelta(days=30)
    return len(env["recovery.exposure"]._read(company, None, past, as_of=past))


def exposures_by_group(env, company, _partners):
    """Sort all customers into groups of companies."""
    exposures = env["recovery.exposure"]._read(company, None, company._recovery_today())
    return len(env["recovery.exposure"]._map_groups(env["res.partner"].browse(exposures)))


def exposure_report(env, company, _partners):
    """Make the list of all customers' exposures."""
    report = env["recovery.exposure.report"].create({"company_id": company.id})
    report.action_show()
    return env["recovery.exposure.line"].search_count([("wizard_id", "=", report.id)])


def nightly_watch(env, company, _partners):
    """Look at every limit and guarantee, as every night."""
    env["recovery.credit.watch"]._run(company, company._recovery_today())
    return 1


def control_of_one_invoice(env, company, partners):
    """Judge draft invoices one by one, as Confirm does; the time is that of all of them."""
    moves = env["account.move"].search(
        [
            ("state", "=", "draft"),
            ("move_type", "=", "out_invoice"),
            ("company_id", "=", company.id),
            ("commercial_partner_id", "in", partners.ids),
        ],
        limit=50,
    )
    for move in moves:
        move._recovery_get_credit_verdicts()
    return len(moves)


STEPS = (
    sql_floor,
    balances_of_everybody,
    exposures_of_everybody,
    exposures_of_a_past_day,
    exposures_by_group,
    exposure_report,
    nightly_watch,
    control_of_one_invoice,
)

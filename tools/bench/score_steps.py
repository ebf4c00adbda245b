"""Timed steps of the scores: plain functions over an environment and a company with a large ledger."""


def add_history(env, company, day, receipts=20):
    """Give each customer that many paid invoices over the last two years, copied by SQL.

    The rows are those that the reading of the past joins: invoice, its receivable line, the
    payment's entry and line, and the reconciliation. Amounts and delays are drawn.

    :return: the number of receipts added.
    """
    cr = env.cr
    cr.execute(
        "SELECT part.id, part.debit_move_id, debit.move_id, part.credit_move_id, credit.move_id"
        "  FROM account_partial_reconcile part"
        "  JOIN account_move_line debit ON debit.id = part.debit_move_id"
        "  JOIN account_move_line credit ON credit.id = part.credit_move_id"
        "  JOIN account_move other ON other.id = credit.move_id"
        " WHERE part.company_id = %s AND other.origin_payment_id IS NOT NULL LIMIT 1",
        [company.id],
    )
    partial_id, debit_id, invoice_id, credit_id, payment_id = cr.fetchone()
    cr.execute("DROP TABLE IF EXISTS bench_history")
    cr.execute(
        """
        CREATE TEMP TABLE bench_history AS
        SELECT nextval('account_move_id_seq')::int AS invoice_id, nextval('account_move_id_seq')::int AS payment_id,
               nextval('account_move_line_id_seq')::int AS debit_id,
               nextval('account_move_line_id_seq')::int AS credit_id,
               nextval('account_partial_reconcile_id_seq')::int AS partial_id,
               drawn.partner_id, drawn.n, drawn.due, drawn.due - 30 AS day, drawn.due + drawn.late AS paid_on,
               round((50 + random() * 3000)::numeric, 2) AS amount
          FROM (SELECT partner.partner_id, n, %(day)s::date - 30 - (random() * 690)::int AS due,
                       (random() * random() * 40)::int - 5 AS late
                  FROM (SELECT DISTINCT partner_id FROM account_move
                         WHERE company_id = %(company)s AND move_type = 'out_invoice' AND state = 'posted') partner,
                       generate_series(1, %(receipts)s) n) drawn
        """,
        {"day": day, "company": company.id, "receipts": receipts},
    )
    invoice = {
        "id": "plan.invoice_id",
        "name": "'HIST/' || plan.invoice_id",
        "sequence_prefix": "'HIST/'",
        "sequence_number": "plan.invoice_id",
        "partner_id": "plan.partner_id",
        "commercial_partner_id": "plan.partner_id",
        "date": "plan.day",
        "invoice_date": "plan.day",
        "invoice_date_due": "plan.due",
        "amount_untaxed_signed": "plan.amount",
        "amount_total_signed": "plan.amount",
        "amount_residual_signed": "0",
        "amount_residual": "0",
        "payment_state": "'paid'",
        "access_token": "NULL",
    }
    payment = {
        "id": "plan.payment_id",
        "name": "'HPAY/' || plan.payment_id",
        "sequence_prefix": "'HPAY/'",
        "sequence_number": "plan.payment_id",
        "partner_id": "plan.partner_id",
        "commercial_partner_id": "plan.partner_id",
        "date": "plan.paid_on",
        "access_token": "NULL",
    }
    line = {"partner_id": "plan.partner_id", "amount_residual": "0", "amount_residual_currency": "0"}
    line |= {"reconciled": "TRUE", "matching_number": "NULL", "full_reconcile_id": "NULL"}
    _copy(cr, "account_move", invoice_id, invoice)
    _copy(cr, "account_move", payment_id, payment)
    _copy(
        cr,
        "account_move_line",
        debit_id,
        line
        | {
            "id": "plan.debit_id",
            "move_id": "plan.invoice_id",
            "date": "plan.day",
            "date_maturity": "plan.due",
            "balance": "plan.amount",
            "debit": "plan.amount",
            "amount_currency": "plan.amount",
        },
    )
    _copy(
        cr,
        "account_move_line",
        credit_id,
        line
        | {
            "id": "plan.credit_id",
            "move_id": "plan.payment_id",
            "date": "plan.paid_on",
            "balance": "-plan.amount",
            "credit": "plan.amount",
            "amount_currency": "-plan.amount",
        },
    )
    _copy(
        cr,
        "account_partial_reconcile",
        partial_id,
        {
            "id": "plan.partial_id",
            "debit_move_id": "plan.debit_id",
            "credit_move_id": "plan.credit_id",
            "amount": "plan.amount",
            "debit_amount_currency": "plan.amount",
            "credit_amount_currency": "plan.amount",
            "max_date": "GREATEST(plan.paid_on, plan.day)",
            "full_reconcile_id": "NULL",
        },
    )
    for table in ("account_move", "account_move_line", "account_partial_reconcile"):
        cr.execute(f"ANALYZE {table}")
    env.invalidate_all()
    cr.execute("SELECT count(*) FROM bench_history")
    return cr.fetchone()[0]


def _copy(cr, table, original_id, values):
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns = [name for (name,) in cr.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    expressions = ", ".join(values.get(name, f'original."{name}"') for name in columns)
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {expressions} FROM {table} original CROSS JOIN bench_history plan"
        " WHERE original.id = %s",
        [original_id],
    )


def score_all(env, company, day):
    """Score every debtor, as the nightly job does."""
    return env["recovery.scoring"]._compute(company, day)


def read_matrix(env, company):
    """Read the risk matrix, as its screen does."""
    return env["recovery.debtor"].with_company(company).action_read_risk_matrix()


def make_reviews(env, company, day):
    """Make the monthly reviews, as the monthly job does."""
    return env["recovery.review"]._generate(company, day)

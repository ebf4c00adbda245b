"""Steps of the procedural deadlines that are timed: many cases with many deadlines, copied by SQL from one of each."""

from odoo.addons.debt_recovery.tests.legal.test_time_limits import compare

CASES, DEADLINES = 5_000, 40_000


def compare_limits(seed):
    """Return how many of 20 000 random time limits end elsewhere than a walk from day to day does."""
    return len(compare(20_000, seed))


def add_deadlines(env, company, day):
    """Make the cases, each with eight deadlines between two years ago and two years from now."""
    line = env["account.move.line"].search(
        [
            ("company_id", "=", company.id),
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
            ("date_maturity", "<", day),
        ],
        limit=1,
    )
    debtor = env["recovery.debtor"]._ensure_for(line.partner_id.commercial_partner_id, company)
    case = env["recovery.case"]._open_for(debtor, line, day, user=env.user)
    deadline = env["recovery.deadline"].create({"case_id": case.id, "name": "Bench", "date": day})
    env.flush_all()
    copy_rows(env.cr, "recovery_case", case.id, CASES - 1, {"name": "'BENCH/' || n"})
    copy_rows(
        env.cr,
        "recovery_deadline",
        deadline.id,
        DEADLINES,
        {
            "case_id": f"(SELECT id FROM recovery_case WHERE company_id = {company.id} OFFSET n %% {CASES} LIMIT 1)",
            "date": f"DATE '{day}' + (n * 7919 %% 1460) - 730",
            "state": "CASE WHEN n * 7919 %% 1460 < 729 THEN 'met' ELSE 'running' END",
        },
    )
    for table in ("recovery_case", "recovery_deadline"):
        env.cr.execute(f"ANALYZE {table}")
    env.invalidate_all()


def copy_rows(cr, table, row_id, count, expressions):
    """Copy a row so many times; ``expressions`` are the columns that differ, in SQL, from the number ``n`` of each."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", [table]
    )
    columns = [name for (name,) in cr.fetchall()]
    values = ", ".join(expressions.get(name, f'"{name}"').replace("%%", "%") for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {count}) AS n"
        f" WHERE {table}.id = {row_id}"
    )


def watch(env, company, day):
    """Watch over the deadlines as every night, and return how many alerts were given."""
    return len(env["recovery.deadline.watch"]._watch(company, day))


def open_list(env, specification):
    """Open the list of what is to be looked after, as a browser does."""
    domain = [("is_current", "=", True), ("state", "in", ("running", "missed")), ("whose", "=", "ours")]
    env["recovery.deadline"].web_search_read(domain, specification, limit=80, count_limit=10001)

"""Steps of the procedural deadlines that are timed: many cases with many deadlines, copied by SQL from one of each."""

from datetime import timedelta

from case_steps import open_case

CASES, DEADLINES = 5_000, 40_000
ORDER = ("request_filed", "order_given", "order_served")


def compare_limits(seed):
    """Return how many of 20 000 random time limits end elsewhere than a walk from day to day does."""
    from odoo.addons.debt_recovery.tests.legal.test_time_limits import compare  # found once Odoo has read its paths

    return len(compare(20_000, seed))


def add_deadlines(env, company, day):
    """Make the cases in their stages: an order of the last five months in each, served in half of them.

    What the orders open is reckoned by :func:`reckon`; the rest are dates that a judge gave, two years back and ahead.
    """
    case = open_case(env, company, day)
    procedure = env["recovery.procedure"]._open_for(
        case, env.ref("debt_recovery.recovery_procedure_type_payment_order_commerce"), day, is_taken_over=True
    )
    kinds = {
        code: procedure.type_id.event_kind_ids.filtered(lambda kind, code=code: kind.code == code) for code in ORDER
    }
    events = [env["recovery.procedure.event"]._record(procedure, kind, day, day) for kind in kinds.values()]
    deadline = env["recovery.deadline"].create({"case_id": case.id, "name": "Bench", "date": day})
    partners = env["account.move"].search([("company_id", "=", company.id)], limit=CASES).commercial_partner_id
    debtors = env["recovery.debtor"]._ensure_for(partners, company)
    env.flush_all()
    stages = env["recovery.case.stage"].search([("is_closing", "=", False), ("company_id", "=", False)])
    copy_rows(
        env.cr,
        "recovery_case",
        case.id,
        CASES - 1,
        {
            "name": "'BENCH/' || n",
            "debtor_id": f"(ARRAY{debtors.ids})[n %% {len(debtors)} + 1]",
            "stage_id": f"(ARRAY{stages.ids})[n %% {len(stages)} + 1]",
            "kind": f"(ARRAY{stages.mapped('kind')})[n %% {len(stages)} + 1]",
        },
    )
    own = read_own(env, company, case_id="recovery_case")
    copy_rows(env.cr, "recovery_procedure", procedure.id, CASES - 1, {"name": "'BENCH/' || n", **own})
    own |= read_own(env, company, procedure_id="recovery_procedure")
    for event, ago, step in zip(events, ("160", "n * 7919 %% 150", "(n * 7919 %% 150) / 2"), (1, 1, 2), strict=True):
        date = f"DATE '{day}' - {ago}"
        copy_rows(env.cr, "recovery_procedure_event", event.id, CASES // step - 1, {"date": date, **own})
    env.invalidate_all()
    reckoned = reckon(env, company, day)
    copy_rows(
        env.cr,
        "recovery_deadline",
        deadline.id,
        DEADLINES - reckoned,
        {
            **read_own(env, company, case_id="recovery_case"),
            "date": f"DATE '{day}' + (n * 7919 %% 1460) - 730",
            "state": "CASE WHEN n * 7919 %% 1460 < 729 THEN 'met' ELSE 'running' END",
        },
    )
    for table in ("recovery_case", "recovery_procedure", "recovery_procedure_event", "recovery_deadline"):
        env.cr.execute(f"ANALYZE {table}")
    env.invalidate_all()
    return case


def read_own(env, company, **tables):
    """Return the expressions that give each copy a case of the company, its debtor, and a row of other tables."""
    env.cr.execute("SELECT id, debtor_id FROM recovery_case WHERE company_id = %s ORDER BY id", [company.id])
    columns = {"debtor_id": [debtor_id for _id, debtor_id in env.cr.fetchall()]}
    for name, table in tables.items():
        env.cr.execute(f"SELECT id FROM {table} WHERE company_id = %s ORDER BY id", [company.id])
        columns[name] = [row_id for (row_id,) in env.cr.fetchall()]
    return {name: f"(ARRAY{ids})[n %% {len(ids)} + 1]" for name, ids in columns.items()}


def reckon(env, company, day):
    """Reckon what the events of all procedures open, a month ago; return how many deadlines there are then."""
    procedures = env["recovery.procedure"].search([("company_id", "=", company.id)])
    env["recovery.deadline"]._recompute(procedures, day - timedelta(days=30))
    env.flush_all()
    return env["recovery.deadline"].search_count([("company_id", "=", company.id)])


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

"""A picture of all rows of the module's tables, and of what it keeps in those of core."""

import json

#: What is written at every update, or by whoever looks.
NOISE = {"write_date", "write_uid"}
#: Tables of core of which the columns of the module are looked at, the figures of the books too.
CORE = {
    "account_move": "amount_residual",
    "account_move_line": "amount_residual",
    "res_company": "name",
    "res_partner": "name",
    "res_users": "login",
    "mail_activity": "summary",
}
#: Tables of core of which the rows are counted by what they are attached to.
COUNTED = {"mail_message": "model", "ir_attachment": "res_model", "mail_followers": "res_model"}


def write(env, path):
    """Write ``{table: {id: {column: value}}}`` to a file."""
    env.flush_all()
    rows = {}
    env.cr.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^recovery_'")
    for table in sorted(name for (name,) in env.cr.fetchall()):
        rows[table] = _read(env.cr, table, lambda column: column not in NOISE)
    for table, also in CORE.items():
        rows[table] = _read(env.cr, table, lambda column, also=also: column == also or column.startswith("recovery_"))
    for table, column in COUNTED.items():
        env.cr.execute(
            f"SELECT {column}, count(*) FROM {table} WHERE {column} LIKE %s AND {column} <> ALL(%s) GROUP BY 1",
            ["recovery.%", ["recovery.scenario", "recovery.level"]],
        )
        rows[table] = {model: {"count": count} for model, count in env.cr.fetchall()}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(rows, file)


def _read(cr, table, is_wanted):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s", [table]
    )
    columns = [name for (name,) in cr.fetchall()]
    if "id" not in columns:  # what links two tables
        cr.execute(f'SELECT to_jsonb("{table}") FROM "{table}"')
        return {json.dumps(row, sort_keys=True): row for (row,) in cr.fetchall()}
    cr.execute(f'SELECT id, to_jsonb("{table}") FROM "{table}"')
    return {
        str(number): {column: value for column, value in row.items() if is_wanted(column)}
        for number, row in cr.fetchall()
    }

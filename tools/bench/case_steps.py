"""Steps of the cases that are timed: the board, the list and the checks, over many cases copied by SQL from one."""

CASES = 5_000


def add_cases(env, company, day):
    """Make that many cases, spread over the open stages, most with a time limit between last month and next year."""
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
    env.flush_all()
    stages = env["recovery.case.stage"].search([("is_closing", "=", False), ("company_id", "=", False)])
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'recovery_case' AND column_name <> 'id'"
    )
    columns = [name for (name,) in env.cr.fetchall()]
    expressions = {
        "name": "'BENCH/' || n",
        "stage_id": f"(ARRAY{stages.ids})[n % {len(stages)} + 1]",
        "kind": f"(ARRAY{stages.mapped('kind')})[n % {len(stages)} + 1]",
        "next_deadline": f"CASE WHEN n % 5 > 0 THEN DATE '{day}' + (n * 7919 % 395) - 30 END",
    }
    env.cr.execute(
        "INSERT INTO recovery_case ({}) SELECT {} FROM recovery_case, generate_series(1, {}) AS n"
        " WHERE recovery_case.id = {}".format(
            ", ".join(f'"{name}"' for name in columns),
            ", ".join(expressions.get(name, f'recovery_case."{name}"') for name in columns),
            CASES - 1,
            case.id,
        )
    )
    env.cr.execute("ANALYZE recovery_case")
    env.invalidate_all()
    return case


def open_board(env, specification):
    """Read what the client asks for when it shows the board: the columns, their bars, the first cards of each."""
    Case = env["recovery.case"].with_context(read_group_expand=True)
    board = Case.web_read_group(
        [],
        ["stage_id"],
        ["amount_now:sum"],
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=40,
    )
    Case.read_progress_bar(
        [], "stage_id", {"field": "activity_state", "colors": {"planned": "", "today": "", "overdue": ""}}
    )
    return len(board["groups"])


def open_list(env, specification):
    """Read the first page of the list of open cases."""
    return len(env["recovery.case"].web_search_read([("is_open", "=", True)], specification, limit=80)["records"])

"""Steps of the cases that are timed: one is opened, then what the client asks for to show the board and the list."""


def open_case(env, company, day):
    """Open a case on one overdue instalment of the company."""
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
    return env["recovery.case"]._open_for(debtor, line, day, user=env.user)


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

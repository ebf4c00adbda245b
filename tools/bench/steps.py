"""The timed steps: each takes a :class:`Bench` and does one thing a user waits for."""

from itertools import chain

import board_steps
import case_steps
import doubtful_steps
import evidence_steps
import journal_steps
import limit_steps
import pack_steps
import score_steps
from histories import Histories
from ledger import TODAY
from reporting_steps import BOUNDS as REPORTING_BOUNDS
from reporting_steps import STEPS as REPORTING_STEPS
from risk_steps import STEPS as RISK_STEPS

STEPS = {}
FLOORS = ("SQL floor", "SQL floor, in the notices' table")
#: How many times the floor a step may take, in CPU seconds, on 100 000 open instalments.
GOALS = {"proposal": 20, "validation": 20, "worklist figures": 12}


def step(name, default=True):
    """Register a step under the name that the command line and the table show."""

    def register(function):
        STEPS[name] = (function, default)
        return function

    return register


@step("stale", default=False)
def stale(bench):
    """A proposal right after an import, before PostgreSQL has looked at the new rows."""
    with bench.undone():
        campaign = bench.make_campaign()
        with bench.measured("proposal, stale statistics"):
            campaign._propose()
            bench.env.flush_all()


@step("floor")
def floor(bench):
    """The same work as one statement: each overdue instalment gets its level by its delay.

    Into a bare table, then into that of the notices' lines with its columns and indexes.
    """
    scenario = bench.env["recovery.scenario"]._get_default(bench.company)
    levels = scenario.level_ids.filtered(lambda level: level.basis == "due" and level.delay >= 0)
    cases = " ".join(
        f"WHEN DATE '{TODAY}' - line.date_maturity >= {level.delay} THEN {level.id}" for level in levels[::-1]
    )
    bench.cr.execute(
        "DROP TABLE IF EXISTS bench_floor;"
        " CREATE TABLE bench_floor (id serial PRIMARY KEY, company_id int, partner_id int, line_id int,"
        " move_id int, level_id int, currency_id int, due date, days_late int, amount numeric, amount_company numeric)"
    )
    statement = f"""
            INSERT INTO bench_floor (company_id, partner_id, line_id, move_id, level_id, currency_id, due, days_late,
                                     amount, amount_company)
            SELECT line.company_id, line.partner_id, line.id, line.move_id, CASE {cases} END, line.currency_id,
                   line.date_maturity, DATE '{TODAY}' - line.date_maturity,
                   line.amount_residual_currency, line.amount_residual
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable' AND line.company_id = %s
               AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
               AND line.amount_residual > 0 AND line.date_maturity < DATE '{TODAY}'
            """
    with bench.measured(FLOORS[0]):  # once and cold, as the proposal comes after it
        bench.cr.execute(statement, [bench.company.id])
    times = max(200_000 // bench.invoices, 2)
    with bench.measured("SQL floor, repeated", times):
        for _time in range(times):
            bench.cr.execute(statement, [bench.company.id])
    bench.notes.append(f"{bench.cr.rowcount} overdue instalments")
    with bench.undone(), bench.measured(FLOORS[1]):
        bench.cr.execute(
            f"""
            INSERT INTO recovery_notice_line
                   (notice_id, debtor_id, company_id, move_line_id, move_id, role, level_id, engaged, currency_id,
                    move_name, move_ref, invoice_date, due_date, days_late, amount_total, amount_residual,
                    amount_credit, amount_due, amount_due_company)
            SELECT line.partner_id, line.partner_id, line.company_id, line.id, line.move_id, 'claimed',
                   CASE {cases} END, FALSE, line.currency_id, move.name, move.ref, move.invoice_date,
                   line.date_maturity, DATE '{TODAY}' - line.date_maturity, line.amount_currency,
                   line.amount_residual_currency, 0, line.amount_residual_currency, line.amount_residual
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable' AND line.company_id = %s
               AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
               AND line.amount_residual > 0 AND line.date_maturity < DATE '{TODAY}'
            """,
            [bench.company.id],
        )


@step("proposal")
def proposal(bench):
    """The whole run: a verdict for every instalment, the notices and their lines."""
    bench.campaign = bench.make_campaign()
    with bench.measured("proposal"):
        bench.campaign._propose()
        bench.env.flush_all()
    lines = bench.env["recovery.notice.line"].search_count([("notice_id.campaign_id", "=", bench.campaign.id)])
    bench.notes.append(f"{bench.campaign.notice_count} notices, {lines} lines")
    bench.env.invalidate_all()


@step("simulation", default=False)
def simulation(bench):
    """What the run of a month later would say: verdicts only."""
    campaign = bench.make_campaign(mode="simulation", date="2026-12-21")
    with bench.measured("simulation in a month"):
        campaign._propose()
        bench.env.flush_all()


@step("validate")
def validate(bench):
    """Engage everything that was proposed."""
    with bench.measured("validation"):
        bench.campaign._validate(TODAY)
        bench.env.flush_all()
    bench.env.invalidate_all()


@step("again")
def again(bench):
    """The proposal of the week after, with a history behind every instalment."""
    campaign = bench.make_campaign(date="2026-12-10")
    with bench.measured("next proposal, with a history"):
        campaign._propose()
        bench.env.flush_all()
    bench.env.invalidate_all()


@step("send")
def send(bench):
    """Queue the mails of some notices, or of all (without PDF; those are measured by `letters`)."""
    domain = [("campaign_id", "=", bench.campaign.id), ("state", "=", "validated")]
    validated = bench.env["recovery.notice"].search(domain, limit=bench.options.send or None)
    bench.env["recovery.level"].sudo().search([]).write({"attach_account_statement": False})
    bench.env.flush_all()
    bench.env.invalidate_all()
    with bench.measured(f"sending of {len(validated)} mails"):
        bench.env["recovery.dispatch"]._send(validated, TODAY)
        bench.env.flush_all()
    sent = bench.env["recovery.notice"].search_count([("id", "in", validated.ids), ("state", "=", "sent")])
    mails = bench.env["recovery.delivery"].search_count(
        [("campaign_id", "=", bench.campaign.id), ("mail_id", "!=", False)]
    )
    bench.notes.append(f"{sent} notices sent, {mails} mails queued")
    bench.env.invalidate_all()


@step("worklist")
def worklist(bench):
    """The morning's figures for everybody, then the opening of the list as a browser asks for it."""
    env, company = bench.env, bench.company
    with bench.measured("worklist figures"):
        env["recovery.worklist"]._compute(company, TODAY)
        env.flush_all()
    company.recovery_worklist_date = TODAY
    env.flush_all()
    env.invalidate_all()
    Debtor = env["recovery.debtor"]
    specification = bench.read_specification("debt_recovery.recovery_debtor_action_worklist", "list")
    action = env.ref("debt_recovery.recovery_debtor_action_worklist")
    for _warm in range(2):  # views and access rules are in memory on a server that runs
        env.invalidate_all()
        with bench.measured("opening of the worklist"):
            env["recovery.worklist"]._refresh(company, TODAY)
            Debtor.web_search_read(bench.evaluate(action.domain), specification, limit=80, count_limit=10001)
    debtor = Debtor.search([("company_id", "=", company.id)], limit=1)
    specification = bench.read_specification("debt_recovery.recovery_debtor_action_worklist", "form")
    for _warm in range(2):
        env.invalidate_all()
        with bench.measured("debtor's screen"):
            debtor.web_read(specification)


@step("letters", default=False)
def letters(bench):
    """Letters as PDF: one batch against as many single calls."""
    notices = bench.campaign.notice_ids.filtered(lambda notice: notice.state in ("validated", "sent"))[
        : bench.options.letters
    ]
    rendering = bench.env["recovery.rendering"]
    single = notices[: max(len(notices) // 10, 1)]
    with bench.measured(f"{len(single)} letters, one by one"):
        for notice in single:
            rendering._render_letters(notice)
    with bench.measured(f"{len(notices)} letters at once"):
        rendering._render_letters(notices)


@step("risk", default=False)
def risk(bench):
    """Exposures, limits and the control of credit, beside the plainest SQL that reads them."""
    with bench.undone():
        posted = [("company_id", "=", bench.company.id), ("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        invoices = bench.env["account.move"].search(posted, limit=50)
        partners = invoices.commercial_partner_id
        drafts = bench.env["account.move"].union(*(invoice.copy({"invoice_date": TODAY}) for invoice in invoices))
        bench.env["recovery.credit.rule"].create({"company_id": bench.company.id, "test": "overdue", "mode": "warn"})
        bench.env.flush_all()
        for function in RISK_STEPS:
            bench.env.invalidate_all()
            drafts.mapped("tax_totals")  # core computes them on the form anyway
            with bench.measured(function.__name__.replace("_", " ")):
                function(bench.env, bench.company, partners)


@step("score", default=False)
def score(bench):
    """The scores of everybody, on a past of two years, and what rests on them."""
    with bench.undone():
        count = score_steps.add_history(bench.env, bench.company, TODAY)
        bench.notes.append(f"{count} past receipts")
        for turn in ("first", "again"):
            bench.env.invalidate_all()
            with bench.measured(f"scores, {turn}"):
                score_steps.score_all(bench.env, bench.company, TODAY)
                bench.env.flush_all()
        with bench.measured("risk matrix"):
            score_steps.read_matrix(bench.env, bench.company)
        with bench.measured("monthly reviews"):
            score_steps.make_reviews(bench.env, bench.company, TODAY)
            bench.env.flush_all()


@step("limits", default=False)
def limits(bench):
    """Time limits against a walk from day to day, and the night over 40 000 of them in 5 000 cases."""
    with bench.measured("20 000 time limits, reckoned and walked"):
        differing = limit_steps.compare_limits(bench.options.seed)
    bench.notes.append(f"{differing} time limits differ from the walk")
    with bench.undone():
        with bench.measured("events of 5 000 procedures, written and reckoned"):
            limit_steps.add_deadlines(bench.env, bench.company, TODAY)
        for turn in ("first", "again"):
            bench.env.invalidate_all()
            with bench.measured(f"night over the procedural deadlines, {turn}"):
                count = limit_steps.watch(bench.env, bench.company, TODAY)
                bench.env.flush_all()
            bench.notes.append(f"{count} alerts, {turn}")
        specification = bench.read_specification("debt_recovery.recovery_deadline_action", "list")
        for _warm in range(2):
            bench.env.invalidate_all()
            with bench.measured("opening of the procedural deadlines"):
                limit_steps.open_list(bench.env, specification)


@step("journal", default=False)
def journal(bench):
    """The sealing and the check of 100 000 entries of the journal."""
    with bench.undone():
        company = bench.company
        journal_steps.add_entries(bench.env, company, company._recovery_noon(TODAY))
        with bench.measured("sealing of 100 000 entries"):
            count = bench.env["recovery.journal"]._seal(company)
        bench.env.invalidate_all()
        with bench.measured("check of the journal"):
            verdict = bench.env["recovery.journal"]._check(company)
        bench.notes.append(f"{count} entries sealed, {len(verdict.found)} things wrong")


@step("cases", default=False)
def cases(bench):
    """The board, the list and one screen of 5 000 cases with 40 000 deadlines."""
    with bench.undone():
        case = limit_steps.add_deadlines(bench.env, bench.company, TODAY)
        for mode, name, read in (
            ("kanban", "opening of the board of cases", case_steps.open_board),
            ("list", "opening of the list of cases", case_steps.open_list),
        ):
            specification = bench.read_specification("debt_recovery.recovery_case_action", mode)
            for _warm in range(2):
                bench.env.invalidate_all()
                with bench.measured(name):
                    read(bench.env, specification)
        specification = bench.read_specification("debt_recovery.recovery_case_action", "form")
        for _warm in range(2):
            bench.env.invalidate_all()
            with bench.measured("case's screen"):
                case.web_read(specification)


@step("doubtful", default=False)
def doubtful(bench):
    """Lives of 200 doubtful claims over three closings, beside what a pencil says."""
    with bench.undone():
        with bench.measured(f"{doubtful_steps.CLAIMS} doubtful claims over three closings"):
            differing = doubtful_steps.play_lives(bench.env, bench.company, bench.options.seed)
        bench.notes.append(f"{differing} figures of doubtful claims differ from the pencil")


@step("evidence", default=False)
def evidence(bench):
    """A file of 200 pieces and 500 pages: added, bound, made again and compared."""
    with bench.undone():
        case = case_steps.open_case(bench.env, bench.company, TODAY)
        files = evidence_steps.make_files(bench.options.seed)
        with bench.measured(f"{len(files)} pieces added"):
            exhibits = evidence_steps.add_pieces(case, files, TODAY)
            bench.env.flush_all()
        bench.env.invalidate_all()
        with bench.measured("the file bound"):
            bundle = evidence_steps.bind(case, exhibits, TODAY)
            bench.env.flush_all()
        bench.env.invalidate_all()
        with bench.measured("made again and compared"):
            differences = bundle._compare_again()
        cost = bench.costs["the file bound"]
        fits = cost.seconds <= evidence_steps.SECONDS and cost.memory <= evidence_steps.MEGABYTES
        bench.notes.append(
            f"{bundle.piece_count} pieces, {bundle.page_count} pages bound"
            f" ({'within' if fits else 'BEYOND'} {evidence_steps.SECONDS} s and {evidence_steps.MEGABYTES} MB),"
            f" {'the same again' if not differences else 'NOT the same again'}"
        )


@step("reports", default=False)
def reports(bench):
    """The aged balance: on the screen, of a past day, as a spreadsheet."""
    with bench.undone():
        for function in REPORTING_STEPS:
            bench.env.invalidate_all()
            with bench.measured(function.__name__.replace("_", " ")):
                count = function(bench.env, bench.company, TODAY)
            bench.notes.append(f"{function.__name__}: {count}{_judge(bench, function)}")


def _judge(bench, function):
    """Return whether a report keeps within its bounds, for 100 000 instalments; nothing where it has none."""
    if function not in REPORTING_BOUNDS:
        return ""
    seconds, megabytes = REPORTING_BOUNDS[function]
    cost = bench.costs[function.__name__.replace("_", " ")]
    is_within = cost.seconds <= seconds and cost.memory <= (megabytes or cost.memory)
    bound = f"{seconds} s and {megabytes} MB" if megabytes else f"{seconds} s"
    return f" ({'within' if is_within else 'BEYOND'} {bound})"


@step("pack", default=False)
def pack(bench):
    """A list of 10 000 lines on paper, and the audit file of a year with 100 000 entries of the journal.

    Papers get their styles from a server of the bench's own; run it after `send`, so that there is something to tell.
    """
    with bench.undone():
        env, company = bench.env, bench.company
        server = pack_steps.serve(env)
        mine = board_steps.look(env, company)
        journal_steps.add_entries(env, company, company._recovery_noon(TODAY.replace(month=TODAY.month - 1)))
        with bench.measured(f"a list of {pack_steps.LINES} lines on paper"):
            pack_steps.print_list(mine, company)
        env.invalidate_all()
        with bench.measured("audit file of a year"):
            made = pack_steps.make_pack(mine, company, TODAY)
        bench.notes.append(
            f"audit file of {made.file_count} files and {made.archive_size >> 20} MB, {made.broken_count} missing"
        )
        server.httpd.shutdown()


@step("histories", default=False)
def histories(bench):
    """500 random histories: what is told later of a day is what was said on it, or the difference is named."""
    with bench.undone():
        engine = Histories(bench.env, bench.company)
        with bench.measured("500 histories"):
            wrong, lived = engine.compare(500)
        bench.notes.append(f"{len(wrong)} told otherwise; {dict(lived)}")


@step("board", default=False)
def board(bench):
    """The forecast, the key figures and the panels of the dashboard, on a past of two years."""
    with bench.undone():
        env, company = bench.env, bench.company
        bench.notes.append(f"{board_steps.prepare(env, company, TODAY)} past receipts")
        for with_trial in (True, False):
            env.invalidate_all()
            with bench.measured(f"forecast of receipts{', with its trial of 12 months' if with_trial else ''}"):
                count = board_steps.forecast(env, company, TODAY, with_trial)
        bench.notes.append(f"{count} instalments forecast")
        for months in (24, 3):
            env.invalidate_all()
            with bench.measured(f"key figures of {months} months"):
                board_steps.key_figures(env, company, TODAY, months)
        mine = board_steps.look(env, company)
        board_steps.read_all(mine, company)  # what is read once per process does not count
        env.invalidate_all()
        with bench.measured("dashboard: all panels"):
            board_steps.read_all(mine, company)
        for name in board_steps.PANELS:
            env.invalidate_all()
            with bench.measured(f"dashboard: {name}"):
                board_steps.read_panel(mine, company, name)


def names():
    """Return the names of the steps, those of a plain run first."""
    return list(chain((n for n, (_f, d) in STEPS.items() if d), (n for n, (_f, d) in STEPS.items() if not d)))

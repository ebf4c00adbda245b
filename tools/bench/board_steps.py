"""Steps of the dashboard that are timed: the forecast with its trial, the key figures, each panel."""

from score_steps import add_history

PANELS = ("ageing", "dso", "changes", "cash", "promises", "risk", "deadlines", "debtors", "disputes")


def prepare(env, company, day):
    """Give the ledger a past of two years, and the figures of the worklist; return the number of receipts."""
    count = add_history(env, company, day)
    env["recovery.worklist"]._refresh(company, day)
    return count


def forecast(env, company, day, with_trial):
    """Make the forecast of receipts, with or without its trial on twelve months."""
    return len(env["recovery.forecast"]._refresh(company, day, with_trial=with_trial).line_ids)


def key_figures(env, company, day, months):
    """Make the key figures of some months again."""
    return env["recovery.kpi.engine"]._rebuild(company, day, months)


def read_panel(env, company, name):
    """Read one panel of the dashboard."""
    return bool(env["recovery.dashboard"].action_read_panel(name, company.id, "all", 12))

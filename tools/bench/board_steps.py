"""Steps of the dashboard that are timed: the forecast with its trial, the key figures, each panel."""

from score_steps import add_history

PANELS = ("headlines", "ageing", "dso", "changes", "cash", "promises", "risk", "deadlines", "debtors", "disputes")


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


def look(env, company):
    """Return the environment of a manager of the company: rights and rules are paid for as on the screen."""
    user = env["res.users"].create(
        {
            "name": "Manager of the bench",
            "login": f"bench_manager_{company.id}",
            "company_id": company.id,
            "company_ids": [(6, 0, company.ids)],
            "group_ids": [(4, env.ref("debt_recovery.group_recovery_manager").id)],
        }
    )
    return env(user=user.id, su=False, context={"allowed_company_ids": company.ids})


def read_panel(env, company, name):
    """Read one panel of the dashboard."""
    return bool(env["recovery.dashboard"].action_read_panel(name, company.id, "all", 12))


def read_all(env, company):
    """Read what the screen asks for when it opens: the switches and every panel, one after the other."""
    frame = env["recovery.dashboard"].action_read_frame(company.id)
    for name in frame["panels"]:
        read_panel(env, company, name)

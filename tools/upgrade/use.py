"""Work with an upgraded database: read everything, let the night go by, move, close and reopen what is there."""

from datetime import timedelta

from odoo.modules.module import get_module_path
from odoo.tools import config


def everything(env):
    """Do all of it; whatever raises an error fails. Nothing is kept."""
    assert get_module_path("debt_recovery"), config["addons_path"]
    _read_all(env)
    _open_screens(env)
    _pass_a_night(env)
    _check_journal(env)
    _look_at_figures(env)
    _work_on_cases(env)
    env.cr.rollback()


def _read_all(env):
    """Read every field of every record of ours."""
    for name in sorted(env.registry):
        Model = env[name]
        if name.startswith("recovery.") and not Model._abstract and not Model._transient and Model._auto:
            for record in Model.with_context(active_test=False).search([]):
                record.read()


def _open_screens(env):
    """Read the views of every window of ours, as a menu opens them."""
    actions = env["ir.actions.act_window"].search([("res_model", "=like", "recovery.%")])
    for action in actions:
        modes = [(view, mode) for view, mode in action.views if mode != "activity"]
        env[action.res_model].get_views(modes)


def _pass_a_night(env):
    """Let our scheduled jobs run once; the journal is sealed, figures are worked out, deadlines are watched."""
    crons = env["ir.cron"].search([("model_id.model", "=like", "recovery.%")])
    assert env.ref("debt_recovery.ir_cron_watch_deadlines") in crons
    for cron in crons:
        if cron.model_id.model in (
            "recovery.deadline.watch",
            "recovery.worklist",
            "recovery.scoring",
            "recovery.event",
            "recovery.journal",
            "recovery.forecast",
            "recovery.kpi.engine",
        ):
            cron.ir_actions_server_id.run()


def _check_journal(env):
    """Find nothing wrong in the journals of before, once they are sealed, nor in the files that left."""
    assert env["recovery.event"].search_count([("sealed_number", ">", 0)])
    for company in env["res.company"].search([("parent_id", "=", False)]):
        verdict = env["recovery.journal"]._check(company)
        assert not verdict.found, (company.name, verdict.found[:5])
        window = env["recovery.integrity"].with_company(company).create({"company_id": company.id})
        window._run()
        assert window.state == "fine", window.line_ids.mapped("what")[:5]


def _look_at_figures(env):
    """Print what the auditor prints and read what the manager looks at."""
    for company in env["res.company"].search([("parent_id", "=", False), ("chart_template", "!=", False)]):
        own = env(context={**env.context, "allowed_company_ids": company.ids})
        day = company._recovery_today()
        for past in (0, 30, 200):
            asked = {"company_ids": company.ids, "day": str(day - timedelta(days=past)), "detail": True}
            own["recovery.ageing.report"].action_read(asked)
        own["recovery.roll.forward.report"]._get_data(company, day - timedelta(days=365), day)
        frame = own["recovery.dashboard"].action_read_frame(company.id)
        for panel in frame["panels"]:
            own["recovery.dashboard"].action_read_panel(panel, company.id, "all", 12)
        own["recovery.forecast"]._refresh(company, day, with_trial=True).screen  # noqa: B018


def _work_on_cases(env):
    """Move every open case, close it and reopen it; reopen what was closed before."""
    cases = env["recovery.case"].search([])
    for case in cases.filtered("is_open"):
        stage = case.stage_id
        for kind in ("insolvency", "precourt"):
            case.stage_id = env.ref(f"debt_recovery.recovery_case_stage_{kind}")
        case.stage_id = stage
        case._get_facts(case.company_id._recovery_today())
    closed = cases.filtered(lambda case: not case.is_open)
    assert closed
    for case in closed.filtered(lambda case: not case.line_ids.filtered("is_final")):
        case._reopen("Vu à nouveau")
        assert case.is_open, case.name

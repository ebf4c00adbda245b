"""Installation and removal of the module on a database with data."""

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .models.common.base import UNINSTALLING


def post_init_hook(env):
    """Make the French preset usable at once, whatever the database's languages.

    The wording of the levels is shipped in English with its French translation; a
    French company must never write to its customers in English because nobody had
    activated the language, so French is activated here if it was not.
    """
    lang = env["res.lang"].with_context(active_test=False).search([("code", "=", "fr_FR")], limit=1)
    if lang and not lang.active:
        env["res.lang"]._activate_lang("fr_FR")
        modules = env["ir.module.module"].search([("state", "in", ("installed", "to install", "to upgrade"))])
        modules._update_translations("fr_FR")


def uninstall_hook(env):
    """Close what the module left open in other applications.

    Phone calls and handovers are activities on debtors, which vanish with their model;
    core deletes the activities of a record only when the record itself is unlinked.
    """
    with UNINSTALLING.say():
        _remove_records(env)


def _remove_records(env):
    # What points at shipped records (levels, stages) goes first, or their removal would fail.
    for name in (
        "recovery.hold",
        "recovery.case.claim",
        "recovery.case",
        "recovery.registered.letter",
        "recovery.delivery",
        "recovery.notice",
        "recovery.promise",
        "recovery.payment.plan",
        "recovery.settlement",
        "recovery.dispute",
        "recovery.prescription.event",
        "recovery.prescription.choice",
        "recovery.limit.request",
    ):
        env[name].with_context(**{MODULE_UNINSTALL_FLAG: True}, active_test=False).search([]).unlink()
    models = ("recovery.debtor", "recovery.case", "recovery.run", "recovery.decision", "recovery.coverage")
    models += ("recovery.promise", "recovery.payment.plan", "recovery.settlement", "recovery.dispute")
    env["mail.activity"].with_context(active_test=False).search([("res_model", "in", models)]).unlink()

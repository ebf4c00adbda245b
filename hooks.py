"""Installation and removal of the module on a database with data."""

import logging
from graphlib import TopologicalSorter

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .models.common.core_access import UNINSTALLING

_logger = logging.getLogger(__name__)


def post_init_hook(env):
    """Make the French preset usable at once, whatever the database's languages.

    The wording of the levels is shipped in English with its French translation; a
    French company must never write to its customers in English because nobody had
    activated the language, so French is activated here if it was not. Numbers go on where
    they stood, should the module have been here before.
    """
    env["recovery.removal"]._restore_numbers()
    lang = env["res.lang"].with_context(active_test=False).search([("code", "=", "fr_FR")], limit=1)
    if lang and not lang.active:
        env["res.lang"]._activate_lang("fr_FR")
        modules = env["ir.module.module"].search([("state", "in", ("installed", "to install", "to upgrade"))])
        modules._update_translations("fr_FR")


def uninstall_hook(env):
    """Close what the module left open in other applications.

    Phone calls and handovers are activities on debtors, which vanish with their model;
    core deletes the activities of a record only when the record itself is unlinked. Where
    the numbers stood is noted first. Whatever fails is told to the log and stops nothing: who
    removes a module cannot answer any more.
    """
    for work in (_keep_numbers, _remove_records):
        try:
            with UNINSTALLING.say(), env.cr.savepoint():
                work(env)
        except Exception:
            _logger.exception("The removal of debt recovery goes on without this: %s", work.__doc__)
            env.invalidate_all(flush=False)


def _keep_numbers(env):
    """Note where numbers and journals stand."""
    env["recovery.removal"]._keep_numbers()


def _remove_records(env):
    """Delete what points at shipped records, and the tasks on our records."""
    for name in _get_unlinked_first(env):
        env[name].with_context(**{MODULE_UNINSTALL_FLAG: True}, active_test=False).search([]).unlink()
    models = [name for name in _get_own_models(env) if isinstance(env[name], env.registry["mail.activity.mixin"])]
    env["mail.activity"].with_context(active_test=False).search([("res_model", "in", models)]).unlink()


def _get_unlinked_first(env):
    """Return the models to empty before shipped records go: what points at another comes first."""
    names = [name for name in _get_own_models(env) if getattr(env[name], "_unlinked_first", False)]
    order = TopologicalSorter({name: set() for name in names})
    for name in names:
        for field in env[name]._fields.values():
            is_held = field.type == "many2one" and field.store and field.ondelete != "set null"
            if is_held and field.comodel_name in names and field.comodel_name != name:
                order.add(field.comodel_name, name)
    return list(order.static_order())


def _get_own_models(env):
    ours = ((name, Model) for name, Model in env.registry.items() if name.startswith("recovery."))
    return sorted(name for name, Model in ours if Model._auto and not Model._abstract)

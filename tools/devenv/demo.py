"""The demonstration database that ``make run`` shows."""

from .common import MODULE, digest, say
from .database import Databases, module_key

NAME = "debt_recovery_demo"
#: The names of models and tables are settled since: an older database is refused by the add-on itself.
FIRST_KEPT = (19, 0, 2)


def ensure(env, fresh=False):
    """Make the database, or update it when the add-on changed; return its name."""
    databases = Databases(env)
    if fresh or NAME not in databases.names():
        _make(databases)
        return NAME
    if _is_older(databases):
        say(f"{NAME} was made before names were settled: it is made anew …")
        databases.drop(NAME)
        _make(databases)
        return NAME
    version, _, key = databases.note(NAME).partition(" ")
    if version != digest(env.source.version):
        modules = "base"
    elif key != module_key():
        modules = MODULE
    else:
        return NAME
    say(f"updating {NAME} (FRESH=1 would make it anew) …")
    databases.update(NAME, modules)
    databases.set_note(NAME, _note(env))
    return NAME


def _is_older(databases):
    version = databases.sql(f"SELECT latest_version FROM ir_module_module WHERE name = '{MODULE}'", NAME)
    return tuple(int(part) for part in version.split(".") if part.isdigit())[:3] < FIRST_KEPT


def _note(env):
    return f"{digest(env.source.version)} {module_key()}"


def _make(databases):
    base = databases.base_template()
    say(f"installing {MODULE} with its demo data …")
    draft = f"{NAME}_draft"
    databases.clone(base, draft)
    # Only the demo data of the add-on: those of Odoo's own modules would bring other
    # companies and take minutes. Odoo wants the modules below to have theirs.
    databases.sql("UPDATE ir_module_module SET demo = state = 'installed'", draft)
    databases.install(draft, MODULE, "--with-demo")
    databases.sql(f"UPDATE ir_module_module SET demo = name = '{MODULE}'", draft)
    databases.rename(draft, NAME)
    databases.set_note(NAME, _note(databases.env))

"""``make i18n``: the template of the terms, and the translations brought up to date."""

import subprocess

from . import python_env
from .common import DEV, MODULE, ROOT, exclusive, run, say
from .database import PREFIX, Databases

FOLDER = ROOT / "i18n"
LANGUAGES = ("fr",)
TEMPLATE = FOLDER / f"{MODULE}.pot"


def update(env):
    """Export the terms again and merge them into the translations."""
    FOLDER.mkdir(exist_ok=True)
    return _call(env, "update")


def check(env):
    """Tell what the translations lack, compared with a fresh export."""
    return _call(env, "check")


def exists():
    """Tell whether the add-on is translated at all."""
    return any(path.exists() for path in _translations())


def _translations():
    return [FOLDER / f"{language}.po" for language in LANGUAGES]


def _call(env, action):
    command = [python_env.PYTHON, "-m", "devenv.po_files", action, _export(env)]
    command += [TEMPLATE, *_translations()]
    for addons in env.source.addons:
        command += ["--memory", addons]
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        env=env.variables(),
    ).returncode


def _export(env):
    """Return a file with all terms of the add-on as it is now."""
    databases = Databases(env)
    name = f"{PREFIX}i18n"
    target = DEV / "export.pot"
    with exclusive():
        databases.clone(databases.test_template(), name)
        say("exporting the terms …")
        run(
            env.odoo("i18n", "export", "-d", name, "-l", "pot", "-o", target, MODULE),
            log="i18n.log",
            env=env.variables(),
            cwd=DEV,
        )
        databases.drop(name)
    return target

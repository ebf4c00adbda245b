"""``make i18n``: the template of the terms, and the translations brought up to date."""

import subprocess

from . import python_env
from .common import DEV, exclusive, run, say
from .database import PREFIX, Databases
from .suites import SUITES

LANGUAGES = ("fr",)


def update(env):
    """Export the terms again and merge them into the translations."""
    return max(_call(env, "update", suite, exported) for suite, exported in export(env).items())


def check(env, exports):
    """Tell what the translations lack, compared with fresh exports."""
    return max(_call(env, "check", suite, exported) for suite, exported in exports.items())


def export(env):
    """Return ``{suite: file}`` with all terms of each add-on as they are now."""
    return {suite: _export(env, suite) for suite in SUITES}


def exists():
    """Tell whether the add-ons are translated at all."""
    return any(path.exists() for suite in SUITES for path in _translations(suite))


def _translations(suite):
    return [suite.folder / "i18n" / f"{language}.po" for language in LANGUAGES]


def _call(env, action, suite, exported):
    folder = suite.folder / "i18n"
    folder.mkdir(exist_ok=True)
    command = [python_env.PYTHON, "-m", "devenv.po_files", action, exported]
    command += [folder / f"{suite.addon}.pot", *_translations(suite)]
    for addons in env.source.addons:
        command += ["--memory", addons]
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        env=env.variables(),
    ).returncode


def _export(env, suite):
    """Return a file with all terms of an add-on as it is now."""
    databases = Databases(env)
    name = f"{PREFIX}i18n"
    target = DEV / f"export_{suite.addon}.pot"
    with exclusive():
        databases.clone(databases.test_template(suite), name)
        say(f"exporting the terms of {suite.addon} …")
        run(
            env.odoo("i18n", "export", "-d", name, "-l", "pot", "-o", target, suite.addon),
            log="i18n.log",
            env=env.variables(),
            cwd=DEV,
        )
        databases.drop(name)
    return target

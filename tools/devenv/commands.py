"""The sub-commands of ``tools/dev.py``."""

import argparse
import shutil
import subprocess

from . import demo, i18n, postgres, python_env, readme, server
from . import shot as shots
from .common import DEV, MODULE, exclusive, say
from .database import Databases
from .environment import Environment, prepare
from .lint import run_checks
from .postgres import programs
from .suites import MAIN, SUITES
from .testing import Request, run_tests


def declare(subparsers):
    """Describe every sub-command to argparse."""

    def command(function, name=None):
        text = function.__doc__.strip()
        parser = subparsers.add_parser(
            name or function.__name__,
            help=text.splitlines()[0],
            description=text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(run=function)
        return parser

    command(setup)
    command(odoo).add_argument("arguments", nargs=argparse.REMAINDER)
    parser = command(db)
    parser.add_argument("action", choices=["list", "new", "drop"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("--bare", action="store_true", help="without the add-on")
    parser = command(test)
    parser.add_argument("target", nargs="?", default="")
    parser.add_argument("--args", default="", help="more options for pytest")
    parser.add_argument("--jobs", type=int, default=0, help="processes side by side, each with a database")
    parser.add_argument("--measure", action="store_true", help="print which programs the time goes to")
    parser = command(serve, "run")
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--detach", action="store_true", help="return when it answers")
    parser.add_argument("--fresh", action="store_true", help="make the database again")
    command(update)
    parser = command(shell)
    parser.add_argument("database", nargs="?", default=demo.NAME)
    command(lint)
    command(terms, "i18n")
    command(write_readme, "readme")
    shots.add_options(command(shot))
    parser = command(script)
    parser.add_argument("--clone", metavar="NAME", help="make this database for it")
    parser.add_argument("--addon", choices=[suite.addon for suite in SUITES], help="with this add-on too")
    parser.add_argument("file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    command(stop)
    command(clean)
    parser = command(psql)
    parser.add_argument("database")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)


def setup(_arguments):
    """Make the whole environment, without doing anything with it."""
    env = prepare()
    with exclusive():
        Databases(env).base_template()
    say("ready")


def odoo(arguments):
    """Run odoo-bin with the arguments after ``--``."""
    options = arguments.arguments
    return prepare().call(*(options[1:] if options[:1] == ["--"] else options)).returncode


def db(arguments):
    """List, make or drop databases of this checkout.

    ``new NAME`` makes one with the add-on installed, ``new NAME --bare`` without it.
    """
    databases = Databases(prepare())
    if arguments.action == "list":
        print("\n".join(databases.names()))
    elif arguments.action == "drop":
        databases.drop(arguments.name)
    else:
        with exclusive():
            bare = arguments.bare
            template = databases.base_template() if bare else databases.test_template()
            databases.clone(template, arguments.name)
        say(f"{arguments.name} is ready, {'without' if bare else 'with'} {MODULE}")


def test(arguments):
    """Run the tests: all, a file, file::Class::test or an expression."""
    request = Request(arguments.target, arguments.args, arguments.jobs, arguments.measure)
    return run_tests(prepare(), request)


def serve(arguments):
    """Show the demonstration company: make or update its database, start the server."""
    for running in server.all_running():
        if arguments.fresh:
            running.stop()  # its database goes
        elif running.port == arguments.port:
            _announce(running, "is already running (make stop ends it)")
            return None
    env = prepare()
    with exclusive():
        database = demo.ensure(env, arguments.fresh)
    running = server.start(
        env,
        database,
        arguments.port,
        crons=1,
        detached=arguments.detach,
        log_level="warn",
    )
    _announce(running, "is ready")
    if arguments.detach:
        return None
    say("Ctrl-C stops the server")
    try:
        return running.process.wait()
    except KeyboardInterrupt:
        return None
    finally:
        running.stop()


def _announce(running, state):
    print(
        f"Odoo {state}:\n"
        f"  address  {running.url}/odoo\n"
        "  login    admin / admin (administrator)\n"
        "           claire / claire (credit controller)",
        flush=True,
    )


def update(_arguments):
    """Update the add-on in the demonstration database."""
    env = prepare()
    with exclusive():
        demo.ensure(env)
    say(f"{demo.NAME} is up to date")


def shell(arguments):
    """Open a Python shell on a database, by default that of ``run``."""
    env = prepare()
    if arguments.database == demo.NAME:
        with exclusive():
            demo.ensure(env)
    options = ["-d", arguments.database, "--no-http", "--log-level=warn"]
    return env.call("shell", *options).returncode


def lint(_arguments):
    """Check style, conventions, XML, README and translations."""
    return run_checks(prepare())


def terms(_arguments):
    """Export the terms to translate and merge them into the translations."""
    return i18n.update(prepare())


def write_readme(_arguments):
    """Write README.rst from the fragments in readme/."""
    return readme.write()


def shot(arguments):
    """Make a picture of a screen with Chromium."""
    return shots.take(prepare(), arguments)


def script(arguments):
    """Run a Python file of tools/ where Odoo and devenv can be imported.

    With ``--clone``, on a new database with the add-on, which ODOO_RC then names; ``--addon`` installs a bridge in it.
    """
    env = prepare()
    conf = None
    if arguments.clone:
        databases = Databases(env)
        with exclusive():
            suite = next((suite for suite in SUITES if suite.addon == arguments.addon), MAIN)
            databases.clone(databases.test_template(suite), arguments.clone)
        conf = env.write_conf(f"{arguments.clone}.conf", db_name=arguments.clone)
    command = [python_env.PYTHON, arguments.file, *arguments.arguments]
    return subprocess.run(command, check=False, env=env.variables(conf)).returncode


def stop(_arguments):
    """Stop the servers that were started, Odoo's and PostgreSQL."""
    for running in server.all_running():
        running.stop()
        say(f"stopped Odoo on port {running.port}")
    if python_env.PYTHON.exists() and postgres.stop():
        say("stopped PostgreSQL")


def clean(arguments):
    """Stop everything and remove all that was made."""
    if python_env.PYTHON.exists() and (external := postgres.external_server()):
        databases = Databases(Environment(source=None, server=external))
        for name in databases.names():
            databases.drop(name)
    stop(arguments)
    shutil.rmtree(DEV, ignore_errors=True)


def psql(arguments):
    """Open a database with psql."""
    env = prepare()
    options = [option for option in arguments.arguments if option != "--"]
    command = [programs() / "psql", "-d", arguments.database, *options]
    return subprocess.run(command, check=False, env=env.server.environment()).returncode

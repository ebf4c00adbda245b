"""One picture of one screen: ``python3 tools/dev.py shot --url … --out …``."""

import argparse
import contextlib
import subprocess
import sys
from pathlib import Path

from . import demo, python_env, server
from .common import DevError


def add_options(parser):
    """Declare the options that describe a picture."""
    parser.add_argument("--db", default=demo.NAME)
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default="admin")
    parser.add_argument("--lang", help="as fr; stays set for this user")
    parser.add_argument("--url", default="/odoo", help="path on the server")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    parser.add_argument("--wait", help="CSS selector to wait for")
    parser.add_argument("--click", action="append", default=[], help="CSS selector")
    parser.add_argument("--wait-after", help="CSS selector to wait for after the clicks")
    parser.add_argument("--selector", help="only this element")
    parser.add_argument("--width", type=int, default=1400)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--scale", type=float, default=1.0, help="pixels per point")


def take(env, arguments):
    """Make the picture, with a server that runs already or one for this moment."""
    options = []
    for name, value in vars(arguments).items():
        if name in ("command", "run") or value is None:
            continue
        flag = f"--{name.replace('_', '-')}"
        for item in value if isinstance(value, list) else [value]:
            options.append(f"{flag}={item.resolve() if name == 'out' else item}")
    with contextlib.ExitStack() as stack:
        running = next((s for s in server.all_running() if s.database == arguments.db), None)
        running = running or stack.enter_context(server.serving(env, arguments.db))
        # The browser's module needs packages of the virtual environment.
        command = [python_env.PYTHON, "-m", "devenv.shot", f"--address={running.url}"]
        return subprocess.run([*map(str, command), *options], check=False, env=env.variables()).returncode


def _main():
    from .chrome import Chrome
    from .rpc import Session

    parser = argparse.ArgumentParser()
    add_options(parser)
    parser.add_argument("--address", required=True)
    options = parser.parse_args()
    session = Session(options.address, options.db, options.login, options.password)
    if options.lang:
        session.set_language(options.lang)
    with Chrome(options.width, options.height, options.scale) as chrome:
        chrome.log_in(session)
        chrome.open(options.address + options.url, wait=options.wait)
        for selector in options.click:
            chrome.click(selector)
        if options.wait_after:
            chrome.wait_for(options.wait_after)
        chrome.screenshot(options.out, options.selector)
        for error in chrome.errors:
            print(f"error on the page: {error}", file=sys.stderr)
    print(options.out)


if __name__ == "__main__":
    try:
        _main()
    except DevError as failure:
        sys.exit(f"[dev] error: {failure}")

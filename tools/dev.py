#!/usr/bin/env python3
"""Commands of the development environment; ``make help`` lists the usual ones."""

import argparse
import signal
import sys

if sys.version_info < (3, 10):  # noqa: UP036
    sys.exit("Python 3.10 or later is needed: make PYTHON=/path/to/python3 …")

from devenv import commands  # noqa: E402
from devenv.common import DevError  # noqa: E402


def main():
    """Read the command line and run one command."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands.declare(parser.add_subparsers(dest="command", required=True))
    arguments = parser.parse_args()
    # A plain kill ends the programs that were started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return arguments.run(arguments) or 0
    except DevError as error:
        print(f"[dev] error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

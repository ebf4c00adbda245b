"""Odoo's command as a file.

A server with workers starts itself again by its path, for the process that keeps connections open. ``python -m odoo``
has no path that can be started: such a server tries again, several times a second, for as long as it lives.
"""

from odoo.cli.command import main

main()

"""Check the journal of debt recovery from a terminal: nothing is written, whatever is found."""

import sys

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class RecoveryJournal(Command):
    """Check the journal of debt recovery: its chain, the numbers of what was issued, the files that left.

    The exit code is 0 where nothing is wrong, 1 where something is, 2 where it could not be checked.
    """

    name = "recovery_journal"

    def __init__(self):
        super().__init__()
        add = self.parser.add_argument
        add("-c", "--config", dest="config", help="use a specific configuration file")
        add("-d", "--database", dest="db_name", help="database name")
        add("--company", type=int, help="id of one root company, by default all of them")
        add("--head", action="append", default=[], help="head kept outside: number of the entry, then its seal")
        add("--with-files", action="store_true", help="read every stored document too, and compare its SHA-256")

    def run(self, args):
        """Check each company, and end with the exit code."""
        options = self.parser.parse_args(args)
        arguments = ["--no-http", "--log-level", "error"]
        arguments += ["-c", options.config] if options.config else []
        arguments += ["-d", options.db_name] if options.db_name else []
        config.parse_config(arguments, setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            self._stop("Name one database with -d.")
        registry = Registry(names[0])
        if "recovery.journal" not in registry:
            self._stop("Debt recovery is not installed in this database.")
        with registry.cursor(readonly=False) as cr:
            try:
                is_fine = self._check(Environment(cr, SUPERUSER_ID, {}), options)
            finally:
                cr.rollback()
        sys.exit(0 if is_fine else 1)

    def _check(self, env, options):
        domain = [("parent_id", "=", False)]
        if options.company:
            domain += [("id", "=", options.company)]
        companies = env["res.company"].search(domain)
        if not companies:
            self._stop("There is no such root company.")
        heads = list(map(env["recovery.journal"]._read_head, options.head))
        if None in heads:
            self._stop("A head is a number, then a seal of 64 hexadecimal characters.")
        if heads and len(companies) > 1:
            self._stop("A head is of one company: name it with --company.")
        found = [line for company in companies for line in self._report(env, company, heads, options.with_files)]
        return not found

    def _report(self, env, company, heads, with_files):
        """Print what was found in one company; return the lines that are grave."""
        journal = env["recovery.journal"].with_company(company)
        verdict = journal._check(company, heads)
        head = journal._say_head(verdict.head)
        self._print(f"{company.name}: {verdict.sealed} sealed, {verdict.unsealed} not sealed yet, head {head or '-'}")
        lines = [words for _found, words in journal._tell_found(verdict)]
        for missing in env["recovery.numbering"]._find_missing(company):
            text = f"{missing.gap.text}: {missing.reason}"
            if missing.is_grave:
                lines.append(text)
            else:
                self._print(f"  ({text})")
        if with_files:
            count, wrong = env["recovery.integrity"]._check_files(company)
            self._print(f"  {count} files read")
            lines += [f"{line['reference']}: {line['what']}" for line in wrong]
        for line in lines:
            self._print(f"  ! {line}")
        return lines

    def _print(self, text):
        sys.stdout.write(f"{text}\n")

    def _stop(self, text):
        sys.stderr.write(f"{text}\n")
        sys.exit(2)

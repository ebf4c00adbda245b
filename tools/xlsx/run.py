"""Have LibreOffice work our spreadsheets out again, and compare cell by cell: ``make check-xlsx``.

The values that stand beside the formulas are taken out first, so that nothing is left to copy. ``ARGS="--pdf"`` also
prints them as a person would, into ``.dev/xlsx``. Where LibreOffice is not installed, it is said how to get it; the
suite works the same formulas out with an evaluator of its own (``tests/reporting/spreadsheet.py``).
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "bench")]

from ledger import TODAY, Ledger

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from devenv.common import DEV, say

FOLDER = DEV / "xlsx"
PROGRAMS = ("soffice", "libreoffice")
INSTALL = "apt-get install --no-install-recommends libreoffice-calc-nogui"
CACHED = re.compile(r"(<f>[^<]*</f>)<v>[^<]*</v>")
# Excel's files are worked out again when they are opened
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


class Office:
    """LibreOffice without a screen, with a profile of its own."""

    def __init__(self, program):
        self.program = program
        profile = FOLDER / "profile" / "user"
        profile.mkdir(parents=True, exist_ok=True)
        (profile / "registrymodifications.xcu").write_text(ALWAYS)

    def convert(self, path, kind, into):
        into.mkdir(exist_ok=True)
        profile = f"-env:UserInstallation=file://{FOLDER / 'profile'}"
        command = [self.program, profile, "--headless", "--convert-to", kind, "--outdir", str(into), str(path)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        found = into / f"{path.stem}.{kind}"
        if done.returncode or not found.exists():
            raise SystemExit(f"LibreOffice does not read {path.name}: {done.stderr or done.stdout}")
        return found


def make_books(env, company):
    """Yield ``(name, bytes)`` of each spreadsheet with formulas."""
    day = TODAY
    Balance = env["recovery.aged.balance"]
    for name, vals in {
        "balance": {},
        "balance-split": {"first_split": "status", "second_split": "account", "has_side": True, "is_detailed": True},
        "balance-imputed": {"credits": "imputed", "is_detailed": True, "first_split": "currency"},
        "balance-past": {"day": day - timedelta(days=90), "base": "invoice", "is_known_then": True},
    }.items():
        yield name, Balance.create({"company_id": company.id, "day": day, **vals})._get_xlsx()
    for by in ("account", "partner"):
        period = {"company_id": company.id, "date_from": day - timedelta(days=365), "date_to": day, "by": by}
        yield f"roll-forward-{by}", env["recovery.roll.forward"].create(period)._get_xlsx()


def forget_values(path, into):
    """Copy a workbook without the values of its formulas, and return the copy."""
    into.mkdir(exist_ok=True)
    bare = into / path.name
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in book.infolist():
            content = book.read(part)
            if part.filename.startswith("xl/worksheets/"):
                content = CACHED.sub(r"\1", content.decode()).encode()
            copy.writestr(part, content)
    return bare


def compare(written, worked_out):
    """Return ``(formulas, sentences)``: how many were worked out, and which say otherwise than we wrote."""
    formulas = openpyxl.load_workbook(written)
    values = openpyxl.load_workbook(written, data_only=True)
    others = openpyxl.load_workbook(worked_out, data_only=True)
    count, wrong = 0, []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                ours, theirs = values[sheet.title][cell.coordinate].value, others[sheet.title][cell.coordinate].value
                if not isinstance(theirs, int | float) or round((ours or 0) - theirs, 2):
                    wrong.append(f"{sheet.title} {cell.coordinate} {cell.value}: {ours} written, {theirs} worked out")
    return count, wrong


def main():
    """Write the spreadsheets of a ledger, have them worked out and say what differs."""
    parser = argparse.ArgumentParser(prog="make check-xlsx ARGS=…", description=__doc__)
    parser.add_argument("--invoices", type=int, default=300)
    parser.add_argument("--pdf", action="store_true", help="print each spreadsheet too")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        raise SystemExit(f"LibreOffice is not installed: nothing was checked. Get it by\n  sudo {INSTALL}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    office = Office(program)
    config.parse_config(["-c", os.environ["ODOO_RC"], "--log-level=warn", "--no-http"])
    odoo.modules.module.initialize_sys_path()
    wrong = []
    with Registry(config["db_name"][0]).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        company = Ledger(env, 7).build(options.invoices)
        env = env(context={"allowed_company_ids": company.ids})
        for name, content in make_books(env, company):
            path = FOLDER / f"{name}.xlsx"
            path.write_bytes(content)
            bare = forget_values(path, FOLDER / "bare")
            count, found = compare(path, office.convert(bare, "xlsx", FOLDER / "worked-out"))
            say(f"{name}: {count} formulas worked out, {len(found)} otherwise")
            wrong += [f"{name}, {sentence}" for sentence in found]
            if not count:
                wrong.append(f"{name}: no formula at all")
            if options.pdf:
                say(f"  {office.convert(path, 'pdf', FOLDER / 'pdf')}")
        cr.rollback()
    if wrong:
        raise SystemExit("\n".join(wrong[:40]))


if __name__ == "__main__":
    main()

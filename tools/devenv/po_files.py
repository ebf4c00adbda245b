"""Translation files, compared and merged by message; runs inside the environment.

``python -m devenv.po_files update NEW.pot MODULE.pot fr.po …`` or ``check …``.
"""

import argparse
import shutil
import sys
from pathlib import Path

import polib

#: Add-ons of Odoo whose fields every model inherits.
CORE = ("base", "mail", "portal", "account")


def update(fresh, template, translations, memory):
    """Replace *template* by *fresh* and give its messages to the translations.

    A translation keeps what was translated, gains the new messages and loses those
    that no longer exist. The names of inherited fields ("Created on", "Followers" …)
    come translated from Odoo itself; other new messages are empty. A file whose
    messages are the same is left alone.
    """
    new = polib.pofile(fresh)
    if not _same_messages(new, template):
        shutil.copyfile(fresh, template)
        print(f"{template}: {len(new)} messages")
    for path in map(Path, translations):
        old = polib.pofile(path) if path.exists() else polib.POFile()
        known = {entry.msgid: entry.msgstr for entry in old if not entry.obsolete}
        core = _core_fields(memory, path.stem)
        merged = polib.pofile(fresh)
        merged.metadata = {**new.metadata, **old.metadata, "Language": path.stem}
        for entry in merged:
            entry.msgstr = known.get(entry.msgid, "")
            if not entry.msgstr and _is_field(entry, every=True):
                entry.msgstr = core.get(entry.msgid, "")
        if not _same_messages(merged, path):
            merged.save(path)
        empty = sum(not entry.msgstr for entry in merged)
        print(f"{path}: {len(merged)} messages, {empty} to translate")
    return 0


def check(fresh, template, translations, _memory):
    """Return 1 unless the files are complete and agree with the export *fresh*."""
    wanted = {entry.msgid for entry in polib.pofile(fresh)}
    problems = []
    for path in (template, *translations):
        if not Path(path).exists():
            problems.append(f"{path}: missing")
            continue
        entries = [entry for entry in polib.pofile(path) if not entry.obsolete]
        present = {entry.msgid for entry in entries}
        problems += [f"{path}: lacks {text!r}" for text in sorted(wanted - present)]
        problems += [f"{path}: obsolete {text!r}" for text in sorted(present - wanted)]
        for entry in entries if path in translations else ():
            if not entry.msgstr:
                problems.append(f"{path}:{entry.linenum}: empty {entry.msgid!r}")
            if entry.fuzzy:
                problems.append(f"{path}:{entry.linenum}: fuzzy {entry.msgid!r}")
    for problem in problems[:40]:
        print(problem)
    if problems:
        print(f"{len(problems)} problems; “make i18n” exports the terms again")
    return int(bool(problems))


def _same_messages(new, path):
    if not Path(path).exists():
        return False

    def content(file):
        return {(entry.msgid, entry.msgstr, tuple(sorted(entry.occurrences))) for entry in file if not entry.obsolete}

    return content(new) == content(polib.pofile(path))


def _is_field(entry, every=False):
    quantifier = all if every else any
    return quantifier(source.startswith("model:ir.model.fields") for source, _line in entry.occurrences)


def _core_fields(folders, language):
    """Return how Odoo's own add-ons translate the names and helps of fields."""
    found = {}
    for addon in CORE:
        for folder in folders:
            path = Path(folder, addon, "i18n", f"{language}.po")
            for entry in polib.pofile(path) if path.exists() else ():
                if entry.msgstr and not entry.fuzzy and _is_field(entry):
                    found.setdefault(entry.msgid, entry.msgstr)
    return found


def _main():
    parser = argparse.ArgumentParser()
    parser.add_argument("action", choices=["update", "check"])
    parser.add_argument("fresh")
    parser.add_argument("template")
    parser.add_argument("translations", nargs="*")
    parser.add_argument("--memory", action="append", default=[])
    options = parser.parse_args()
    action = update if options.action == "update" else check
    return action(options.fresh, options.template, options.translations, options.memory)


if __name__ == "__main__":
    sys.exit(_main())

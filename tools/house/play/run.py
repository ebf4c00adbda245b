"""Play a fixed ledger for sixty days and write all that comes of it: ``make play ARGS="--into FOLDER"``.

Two dumps of the same code are the same, byte for byte. To compare those of two layouts,
the first one put through the renames:

    python3 tools/house/play/compare.py OLD NEW

wkhtmltopdf prints the pages without our styles: nothing answers under their address, and
only the words are looked at. pypdf, which Odoo needs anyway, reads them.
"""

import argparse
import time
from datetime import timedelta
from pathlib import Path

from dump import Dump
from names import NIGHT
from stage import opened
from story import ACTS, FIRST, LENGTH, Story

from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError


class Play:
    """Sixty days, each with its night, its acts and its mails."""

    def __init__(self, story, folder):
        self.story = story
        self.folder = folder
        self.failures = 0

    def night(self, day):
        """Have the scheduled jobs do their work; each one commits."""
        self.story.move_to(day, 5)
        for model, method in NIGHT:
            try:
                getattr(self.story.base[model], method)()
            except Exception as error:
                self.fail(f"night: {model}.{method}", error)
            self.story.base.flush_all()
            self.story.base.invalidate_all()

    def act(self, act):
        """Play one act; a refusal is noted, and undoes it."""
        story = self.story
        begin = len(story.notes)
        story.notes.append("")
        cr = story.base.cr
        try:
            act(story)
            story.base.flush_all()
            story.notes[begin] = f"  {act.__name__}"
            cr.commit()  # core sends what it has to send then
        except (UserError, AccessError, MissingError, RedirectWarning) as error:
            cr.rollback()
            story.notes[begin] = f"  {act.__name__}: {type(error).__name__}: {error.args[0]}"
        except Exception as error:
            cr.rollback()
            story.notes[begin] = f"  {act.__name__}"
            self.fail(act.__name__, error)
        story.base.invalidate_all()
        story.base.registry.clear_all_caches()

    def fail(self, what, error):
        """Note what should never happen: a mistake of the module, or of the story."""
        self.failures += 1
        text = f"  FAILED {what}: {type(error).__name__}: {error}"
        self.story.notes.append(text)
        print(text, flush=True)

    def play(self):
        story = self.story
        with story.smtp():
            for number in range(LENGTH):
                day = FIRST + timedelta(days=number)
                story.notes.append(f"{day}")
                self.night(day)
                story.move_to(day)
                for act in ACTS.get(number, ()):
                    self.act(act)
                story.move_to(day, 16)
                story.send_mails()
                story.base.cr.commit()
                if number % 7 == 0:
                    story.base.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
                    Dump(story, self.folder).week()


def main():
    parser = argparse.ArgumentParser(prog="make play ARGS=…", description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="the folder to write to, which is new")
    options = parser.parse_args()
    if options.into.exists() and any(options.into.iterdir()):
        parser.error(f"{options.into} is not empty")
    start = time.monotonic()
    with opened(FIRST) as (env, clock):
        play = Play(Story(env, clock), options.into)
        env.cr.commit()
        play.play()
        counts = Dump(play.story, options.into).all()
    for name, count in sorted(counts.items()):
        print(f"{name:20}{count:8}")
    print(f"{time.monotonic() - start:.0f} s")
    return 1 if play.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())

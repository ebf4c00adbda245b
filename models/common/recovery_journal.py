from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, plaintext2html
from odoo.tools.misc import split_every
from odoo.tools.translate import LazyTranslate

from . import sealing
from .own_values import without_defaults

_lt = LazyTranslate(__name__)
BATCH = 5000
MOST = 100  # things of a kind that are told one by one
# No transaction of ours lasts as long: what is older than the seal before it was not there then.
TOLERANCE = timedelta(days=1)


class Verdict(NamedTuple):
    """What came of a check of the journal.

    :param sealed: how many entries are in the chain; ``unsealed`` how many wait for the next sealing.
    :param head: the :class:`sealing.Head` that the chain ends with.
    :param found: what is wrong, as :class:`sealing.Found`.
    """

    sealed: int
    unsealed: int
    head: sealing.Head
    found: list


class RecoveryJournal(models.AbstractModel):
    """The journal's seal: entries are chained in order, company by company, and anybody who reads may check them.

    Entries are written at once, by many at a time, and sealed a little later by one job: nobody waits for another.
    """

    _name = "recovery.journal"
    _description = "Recovery: seal of the journal"
    _inherit = ["recovery.ranged"]
    _journal_words = {
        "entries": _lt("Entries"),
        "unsealed": _lt("Not sealed yet"),
        "seal": _lt("Seal"),
        "number": _lt("Number"),
        "found": _lt("Found"),
        "addressee": _lt("Addressee"),
    }

    # ------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------
    @api.model
    def _cron_seal(self):
        """Seal what was written since, each company committed by itself."""
        self._do_nightly("seal", lambda mine, company, _today: mine._seal(company))

    def _find_ranges(self, work):
        """Return one range where something waits for the seal: the chain of a company has one end."""
        unsealed = self._get_domain(work.company_id) & Domain("sealed_number", "=", 0)
        return self._make_one_range(work) if self.env["recovery.event"].sudo().search_count(unsealed, limit=1) else []

    def _do_range(self, work, part):
        self._seal(work.company_id)

    @api.model
    @api.private
    def _seal(self, company):
        """Chain the entries of a root company that are not sealed yet; return how many.

        Two who seal at once: the second finds the company locked and leaves it, or is sent back by the database.
        """
        company = company._recovery_root()
        if not company.try_lock_for_update(allow_referencing=True):
            return 0
        Event = self.env["recovery.event"].sudo()
        Event.flush_model()
        waiting = Event.search(self._get_domain(company) & Domain("sealed_number", "=", 0), order="id")
        if not waiting:
            return 0
        head = self._get_head(company)
        number, seal = head.number, head.seal or sealing.get_start(company.id)
        first = number + 1
        for ids in split_every(BATCH, waiting.ids):
            rows = []
            for entry in Event.browse(ids)._read_entries():
                number += 1
                seal = sealing.chain(seal, number, entry.content)
                rows.append((entry.id, number, entry.content, seal))
            self.env["recovery.bulk"]._update(Event._name, ["sealed_number", "content_sha256", "seal"], rows)
        self.env["recovery.journal.head"]._note(company, "sealed", number, seal, first)
        return number - first + 1

    @api.model
    def _get_domain(self, company):
        return Domain("company_id", "=", company.id)

    @api.model
    @api.private
    def _get_head(self, company):
        """Return the :class:`sealing.Head` of a company's chain, as it was noted last or as the last entry says."""
        company = company._recovery_root()
        noted = (
            self.env["recovery.journal.head"].sudo().search(self._get_domain(company), order="number desc, id", limit=1)
        )
        last = (
            self.env["recovery.event"]
            .sudo()
            .search(
                self._get_domain(company) & Domain("sealed_number", ">", noted.number),
                order="sealed_number desc",
                limit=1,
            )
        )
        if last:
            return sealing.Head(last.sealed_number, last.seal or "")
        return sealing.Head(noted.number, noted.seal or "", noted.noted_on or None)

    # ------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _check(self, company, heads=()):
        """Read a company's journal from its first entry to its last, as a :class:`Verdict`.

        :param heads: more :class:`sealing.Head` to find again: those that somebody kept outside the house.
        """
        company = company._recovery_root()
        Event = self.env["recovery.event"].sudo()
        Event.flush_model()
        mine = self._get_domain(company)
        sealed = Event.search(mine & Domain("sealed_number", ">", 0), order="sealed_number, id")
        is_waiting = Domain("sealed_number", "=", 0) | Domain("sealed_number", "<", 0)
        waiting = Event.search(mine & is_waiting, order="id")
        noted = self.env["recovery.journal.head"].sudo().search(mine, order="id")
        noted.invalidate_recordset(flush=False)
        left = Event.search(mine & Domain("kind", "=", "head_left"), order="id")
        check = sealing.Check(
            company.id,
            [*noted._to_heads(), *heads],
            told=left._to_heads(),
            blanked=self._read_blanked(company),
            unions=frozenset(Event.search(mine & Domain("kind", "=", "merged")).mapped("first_debtor")),
            debtors=frozenset(
                self.env["recovery.debtor"].sudo().with_context(active_test=False).search(Domain.TRUE).ids
            ),
            tolerance=TOLERANCE,
        )
        for ids in split_every(BATCH, [*sealed.ids, *waiting.ids]):
            events = Event.browse(ids)
            check.take(events._read_entries())
            events.invalidate_recordset(flush=False)
        found = check.finish()
        if not (sealed or waiting) and (sent := self._count_sent(company)):
            found.append(sealing.Found("emptied", sent))
        return Verdict(len(sealed), len(waiting), sealing.Head(check.number, check.seal), found)

    @api.model
    def _count_sent(self, company):
        """Return how much left the house: the journal of who sent anything has entries."""
        return self.env["recovery.delivery"].sudo().search_count(Domain("company_id", "child_of", company.id))

    @api.model
    def _read_blanked(self, company):
        """Return the numbers whose blanking the journal tells."""
        purges = (
            self.env["recovery.event"]
            .sudo()
            .search(self._get_domain(company) & Domain("kind", "=", "purged"), order="id")
        )
        return frozenset().union(*(sealing.read_ranges((purge.details or {}).get("entries")) for purge in purges))

    @api.model
    def _tell_found(self, verdict):
        """Return ``[(found, words)]``, the first of each kind; how many more there are is said, not listed."""
        told, more = [], Counter()
        for found in verdict.found:
            more[found.code] += 1
            if more[found.code] <= MOST:
                told.append((found, self._describe(found)))
        for code, count in more.items():
            if count > MOST:
                last = next(found for found, _words in reversed(told) if found.code == code)
                words = self.env._("%s more like this one.", count - MOST)
                told.append((sealing.Found(code), f"{words} {self._describe(last._replace(entry=0))}"))
        return told

    @api.model
    def _describe(self, found):
        """Return in words what a check found; what an entry says is told to those who may read it."""
        sentence = self._get_sentences(found)[found.code]
        values = {"number": found.number, "last": found.last, "id": found.entry}
        values["moment"] = self._say_moment(found.head.moment if found.head else None)
        parts = [sentence % values]
        if found.code in ("missing", "note_missing") and found.head:
            parts.append(self.env._("It was sealed on %s.", values["moment"]))
        if entry := self.env["recovery.event"].search([("id", "=", found.entry)]):
            parts.append(
                self.env._(
                    "It reads: %(moment)s, %(author)s, %(object)s, “%(summary)s”.",
                    moment=self._say_moment(entry.date),
                    author=entry.author_name or "–",
                    object=entry.debtor_name or entry.object_name or "–",
                    summary=entry.summary or "–",
                )
            )
        return " ".join(parts)

    def _say_moment(self, moment):
        if not moment:
            return self.env._("an unknown day")
        return f"{self.env.company._recovery_local_datetime(moment):%d/%m/%Y %H:%M}"

    def _get_sentences(self, found):
        many = found.last > found.number
        return {
            "changed": self.env._("Entry %(number)s was changed after it was sealed."),
            "blanked": self.env._("The text of entry %(number)s is missing, and no entry says who erased it."),
            "moved": self.env._(
                "Entry %(number)s (id %(id)s) was moved to another debtor, without a merge recording it."
            ),
            "missing": self.env._("Entries %(number)s to %(last)s are missing.")
            if many
            else self.env._("Entry %(number)s is missing."),
            "doubled": self.env._("Entry %(number)s appears more than once."),
            "broken": self.env._(
                "The chain breaks at entry %(number)s: it was inserted, or moved, outside the program."
            ),
            "shortened": self.env._("The journal ended with entry %(number)s on %(moment)s: its end is missing.")
            if found.head and found.head.moment
            else self.env._(
                "The journal head kept outside is entry %(number)s: the journal ends before it, its end is missing."
            ),
            "rewritten": self.env._(
                "Entry %(number)s no longer has the seal that was noted on %(moment)s: the journal was rebuilt."
            )
            if found.head and found.head.moment
            else self.env._(
                "Entry %(number)s does not have the seal of the journal head kept outside: the journal was rebuilt."
            ),
            "inserted": self.env._(
                "Entry %(number)s (id %(id)s) bears an older date than what was sealed before it: it was added later."
            ),
            "foreign": self.env._("Entry %(number)s (id %(id)s) was not written by the program."),
            "seal_changed": self.env._("The record of the journal's position (entry %(number)s) was changed."),
            "note_missing": self.env._("The record of the sealing of entries %(number)s to %(last)s is missing.")
            if many
            else self.env._("A record of the journal's position (entry %(number)s) has disappeared."),
            "emptied": self.env._("The journal is empty, although letters and e-mails were sent: %(number)s."),
        }

    # ------------------------------------------------------------
    # The head leaves the house
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _hand_out(self, company, reason, addressee=None):
        """Seal, then note that the head leaves the house, to whom, and how; return it.

        What is written of it comes after that head: the next one covers it.
        """
        company = company._recovery_root()
        self._seal(company)
        head = self._get_head(company)
        if not head.number:
            return head
        note = self.env["recovery.journal.head"]._note(company, reason, head.number, head.seal, addressee=addressee)
        reasons = dict(note._fields["reason"]._description_selection(self.env))
        self.env["recovery.event"]._log(
            "head_left",
            note,
            self.env._("Journal head: entry %(number)s (%(reason)s)", number=head.number, reason=reasons[reason]),
            {"number": head.number, "seal": head.seal, "addressee": addressee},
            debtors=False,
        )
        return sealing.Head(head.number, head.seal, note.noted_on)

    @api.model
    def _read_head(self, text):
        """Return the :class:`sealing.Head` that somebody typed or pasted, or None."""
        return sealing.parse_head(text)

    @api.model
    def _say_head(self, head):
        """Return a head as people copy it: its number and its seal."""
        return f"{head.number} {head.seal}" if head.number else ""

    @api.model
    def _cron_hand_out(self):
        """Send the head of each company's journal to whom its settings name, once a month."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, today: mine._send_head(company, today)
        )

    @api.model
    @api.private
    def _send_head(self, company, today, addresses=None):
        """Send the head of a journal by e-mail, outside the house if possible; return whether there was somebody."""
        company = company._recovery_root()
        addresses = addresses or company.recovery_journal_email
        if not addresses:
            return False
        head = self._hand_out(company, "mailed", addresses)
        if not head.number:
            return False
        text = self.env._(
            "Keep this message: it proves later that the journal was not rebuilt.\n\n"
            "Entry %(number)s\n"
            "Seal %(seal)s\n\n"
            "To check it: Reporting, Recovery, Integrity, then paste these two lines.",
            number=head.number,
            seal=head.seal,
        )
        without_defaults(self.env["mail.mail"]).sudo().create(
            {
                "subject": self.env._(
                    "%(company)s: recovery journal head on %(day)s",
                    company=company.name,
                    day=format_date(self.env, today),
                ),
                "body_html": plaintext2html(text),
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "email_to": addresses,
                "auto_delete": False,
                "state": "outgoing",
            }
        )
        return True

import csv
import io
import json
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import split_every

from ..common import sealing
from ..common.recovery_xlsx_mixin import EDITION
from .pack import name_path, settle_pdf

BATCH = 2000


class Asked(NamedTuple):
    """What an audit file is about: a root company, the first and the last day, the moment that all of it bears."""

    company: models.BaseModel
    first: Any
    last: Any
    moment: Any

    @property
    def eve(self):
        """The day of the opening balance."""
        return self.first - timedelta(days=1)


class Making(NamedTuple):
    """How one file is made: ``write`` takes a file to write to and returns the sentence of its edition, if it has one.

    ``as_of`` is the day of its figures, None where it tells what stands there now; ``figures`` the path of the
    spreadsheet that a document on paper is printed from.
    """

    part: str
    path: str
    title: str
    as_of: Any
    write: Any
    made_by: str
    figures: str = ""


class LeftOut(UserError):
    """Why a file is left out on purpose: another one beside it tells the same."""


class RecoveryAuditPart(models.AbstractModel):
    """The parts of an audit file: which files there are, and how each is made, with the rights of who asked for it.

    Each file is made by itself: one that cannot be made is named, and stops no other.
    """

    _name = "recovery.audit.part"
    _description = "Recovery: parts of an audit file"

    @api.model
    def _get_parts(self):
        """Return ``[(code, title)]`` of the parts, in their order; hook."""
        return [
            ("opening", self.env._("Aged balance at the opening")),
            ("closing", self.env._("Aged balance at the closing")),
            ("movements", self.env._("From Opening to Closing")),
            ("lists", self.env._("Lists of Actions Taken")),
            ("integrity", self.env._("Integrity: journal, numbers, stored files")),
            ("journal", self.env._("Journal and its seals")),
        ]

    @api.model
    @api.private
    def _get_makings(self, asked):
        """Return the :class:`Making` of all files but those of the journal; hook."""
        opening, closing = name_path(self.env._("opening")), name_path(self.env._("closing"))
        movements, lists = name_path(self.env._("movements")), name_path(self.env._("lists"))
        makings = [
            *self._make_balance(asked, "opening", f"1-{opening}", asked.eve),
            *self._make_balance(asked, "closing", f"2-{closing}", asked.last),
        ]
        period = {"date_from": asked.first, "date_to": asked.last}
        for by, title in self.env["recovery.roll.forward"]._fields["by"]._description_selection(self.env):
            name = self.env._("From opening to closing, by %s", title.lower())
            path = f"3-{movements}/{name_path(name)}"
            makings += self._make_window(
                asked, "movements", path, name, asked.last, "recovery.roll.forward", {**period, "by": by}
            )
        for place, (subject, name) in enumerate(self.env["recovery.activity"]._get_subjects().items(), 1):
            path = f"4-{lists}/{place:02d}-{name_path(name)}"
            makings += self._make_window(
                asked, "lists", path, name, asked.last, "recovery.listing", {**period, "subject": subject}
            )
        title, name = self.env._("integrity"), self.env._("Integrity of kept records")
        path = f"5-{name_path(title)}/{name_path(name)}"
        return makings + self._make_window(asked, "integrity", path, name, None, "recovery.integrity", {})

    @api.model
    @api.private
    def _get_journal_makings(self, asked, head):
        """Return the :class:`Making` of the journal up to a head; hook."""
        title = self.env._("journal")
        names = self.env._("entries"), self.env._("chain"), self.env._("heads")
        folder = f"6-{name_path(title)}"
        entries, chain, heads = (name_path(name) for name in names)
        return [
            Making(
                "journal",
                f"{folder}/{entries}.jsonl",
                self.env._("Entries of the period, with the digest and seal of each"),
                asked.last,
                lambda target: self._write_entries(asked, head, target),
                "recovery.event",
            ),
            Making(
                "journal",
                f"{folder}/{chain}.csv",
                self.env._("The whole chain: number, digest of the content and seal of each entry"),
                None,
                lambda target: self._write_chain(asked, head, target),
                "recovery.journal",
            ),
            Making(
                "journal",
                f"{folder}/{heads}.csv",
                self.env._("Journal heads: each sealing, and each time a head was sent out"),
                None,
                lambda target: self._write_heads(asked, target),
                "recovery.journal.head",
            ),
        ]

    @api.model
    @api.private
    def _get_checks(self, asked):
        """Return ``[(title, expected, found)]``: amounts that two parts of the file tell, and that are one; hook."""
        report, root = self.env["recovery.ageing.report"], asked.company
        moved = self.env["recovery.roll.forward.report"]._get_data(root, asked.first, asked.last)["totals"]
        checks = []
        for title, day, key in (
            (self.env._("Aged balance at the opening"), asked.eve, "opening"),
            (self.env._("Aged balance at the closing"), asked.last, "closing"),
        ):
            data = report._get_data(root, day)
            followed = data["control"]["ledger"] - data["control"]["outside"]
            checks += [
                (self.env._("%s, and the ledger", title), followed, data["totals"]["total"]),
                (self.env._("%s, and the movements of the period", title), moved[key], data["totals"]["total"]),
            ]
        checks.append((self.env._("From opening to closing, and the ledger"), moved["ledger"], moved["closing"]))
        accounts = self.env["recovery.books"]._list(root, asked.first, asked.last)[1]
        if accounts.totals:
            opening, debit, credit, ledger = accounts.totals[:4]
            checks.append((self.env._("Accounts 416, 491 and 654, and the ledger"), ledger, opening + debit - credit))
        return [(title, root.currency_id.round(one), root.currency_id.round(other)) for title, one, other in checks]

    # ------------------------------------------------------------
    # Reports
    # ------------------------------------------------------------
    @api.model
    def _make_balance(self, asked, part, folder, day):
        title, name = self.env._("Aged Balance"), self.env._("Aged balance on %s", format_date(self.env, day))
        path = f"{folder}/{name_path(title)}-{fields.Date.to_string(day)}"
        vals = {"day": day, "is_detailed": True, "has_side": True}
        return self._make_window(asked, part, path, name, day, "recovery.aged.balance", vals)

    @api.model
    def _make_window(self, asked, part, path, title, day, model, vals):
        """Return the spreadsheet and the PDF of a report's window."""

        def open_window():
            window = self.env[model].create({"company_id": asked.company.id, **vals})
            window._check_reader()
            return window

        def write_book(target):
            window = open_window()
            target.write(window._get_xlsx())
            return window._get_edition_text()

        def write_paper(target):
            window = open_window()
            if (count := window._count_lines()) > window._max_printed_lines:
                raise LeftOut(
                    self.env._("%s lines are too many to print: they are in the spreadsheet next to it.", count)
                )
            printed = self.env["recovery.printing"]._prepare_streams(window._get_report_xmlid(), window.ids)
            content = printed[window.id]
            target.write(settle_pdf(content, EDITION.heard) if isinstance(content, bytes) else content.encode())
            return window._get_edition_text()

        return [
            Making(part, f"{path}.xlsx", title, day, write_book, model),
            Making(part, f"{path}.pdf", title, day, write_paper, model, figures=f"{path}.xlsx"),
        ]

    # ------------------------------------------------------------
    # The journal
    # ------------------------------------------------------------
    @api.model
    def _get_numbers(self, asked, head):
        """Return the first and the last number of the sealed entries of the period, 0 where there is none."""
        past = self.env["recovery.ledger.past"]
        events = self.env["recovery.event"].sudo()
        domain = (
            Domain("company_id", "=", asked.company.id)
            & Domain("sealed_number", ">", 0)
            & Domain("sealed_number", "<=", head.number)
            & Domain("date", ">=", past._get_end(asked.company, asked.eve))
            & Domain("date", "<", past._get_end(asked.company, asked.last))
        )
        (numbers,) = events._read_group(domain, [], ["sealed_number:min", "sealed_number:max"])
        return numbers[0] or 0, numbers[1] or 0

    @api.model
    def _read_sealed(self, asked, first, last):
        """Yield the sealed entries of these numbers, some at a time, as the reader may read them."""
        Event = self.env["recovery.event"]
        domain = (
            Domain("company_id", "=", asked.company.id)
            & Domain("sealed_number", ">=", max(first, 1))
            & Domain("sealed_number", "<=", last)
        )
        for ids in split_every(BATCH, Event.search(domain, order="sealed_number").ids):
            events = Event.browse(ids)
            yield events
            events.invalidate_recordset(flush=False)

    @api.model
    def _write_entries(self, asked, head, target):
        """Write the entries of the period without a gap, one JSON object a line, the first being what stands before."""
        first, last = self._get_numbers(asked, head)
        before = (
            self.env["recovery.event"]
            .sudo()
            .search([("company_id", "=", asked.company.id), ("sealed_number", "=", first - 1)], limit=1)
        )
        target.write(
            _to_line(
                {
                    "company_id": asked.company.id,
                    "first_number": first,
                    "last_number": last,
                    "seal_before": before.seal or sealing.get_start(asked.company.id),
                    "number_before": before.sealed_number,
                }
            )
        )
        for events in self._read_sealed(asked, first, last) if first else ():
            for event in events:
                target.write(
                    _to_line(
                        {
                            "number": event.sealed_number,
                            "content": None if event.blanked_on else event._get_sealed_values(),
                            "content_sha256": event.content_sha256,
                            "seal": event.seal,
                        }
                    )
                )

    @api.model
    def _write_chain(self, asked, head, target):
        self._write_rows(
            target,
            ("number", "content_sha256", "seal"),
            (
                (event.sealed_number, event.content_sha256, event.seal)
                for events in self._read_sealed(asked, 1, head.number)
                for event in events
            ),
        )

    @api.model
    def _write_heads(self, asked, target):
        heads = self.env["recovery.journal.head"].search([("company_id", "=", asked.company.id)], order="id")
        names = ("noted_on", "reason", "first_number", "number", "seal", "addressee", "digest")
        self._write_rows(
            target,
            (*names, "user"),
            ((*(head[name] or "" for name in names), head.user_id.sudo().name) for head in heads),
        )

    @api.model
    def _write_rows(self, target, titles, rows):
        """Write rows as a table of texts, as spreadsheets and programs read them."""
        text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(titles)
        writer.writerows(rows)
        text.detach()


def _to_line(values):
    return (json.dumps(values, sort_keys=True, ensure_ascii=False, default=str) + "\n").encode()

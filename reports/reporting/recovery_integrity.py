import hashlib
from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.misc import split_every

from ...models.common import sealing
from ...models.common.recovery_table_window import Table
from ...models.common.recovery_window import once
from ...models.common.recovery_xlsx_mixin import Column
from ...models.common.roles import require_reader

BATCH = 200  # files read at once
READ = 5000  # entries of the journal read at once


class RecoveryIntegrity(models.TransientModel):
    """Check what the module keeps: the chain of the journal, the numbers, the files that left.

    What is found is shown, printed and exported, the same rows each time; the journal tells who checked, and what came.
    """

    _name = "recovery.integrity"
    _description = "Integrity of kept records"
    _inherit = ["recovery.table.window"]

    state = fields.Selection(
        [("draft", "Not checked yet"), ("fine", "No anomaly"), ("found", "Anomalies found")],
        default="draft",
        readonly=True,
    )
    with_files = fields.Boolean(
        "Read every file", default=True, help="Each stored document is read and its SHA-256 compared."
    )
    date_from = fields.Date("Files kept from", help="Empty: all of them.")
    heads = fields.Text(
        "Journal heads kept outside",
        help="One per line: the number of an entry, then its seal, as printed or received by e-mail.",
    )
    document = fields.Binary("A file to look up", attachment=False)
    document_name = fields.Char("Name of the file")
    addresses = fields.Char("Send the journal head to", help="E-mail addresses, preferably outside the company.")
    checked_on = fields.Datetime("Checked on", readonly=True)
    sealed_count = fields.Integer("Sealed entries", readonly=True)
    unsealed_count = fields.Integer("Not sealed yet", readonly=True)
    file_count = fields.Integer("Files read", readonly=True)
    head_number = fields.Integer("Last entry", readonly=True)
    head_seal = fields.Char("Its seal", readonly=True)
    line_ids = fields.One2many("recovery.integrity.line", "check_id", string="Findings", readonly=True)

    @api.depends("company_id", "checked_on")
    def _compute_display_name(self):
        for window in self:
            company = window.company_id._recovery_root()
            day = company._recovery_local_datetime(window.checked_on).date() if window.checked_on and company else ""
            window.display_name = self.env._("Integrity %(company)s %(day)s", company=company.name or "", day=day)

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_integrity"

    def _check_reader(self):
        require_reader(self.env)
        return super()._check_reader()

    # ------------------------------------------------------------
    # Checking
    # ------------------------------------------------------------
    def action_show(self):
        """Check everything, and show what was found."""
        self.ensure_one()
        self._check_reader()
        verdict = self._run()
        self.env["recovery.event"]._log(
            "journal_checked",
            self,
            self.env._("Integrity checked: no anomaly")
            if self.state == "fine"
            else self.env._("Integrity checked, anomalies: %s", self._count_grave()),
            {
                "entries": verdict.sealed,
                "unsealed": verdict.unsealed,
                "number": verdict.head.number,
                "seal": verdict.head.seal,
                "found": self._count_grave(),
            },
            debtors=False,
        )
        return self._reopen()

    def _count_grave(self):
        return len(self.line_ids.filtered("is_grave"))

    def _run(self):
        """Check, keep what was found on the window, and return the verdict on the journal."""
        company = self.company_id._recovery_root()
        verdict = self.env["recovery.journal"]._check(company, self._read_heads())
        lines = [*self._list_journal(verdict), *self._list_purges(company), *self._list_numbers(company)]
        count, found = self._check_files(company) if self.with_files else (0, [])
        lines += [*found, *self._list_lost(company), *self._list_untold(company)]
        self.sudo().write(
            {
                "state": "found" if any(line["is_grave"] for line in lines) else "fine",
                "checked_on": fields.Datetime.now(),
                "sealed_count": verdict.sealed,
                "unsealed_count": verdict.unsealed,
                "head_number": verdict.head.number,
                "head_seal": verdict.head.seal if verdict.head.number else False,
                "file_count": count,
                "line_ids": [Command.clear(), *map(Command.create, lines)],
            }
        )
        return verdict

    def _read_heads(self):
        """Return the heads that were typed; what is none is refused by its line."""
        heads = []
        for line in (self.heads or "").splitlines():
            if not line.strip():
                continue
            if not (head := sealing.parse_head(line)):
                raise UserError(
                    self.env._(
                        "“%s” is not a journal head: enter the number of the entry, then its seal of 64 characters.",
                        line.strip()[:80],
                    )
                )
            heads.append(head)
        return heads

    def _list_journal(self, verdict):
        return [
            {
                "area": "journal",
                "reference": sealing.describe_ranges(range(found.number, max(found.last, found.number) + 1))
                if found.number and found.code != "emptied"
                else str(found.entry or "–"),
                "what": words,
                "is_grave": True,
                "res_model": "recovery.event" if found.entry else False,
                "res_id": found.entry,
            }
            for found, words in self.env["recovery.journal"]._tell_found(verdict)
        ]

    def _list_purges(self, company):
        """Return the erasures that are not what the journal told of them: they excuse nothing."""
        return [
            {
                "area": "journal",
                "reference": purge.display_name or entry.object_name or str(entry.sealed_number),
                "what": self.env._("The erasure mentioned in entry %s is missing.", entry.sealed_number)
                if not purge
                else self.env._("This erasure is not the one mentioned in entry %s.", entry.sealed_number)
                if entry
                else self.env._("No entry of the journal mentions this erasure."),
                "is_grave": True,
                "res_model": (entry or purge)._name,
                "res_id": (entry or purge).id,
            }
            for purge, entry in self.env["recovery.purge"]._find_forged(company)
        ]

    def _list_numbers(self, company):
        return [
            {
                "area": "number",
                "reference": missing.gap.text,
                "what": self.env._(
                    "%(kind)s: %(count)s numbers without a document. %(reason)s",
                    kind=missing.kind,
                    count=missing.gap.count,
                    reason=missing.reason,
                )
                if missing.gap.count > 1
                else self.env._("%(kind)s: no document. %(reason)s", kind=missing.kind, reason=missing.reason),
                "is_grave": missing.is_grave,
            }
            for missing in self.env["recovery.numbering"]._find_missing(company)
        ]

    def _check_files(self, company):
        """Return how many files were read, and those that are no longer what they were."""
        count, lines = 0, []
        for name, field, digest in self.env["ir.attachment"]._recovery_get_digested():
            Model = self.env[name].sudo().with_context(active_test=False)
            domain = Domain("company_id", "child_of", company.id) & (
                Domain(field, "!=", False) | Domain(digest, "!=", False)
            )
            if self.date_from:
                domain &= Domain("create_date", ">=", self.date_from)
            title = self.env["ir.model"].sudo()._get(name).name
            for ids in split_every(BATCH, Model.search(domain, order="id").ids):
                records = Model.browse(ids)
                for record in records:
                    count += 1
                    what = self._judge_file(record, field, digest)
                    if what and not self.env["recovery.purge"]._is_erased(record, record[digest]):
                        lines.append(
                            {
                                "area": "file",
                                "reference": self._name_file(record, title),
                                "what": what,
                                "is_grave": True,
                                "res_model": name,
                                "res_id": record.id,
                            }
                        )
                records[field].invalidate_recordset(["raw", "datas"])
        return count, lines

    def _list_lost(self, company):
        """Return the documents that the journal tells of, and that their record no longer has, or has otherwise.

        Who takes a document away with its digest, or puts another one there with another digest, is found so.
        """
        digests = {}
        for name, _field, digest in self.env["ir.attachment"]._recovery_get_digested():
            digests.setdefault(name, []).append(digest)
        told = {}  # what is told last of a record, and of each of its documents, stands
        Event = self.env["recovery.event"].sudo()
        mine = Domain("company_id", "=", company.id) & Domain("res_model", "in", list(digests))
        for ids in split_every(READ, Event.search(mine & Domain("blanked_on", "=", False), order="id").ids):
            entries = Event.browse(ids)
            for entry in entries:
                for key in ("sha256", *digests[entry.res_model]) if isinstance(entry.details, dict) else ():
                    if key in entry.details:
                        told[entry.res_model, entry.res_id, key] = (entry.id, entry.details[key])
            entries.invalidate_recordset(flush=False)
        lines = []
        for name, names in digests.items():
            ids = {(id_, key): row for (model, id_, key), row in told.items() if model == name and row[1]}
            records = self.env[name].sudo().browse({id_ for id_, _key in ids}).exists()
            held = {(record.id, "sha256"): {record[digest] for digest in names} for record in records}
            for digest in set(names) - {"sha256"}:
                held |= {(record.id, digest): {record[digest]} for record in records}
            title = self.env["ir.model"].sudo()._get(name).name
            for (id_, key), (entry_id, digest) in ids.items():
                record = self.env[name].sudo().browse(id_)
                if digest in held.get((id_, key), ()) or self.env["recovery.purge"]._is_erased(record, digest):
                    continue
                entry = Event.browse(entry_id)
                lines.append(
                    {
                        "area": "file",
                        "reference": self._name_file(record, title) if record in records else f"{title} – {id_}",
                        "what": self.env._(
                            "Entry %(number)s refers to a missing document: SHA-256 %(digest)s.",
                            number=entry.sealed_number or entry.id,
                            digest=digest,
                        ),
                        "is_grave": True,
                        "res_model": entry._name,
                        "res_id": entry.id,
                    }
                )
        return lines

    def _list_untold(self, company):
        """Return the documents of which another record's entries should tell, and that no entry tells of.

        Who puts another document there, with another digest, is found so.
        """
        Event, lines = self.env["recovery.event"].sudo(), []
        for name, _field, digest in self.env["ir.attachment"]._recovery_get_digested():
            Model = self.env[name].sudo().with_context(active_test=False)
            if not Model._told_with:
                continue
            teller = Model._fields[Model._told_with].comodel_name
            mine = Domain("company_id", "=", company.id) & Domain("res_model", "=", teller)
            told, erased, collected = set(), set(), set()
            for ids in split_every(READ, Event.search(mine, order="id").ids):
                entries = Event.browse(ids)
                for entry in entries:
                    if entry.blanked_on:
                        erased.add(entry.res_id)
                    details = entry.details if isinstance(entry.details, dict) else {}
                    digests = str(details.get("sha256") or "").split(", ")
                    told.update(digests)
                    if "pieces" in details:
                        collected.update(digests)
                entries.invalidate_recordset(flush=False)
            title = self.env["ir.model"].sudo()._get(name).name
            held = Domain("company_id", "child_of", company.id) & Domain(digest, "!=", False)
            records = Model.search(held, order="id")
            # what was collected was not told at first: since it is, nothing is missed
            first = min((record.id for record in records if record[digest] in collected), default=None)
            for record in records if first else ():
                if record.id < first or record[digest] in told or record[Model._told_with].id in erased:
                    continue
                lines.append(
                    {
                        "area": "file",
                        "reference": self._name_file(record, title),
                        "what": self.env._(
                            "No entry of the journal mentions this document: SHA-256 %s.", record[digest]
                        ),
                        "is_grave": True,
                        "res_model": name,
                        "res_id": record.id,
                    }
                )
        return lines

    def _name_file(self, record, title):
        """Return what a document is, by its name for those alone who may read it."""
        seen = record.with_env(self.env).with_context(active_test=False)
        is_seen = seen.has_access("read") and seen.search_count([("id", "=", record.id)])
        name = record.display_name if is_seen else self.env._("no. %s", record.id)
        return f"{title} – {name}"

    def _judge_file(self, record, field, digest_field):
        """Return what is wrong with a document that a record keeps, or nothing."""
        file, kept = record[field].exists(), record[digest_field]
        if not file:
            return self.env._("The file is missing; its SHA-256 was %s.", kept)
        if not kept:
            return self.env._("The file %s has no SHA-256: it cannot be verified.", file.name)
        digest = record._digest_document(field)
        if digest == kept:
            return None
        return self.env._(
            "The file %(name)s is not the one that was kept: SHA-256 now %(now)s, then %(then)s.",
            name=file.name,
            now=digest,
            then=kept,
        )

    # ------------------------------------------------------------
    # One file
    # ------------------------------------------------------------
    def action_list(self):
        """Look up a file by its SHA-256: what it is here, and whether it is still the same."""
        self.ensure_one()
        self._check_reader()
        if not self.document:
            raise UserError(self.env._("Choose a file first."))
        digest = hashlib.sha256(b64decode(self.with_context(bin_size=False).document)).hexdigest()
        company = self.company_id._recovery_root()
        lines = []
        for name, field, digest_field in self.env["ir.attachment"]._recovery_get_digested():
            Model = self.env[name].with_context(active_test=False)
            if not Model.has_access("read"):
                continue
            title = self.env["ir.model"].sudo()._get(name).name
            for record in Model.search(
                Domain(digest_field, "=", digest) & Domain("company_id", "child_of", company.id)
            ):
                wrong = self._judge_file(record.sudo(), field, digest_field)
                lines.append(
                    {
                        "area": "file",
                        "reference": f"{title} – {record.display_name}",
                        "what": wrong
                        or self.env._("This is the file that was kept, byte for byte: SHA-256 %s.", digest),
                        "is_grave": bool(wrong),
                        "res_model": name,
                        "res_id": record.id,
                    }
                )
        if not lines:
            lines = [
                {
                    "area": "file",
                    "reference": self.document_name or self.env._("the file"),
                    "what": self.env._("No document of the module has this content: SHA-256 %s.", digest),
                    "is_grave": True,
                }
            ]
        self.sudo().write(
            {
                "line_ids": [Command.clear(), *map(Command.create, lines)],
                "state": "found" if any(line["is_grave"] for line in lines) else "fine",
                "checked_on": fields.Datetime.now(),
            }
        )
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Integrity"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    # ------------------------------------------------------------
    # The head leaves
    # ------------------------------------------------------------
    def action_print(self):
        """Print what was found, with the head of the journal: a note of it is kept."""
        self.ensure_one()
        self._check_reader()
        self._ensure_run()
        head = self.env["recovery.journal"]._hand_out(self.company_id, "shown", self.env.user.name)
        self.sudo().write({"head_number": head.number, "head_seal": head.seal or False})
        return super().action_print()

    def action_export_xlsx(self):
        """Export what was found, with the head of the journal."""
        self.ensure_one()
        self._check_reader()
        self._ensure_run()
        return super().action_export_xlsx()

    @once
    def action_mail(self):
        """Send the head of the journal by e-mail."""
        self.ensure_one()
        self._check_reader()
        if not self.addresses:
            raise UserError(self.env._("Enter to whom the journal head is sent."))
        company = self.company_id._recovery_root()
        if not self.env["recovery.journal"]._send_head(company, company._recovery_today(), self.addresses):
            raise UserError(self.env._("Nothing is sealed yet in this company."))
        return self._say(self.env._("The journal head is being sent to %s.", self.addresses), then=self._reopen())

    def _ensure_run(self):
        if self.state == "draft":
            self._run()

    # ------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------
    def _get_title(self):
        return self.env._("Integrity of kept records")

    def _get_subtitle(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        return states[self.state or "draft"]

    def _get_tables(self):
        self._ensure_run()
        areas = dict(self.env["recovery.integrity.line"]._fields["area"]._description_selection(self.env))
        facts = [
            (self.env._("Sealed entries of the journal"), str(self.sealed_count)),
            (self.env._("Entries not sealed yet"), str(self.unsealed_count)),
            (self.env._("Files read"), str(self.file_count)),
            (self.env._("Last entry"), str(self.head_number)),
            (self.env._("Seal of the last entry"), self.head_seal or ""),
        ]
        return [
            Table(
                self.env._("Summary"),
                self.env._("Summary"),
                [Column(self.env._("Subject"), width=40), Column(self.env._("Result"), width=70)],
                facts,
            ),
            Table(
                self.env._("Findings"),
                self.env._("Findings"),
                [
                    Column(self.env._("Area"), width=14),
                    Column(self.env._("Reference"), width=34),
                    Column(self.env._("Findings"), width=90),
                    Column(self.env._("Anomaly"), width=9),
                ],
                [
                    (
                        areas[line.area],
                        line.reference or "",
                        line.what,
                        self.env._("yes") if line.is_grave else self.env._("no"),
                    )
                    for line in self.line_ids
                ],
                note="" if self.line_ids else self.env._("Nothing was found."),
            ),
        ]

import logging
import platform
from collections import defaultdict
from contextlib import closing

import reportlab
import xlsxwriter

from odoo import api, fields, models, release
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang
from odoo.tools.translate import LazyTranslate

from ..common import sealing
from ..common.given import require_period
from ..common.own_values import without_defaults
from ..common.recovery_queued import SHOWN, WAITING
from ..common.recovery_xlsx_mixin import EDITION
from ..common.roles import AUDITOR, MANAGER
from ..common.saying import say
from . import pack
from .pack_paper import Sheet, print_manifest
from .recovery_audit_part import Asked, LeftOut

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)


class RecoveryAuditPack(models.Model):
    """The audit file of a period: all that an auditor asks for, in one archive with its manifest and its digests.

    It is made in the background with the rights of who asked for it, and kept as it was made. What could not be made is
    named in the manifest, and stops nothing else.
    """

    _name = "recovery.audit.pack"
    _description = "Audit file"
    _inherit = ["recovery.queued"]
    _work_kind, _work_cron, _counted = "audit", "debt_recovery.ir_cron_build_audit_packs", "file_count"
    _unlinked_first = True
    _journal_words = {"files": _lt("Files"), "missing": _lt("Missing"), "changes": _lt("Changes")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    file_count = fields.Integer("Number of files", readonly=True)
    archive_size = fields.Integer("Size (bytes)", readonly=True)
    head_number = fields.Integer("Last entry of the journal", readonly=True)
    head_seal = fields.Char("Its seal", readonly=True)
    broken_count = fields.Integer("Files that could not be generated", readonly=True)
    missing_text = fields.Text("What is not included", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        raise UserError(self.env._("An audit file cannot be deleted: the audit trail must be kept."))

    # ------------------------------------------------------------
    # Asking for it
    # ------------------------------------------------------------
    @api.model
    def _get_last_year(self, company):
        """Return the first and the last day of the fiscal year that is over, as the company's settings have it."""
        root = company._recovery_root()
        running = root.compute_fiscalyear_dates(root._recovery_today())
        over = root.compute_fiscalyear_dates(fields.Date.subtract(running["date_from"], days=1))
        return over["date_from"], over["date_to"]

    @api.model
    @api.private
    def _ask(self, company, date_from, date_to):
        """Return the audit file of a period, in the queue; the one that waits already, if this person asked for it."""
        self._check_asker()
        company._recovery_check_open()
        root = company._recovery_root()
        if root not in self.env.user.company_ids:
            raise AccessError(self.env._("This belongs to a company in which you do not work."))
        require_period(self.env, date_from, date_to)
        if date_to > root._recovery_today():
            raise ValidationError(self.env._("The period is not over: choose a last day that is not in the future."))
        own = Domain("company_id", "=", root.id) & Domain("user_id", "=", self.env.uid)
        same = Domain("date_from", "=", date_from) & Domain("date_to", "=", date_to)
        waiting = self.sudo().search(own & same & Domain("state", "in", WAITING), limit=1)
        if not waiting:
            waiting = (
                without_defaults(self)
                .sudo()
                .create(
                    {
                        "name": self.env._(
                            "Audit file %(company)s %(date_from)s %(date_to)s",
                            company=root.name,
                            date_from=date_from,
                            date_to=date_to,
                        ),
                        "company_id": root.id,
                        "date_from": date_from,
                        "date_to": date_to,
                        "user_id": self.env.uid,
                        "asked_on": fields.Datetime.now(),
                    }
                )
            )
        waiting.sudo()._enter_queue()
        return waiting.with_env(self.env)

    @api.model
    def _check_asker(self):
        if not (self.env.user.has_group(MANAGER) or self.env.user.has_group(AUDITOR)):
            raise AccessError(self.env._("Only a recovery manager or an auditor may request an audit file."))

    def _hook_ended(self):
        """Let others go on that wait for it, made or not."""
        self.env["recovery.checkpoint"]._follow_pack(self)

    # ------------------------------------------------------------
    # Making it
    # ------------------------------------------------------------
    def _build(self, follow=None):
        """Make the archive and keep it: the head of the journal leaves with it, or neither does.

        :param follow: called with the number of files done and their number.
        """
        self.ensure_one()
        worker = self._as_asker()
        asked = Asked(worker.company_id, worker.date_from, worker.date_to, self.asked_on)
        with closing(pack.Archive(self.asked_on)) as archive, EDITION.say(self.asked_on):
            making = _Making(archive)
            worker.env["recovery.journal"]._seal(self.company_id)
            worker._make_files(making, worker.env["recovery.audit.part"]._get_makings(asked), follow)
            checks = worker._make_checks(making, asked)
            with self.env.cr.savepoint():
                head = worker.env["recovery.journal"]._hand_out(self.company_id, "packed", self.name)
                worker._make_files(making, worker.env["recovery.audit.part"]._get_journal_makings(asked, head))
                manifest = worker._prepare_manifest(making, checks, head)
                stored = archive.finish(manifest, print_manifest(worker._prepare_sheet(manifest)))
                if wrong := pack.verify(stored):
                    raise UserError(self.env._("The archive cannot be read again: %s.", wrong[0]))
                stored.seek(0)
                worker._store(stored, manifest, head)

    def _make_files(self, making, makings, follow=None):
        """Add files to the archive, each by itself: one that cannot be made is named, and stops no other."""
        for done, row in enumerate(makings, 1):
            as_of = fields.Date.to_string(row.as_of) if row.as_of else ""
            try:
                with self.env.cr.savepoint(), making.archive.open_member(row.path) as target:
                    edition = row.write(target)
                    content = self._digest_content(row, target, edition)
            except LeftOut as reason:
                making.missing.append(pack.Missing(row.path, row.part, row.title, str(reason), False))
            except Exception as error:
                _logger.warning("Audit file %s: %s could not be made", self.id, row.path, exc_info=True)
                reason = self._say_reason(error)
                making.missing.append(pack.Missing(row.path, row.part, row.title, reason[:500]))
            else:
                sha256, size = making.archive.sums[row.path]
                making.files.append(
                    pack.File(
                        row.path,
                        row.part,
                        row.title,
                        as_of,
                        size,
                        sha256,
                        row.made_by,
                        _say_utc(fields.Datetime.now()),
                        content,
                        row.figures,
                    )
                )
            self.env.invalidate_all()
            if follow:
                follow(done, len(makings))

    def _say_reason(self, error):
        """Return why a file could not be made, in words that its reader understands."""
        if isinstance(error, AccessError) and "\n" in str(error):  # core's own words name tables
            return self.env._("The requester of the file may not read everything it contains.")
        return str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"

    def _make_checks(self, making, asked):
        """Return what two parts tell of the same amount, see :meth:`RecoveryAuditPart._get_checks`."""
        try:
            with self.env.cr.savepoint():
                return self.env["recovery.audit.part"]._get_checks(asked)
        except Exception as error:
            _logger.warning("Audit file %s: nothing was compared", self.id, exc_info=True)
            title = self.env._("Cross-checks between the parts of this file and the ledger")
            making.missing.append(pack.Missing("", "movements", title, str(error)[:500]))
            return []

    @api.model
    def _digest_content(self, row, target, edition):
        """Return the digest of what a file says, whenever it is made; nothing for a document on paper."""
        if row.figures:
            return ""
        target.seek(0)
        if row.path.endswith(".xlsx"):
            found = pack.digest_book(target, edition or "")
        else:
            found = pack.digest_file(target)
        target.seek(0, 2)
        return found

    # ------------------------------------------------------------
    # The manifest
    # ------------------------------------------------------------
    def _prepare_manifest(self, making, checks, head):
        """Return the manifest of what was made, see :func:`pack.build`."""
        root = self.company_id
        branches = root.sudo().browse(root._recovery_company_ids()) - root
        moments = {"asked": self.asked_on, "begun": making.begun, "made": fields.Datetime.now()}
        facts = {
            "name": self.name,
            "language": self.env.lang or "en_US",
            "company": {"id": root.id, "name": root.name, "siren": root._recovery_siren() or ""},
            "branches": branches.mapped("name"),
            "currency": root.currency_id.name,
            "time_zone": str(root._recovery_zone()),
            "period": {"from": fields.Date.to_string(self.date_from), "to": fields.Date.to_string(self.date_to)},
            "asked_by": {"id": self.user_id.id, "name": self.user_id.name, "login": self.user_id.login},
            "moments": {name: _say_utc(moment) for name, moment in moments.items()},
            "head": {
                "number": head.number,
                "seal": head.seal,
                "before_first": sealing.get_start(root.id),
                "content_rule": "SHA-256 of the UTF-8 JSON of the values of content, without spaces, keys sorted",
                "seal_rule": "SHA-256 of: seal before, line feed, number, line feed, content_sha256",
            },
            "versions": self._get_versions(),
            "checks": [
                {
                    "title": title,
                    "expected": expected,
                    "found": found,
                    "is_right": root.currency_id.is_zero(found - expected),
                }
                for title, expected, found in checks
            ],
        }
        return pack.build(facts, self.env["recovery.audit.part"]._get_parts(), making.files, making.missing)

    @api.model
    def _get_versions(self):
        """Return ``{program: version}`` of what made the files."""
        module = self.env["ir.module.module"].sudo()._get("debt_recovery")
        return {
            "debt_recovery": module.installed_version or "",
            "odoo": release.version,
            "python": platform.python_version(),
            "reportlab": reportlab.Version,
            "xlsxwriter": xlsxwriter.__version__,
        }

    def _prepare_sheet(self, manifest):
        """Return the manifest as people read it on paper, see :class:`pack_paper.Sheet`."""
        root, head = self.company_id, manifest["head"]
        titles = {part["code"]: part["title"] for part in manifest["parts"]}
        by_part = defaultdict(list)
        for row in manifest["files"]:
            as_of = format_date(self.env, row["as_of"]) if row["as_of"] else self.env._("when generated")
            by_part[row["part"]].append((row["title"], row["path"], as_of, self._say_size(row["size"]), row["sha256"]))
        moments = {
            name: root._recovery_local_datetime(fields.Datetime.to_datetime(text[:19].replace("T", " ")))
            for name, text in manifest["moments"].items()
        }
        facts = [
            (self.env._("Company"), root.name),
            (self.env._("SIREN"), manifest["company"]["siren"]),
            (self.env._("Branches"), ", ".join(manifest["branches"])),
            (
                self.env._("Period"),
                self.env._(
                    "from %(start)s to %(end)s",
                    start=format_date(self.env, self.date_from),
                    end=format_date(self.env, self.date_to),
                ),
            ),
            (self.env._("Currency"), manifest["currency"]),
            (self.env._("Requested by"), f"{manifest['asked_by']['name']} ({manifest['asked_by']['login']})"),
            (self.env._("Requested on"), self._say_moment(moments["asked"])),
            (
                self.env._("Figures read"),
                self.env._(
                    "from %(start)s to %(end)s",
                    start=self._say_moment(moments["begun"]),
                    end=self._say_moment(moments["made"]),
                ),
            ),
            (
                self.env._("Journal head"),
                self.env._("entry %(number)s, seal %(seal)s", number=head["number"], seal=head["seal"])
                if head["number"]
                else self.env._("nothing is sealed yet"),
            ),
            (self.env._("Generated with"), ", ".join(f"{name} {text}" for name, text in manifest["versions"].items())),
        ]
        return Sheet(
            title=self.env._("Manifest of the audit file"),
            facts=[(name, text) for name, text in facts if text],
            columns=(
                self.env._("File"),
                self.env._("As of"),
                self.env._("Size"),
                self.env._("SHA-256"),
            ),
            checks_title=self.env._("Cross-checks between the parts of this file and the ledger"),
            checks=[
                (
                    row["title"],
                    formatLang(self.env, row["expected"], currency_obj=root.currency_id),
                    formatLang(self.env, row["found"], currency_obj=root.currency_id),
                    self.env._("identical") if row["is_right"] else self.env._("different"),
                    row["is_right"],
                )
                for row in manifest["checks"]
            ],
            parts=[(titles[code], by_part[code]) for code in titles if by_part[code]],
            missing_title=self.env._("What is not included in this file"),
            missing=[(row["title"], row["path"], row["reason"], row["is_broken"]) for row in manifest["missing"]],
            notes=self._get_notes(),
            footer=f"{self.name} – {manifest['moments']['asked']}",
        )

    @api.model
    def _get_notes(self):
        """Return how the file is checked, in words: a title, then sentences."""
        return [
            self.env._("How to check this file"),
            self.env._(
                "Each file: its SHA-256 is the one above, in manifest.json and in SHA256SUMS (on any Linux or Mac: "
                "sha256sum -c SHA256SUMS, in the folder where the archive was extracted)."
            ),
            self.env._(
                "Each entry of the journal: content_sha256 is the SHA-256 of its values written as JSON without "
                "spaces; its seal is the SHA-256 of the seal before it, its number and its content_sha256, one per "
                "line. The chain ends with the journal head written above."
            ),
            self.env._(
                "Keep this page outside the company: should the journal ever be rebuilt, the integrity check "
                "detects it from this head."
            ),
            self.env._(
                "Aged balances are rebuilt from the reconciliations of that date. Past figures may have been "
                "changed since by entries posted or matched later with an earlier date: each balance says so and "
                "counts them."
            ),
        ]

    @api.model
    def _say_size(self, size):
        """Return a size as people read it."""
        if size < 1024:
            return self.env._("%s B", size)
        if size < 1024**2:
            return self.env._("%s kB", round(size / 1024))
        return self.env._("%s MB", f"{size / 1024**2:.1f}")

    @api.model
    def _say_moment(self, moment):
        return f"{format_date(self.env, moment.date())} {moment:%H:%M}"

    def _store(self, stored, manifest, head):
        """Keep the archive, with what has changed since the one before of the same period.

        :param stored: the archive on disk, open at its beginning: it is never whole in memory.
        """
        elevated = self.sudo()
        before = elevated._get_before()
        sha256 = pack.digest_file(stored)
        file = without_defaults(self.env["ir.attachment"].sudo())._recovery_store(
            stored,
            {
                "name": f"{pack.name_path(self.name)}.zip",
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_id": self.id,
            },
        )
        missing = manifest["missing"]
        elevated.write(
            {
                "state": "done",
                "error": False,
                "built_on": fields.Datetime.now(),
                "file_count": len(manifest["files"]),
                "done_count": len(manifest["files"]),
                "manifest": manifest,
                "manifest_sha256": pack.digest(pack.serialise(manifest)),
                "archive_id": file.id,
                "archive_sha256": sha256,
                "archive_size": file.file_size,
                "head_number": head.number,
                "head_seal": head.seal or False,
                "broken_count": sum(row["is_broken"] for row in missing),
                "missing_text": "\n".join(
                    self.env._("%(file)s: %(reason)s", file=row["path"] or row["title"], reason=row["reason"])
                    for row in missing
                )
                or False,
                "changes_text": self._describe_changes(before.manifest, manifest) if before else False,
            }
        )
        self.env["recovery.event"]._log(
            "printed",
            elevated,
            self.env._("%(file)s: %(count)s files", file=self.name, count=len(manifest["files"])),
            {
                "sha256": elevated.archive_sha256,
                "files": len(manifest["files"]),
                "missing": elevated.missing_text or False,
                "changes": elevated.changes_text or False,
            },
            debtors=False,
            company=self.company_id,
        )

    def _get_before(self):
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
                ("date_to", "=", self.date_to),
                ("state", "=", "done"),
                ("id", "<", self.id),
            ],
            limit=1,
        )

    @api.model
    def _describe_changes(self, old, new):
        """Return in words which figures differ between two manifests of the same period."""
        sentences = {
            "added": self.env._("%s is new"),
            "removed": self.env._("%s is no longer there"),
            "changed": self.env._("%s differs"),
        }
        told = [sentences[change.what] % change.subject for change in pack.compare(old, new)]
        return self._tell_changes(told, self.env._("Nothing: all files match."))

    # ------------------------------------------------------------
    # Is it still the same?
    # ------------------------------------------------------------
    def _find_wrong(self):
        """Return in words what is wrong with the stored archive, empty if it is the one that was made."""
        self.ensure_one()
        file = self.sudo().archive_id
        sentences = {
            "unreadable": self.env._("The archive cannot be read."),
            "changed": self.env._("%s is not the file of the manifest."),
            "absent": self.env._("%s is no longer in the archive."),
            "unknown": self.env._("%s is not in the manifest."),
            "doubled": self.env._("%s appears twice in the archive."),
        }
        with file._recovery_open() as stored:
            found = pack.verify(stored)
        wrong = [
            sentences[change.what] % change.subject if change.subject else sentences[change.what] for change in found
        ]
        if file._recovery_digest() != self.archive_sha256:
            wrong.insert(0, self.env._("The archive is not the one that was kept."))
        return wrong

    def action_verify(self):
        """Open the stored archive again, compare each file with the manifest, and say what came out."""
        self.ensure_one()
        self.check_access("read")
        self._check_done()
        if wrong := self._find_wrong():
            return say(self.env, " ".join(wrong[:SHOWN]), kind="danger")
        return say(
            self.env,
            self.env._("Read again: the archive and its %s files are the ones that were kept.", self.file_count),
        )

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_download(self):
        """Download the archive."""
        return self._download()


class _Making:
    """What is being made: the archive, the files in it, and what is missing."""

    def __init__(self, archive):
        self.archive, self.files, self.missing = archive, [], []
        self.begun = fields.Datetime.now()


def _say_utc(moment):
    """Return a moment as programs read it."""
    return f"{moment.isoformat(timespec='seconds')}Z"

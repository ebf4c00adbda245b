from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.formatting import name_file
from ...common.own_values import without_defaults
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import say
from . import manifest as manifests
from .assembly import assemble
from .numbering import find_gaps
from .paper import Words
from .reading import get_libraries, read_file

_lt = LazyTranslate(__name__)

AT_ONCE = 150  # pages: beyond, it is made in the background


class RecoveryBundle(models.Model):
    """The file of a case, bound: a list of pieces, one PDF of all of them and an archive with its manifest.

    Everything in it derives from the pieces and from the tools that made it: made again it is the same, byte for
    byte, or it says what has changed.
    """

    _name = "recovery.bundle"
    _description = "Case bundle"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("manifest", "problem_text", "changes_text", "error"),
        ("whole_id", "listing_id", "archive_id"),
        domain=(("case_id.is_open", "=", False),),
        stays=("name", "manifest_sha256", "whole_sha256", "listing_sha256", "archive_sha256"),
    )
    _digested = {"whole_id": "whole_sha256", "listing_id": "listing_sha256", "archive_id": "archive_sha256"}
    _inherit = ["recovery.queued"]
    _work_kind, _work_cron = "bundle", "debt_recovery.ir_cron_build_bundles"
    _counted, _step = "piece_count", 10
    _check_company_auto = True
    _unlinked_first = True
    _journal_words = {
        "changes": _lt("Changes"),
        "listing_sha256": _lt("SHA-256 of the list"),
        "pages": _lt("Pages"),
        "whole_sha256": _lt("SHA-256 of the whole file"),
    }

    case_id = fields.Many2one("recovery.case", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    exhibit_ids = fields.Many2many("recovery.exhibit", string="Exhibits included", readonly=True)
    is_draft = fields.Boolean("Preview", readonly=True, help="Its numbers are not assigned yet.")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("building", "Being compiled"),
            ("done", "Compiled"),
            ("failed", "Not compiled"),
            ("cancelled", "Given up"),
        ]
    )
    built_on = fields.Datetime("Prepared on")
    piece_count = fields.Integer("Number of exhibits", readonly=True)
    done_count = fields.Integer("Exhibits processed")
    page_count = fields.Integer("Number of pages", readonly=True)
    whole_id = fields.Many2one("ir.attachment", string="Complete file (PDF)", readonly=True, ondelete="restrict")
    whole_sha256 = fields.Char("SHA-256 of the whole file", readonly=True)
    listing_id = fields.Many2one("ir.attachment", string="List of exhibits (PDF)", readonly=True, ondelete="restrict")
    listing_sha256 = fields.Char("SHA-256 of the list", readonly=True)
    problem_text = fields.Text("Exhibits not shown", readonly=True)
    changes_text = fields.Text("Since the previous bundle")

    # ------------------------------------------------------------
    # Asking for it
    # ------------------------------------------------------------
    @api.model
    def _ask(self, case, exhibits, day, is_draft=False):
        """Return a new bundle of these pieces, made at once if it is small, else put in the queue.

        :param day: today, in the company.
        """
        self._check_asker()
        case.check_access("write")
        if not exhibits:
            raise UserError(self.env._("There is no exhibit yet: collect them first."))
        if not is_draft:
            exhibits._file(day)
        bundle = self.sudo().create(
            {
                "name": self.env._("Exhibits of %(case)s, %(day)s", case=case.name, day=format_date(self.env, day)),
                "case_id": case.id,
                "exhibit_ids": [fields.Command.set(exhibits.ids)],
                "is_draft": is_draft,
                "piece_count": len(exhibits),
                "user_id": self.env.user.id,
                "asked_on": fields.Datetime.now(),
            }
        )
        if sum(exhibits.mapped("page_count")) <= AT_ONCE:
            bundle._build()
        else:
            bundle._enter_queue()
        return bundle.with_env(self.env)

    @api.model
    def _check_asker(self):
        require_user(self.env)

    def _build(self, follow=None):
        """Bind the pieces now, in the name of who asked for it."""
        self.ensure_one()
        worker = self.with_user(self.user_id).sudo()
        content = worker._assemble(follow)
        with self.env.cr.savepoint():
            worker._store(content)

    # ------------------------------------------------------------
    # Making it
    # ------------------------------------------------------------
    def _assemble(self, follow=None):
        """Return the files of the bundle, made from its pieces alone."""
        self.ensure_one()
        manifest = self._prepare_manifest()
        by_number = {number: exhibit for exhibit, number in self._get_numbers().items()}

        def open_piece(piece):
            exhibit = by_number[piece.number]
            content = exhibit.sudo().attachment_id._recovery_content()
            exhibit.attachment_id.invalidate_recordset(["raw", "datas"])
            return content, read_file(content).made

        return assemble(manifest, open_piece, follow)

    def _get_numbers(self):
        exhibits = self.exhibit_ids.with_prefetch()
        return self.env["recovery.exhibit"]._get_numbers(exhibits)

    def _prepare_manifest(self):
        """Return the manifest of the pieces as they are now.

        :raises UserError: the file of one is no more what was added.
        """
        self.ensure_one()
        speaker = self.with_context(lang=self.case_id._get_file_lang())
        numbers = self._get_numbers()
        pieces = [exhibit._prepare_piece(number) for exhibit, number in numbers.items()]
        words = speaker._get_words(manifests.get_day(pieces))
        gaps = find_gaps(numbers.values())
        notes = [
            speaker.env._("Withdrawn, and never reassigned: no. %s.", ", ".join(map(str, gaps))) if gaps else "",
            *(
                speaker.env._(
                    "No. %(number)s: %(problem)s.", number=piece.number, problem=words["problems"][piece.problem]
                )
                for piece in sorted(pieces, key=lambda piece: piece.number)
                if piece.problem
            ),
        ]
        return manifests.build(
            speaker._get_headings(), words, [note for note in notes if note], pieces, get_libraries()
        )

    def _get_headings(self):
        """Return what the cover and the list say of the case, in the context's language."""
        case = self.case_id.sudo().with_env(self.env)
        procedure = case.sudo()._get_running_procedures()[:1]
        court = procedure.court_id or case.court_id
        counsel = case.lawyer_id
        return [
            (self.env._("Creditor"), case.company_id.name),
            (self.env._("Debtor"), case.partner_id.name or ""),
            (self.env._("Court"), court.name or ""),
            (self.env._("Procedure"), procedure.type_id.name or ""),
            (self.env._("Court reference"), procedure.reference or case.reference or ""),
            (self.env._("Counsel"), counsel.name or ""),
            (self.env._("Our reference"), case.name),
        ]

    def _get_words(self, day):
        """Return the words of the sheets, in the context's language.

        :param str day: ISO date of the last piece.
        """
        problems = dict(self.env["recovery.exhibit"]._fields["problem"]._description_selection(self.env))
        draft = self.env._("Preview: the numbers are not given yet") if self.is_draft else ""
        title = self.env._("Exhibit bundle")
        return Words(
            title=f"{title} – {draft}" if draft else title,
            list_title=self.env._("List of exhibits"),
            number=self.env._("No."),
            day=self.env._("Date"),
            description=self.env._("Exhibit"),
            pages=self.env._("Pages"),
            place=self.env._("Page"),
            total=self.env._("Total"),
            piece=self.env._("Exhibit no. %s"),
            page_of=self.env._("p. %(page)s/%(count)s").replace("%(page)s", "%s").replace("%(count)s", "%s"),
            missing=self.env._("The file itself is in the archive, as received."),
            problems=problems,
            as_of=self.env._("Exhibits as of %s", format_date(self.env, day)),
        )._asdict()

    def _store(self, content):
        """Keep the files of the bundle, with what has changed since the one before."""
        self.ensure_one()
        manifest = content.manifest
        before = self._get_before()
        names = {
            "whole": (self._get_file_name("pdf", self.env._("file")), content.whole, "application/pdf"),
            "listing": (self._get_file_name("pdf", self.env._("list of exhibits")), content.listing, "application/pdf"),
            "archive": (self._get_file_name("zip", self.env._("file")), content.archive, "application/zip"),
        }
        files = without_defaults(self.env["ir.attachment"].sudo()).create(
            [
                {"name": name, "raw": data, "mimetype": mimetype, "res_model": self._name, "res_id": self.id}
                for name, data, mimetype in names.values()
            ]
        )
        vals = {}
        for key, file, (_name, data, _mimetype) in zip(names, files, names.values(), strict=True):
            vals |= {f"{key}_id": file.id, f"{key}_sha256": manifests.digest(data)}
        self.sudo().write(
            {
                **vals,
                "state": "done",
                "error": False,
                "built_on": fields.Datetime.now(),
                "done_count": self.piece_count,
                "page_count": content.page_count,
                "manifest": manifest,
                "manifest_sha256": manifests.digest(manifests.serialise(manifest)),
                "problem_text": "\n".join(manifest["notes"]) or False,
                "changes_text": self._describe_changes(before.manifest, manifest) if before else False,
            }
        )
        self.env["recovery.event"]._log(
            "bundle",
            self,
            self.env._("%(bundle)s, exhibits bundled: %(count)s", bundle=self.name, count=self.piece_count),
            {
                "sha256": self.archive_sha256,
                "whole_sha256": self.whole_sha256,
                "listing_sha256": self.listing_sha256,
                "pages": self.page_count,
                "changes": self.changes_text or False,
            },
        )

    def _get_before(self):
        return self.sudo().search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "=", "done"),
                ("is_draft", "=", self.is_draft),
                ("id", "<", self.id),
            ],
            limit=1,
        )

    def _get_file_name(self, extension, what):
        day = self.company_id._recovery_local_datetime(self.asked_on).date()
        return name_file(day, self.case_id.name, what, extension)

    # ------------------------------------------------------------
    # Is it still the same?
    # ------------------------------------------------------------
    @api.model
    def _describe_changes(self, old, new):
        """Return in words what differs between two manifests."""
        sentences = {
            "added": self.env._("Exhibit no. %(subject)s added: %(after)s"),
            "removed": self.env._("Exhibit no. %(subject)s no longer there: %(before)s"),
            "content": self.env._("Exhibit no. %(subject)s: another file"),
            "title": self.env._("Exhibit no. %(subject)s: “%(before)s” is called “%(after)s”"),
            "day": self.env._("Exhibit no. %(subject)s: dated %(after)s instead of %(before)s"),
            "problem": self.env._("Exhibit no. %(subject)s: read differently than before"),
            "details": self.env._("Exhibit no. %(subject)s: other details"),
            "printed": self.env._("%(subject)s: “%(before)s” has become “%(after)s”"),
            "library": self.env._("%(subject)s %(after)s instead of %(before)s: files are generated differently"),
        }
        told = [sentences[change.what] % change._asdict() for change in manifests.compare(old, new)]
        return self._tell_changes(told, self.env._("Nothing: the same exhibits, the same files."))

    def _compare_again(self):
        """Make the bundle again from its pieces; return what has changed, empty if it is the same byte for byte."""
        self.ensure_one()
        content = self._assemble()
        same = [
            manifests.digest(data) == digest
            for data, digest in (
                (content.whole, self.whole_sha256),
                (content.listing, self.listing_sha256),
                (content.archive, self.archive_sha256),
            )
        ]
        if all(same):
            return ""
        return self._describe_changes(self.manifest, content.manifest)

    def _is_intact(self):
        """Tell whether the stored files are still those that were bound."""
        self.ensure_one()
        files = self.sudo()
        return all(
            files[f"{key}_id"]._recovery_digest() == files[f"{key}_sha256"] for key in ("whole", "listing", "archive")
        )

    def action_verify(self):
        """Make the bundle again, compare it with the stored one, and say what came out."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        self._check_done()
        if not self._is_intact():
            raise UserError(self.env._("%s: a stored file is not the one that was bundled.", self.display_name))
        if changes := self._compare_again():
            return say(self.env, self.env._("Prepared again, it differs. %s", changes), kind="warning")
        return say(self.env, self.env._("Prepared again, it is the same, byte for byte."))

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_download_whole(self):
        """Download the one PDF."""
        return self._download("whole_id")

    def action_download_listing(self):
        """Download the list of pieces."""
        return self._download("listing_id")

    def action_download_archive(self):
        """Download the archive."""
        return self._download()

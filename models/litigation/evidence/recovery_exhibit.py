import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.marks import takes_reason
from ...common.own_values import without_defaults
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import say
from .manifest import Piece
from .numbering import number_next
from .paper import print_sheet
from .reading import BROKEN, EMPTY, ENCRYPTED, OTHER, read_file

_lt = LazyTranslate(__name__)

NEW = 1000  # where a piece that nobody has placed yet stands: behind those that are
USED, NUMBERED = ("draft", "filed"), ("filed", "withdrawn")
# What a sheet of text proves as well as a document does: the others are papers, or they are not there.
TOLD = ("letter", "call", "reply", "promise", "payment", "terms")
NAMED_BY_KIND = ("invoice", "payment")  # their words alone do not say what they are
FIXED = {"name", "date", "kind", "number", "attachment_id", "sha256"}


class RecoveryExhibit(models.Model):
    """A piece of the file of a case: a document that proves something, as it was when it was added.

    It has its place as long as nobody has seen the list; then it has a number, for good. What the rooms know is
    collected through the chronology; what a person adds says where it comes from.
    """

    _name = "recovery.exhibit"
    _description = "Case exhibit"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("name", "note", "origin", "author", "withdraw_reason"),
        ("attachment_id",),
        domain=(("case_id.is_open", "=", False),),
        stays=("source_key", "res_model", "sha256"),
    )
    _digested = {"attachment_id": "sha256"}
    _told_with = "case_id"
    _inherit = ["recovery.guarded"]
    _order = "case_id, sequence, date, id"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("sequence", "kind", "name", "date", "note")
    _journal_words = {"pieces": _lt("Exhibits"), "where from": _lt("Where it comes from")}

    case_id = fields.Many2one(
        "recovery.case", required=True, readonly=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    sequence = fields.Integer("Place", default=NEW)
    number = fields.Integer(
        "Exhibit no.", readonly=True, copy=False, aggregator=False, help="Assigned once, when the exhibits are filed."
    )
    kind = fields.Selection(
        [
            ("contract", "Contract"),
            ("order", "Order or quotation accepted"),
            ("delivery", "Delivery note or acceptance"),
            ("terms", "Terms of sale accepted"),
            ("invoice", "Invoice as sent"),
            ("letter", "Letter or e-mail sent"),
            ("receipt", "Acknowledgement of receipt of a registered letter"),
            ("reply", "Debtor's correspondence"),
            ("call", "Note of a call or visit"),
            ("acknowledgement", "Acknowledgement of the debt"),
            ("promise", "Promise of payment"),
            ("plan", "Plan or settlement"),
            ("payment", "Payment received"),
            ("statement", "Claim statement"),
            ("solvency", "Credit file"),
            ("act", "Procedural document"),
            ("title", "Enforceable title"),
            ("certificate", "Certificate of irrecoverability"),
            ("insolvency", "Insolvency proceedings"),
            ("identity", "Extract from a register"),
            ("power", "Power of attorney or mandate"),
            ("document", "Document of the case"),
            ("other", "Other"),
        ],
        string="What it proves",
        required=True,
        default="other",
        index=True,
    )
    name = fields.Char("Description", required=True)
    date = fields.Date("Date of the document", required=True, index=True)
    note = fields.Char("Remark", help="For internal use: it appears in no list.")
    origin = fields.Char("Where it comes from", readonly=True)
    author = fields.Char("Written or said by", readonly=True)
    added_on = fields.Date("Added on", required=True, readonly=True)
    added_by_id = fields.Many2one("res.users", string="Added by", required=True, readonly=True, ondelete="restrict")
    is_typed = fields.Boolean("Added by a person", readonly=True)
    source_key = fields.Char(
        readonly=True, copy=False, help="What it was collected from, so that it appears only once."
    )
    res_model = fields.Char("Source type", readonly=True)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", string="File", required=True, readonly=True, ondelete="restrict")
    file_name = fields.Char(related="attachment_id.name", string="File name", related_sudo=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True, help="Digest of the file as it was added.")
    size = fields.Integer("Bytes", readonly=True, aggregator=False)
    page_count = fields.Integer("Pages", readonly=True)
    problem = fields.Selection(
        [
            (ENCRYPTED, "Password-protected"),
            (BROKEN, "Unreadable"),
            (OTHER, "Neither PDF nor image"),
            (EMPTY, "No pages"),
        ],
        string="Not shown in the bundle",
        readonly=True,
        help="Its pages cannot be included in the single PDF: a sheet names it there, and the file itself is in the "
        "archive.",
    )
    state = fields.Selection(
        [("draft", "To be filed"), ("aside", "Kept out"), ("filed", "Filed"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    filed_on = fields.Date("Filed on", readonly=True, copy=False)
    withdraw_reason = fields.Char("Why it was withdrawn", readonly=True, copy=False)

    _number_uniq = models.UniqueIndex(
        "(case_id, number) WHERE number > 0", "Another exhibit of the case already has this number."
    )
    _source_uniq = models.UniqueIndex(
        "(case_id, source_key) WHERE source_key IS NOT NULL", "This document is already an exhibit of the case."
    )

    @api.depends("number", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for exhibit in self:
            number = exhibit.number and self.env._("Exhibit no. %s", exhibit.number)
            exhibit.display_name = " – ".join(filter(None, [number, exhibit.name]))

    @api.constrains("date", "company_id")
    def _check_date(self):
        for exhibit in self:
            if exhibit.date > exhibit.company_id._recovery_today():
                raise ValidationError(self.env._("%s: a document cannot be dated in the future.", exhibit.display_name))

    def write(self, vals):
        """Refuse to change what stands in a list that left."""
        is_fixed = isinstance(vals, dict) and not FIXED.isdisjoint(vals)
        filed = self.filtered(lambda exhibit: exhibit.state in NUMBERED) if is_fixed else self.browse()
        before = filed._read_fixed()
        result = super().write(vals)
        for exhibit, was, now in zip(filed, before, filed._read_fixed(), strict=True):
            if was != now:
                raise UserError(
                    self.env._(
                        "%s is filed and cannot be changed. Withdraw it with a reason and add another one.",
                        exhibit.display_name,
                    )
                )
        return result

    def _read_fixed(self):
        return [[exhibit[name] for name in sorted(FIXED)] for exhibit in self]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        if numbered := self.filtered(lambda exhibit: exhibit.state in NUMBERED):
            raise UserError(self.env._("%s is filed: it is withdrawn, never deleted.", numbered[0].display_name))

    # ------------------------------------------------------------
    # Adding
    # ------------------------------------------------------------
    @api.model
    def _add(self, case, rows, day):
        """Add pieces to a case and return them.

        :param rows: dicts of values, with ``content`` and ``file_name`` of what is kept.
        :param day: today, in the company.
        """
        vals_list, contents = [], []
        for row in rows:
            values = dict(row)
            content, file_name = values.pop("content"), values.pop("file_name")
            reading = read_file(content)
            contents.append((file_name, content))
            vals_list.append(
                {
                    **values,
                    "case_id": case.id,
                    "date": min(values["date"], day),
                    "added_on": day,
                    "added_by_id": self.env.user.id,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "page_count": reading.pages,
                    "problem": reading.problem or False,
                }
            )
        # core would shrink large pictures: a piece is kept as it was received
        Attachment = without_defaults(self.env["ir.attachment"].sudo()).with_context(image_no_postprocess=True)
        files = Attachment.create([{"name": name, "raw": content} for name, content in contents])
        for vals, file in zip(vals_list, files, strict=True):
            vals["attachment_id"] = file.id
        exhibits = without_defaults(self.sudo()).create(vals_list)
        places = [(exhibit.attachment_id.id, self._name, exhibit.id) for exhibit in exhibits]
        self.env["recovery.bulk"]._update("ir.attachment", ["res_model", "res_id"], places)
        return exhibits.with_env(self.env)

    @api.model
    def _add_typed(self, case, rows, day):
        """Add what a person brings, with where it comes from: who and when is theirs."""
        require_user(self.env)
        case.check_access("write")
        author = self.env.user.name
        exhibits = self._add(case, [{"author": author, **row, "is_typed": True} for row in rows], day)
        self.env["recovery.event"]._log(
            "exhibit",
            case,
            self.env._("Exhibit added: %s", ", ".join(exhibits.mapped("name"))[:200]),
            {"where from": rows[0]["origin"], "sha256": ", ".join(exhibits.mapped("sha256"))},
        )
        return exhibits

    @api.model
    def _collect(self, case, day):
        """Add what the rooms offer for a case and is no piece of it yet.

        :return: ``(pieces added, titles of what has no document)``.
        """
        require_user(self.env)
        case.check_access("write")
        speaker = self.env["recovery.chronology"].with_context(lang=case._get_file_lang())
        known = set(self.sudo().search([("case_id", "=", case.id)]).mapped("source_key"))
        rows, missing = [], []
        for told in speaker._read_pieces(case._get_chronology_scope()):
            key = self._get_source_key(told)
            if key in known:
                continue
            known.add(key)
            values = self._prepare_told(case, told, key)
            if values:
                rows.append(values)
            elif told.file:
                missing.append(self.env._("%s (its file is no longer what it was)", told.text))
            else:
                missing.append(told.text)
        exhibits = self._add(case, rows, day)
        if exhibits:
            self.env["recovery.event"]._log(
                "exhibit",
                case,
                self.env._("Exhibits collected: %s", len(exhibits)),
                {
                    "pieces": ", ".join(exhibits.mapped("name"))[:2000],
                    "sha256": ", ".join(exhibits.mapped("sha256")),
                },
            )
        return exhibits, missing

    @api.model
    def _get_source_key(self, told):
        """Return what tells a document from all others: its record and file, or what is told of the record."""
        record = f"{told.record._name},{told.record.id}" if told.record else told.kind
        if told.file:
            return f"{record},{told.file.id}"
        return f"{record},{hashlib.sha256(told.text.encode()).hexdigest()[:16]}"

    @api.model
    def _prepare_told(self, case, told, key):
        """Return the values of the piece that a row makes; None where it is a paper that nobody has.

        A document that left and is no more what it was proves nothing.
        """
        moment = case.company_id._recovery_local_datetime(told.moment).date() if told.has_time else told.moment.date()
        content = told.file and told.file.sudo()._recovery_content()
        speaker = self.with_context(lang=case._get_file_lang()).env
        chronology = speaker["recovery.chronology"]
        kinds, title = chronology._get_kinds(), chronology._name_piece(told)
        if told.kind in NAMED_BY_KIND:
            title = f"{kinds[told.kind][0]} – {title}"
        if content and told.sha256 and hashlib.sha256(content).hexdigest() != told.sha256:
            return None
        if content:
            file_name = told.file.sudo().name
        elif told.piece in TOLD:
            content = self._print_told(case, told._replace(text=title), moment)
            file_name = f"{title[:60]}.pdf".replace("/", "-")
        else:
            return None
        origin = kinds.get(told.kind, ("", ""))[0]
        if not origin and told.record:
            origin = speaker["ir.model"]._get(told.record._name).name
        return {
            "kind": told.piece if told.piece in dict(self._fields["kind"].selection) else "other",
            "name": title[:250],
            "date": moment,
            "author": told.author or False,
            "origin": origin or False,
            "source_key": key,
            "res_model": told.record._name if told.record else False,
            "res_id": told.record.id if told.record else False,
            "content": content,
            "file_name": file_name,
        }

    @api.model
    def _print_told(self, case, told, moment):
        """Return a sheet of what is known of something that left no document."""
        env = self.with_context(lang=case._get_file_lang()).env
        sentences = [
            env._("Date: %s", format_date(env, moment)),
            env._("Author: %s", told.author) if told.author else "",
            told.details,
            env._("Extract of the accounts and the correspondence: %s.", case.company_id.name),
        ]
        return print_sheet(told.text, [sentence for sentence in sentences if sentence], case.name)

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------
    @api.model
    def _get_numbers(self, exhibits):
        """Return ``{piece: number}`` of pieces of one case: their own, or those that they will have."""
        numbered = exhibits.filtered("number")
        coming = (exhibits - numbered).sorted(lambda exhibit: (exhibit.sequence, exhibit.date, exhibit.id))
        taken = exhibits.case_id.with_context(active_test=False).exhibit_ids.mapped("number")
        return {exhibit: exhibit.number for exhibit in numbered} | number_next(taken, coming)

    def _file(self, day):
        """Number the pieces that are not numbered yet, in their order, for good."""
        require_user(self.env)
        self.check_access("write")
        for case, exhibits in self.filtered(lambda exhibit: exhibit.state == "draft").grouped("case_id").items():
            self.env["recovery.bulk"]._serialize_transactions(case, "name")
            for exhibit, number in self._get_numbers(exhibits).items():
                exhibit.sudo().write({"number": number, "sequence": number, "state": "filed", "filed_on": day})
            self.env["recovery.event"]._log(
                "exhibit",
                case,
                self.env._("Exhibits filed: %s", len(exhibits)),
                {"pieces": ", ".join(exhibits.mapped("display_name"))[:2000]},
            )

    def action_leave_out(self):
        """Leave pieces out of the file: they stay here, and get no number."""
        return self._move("draft", "aside", self.env._("Left out: they appear in no list."))

    def action_take_in(self):
        """Take pieces back into the file."""
        return self._move("aside", "draft", self.env._("Included: they are numbered with the next filing."))

    def _move(self, before, after, sentence):
        require_user(self.env)
        self.check_access("write")
        if other := self.filtered(lambda exhibit: exhibit.state != before):
            raise UserError(
                self.env._(
                    "%(piece)s: %(state)s.",
                    piece=other[0].display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[other[0].state],
                )
            )
        self.sudo().write({"state": after})
        return say(self.env, sentence)

    def action_withdraw(self):
        """Ask why a filed piece is withdrawn."""
        self.check_access("write")
        if self.filtered(lambda exhibit: exhibit.state != "filed"):
            raise UserError(self.env._("What is not filed yet is left out, or deleted."))
        return self.env["recovery.reason.wizard"]._open(self, "_withdraw", self.env._("Withdraw from the file"))

    @takes_reason
    def _withdraw(self, reason):
        """Withdraw filed pieces: nothing else ever takes their numbers."""
        require_user(self.env)
        self.check_access("write")
        filed = self.filtered(lambda exhibit: exhibit.state == "filed")
        filed.sudo().write({"state": "withdrawn", "withdraw_reason": reason})
        self.env["recovery.event"]._log(
            "exhibit", filed, lambda exhibit: self.env._("Withdrawn: %s", exhibit.display_name), {"reason": reason}
        )

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------
    def _prepare_piece(self, number):
        """Return the :class:`manifest.Piece` of a piece.

        :raises UserError: its file is no more what was added.
        """
        self.ensure_one()
        if not self._is_intact():
            raise UserError(
                self.env._("%s: its file is no longer the one that was added. Nothing is bundled.", self.display_name)
            )
        return Piece(
            number,
            self.kind,
            self.name,
            self.date.isoformat(),
            self.added_on.isoformat(),
            self.sudo().file_name or "",
            self.sha256,
            self.size,
            self.page_count,
            self.problem or "",
        )

    def _is_intact(self):
        """Tell whether the file is still what was added."""
        self.ensure_one()
        return self.sudo().attachment_id._recovery_digest() == self.sha256

    def action_open_file(self):
        """Open the file of the piece."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.attachment_id.id}", "target": "new"}

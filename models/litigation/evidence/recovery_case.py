from odoo import api, fields, models

from ...common.roles import require_user
from ...common.saying import narrow, say
from .recovery_exhibit import USED


class RecoveryCase(models.Model):
    """The pieces of a case, what is missing among them, and the file that they make."""

    _inherit = "recovery.case"
    _typed = ("exhibit_ids",)

    exhibit_ids = fields.One2many("recovery.exhibit", "case_id", string="Exhibits")
    exhibit_count = fields.Integer("Exhibits in the file", compute="_compute_exhibit_count")
    missing_requirement_ids = fields.Many2many(
        "recovery.exhibit.requirement", string="Exhibits missing", compute="_compute_missing_requirement_ids"
    )
    missing_text = fields.Char("Missing exhibits", compute="_compute_missing_requirement_ids")
    document_ids = fields.One2many("recovery.case.document", "case_id", string="Documents written", readonly=True)
    document_count = fields.Integer("Number of documents", compute="_compute_document_count")
    bundle_ids = fields.One2many("recovery.bundle", "case_id", string="Bundles", readonly=True)

    def _compute_exhibit_count(self):
        counts = dict(
            self.env["recovery.exhibit"]._read_group(
                [("case_id", "in", self.ids), ("state", "in", USED)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.exhibit_count = counts.get(case._origin, 0)

    def _compute_document_count(self):
        counts = dict(
            self.env["recovery.case.document"]._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"])
        )
        for case in self:
            case.document_count = counts.get(case._origin, 0)

    @api.depends("exhibit_ids.kind", "exhibit_ids.state", "procedure_ids.state")
    @api.depends_context("lang")
    def _compute_missing_requirement_ids(self):
        wanted = self.env["recovery.exhibit.requirement"]._read_for(self)
        for case in self:
            held = set(case.exhibit_ids.filtered(lambda piece: piece.state in USED).mapped("kind"))
            missing = wanted[case].filtered(lambda row, held=held: row.kind not in held)
            case.missing_requirement_ids = missing
            required = missing.filtered(lambda row: row.need == "required")
            case.missing_text = ", ".join(dict.fromkeys(required.mapped("name"))) or False

    @api.depends("missing_text")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_next_step(self):
        """Before a request is filed, the pieces that its procedure requires come first; what presses comes before."""
        step = super()._get_next_step()
        is_begun = self._get_running_procedures()[:1].state != "preparing"
        if not self.is_open or self.amount_now <= 0 or is_begun or not self.missing_text:
            return step
        if self._find_pressing_deadline() or self._filter_granted(self.company_id._recovery_today(), {"documents"}):
            return step
        return self.env._("Complete the file: %s", self.missing_text), "action_complete_exhibits"

    def _get_file_lang(self):
        """Return the language of what goes to court: the company's."""
        self.ensure_one()
        return self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _get_used_exhibits(self):
        """Return the pieces of the file, numbered ones first."""
        used = self.exhibit_ids.filtered(lambda piece: piece.state in USED)
        return used.sorted(lambda piece: (piece.number or 10**6, piece.sequence, piece.date, piece.id))

    def action_collect_exhibits(self):
        """Collect all that is known of the case and proves something, in one click."""
        self.ensure_one()
        require_user(self.env)
        sentence, missing = self._collect_exhibits()
        return say(self.env, sentence, kind="warning" if missing else "success")

    def _collect_exhibits(self):
        """Collect the pieces; return what is said of it, and the titles of what has no document."""
        exhibits, missing = self.env["recovery.exhibit"]._collect(self, self.company_id._recovery_today())
        sentence = (
            self.env._("Exhibits added: %s.", len(exhibits))
            if exhibits
            else self.env._("Nothing new: everything known is already there.")
        )
        if missing:
            shown = ", ".join(missing[:5]) + ("…" if len(missing) > 5 else "")
            sentence += " " + self.env._("Without a document, to be added manually: %s", shown)
        return sentence, missing

    def action_complete_exhibits(self):
        """Collect what is known, then ask for the first piece that is required and still missing."""
        self.ensure_one()
        require_user(self.env)
        sentence, _missing = self._collect_exhibits()
        wanted = self.missing_requirement_ids.filtered(lambda row: row.need == "required")[:1]
        if not wanted:
            return say(self.env, sentence)
        return self._open_exhibit_wizard(default_kind=wanted.kind, default_name=wanted.name)

    def action_add_exhibit(self):
        """Open the window that adds a piece by hand."""
        self.ensure_one()
        require_user(self.env)
        return self._open_exhibit_wizard()

    def _open_exhibit_wizard(self, **defaults):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add an exhibit"),
            "res_model": "recovery.exhibit.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, **defaults},
        }

    def action_view_exhibits(self):
        """Open the pieces of the case, to order them by hand."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_exhibit_action")
        return narrow(action, domain=[("case_id", "=", self.id)], context={})

    def action_new_document(self):
        """Open a new document of the case: its template is chosen there."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write a document"),
            "res_model": "recovery.case.document",
            "view_mode": "form",
            "context": {"default_case_id": self.id},
        }

    def action_view_documents(self):
        """Open the documents written for the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_case_document_action")
        return narrow(action, domain=[("case_id", "=", self.id)], context={"default_case_id": self.id})

    def action_preview_bundle(self):
        """Bind the pieces as they stand, to look at them: no number is given."""
        return self._bind(is_draft=True)

    def action_bind(self):
        """Number the pieces that are not numbered yet, for good, and bind the file."""
        return self._bind(is_draft=False)

    def _bind(self, is_draft):
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        bundle = self.env["recovery.bundle"]._ask(
            self, self._get_used_exhibits(), self.company_id._recovery_today(), is_draft
        )
        return {
            "type": "ir.actions.act_window",
            "name": bundle.display_name,
            "res_model": "recovery.bundle",
            "res_id": bundle.id,
            "view_mode": "form",
        }

    def _hook_moved_to(self, case, lines):
        """Let the pieces of a regrouped case follow, but those filed: a court knows them by their number there."""
        result = super()._hook_moved_to(case, lines)
        for origin in self.sudo():
            if origin.merged_into_id == case:
                known = set(case.sudo().exhibit_ids.mapped("source_key"))
                loose = origin.exhibit_ids.filtered(
                    lambda piece, known=known: (
                        piece.state in ("draft", "aside") and piece.source_key not in known - {False}
                    )
                )
                loose.write({"case_id": case.id})
        return result

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

DOCUMENT = "recovery.case.document"


class RecoveryCaseDocumentTemplate(models.Model):
    """Words of a document of a case: what stands before and after its tables, filled from a closed list of mentions."""

    _name = "recovery.case.document.template"
    _description = "Case document template"
    _inherit = ["recovery.traced.settings", "recovery.wording"]
    _order = "sequence, id"
    _carried_key = ("kind", "name")
    _typed = (
        "name", "sequence", "company_id", "kind", "subject", "body", "closing", "with_sums", "with_claims",
        "with_exhibits", "with_chronology", "with_signature", "is_letter", "active", "preview_case_id",
    )  # fmt: skip

    name = fields.Char("Used for", required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company may use it.",
    )
    kind = fields.Selection(selection="_selection_kind", string="Kind of document", required=True, default="summary")
    subject = fields.Char("Title", required=True, translate=True, filled_for=DOCUMENT)
    body = fields.Html(
        "Text before the tables", required=True, translate=True, sanitize="email_outgoing", filled_for=DOCUMENT
    )
    closing = fields.Html("Text after the tables", translate=True, sanitize="email_outgoing", filled_for=DOCUMENT)
    with_sums = fields.Boolean("Amounts by item", default=True)
    with_claims = fields.Boolean("Invoices claimed", default=True)
    with_exhibits = fields.Boolean("List of exhibits")
    with_chronology = fields.Boolean("Chronology")
    with_signature = fields.Boolean("Signature", default=True)
    is_letter = fields.Boolean("Laid out as a letter", help="With the address of the recipient, place and date.")
    active = fields.Boolean(default=True)
    needed_text = fields.Text("Required before issue", compute="_compute_needed_text")
    preview_case_id = fields.Many2one(
        "recovery.case", string="Shown for", store=False, default=lambda self: self._default_preview_case_id()
    )
    preview_html = fields.Html("Preview", compute="_compute_preview_html", sanitize=False)

    @api.model
    def _selection_kind(self):
        return self.env[DOCUMENT]._fields["kind"]._description_selection(self.env)

    @api.model
    def _default_preview_case_id(self):
        return self.env["recovery.case"].search([("is_open", "=", True)], limit=1)

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_needed_text(self):
        Document = self.env[DOCUMENT]
        mentions = Document._get_mentions()
        for template in self:
            needed = Document._get_needed(template.kind)
            template.needed_text = ", ".join(mentions[name] for name in needed) or False

    @api.depends(
        "kind", "subject", "body", "closing", "with_sums", "with_claims", "with_exhibits", "with_chronology",
        "with_signature", "is_letter", "preview_case_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_preview_html(self):
        for template in self:
            case = template.preview_case_id or self._default_preview_case_id()
            if not case:
                template.preview_html = Markup("<p class='text-muted'>%s</p>") % self.env._(
                    "Open a case to preview the document."
                )
                continue
            try:
                document = self.env[DOCUMENT].new({"case_id": case._origin.id, "kind": template.kind})
                lang = self.env.lang or "en_US"  # that in which it is being typed
                document.update(document._fill(template, lang))
                template.preview_html = document._render_preview(template, lang)
            except UserError as error:
                template.preview_html = template._describe_refusal(error)

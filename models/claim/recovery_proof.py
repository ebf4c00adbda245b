from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..common.attachments import adopt
from ..common.roles import require_user

ORDER, DELIVERY = "order", "delivery"


class RecoveryProof(models.Model):
    """A document that proves what was ordered or delivered (C. civ. 1353): one may serve several invoices."""

    _name = "recovery.proof"
    _description = "Proof of order or delivery"
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _typed = ("name", "kind", "date", "is_signed", "move_ids", "attachment_ids", "note", "active")
    _typed_once = ("company_id",)

    name = fields.Char("Reference", required=True, help="For example: purchase order 4512, delivery note 2026/88.")
    kind = fields.Selection(
        [
            ("order", "Purchase order"),
            ("quotation", "Signed quotation"),
            ("contract", "Accepted contract or terms"),
            ("delivery", "Delivery note"),
            ("acceptance", "Acceptance or service report"),
        ],
        required=True,
        default="order",
        tracking=True,
    )
    date = fields.Date(required=True, tracking=True, help="Of the document: signature, or delivery.")
    is_signed = fields.Boolean("Signed by the customer", tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company.root_id, readonly=True
    )
    move_ids = fields.Many2many(
        "account.move",
        "recovery_proof_move_rel",
        "proof_id",
        "move_id",
        string="Invoices",
        domain="[('move_type', 'in', ('out_invoice', 'out_receipt')), ('state', '=', 'posted')]",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment", "recovery_proof_attachment_rel", "proof_id", "attachment_id", string="Documents"
    )
    note = fields.Char()
    active = fields.Boolean(default=True)

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proof in self:
            kind, name = kinds.get(proof.kind, ""), proof.name or ""
            is_told = kind and name.casefold().startswith(kind.casefold())
            is_worded = any(word.isalpha() and len(word) > 3 for word in name.split())
            proof.display_name = name if is_told else f"{kind}{' – ' if is_worded else ' '}{name}".strip()

    @api.constrains("move_ids", "company_id")
    def _check_invoices(self):
        for proof in self:
            if proof.move_ids.company_id.root_id - proof.company_id.root_id:
                raise ValidationError(self.env._("%s: its invoices belong to another company.", proof.display_name))
            if len(proof.move_ids.commercial_partner_id) > 1:
                raise ValidationError(
                    self.env._("%s: all its invoices must belong to one customer.", proof.display_name)
                )

    @api.constrains("date", "company_id")
    def _check_date(self):
        for proof in self:
            if proof.date > proof.company_id._recovery_today():
                raise ValidationError(self.env._("%s: a document cannot be dated in the future.", proof.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("company_id"):
                vals["company_id"] = self.env["res.company"].browse(vals["company_id"]).root_id.id
        proofs = super().create(vals_list)
        adopt(proofs, by=self.env.user)
        return proofs

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self, by=self.env.user)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.filtered("move_ids"):
            raise UserError(self.env._("A proof used for an invoice is archived, never deleted."))

    @api.model
    def _get_side(self, kind):
        """Return what a kind of document proves: the order or the delivery."""
        return DELIVERY if kind in ("delivery", "acceptance") else ORDER

    @api.model
    def _read_kinds(self, moves):
        """Return ``{invoice id: {"order", "delivery"}}`` of what is proven, in one query."""
        proven = defaultdict(set)
        groups = (
            self.sudo()
            .with_context(active_test=True)
            ._read_group([("move_ids", "in", moves.ids)], ["move_ids", "kind"])
        )
        for move, kind in groups:
            proven[move.id].add(self._get_side(kind))
        return dict(proven)

    @api.model
    def _open_wizard(self, moves):
        """Return the window that adds one proof to several invoices of one customer."""
        require_user(self.env)
        moves.check_access("read")
        if not moves or moves.filtered(lambda move: not move.is_sale_document(include_receipts=True)):
            raise UserError(self.env._("Choose the customer invoices to which a proof is added."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a proof"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(self.env.ref("debt_recovery.recovery_proof_view_form_short").id, "form")],
            "target": "new",
            "context": {
                "default_move_ids": moves.ids,
                "default_company_id": moves[0].company_id.root_id.id,
            },
        }

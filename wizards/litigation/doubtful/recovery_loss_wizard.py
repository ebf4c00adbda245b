from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryLossWizard(models.TransientModel):
    """Write doubtful claims off, take their VAT back, or give that up: with the proof of the loss."""

    _name = "recovery.loss.wizard"
    _description = "Loss on doubtful claims"
    _inherit = ["recovery.window"]

    purpose = fields.Selection(
        [("loss", "Write off, excluding VAT"), ("vat", "Recover the VAT"), ("vat_lost", "Write off the VAT")],
        string="Subject",
        required=True,
        default="loss",
    )
    doubtful_ids = fields.Many2many("recovery.doubtful", string="Claims", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("Date of the entry", required=True, default=lambda self: self.env.company._recovery_today())
    loss_proof_id = fields.Many2one(
        "recovery.loss.proof",
        string="Proof",
        domain="[('company_id', 'in', (False, company_id))]",
        compute="_compute_loss_proof_id",
        store=True,
        readonly=False,
    )
    proven_on = fields.Date("Proved on", compute="_compute_loss_proof_id", store=True, readonly=False)
    vat_until = fields.Date("VAT recoverable until", compute="_compute_vat_until")
    needs_document = fields.Boolean(related="loss_proof_id.needs_document")
    what_to_mind = fields.Text(related="loss_proof_id.note", string="Points to note")
    known_text = fields.Text("What the file contains", compute="_compute_known_text")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    is_partial = fields.Boolean("Part only", help="Of a single claim: what a plan or a settlement waives.")
    amount = fields.Monetary("Part lost, including VAT")
    note = fields.Text()

    @api.model
    def default_get(self, fields_list):
        """Take the claims from which the window was opened."""
        values = super().default_get(fields_list)
        if "doubtful_ids" in fields_list and not values.get("doubtful_ids"):
            values["doubtful_ids"] = [fields.Command.set(self._get_active_records("recovery.doubtful").ids)]
        return values

    @api.depends("doubtful_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.doubtful_ids.company_id[:1] or self.env.company._recovery_root()

    @api.depends("doubtful_ids")
    def _compute_loss_proof_id(self):
        """Propose the proof that the file holds of all these claims, from the day on which it holds of the last one."""
        Proof = self.env["recovery.loss.proof"]
        for wizard in self:
            lines = wizard.doubtful_ids._origin.sudo().origin_line_id
            found = self.env["recovery.claim"]._get_loss_proofs(lines)
            days = [{proof.code: proof.day for proof in reversed(found.get(line.id, ()))} for line in lines]
            codes = set.intersection(*(set(known) for known in days)) if days else set()
            domain = [("code", "in", list(codes)), ("company_id", "in", (False, wizard.company_id.id))]
            proof = Proof.search(domain, limit=1) if codes else Proof
            wizard.loss_proof_id = proof
            wizard.proven_on = max(known[proof.code] for known in days) if proof else False

    @api.depends("loss_proof_id", "proven_on")
    def _compute_vat_until(self):
        for wizard in self:
            gives = wizard.loss_proof_id.gives_vat and wizard.proven_on
            wizard.vat_until = gives and self.env["recovery.doubtful"]._get_vat_limit(wizard.proven_on)

    @api.depends("doubtful_ids")
    def _compute_known_text(self):
        for wizard in self:
            lines = wizard.doubtful_ids._origin.sudo().origin_line_id
            proofs = self.env["recovery.claim"]._get_loss_proofs(lines)
            wizard.known_text = "\n".join(sorted({proof.text for found in proofs.values() for proof in found}))

    @once
    def action_confirm(self):
        """Make the draft entries and open them."""
        self.ensure_one()
        require_user(self.env)
        if not self.doubtful_ids:
            raise UserError(self.env._("Choose at least one claim."))
        if len(self.doubtful_ids.company_id) > 1:
            raise UserError(self.env._("Choose the claims of one company at a time."))
        asked = {"loss": "_lose", "vat": "_recover_vat", "vat_lost": "_lose_vat"}[self.purpose]
        options = {}
        if self.purpose == "loss" and self.is_partial:
            if len(self.doubtful_ids) != 1 or self.amount <= 0:
                raise UserError(self.env._("A part can be written off on one claim at a time: enter how much."))
            options["amount"] = self.amount
        entries = getattr(self.doubtful_ids, asked)(
            self.day, self.loss_proof_id, self.proven_on, self.attachment_ids, self.note, **options
        )
        return entries._get_records_action(name=self.env._("Entries on Doubtful Receivables"))

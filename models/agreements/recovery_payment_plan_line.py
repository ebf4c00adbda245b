from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class RecoveryPaymentPlanLine(models.Model):
    """One date of a payment plan, and what came of it."""

    _name = "recovery.payment.plan.line"
    _description = "Payment plan instalment"
    _inherit = ["recovery.guarded"]
    _order = "due, id"
    _rec_name = "due"
    _typed = ("due", "amount", "kind", "move_id")
    _typed_once = ("plan_id",)

    plan_id = fields.Many2one("recovery.payment.plan", required=True, index=True, ondelete="cascade")
    debtor_id = fields.Many2one(related="plan_id.debtor_id", store=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    plan_state = fields.Selection(related="plan_id.state", store=True, string="State of the plan")
    user_id = fields.Many2one(related="plan_id.user_id")
    currency_id = fields.Many2one(related="plan_id.currency_id", store=True)
    kind = fields.Selection(
        [("down", "First payment"), ("part", "Instalment"), ("interest", "Agreed interest")],
        required=True,
        default="part",
    )
    due = fields.Date("Date", required=True, index=True)
    amount = fields.Monetary(required=True)
    reduction = fields.Monetary(
        readonly=True, help="What has been credited since: it reduces the last instalments of the plan first."
    )
    amount_now = fields.Monetary("To pay", compute="_compute_amount_now", store=True)
    received = fields.Monetary(readonly=True)
    remaining = fields.Monetary(compute="_compute_amount_now", store=True)
    paid_on = fields.Date("Paid on", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Charged by",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_type', '=', 'out_invoice'), ('commercial_partner_id', '=', partner_id)]",
        help="The document charging the agreed interest: the instalment is paid when that document is.",
    )
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")

    _amount_check = models.Constraint(
        "CHECK(amount > 0)", "Each instalment of a plan must be for an amount above zero."
    )

    @api.depends("amount", "reduction", "received")
    def _compute_amount_now(self):
        for row in self:
            currency = row.currency_id or self.env.company.currency_id
            row.amount_now = currency.round(row.amount - row.reduction)
            row.remaining = currency.round(row.amount_now - row.received)

    @api.depends("due", "remaining")
    def _compute_is_late(self):
        for row in self:
            today = (row.company_id or self.env.company)._recovery_today()
            row.is_late = bool(row.due and row.due < today and row.remaining > 0)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["res.company"]._recovery_search_own_day(
            lambda company, day: Domain("due", "<", day) & Domain("remaining", ">", 0)
        )

    @api.constrains("move_id", "kind", "plan_id")
    def _check_document(self):
        """Keep to documents of the plan's own customer, in its company, that charge interest and no sale."""
        for row in self.filtered("move_id"):
            move, plan = row.move_id.sudo(), row.plan_id.sudo()
            is_own = (
                move.move_type == "out_invoice"
                and move.commercial_partner_id == plan.debtor_id.partner_id.commercial_partner_id
                and move.company_id._recovery_root() == plan.company_id._recovery_root()
            )
            if not is_own:
                raise ValidationError(
                    self.env._(
                        "This is not an invoice of the plan's customer: choose the one that charges the agreed "
                        "interest."
                    )
                )
            if row.kind != "interest":
                raise ValidationError(
                    self.env._("Only an instalment of agreed interest has a document that charges it.")
                )
            if move in plan.line_ids.move_id:
                raise ValidationError(
                    self.env._(
                        "“%s” is part of what the plan spreads: it does not charge the plan's interest.", move.name
                    )
                )

    # ------------------------------------------------------------
    # Only a draft's dates are edited
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_draft({"due", "amount", "kind"})
        rows._mark_documents(rows.move_id.browse())
        return rows

    def write(self, vals):
        self._check_typed(vals)
        self._check_draft(vals.keys())
        before = self.move_id if vals.keys() & {"move_id", "kind"} else self.move_id.browse()
        result = super().write(vals)
        if vals.keys() & {"move_id", "kind"}:
            self._mark_documents(before)
        return result

    def _mark_documents(self, before):
        """Mark the documents that charge the agreed interest, and take the mark off those that no longer do."""
        moves = self.filtered(lambda row: row.kind == "interest").move_id.sudo()
        moves.filtered(lambda move: not move.recovery_is_penalty).write({"recovery_is_penalty": True})
        released = (before.sudo() - moves).filtered(lambda move: move._recovery_is_mark_loose())
        released.write({"recovery_is_penalty": False})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._check_draft({"due"})

    @api.model
    def _explain_kept(self, names):
        if names - self._get_typed_fields(creating=True):
            return self.env._("What was received comes from the accounts: it cannot be entered manually.")
        return super()._explain_kept(names)

    def _check_draft(self, names):
        if self.env.su:
            return
        if self.plan_id.filtered(lambda plan: plan.state != "draft") and names - {"move_id"}:
            raise UserError(
                self.env._("The instalments of a plan can only be changed while it is a draft: reset it to draft.")
            )

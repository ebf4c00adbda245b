from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class RecoveryCase(models.Model):
    """A litigation file: what one debtor owes us that no letter could get, until it is paid or lost.

    It claims instalments, one or many, and each of them stays out of the reminders by a
    suspension of its own while the case is open. Procedures, time limits, costs and
    evidence hang on it.
    """

    _name = "recovery.case"
    _description = "Litigation case"
    _inherit = ["recovery.guarded", "mail.tracking.duration.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "priority desc, opened_on desc, id desc"
    _check_company_auto = True
    _track_duration_field = "stage_id"
    _typed = ("stage_id", "user_id", "lawyer_id", "priority", "description", "claim_ids")
    _typed_once = ("debtor_id",)

    name = fields.Char("Number", required=True, readonly=True, copy=False, index="trigram")
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    stage_id = fields.Many2one(
        "recovery.case.stage",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        group_expand="_read_group_stage_ids",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    kind = fields.Selection(related="stage_id.kind", string="Kind of stage", store=True, precompute=True, index=True)
    is_open = fields.Boolean("Open", compute="_compute_is_open", store=True, precompute=True)
    date_last_stage_update = fields.Datetime(
        "In this stage since", compute="_compute_date_last_stage_update", store=True, precompute=True
    )
    days_in_stage = fields.Integer(compute="_compute_days_in_stage")
    previous_stage_id = fields.Many2one(
        "recovery.case.stage", string="Stage before closing", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        tracking=True,
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who drives the case: its tasks are theirs.",
    )
    lawyer_id = fields.Many2one(
        "res.partner",
        tracking=True,
        index="btree_not_null",
        check_company=True,
        help="The lawyer, commissaire de justice or collection agency who acts for us.",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Very high"), ("3", "Urgent")], default="0", tracking=True
    )
    opened_on = fields.Date("Opened on", required=True, readonly=True, index=True)
    closed_on = fields.Date("Closed on", readonly=True, copy=False)
    close_reason = fields.Char("Why it was closed", readonly=True, copy=False, tracking=True)
    notice_id = fields.Many2one(
        "recovery.notice",
        string="Mise en demeure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The notice that the case comes from.",
    )
    description = fields.Html("Facts", help="What happened, what the customer says, what was promised.")
    claim_ids = fields.One2many("recovery.case.claim", "case_id", string="Claims", copy=False)
    hold_ids = fields.One2many("recovery.hold", "case_id", string="Suspensions", readonly=True)
    claim_count = fields.Integer("Instalments claimed", compute="_compute_amounts", store=True)
    oldest_due = fields.Date("Oldest due date", compute="_compute_amounts", store=True)
    days_late = fields.Integer(compute="_compute_days_late", help="Days since the oldest due date.")
    amount_opening = fields.Monetary(
        "At opening",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="What was open on the claimed instalments when each entered the case.",
    )
    amount_now = fields.Monetary(
        "Still open", currency_field="company_currency_id", compute="_compute_amounts", store=True, tracking=True
    )
    amount_received = fields.Monetary(
        "Received",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Money only: payments and bank lines matched since the opening.",
    )
    amount_other = fields.Monetary(
        "Settled otherwise",
        currency_field="company_currency_id",
        compute="_compute_amounts",
        store=True,
        help="Credit notes, write-offs, exchange differences: it is no longer owed, but it was not received.",
    )
    recovery_rate = fields.Float("Received (%)", compute="_compute_amounts", store=True, aggregator="avg")

    amount_credit = fields.Monetary(
        "Open credits",
        currency_field="company_currency_id",
        compute="_compute_amount_credit",
        help="Credit notes and payments of the customer that are matched with nothing yet: "
        "match them before anything is filed.",
    )

    _name_company_uniq = models.UniqueIndex("(company_id, name)", "A case with this number already exists.")

    @api.depends("name", "debtor_id.display_name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name} – {case.debtor_id.display_name}" if case.debtor_id else case.name

    @api.depends("kind")
    def _compute_is_open(self):
        for case in self:
            case.is_open = not case.stage_id.is_closing

    @api.depends("stage_id")
    def _compute_date_last_stage_update(self):
        self.date_last_stage_update = fields.Datetime.now()

    @api.depends("date_last_stage_update")
    def _compute_days_in_stage(self):
        now = fields.Datetime.now()
        for case in self:
            case.days_in_stage = (now - case.date_last_stage_update).days if case.date_last_stage_update else 0

    @api.depends("oldest_due")
    def _compute_days_late(self):
        for case in self:
            today = (case.company_id or self.env.company)._recovery_today()
            case.days_late = max((today - case.oldest_due).days, 0) if case.oldest_due else 0

    @api.depends(
        "claim_ids.removed_on",
        "claim_ids.due_date",
        "claim_ids.amount_opening_company",
        "claim_ids.amount_now_company",
        "claim_ids.received_company",
    )
    def _compute_amounts(self):
        for case in self:
            claims = case.claim_ids.filtered(lambda claim: not claim.removed_on)
            case.claim_count = len(claims)
            case.oldest_due = min(filter(None, claims.mapped("due_date")), default=False)
            case.amount_opening = sum(claims.mapped("amount_opening_company"))
            case.amount_now = sum(claims.mapped("amount_now_company"))
            case.amount_received = sum(claims.mapped("received_company"))
            case.amount_other = case.amount_opening - case.amount_now - case.amount_received
            case.recovery_rate = 100 * case.amount_received / case.amount_opening if case.amount_opening else 0

    def _compute_amount_credit(self):
        for company, cases in self.grouped("company_id").items():
            partners = cases.partner_id
            balances = (
                self.env["recovery.ledger"]._read_balances(company, company._recovery_today(), partners)
                if partners
                else []
            )
            credits = {balance.partner_id: -balance.credit for balance in balances}
            for case in cases:
                case.amount_credit = credits.get(case.partner_id.id, 0.0)

    @api.constrains("stage_id", "debtor_id")
    def _check_stage_company(self):
        for case in self:
            if case.stage_id.company_id and case.stage_id.company_id != case.company_id:
                raise ValidationError(self.env._("The stage %s belongs to another company.", case.stage_id.name))

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show every stage of the companies at work as a column, empty ones too."""
        return stages.search(stages._get_company_domain(self.env.companies))

    # ------------------------------------------------------------
    # Creation, writing, deletion
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        if cases.filtered(lambda case: not case.claim_ids):
            raise UserError(self.env._("A case claims at least one unpaid instalment."))
        if cases.filtered(lambda case: not case.is_open):
            raise UserError(self.env._("A case does not begin in a closing stage."))
        cases._trace_opening()
        return cases

    @api.model
    def _prepare_creation(self, vals_list):
        """Number each case and date it, in its debtor's company."""
        return [self._prepare_opening(vals) for vals in super()._prepare_creation(vals_list)]

    @api.model
    def _prepare_opening(self, vals):
        company = self.env["recovery.debtor"].browse(vals.get("debtor_id")).company_id
        if not company:
            raise UserError(self.env._("A case is opened on a debtor: use the button on its screen."))
        opened_on = fields.Date.to_date(vals.get("opened_on")) or company._recovery_today()
        stage_id = vals.get("stage_id") or (
            self.env["recovery.case.stage"]._get_first(company, ["precourt", "preparing", "filed"]).id
        )
        return {
            **vals,
            "opened_on": opened_on,
            "stage_id": stage_id,
            "name": self._next_name(company, opened_on),
        }

    def write(self, vals):
        if not vals.get("stage_id"):
            return super().write(vals)
        stage = self.env["recovery.case.stage"].browse(vals["stage_id"])
        origins = {case: case.stage_id for case in self if case.stage_id != stage}
        moved = self.browse(case.id for case in origins)
        if not stage.is_closing:
            moved.filtered(lambda case: not case.is_open)._check_may_reopen()
        result = super().write(vals)
        moved._follow_stage(origins, vals.get("closed_on"), vals.get("close_reason"))
        return result

    @api.model
    def _explain_kept(self, names):
        return self.env._("What a case claims, received and became is no field to type: use its buttons.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A case is closed with a reason, never deleted: the trace must stay."))

    @api.model
    def _next_name(self, company, day):
        """Return the next number of the company's own series for that year.

        The shipped sequence is the pattern; each root company gets its copy on first need.
        """
        Sequence = self.env["ir.sequence"].sudo()
        own = Sequence.search([("code", "=", "recovery.case"), ("company_id", "=", company.id)], limit=1)
        if not own:
            pattern = Sequence.search([("code", "=", "recovery.case"), ("company_id", "=", False)], limit=1)
            own = pattern.copy({"company_id": company.id, "name": pattern.name})
        return own.next_by_id(sequence_date=day)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_settle(self):
        """Ask for a reason, then close as settled."""
        return self.env["recovery.reason.wizard"]._open(self, "_settle", self.env._("Close as settled"))

    def action_give_up(self):
        """Ask for a reason, then close as irrecoverable."""
        return self.env["recovery.reason.wizard"]._open(self, "_give_up", self.env._("Close as irrecoverable"))

    def action_reopen(self):
        """Ask for a reason, then put closed cases back in the stage where they were."""
        return self.env["recovery.reason.wizard"]._open(self, "_reopen", self.env._("Reopen the case"))

    def action_add_overdue(self):
        """Claim the customer's other overdue instalments in this case too."""
        self.ensure_one()
        day = self.company_id._recovery_today()
        self._add_lines(self.debtor_id._get_claimable_lines(day)[self.debtor_id], day)

    def action_view_debtor(self):
        """Open the debtor's screen."""
        self.ensure_one()
        return self.debtor_id._get_records_action(name=self.debtor_id.display_name)

    def action_view_notice(self):
        """Open the notice that the case comes from."""
        self.ensure_one()
        return self.notice_id._get_records_action(name=self.notice_id.display_name)

    def action_view_moves(self):
        """Open the claimed invoices."""
        self.ensure_one()
        moves = self.claim_ids.filtered(lambda claim: not claim.removed_on).move_id
        action = self.env["ir.actions.act_window"]._for_xml_id("account.action_move_out_invoice_type")
        return {
            **action,
            "name": self.env._("Claimed invoices"),
            "display_name": self.env._("Claimed invoices"),
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False, "default_move_type": "out_invoice"},
        }

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.common.recovery_window import once
from ...models.common.roles import require_user


class RecoveryLateFeeWizard(models.TransientModel):
    """Look at the late fees of debtors or invoices, choose among them, then charge or waive them."""

    _name = "recovery.late.fee.wizard"
    _description = "Charge or waive late fees"
    _inherit = ["recovery.window"]

    purpose = fields.Selection([("charge", "Charge"), ("waive", "Waive")], required=True, default="charge")
    debtor_ids = fields.Many2many("recovery.debtor", string="Debtors", readonly=True)
    debtor_count = fields.Integer(compute="_compute_debtor_count")
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    day = fields.Date("Until", required=True, compute="_compute_day", store=True, readonly=False)
    with_settled = fields.Boolean(
        "Include invoices paid late",
        default=True,
        help="Interest already accrued survives the payment of the principal.",
    )
    reason = fields.Text("Why they are waived")
    line_ids = fields.One2many(
        "recovery.late.fee.wizard.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    left_out_text = fields.Text("Left out", compute="_compute_line_ids", store=True)
    total_text = fields.Char("Total", compute="_compute_total_text")

    @api.model
    def default_get(self, fields_list):
        """Take the debtors or the invoices selected in a list."""
        values = super().default_get(fields_list)
        if "debtor_ids" in values:
            return values
        if debtors := self._get_active_records("recovery.debtor"):
            values["debtor_ids"] = [fields.Command.set(debtors.ids)]
        elif moves := self._get_active_records("account.move"):
            require_user(self.env)
            moves = moves.filtered(lambda move: move.move_type in ("out_invoice", "out_receipt"))
            debtors = self.env["recovery.debtor"]
            for root, group in moves.grouped(lambda move: move.company_id.root_id).items():
                debtors |= debtors._ensure_for(group.commercial_partner_id, root)
            values["debtor_ids"] = [fields.Command.set(debtors.ids)]
            values["move_ids"] = [fields.Command.set(moves.ids)]
        return values

    @api.depends("debtor_ids")
    def _compute_debtor_count(self):
        for wizard in self:
            wizard.debtor_count = len(wizard.debtor_ids)

    @api.depends("debtor_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.debtor_ids.company_id[:1] or self.env.company.root_id

    @api.depends("debtor_ids")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.company_id._recovery_today()

    @api.depends("debtor_ids", "move_ids", "day", "with_settled", "purpose")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.left_out_text = False
            rows = []
            if wizard.debtor_ids and wizard.day:
                try:
                    rows, left_out = wizard._propose()
                    wizard.left_out_text = wizard._describe_left_out(left_out)
                except UserError as error:
                    wizard.left_out_text = str(error)
            wizard.line_ids = [fields.Command.clear(), *map(fields.Command.create, wizard._group(rows))]

    def _check_one_company(self):
        if len(self.debtor_ids.company_id) > 1:
            raise UserError(self.env._("Choose the debtors of one company at a time."))

    def _check_day(self):
        today = self.company_id._recovery_today()
        if self.day > today:
            raise UserError(
                self.env._(
                    "Late fees can be charged or waived up to today, %s, at the latest: those of future days are "
                    "not due yet.",
                    format_date(self.env, today),
                )
            )

    def _find_lines(self):
        """Return the late instalments of these debtors, or of these invoices."""
        self.ensure_one()
        self._check_one_company()
        self._check_day()
        debtors = self.debtor_ids._origin
        debtors.check_access("read")
        return self.env["recovery.claim"]._find_lines(
            debtors.company_id, self.day, debtors.partner_id, self.move_ids._origin or None, self.with_settled
        )

    def _propose(self):
        lines = self._find_lines()
        company = self.debtor_ids._origin.company_id
        if self.purpose == "charge":
            return self.env["recovery.charge"]._propose(company, lines, self.day)
        return self.env["recovery.waiver"]._propose(company, lines, self.day), []

    def _group(self, rows):
        """Return the values of the wizard's lines: one per instalment and head."""
        get_key = self.env["recovery.late.fee"]._get_key
        groups = defaultdict(list)
        for row in rows:
            groups[get_key(row)].append(row)
        for (head, key_id), group in groups.items():
            first = group[0]
            currency = self.env["res.currency"].browse(first["currency_id"])
            amount = currency.round(sum(row["amount"] for row in group))
            days = [row for row in group if head == "interest" and row.get("date_from")]
            yield {
                "head": head,
                "key_id": key_id,
                "debtor_id": first["debtor_id"],
                "move_id": first.get("move_id"),
                "due_date": first.get("due_date"),
                "date_from": min((row["date_from"] for row in days), default=False),
                "date_to": max((row["date_to"] for row in days), default=False),
                "days": sum(row["days"] for row in days),
                "currency_id": first["currency_id"],
                "amount_due": amount,
                "amount": amount,
            }

    def _describe_left_out(self, rows):
        """Return how much is only shown, as the scenario says, and so is not charged."""
        if not rows:
            return False
        amounts = defaultdict(float)
        for row in rows:
            amounts[row["currency_id"]] += row["amount"]
        debtors = self.env["recovery.debtor"].browse({row["debtor_id"] for row in rows})
        names = debtors[:5].mapped("display_name") + (["…"] if len(debtors) > 5 else [])
        return self.env._(
            "%(amount)s is not proposed: the late fees of %(names)s are only shown, not charged. A manager can "
            "change that on the debtor, or on its scenario.",
            amount=self._format_amounts(amounts),
            names=", ".join(names),
        )

    @api.depends("line_ids.selected", "line_ids.amount")
    def _compute_total_text(self):
        for wizard in self:
            amounts = defaultdict(float)
            for line in wizard.line_ids.filtered("selected"):
                amounts[line.currency_id.id] += line.amount
            wizard.total_text = wizard._format_amounts(amounts)

    def _format_amounts(self, amounts):
        Currency = self.env["res.currency"]
        return " + ".join(
            formatLang(self.env, amount, currency_obj=Currency.browse(currency_id))
            for currency_id, amount in sorted(amounts.items())
        )

    def _get_chosen(self):
        chosen = {}
        for line in self.line_ids.filtered("selected"):
            is_whole = not line.currency_id.compare_amounts(line.amount, line.amount_due)
            chosen[line.head, line.key_id] = None if is_whole else line.amount
        return chosen

    @once
    def action_charge(self):
        """Make the draft documents and open them."""
        self.ensure_one()
        require_user(self.env)
        chosen = set(self._get_chosen())
        charges = self.env["recovery.charge"]._charge(self.company_id, self._find_lines(), self.day, chosen)
        return charges.action_open_document()

    @once
    def action_waive(self):
        """Waive what is chosen, or ask a manager to, and open the waiver."""
        self.ensure_one()
        require_user(self.env)
        if len(self.debtor_ids) != 1:
            raise UserError(self.env._("Late fees are waived for one debtor at a time."))
        waiver = self.env["recovery.waiver"]._request(
            self.debtor_ids, self._find_lines(), self.day, self._get_chosen(), self.reason
        )
        return waiver._get_records_action(name=self.env._("Waiver of late fees"))

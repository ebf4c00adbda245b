from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...models.claim.figures import Options
from ...models.common.recovery_window import once
from ...models.common.roles import require_user


class RecoveryClaimStatementWizard(models.TransientModel):
    """Choose what a statement of the claim bears on, look at its totals, issue it."""

    _name = "recovery.claim.statement.wizard"
    _description = "Issue a claim statement"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    partner_id = fields.Many2one(related="debtor_id.partner_id")
    nature = fields.Selection(related="debtor_id.nature")
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    day = fields.Date("As of", compute="_compute_day", store=True, readonly=False, required=True)
    is_past = fields.Boolean(compute="_compute_is_past")
    imputation = fields.Selection(
        [
            ("interest_first", "Interest first (C. civ. 1343-1)"),
            ("principal_first", "Principal first"),
        ],
        string="Payments are applied",
        required=True,
        default="interest_first",
        help="A court expects interest first, unless the contract or the parties agree otherwise; the accounts and "
        "the letters apply payments to principal. The claim statement shows both totals.",
    )
    with_settled = fields.Boolean(
        "Include invoices paid late", help="Interest already accrued survives the payment of the principal."
    )
    received_on = fields.Date(
        "Mise en demeure received on",
        help="For a consumer, legal interest runs from the day after; a penalty clause also depends on it.",
    )
    judgment_on = fields.Date(
        "Judgment enforceable on",
        help="From the day after, the legal rate replaces the penalties, with its increase once the statutory "
        "period has passed (C. civ. 1231-7, CMF L313-3). Leave it empty if the judgment lets the penalties "
        "run.",
    )
    title_text = fields.Text(
        "Titles", compute="_compute_title_text", help="What the titles say takes precedence over a date entered here."
    )
    has_untitled = fields.Boolean(compute="_compute_title_text")
    apply_floor = fields.Boolean(
        "Raise a contract rate to the legal minimum",
        default=True,
        help="No text says what replaces a contract rate below the legal minimum (C. com. L441-10 II): the "
        "minimum, unless you untick this. The claim statement mentions it either way.",
    )
    line_ids = fields.Many2many(
        "account.move.line",
        string="Instalments",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("debtor_id")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.debtor_id.company_id._recovery_today() if wizard.debtor_id else False

    @api.depends("day", "debtor_id")
    def _compute_is_past(self):
        for wizard in self:
            today = wizard.debtor_id.company_id and wizard.debtor_id.company_id._recovery_today()
            wizard.is_past = bool(wizard.day and today and wizard.day < today)

    @api.depends("debtor_id", "move_id", "day", "with_settled")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.line_ids = wizard._find_lines() if wizard.debtor_id and wizard.day else False

    @api.depends("line_ids", "day")
    def _compute_title_text(self):
        for wizard in self:
            rulings = wizard._read_titles()
            wizard.title_text = "\n".join(dict.fromkeys(ruling.name for ruling in rulings.values()))
            wizard.has_untitled = not rulings or bool(set(wizard.line_ids._origin.ids) - rulings.keys())

    @api.onchange("line_ids", "day")
    def _onchange_titles(self):
        """Set payments in the order that was agreed with the debtor, where a title says so."""
        rulings = self._read_titles().values()
        if rulings and all(ruling.principal_first for ruling in rulings):
            self.imputation = "principal_first"

    def _read_titles(self):
        """Return what the titles say of what is claimed, ``{line id: figures.Ruling}``."""
        self.ensure_one()
        lines = self.line_ids._origin
        if not (self.debtor_id and self.day and lines):
            return {}
        root = self.debtor_id.company_id._recovery_root()
        return self.env["recovery.claim"]._get_titles(root, lines, self.day)

    def _find_lines(self):
        """Return what may be claimed, open to the reader's own access."""
        self.ensure_one()
        debtor = self.debtor_id
        return self.env["recovery.claim"]._find_lines(
            debtor.company_id, self.day, debtor.partner_id, self._get_moves() or None, self.with_settled
        )

    def _get_moves(self):
        """Return the invoices that the statement is about; none for all of the debtor's."""
        return self.move_id

    def _get_source(self):
        """Return the record that the statement is about."""
        return self.move_id or self.debtor_id

    @api.depends("line_ids", "day", "imputation", "received_on", "judgment_on", "apply_floor")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = False
            if not (wizard.debtor_id and wizard.day and wizard.line_ids):
                continue
            try:
                wizard.preview = wizard._render_preview()
            except UserError as error:
                wizard.preview = self.env["ir.qweb"]._render(
                    "debt_recovery.recovery_claim_statement_preview_error", {"text": str(error)}
                )

    def _render_preview(self):
        debtor = self.debtor_id
        debtor.check_access("read")
        claim = self.env["recovery.claim"]._compute(
            debtor.company_id, self.line_ids._origin, self.day, self._get_options()
        )
        Currency, totals = self.env["res.currency"], claim.get_totals()
        return self.env["ir.qweb"]._render(
            "debt_recovery.recovery_claim_statement_preview",
            {
                "totals": [(Currency.browse(total.currency_id), total) for total in totals],
                "has_other": any(total.other for total in totals),
                "flags": {flag for item in claim.items for flag in item.flags},
                "money": lambda amount, currency: formatLang(self.env, float(amount), currency_obj=currency),
            },
        )

    def _get_options(self):
        return Options(
            interest_first=self.imputation == "interest_first",
            received_on=self.received_on or None,
            apply_floor=self.apply_floor,
            judgment_on=self.judgment_on or None,
        )

    @once
    def action_issue(self):
        """Issue the statement and open it."""
        self.ensure_one()
        require_user(self.env)
        source = self._get_source()
        source.check_access("read")
        statement = self.env["recovery.claim.statement"]._issue(
            self.debtor_id, self.line_ids, self.day, self._get_options(), source=source
        )
        return statement._get_records_action(name=self.env._("Claim statement"))

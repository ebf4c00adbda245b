from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..contract.written import DISCOUNT, INDEMNITY, PENALTY, find_written
from ..legal.recovery_rate import DEFAULT_URL, SWITCH, URL


class ResConfigSettings(models.TransientModel):
    """The settings of the module, each kept by the company or the system that its room declares."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "recovery.bounded"]
    _guarded_prefix = "recovery_"
    _bounded_too = ("account_default_credit_limit",)

    recovery_legal_form = fields.Char(related="company_id.recovery_legal_form", readonly=False)
    recovery_share_capital = fields.Monetary(related="company_id.recovery_share_capital", readonly=False)
    recovery_rcs_city = fields.Char(related="company_id.recovery_rcs_city", readonly=False)
    recovery_company_registry = fields.Char(
        related="company_id.company_registry", readonly=False, string="SIREN or SIRET"
    )
    recovery_bank_id = fields.Many2one(
        related="company_id.recovery_bank_id", readonly=False, domain="[('partner_id', '=', recovery_partner_id)]"
    )
    recovery_partner_id = fields.Many2one(related="company_id.partner_id")
    recovery_contact_id = fields.Many2one(related="company_id.recovery_contact_id", readonly=False)
    recovery_signatory_name = fields.Char(related="company_id.recovery_signatory_name", readonly=False)
    recovery_signatory_title = fields.Char(related="company_id.recovery_signatory_title", readonly=False)
    recovery_timezone = fields.Selection(related="company_id.recovery_timezone", readonly=False)
    recovery_journal_email = fields.Char(related="company_id.recovery_journal_email", readonly=False)
    recovery_alsace_moselle = fields.Boolean(related="company_id.recovery_alsace_moselle", readonly=False)
    recovery_identity_gaps = fields.Char(compute="_compute_recovery_identity_gaps")
    recovery_doubt_text = fields.Text("Needs a look", compute="_compute_recovery_doubt_text")
    recovery_ecb_sync = fields.Boolean("Daily update from the ECB", config_parameter=SWITCH)
    recovery_ecb_url = fields.Char("Address of the data series", config_parameter=URL, default=DEFAULT_URL)
    recovery_ecb_last_success = fields.Char("Last update", compute="_compute_recovery_ecb_state")
    recovery_ecb_last_error = fields.Char("Last error", compute="_compute_recovery_ecb_state")
    recovery_rate_gaps = fields.Char("Missing rates", compute="_compute_recovery_ecb_state")
    recovery_account_ids = fields.Many2many(related="company_id.recovery_account_ids", readonly=False)
    recovery_limit_user_max = fields.Monetary(related="company_id.recovery_limit_user_max", readonly=False)
    recovery_limit_by_request = fields.Boolean(related="company_id.recovery_limit_by_request", readonly=False)
    recovery_limit_alerts = fields.Char(related="company_id.recovery_limit_alerts", readonly=False)
    recovery_cover_notice_days = fields.Integer(related="company_id.recovery_cover_notice_days", readonly=False)
    recovery_credit_control_invoices = fields.Boolean(
        related="company_id.recovery_credit_control_invoices", readonly=False
    )
    recovery_override_days = fields.Integer(related="company_id.recovery_override_days", readonly=False)
    recovery_class_a = fields.Integer(related="company_id.recovery_class_a", readonly=False)
    recovery_class_b = fields.Integer(related="company_id.recovery_class_b", readonly=False)
    recovery_class_c = fields.Integer(related="company_id.recovery_class_c", readonly=False)
    recovery_class_d = fields.Integer(related="company_id.recovery_class_d", readonly=False)
    recovery_borrowing_rate = fields.Float(related="company_id.recovery_borrowing_rate", readonly=False)
    recovery_review_months = fields.Integer(related="company_id.recovery_review_months", readonly=False)
    recovery_external_months = fields.Integer(related="company_id.recovery_external_months", readonly=False)
    recovery_exposure_bands = fields.Char(related="company_id.recovery_exposure_bands", readonly=False)
    recovery_size_bands = fields.Char(related="company_id.recovery_size_bands", readonly=False)
    recovery_term_rule_ids = fields.Many2many(related="company_id.recovery_term_rule_ids", readonly=False)
    recovery_mentions = fields.Boolean(related="company_id.recovery_mentions", readonly=False)
    recovery_mentions_from = fields.Date(related="company_id.recovery_mentions_from", readonly=False)
    recovery_mentions_discount = fields.Char(related="company_id.recovery_mentions_discount", readonly=False)
    recovery_mentions_hint = fields.Char(compute="_compute_recovery_mentions_hint")
    recovery_scenario_id = fields.Many2one(related="company_id.recovery_scenario_id", readonly=False)
    recovery_scenario_in_force = fields.Char(compute="_compute_recovery_scenario_in_force")
    recovery_manager_id = fields.Many2one(related="company_id.recovery_manager_id", readonly=False)
    recovery_scenario_gaps = fields.Text("Gaps in the scenarios", compute="_compute_recovery_scenario_gaps")
    recovery_bank_days = fields.Integer(related="company_id.recovery_bank_days", readonly=False)
    recovery_entry_days = fields.Integer(related="company_id.recovery_entry_days", readonly=False)
    recovery_auto = fields.Boolean(related="company_id.recovery_auto", readonly=False)
    recovery_auto_weekday = fields.Selection(related="company_id.recovery_auto_weekday", readonly=False, required=True)
    recovery_auto_hour = fields.Integer(related="company_id.recovery_auto_hour", readonly=False)
    recovery_auto_max_notices = fields.Integer(related="company_id.recovery_auto_max_notices", readonly=False)
    recovery_auto_max_amount = fields.Monetary(related="company_id.recovery_auto_max_amount", readonly=False)
    recovery_gate = fields.Selection(related="company_id.recovery_gate", readonly=False, required=True)
    recovery_gate_solvency_days = fields.Integer(related="company_id.recovery_gate_solvency_days", readonly=False)
    recovery_case_mailbox = fields.Char(related="company_id.recovery_case_mailbox", readonly=False)
    recovery_case_address = fields.Char(related="company_id.recovery_case_address")
    recovery_payment_qr = fields.Boolean(related="company_id.recovery_payment_qr", readonly=False)
    recovery_auto_text = fields.Char("Warning about automatic campaigns", compute="_compute_recovery_auto_text")
    recovery_tracking_days = fields.Integer(related="company_id.recovery_tracking_days", readonly=False)
    recovery_formal_review = fields.Boolean(related="company_id.recovery_formal_review", readonly=False)
    recovery_lawyer_id = fields.Many2one(related="company_id.recovery_lawyer_id", readonly=False)
    recovery_silence_days = fields.Integer(related="company_id.recovery_silence_days", readonly=False)
    recovery_case_amount = fields.Monetary(related="company_id.recovery_case_amount", readonly=False)
    recovery_artisan = fields.Selection(related="company_id.recovery_artisan", readonly=False)
    recovery_is_person = fields.Boolean(related="company_id.recovery_is_person", readonly=False)
    recovery_person_surname = fields.Char(related="company_id.recovery_person_surname", readonly=False)
    recovery_person_given_names = fields.Char(related="company_id.recovery_person_given_names", readonly=False)
    recovery_person_profession = fields.Char(related="company_id.recovery_person_profession", readonly=False)
    recovery_person_home = fields.Char(related="company_id.recovery_person_home", readonly=False)
    recovery_person_nationality = fields.Char(related="company_id.recovery_person_nationality", readonly=False)
    recovery_person_born_on = fields.Date(related="company_id.recovery_person_born_on", readonly=False)
    recovery_person_born_at = fields.Char(related="company_id.recovery_person_born_at", readonly=False)
    recovery_headcount = fields.Integer(related="company_id.recovery_headcount", readonly=False)
    recovery_turnover = fields.Monetary(related="company_id.recovery_turnover", readonly=False)
    recovery_profit = fields.Monetary(related="company_id.recovery_profit", readonly=False)
    recovery_priority = fields.Selection(related="company_id.recovery_priority", readonly=False)
    recovery_escalation_days = fields.Integer(related="company_id.recovery_escalation_days", readonly=False)
    recovery_alert_amount = fields.Monetary(related="company_id.recovery_alert_amount", readonly=False)
    recovery_alert_days = fields.Integer(related="company_id.recovery_alert_days", readonly=False)
    recovery_digest = fields.Boolean(related="company_id.recovery_digest", readonly=False)
    recovery_currency_id = fields.Many2one(related="company_id.currency_id", string="Currency of the company")
    recovery_promise_grace = fields.Integer(related="company_id.recovery_promise_grace", readonly=False)
    recovery_promise_grace_business = fields.Boolean(
        related="company_id.recovery_promise_grace_business", readonly=False
    )
    recovery_plan_amount_limit = fields.Monetary(
        related="company_id.recovery_plan_amount_limit", readonly=False, currency_field="recovery_currency_id"
    )
    recovery_plan_months_limit = fields.Integer(related="company_id.recovery_plan_months_limit", readonly=False)
    recovery_plan_days_late = fields.Integer(related="company_id.recovery_plan_days_late", readonly=False)
    recovery_plan_breach_notice = fields.Selection(related="company_id.recovery_plan_breach_notice", readonly=False)
    recovery_plan_remind_days = fields.Integer(related="company_id.recovery_plan_remind_days", readonly=False)
    recovery_waiver_limit = fields.Monetary(
        related="company_id.recovery_waiver_limit", readonly=False, currency_field="recovery_currency_id"
    )
    recovery_dispute_days = fields.Integer(related="company_id.recovery_dispute_days", readonly=False)
    recovery_limitation_months = fields.Char(related="company_id.recovery_limitation_months", readonly=False)
    recovery_late_interest_account_id = fields.Many2one(
        related="company_id.recovery_late_interest_account_id", readonly=False
    )
    recovery_late_indemnity_account_id = fields.Many2one(
        related="company_id.recovery_late_indemnity_account_id", readonly=False
    )
    recovery_late_fee_journal_id = fields.Many2one(related="company_id.recovery_late_fee_journal_id", readonly=False)
    recovery_doubtful_account_id = fields.Many2one(related="company_id.recovery_doubtful_account_id", readonly=False)
    recovery_doubtful_depreciation_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_depreciation_account_id", readonly=False
    )
    recovery_doubtful_allocation_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_allocation_account_id", readonly=False
    )
    recovery_doubtful_reversal_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_reversal_account_id", readonly=False
    )
    recovery_doubtful_loss_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_loss_account_id", readonly=False
    )
    recovery_doubtful_past_loss_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_past_loss_account_id", readonly=False
    )
    recovery_doubtful_recovered_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_recovered_account_id", readonly=False
    )
    recovery_doubtful_indemnity_account_id = fields.Many2one(
        related="company_id.recovery_doubtful_indemnity_account_id", readonly=False
    )
    recovery_doubtful_journal_id = fields.Many2one(related="company_id.recovery_doubtful_journal_id", readonly=False)
    recovery_doubtful_tag_ids = fields.Many2many(related="company_id.recovery_doubtful_tag_ids", readonly=False)

    # ------------------------------------------------------------
    # Identity of the company
    # ------------------------------------------------------------
    @api.depends(
        "company_id",
        "recovery_legal_form",
        "recovery_share_capital",
        "recovery_company_registry",
        "recovery_rcs_city",
        "recovery_bank_id",
        "recovery_signatory_name",
        "recovery_contact_id",
    )
    def _compute_recovery_identity_gaps(self):
        for settings in self:
            settings.recovery_identity_gaps = ", ".join(settings.company_id._recovery_identity_gaps())

    @api.depends(
        "company_id",
        "recovery_legal_form",
        "recovery_share_capital",
        "recovery_auto",
        "recovery_auto_max_notices",
        "recovery_auto_max_amount",
    )
    @api.depends_context("lang")
    def _compute_recovery_doubt_text(self):
        for settings in self:
            settings.recovery_doubt_text = "\n".join(settings.company_id._recovery_get_doubts()) or False

    # ------------------------------------------------------------
    # Rates
    # ------------------------------------------------------------
    def _compute_recovery_ecb_state(self):
        Rate = self.env["recovery.rate"]
        for settings in self:
            settings.recovery_ecb_last_success, settings.recovery_ecb_last_error = Rate._get_sync_state()
            settings.recovery_rate_gaps = Rate._get_gap_text(settings.company_id._recovery_today())

    def action_recovery_sync_ecb(self):
        """Update the ECB rate now."""
        self.ensure_one()
        return self.env["recovery.rate"].action_sync_ecb()

    # ------------------------------------------------------------
    # Credit
    # ------------------------------------------------------------
    def action_recovery_credit_rules(self):
        """Open the credit control of the company."""
        return self.env["recovery.credit.rule"].action_open_company()

    # ------------------------------------------------------------
    # Mentions on invoices
    # ------------------------------------------------------------
    @api.depends("company_id", "invoice_terms", "use_invoice_terms", "terms_type", "recovery_mentions")
    def _compute_recovery_mentions_hint(self):
        for settings in self:
            found = set()
            if settings.recovery_mentions and settings.use_invoice_terms and settings.terms_type == "plain":
                found = find_written(html2plaintext(settings.invoice_terms or ""))
            labels = {
                DISCOUNT: self.env._("discount"),
                PENALTY: self.env._("penalties"),
                INDEMNITY: self.env._("fixed compensation"),
            }
            names = ", ".join(label for name, label in labels.items() if name in found)
            settings.recovery_mentions_hint = names and self.env._(
                "The terms printed on invoices already mention: %s. It is not printed twice; remove it from the "
                "terms to have the current figures, by nature of the customer.",
                names,
            )

    # ------------------------------------------------------------
    # Scenarios
    # ------------------------------------------------------------
    @api.depends("company_id", "recovery_scenario_id")
    def _compute_recovery_scenario_gaps(self):
        for settings in self:
            settings.recovery_scenario_gaps = "\n".join(settings.company_id._recovery_scenario_gaps())

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_recovery_scenario_in_force(self):
        for settings in self:
            root = settings.company_id._recovery_root()
            scenario = self.env["recovery.scenario"]._get_default(root)
            settings.recovery_scenario_in_force = scenario.display_name

    # ------------------------------------------------------------
    # Campaigns
    # ------------------------------------------------------------
    @api.depends("recovery_auto", "company_id")
    @api.depends_context("lang")
    def _compute_recovery_auto_text(self):
        for settings in self:
            if not settings.recovery_auto:
                settings.recovery_auto_text = self.env._(
                    "Automatic campaigns are off: no reminders are sent unless somebody creates a campaign."
                )
            else:
                settings.recovery_auto_text = settings.company_id._recovery_describe_no_cron() or False

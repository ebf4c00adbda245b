from odoo import api, fields, models

from ..common.aside import Aside
from ..common.roles import READERS
from .exposure import Exposure

LIMIT_DECIDED = Aside("limit_decided")


class ResPartner(models.Model):
    _inherit = "res.partner"
    _bounded_too = ("credit_limit",)

    recovery_currency_id = fields.Many2one("res.currency", compute="_compute_recovery_exposure", groups=READERS)
    recovery_exposure_draft = fields.Monetary(
        "Draft invoices", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_not_due = fields.Monetary(
        "Not yet due", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_overdue = fields.Monetary(
        "Overdue", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_orders = fields.Monetary(
        "Orders to invoice", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_credit = fields.Monetary(
        "Credits to match",
        compute="_compute_recovery_exposure",
        currency_field="recovery_currency_id",
        groups=READERS,
        help="Negative: credit notes and payments not yet matched are set against the debt.",
    )
    recovery_exposure_total = fields.Monetary(
        "Exposure", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_limit = fields.Monetary(
        "Credit limit in force",
        compute="_compute_recovery_exposure",
        currency_field="recovery_currency_id",
        groups=READERS,
        help="0 when there is no limit.",
    )
    recovery_exposure_limit_origin = fields.Selection(
        [
            ("off", "Credit limits are not used"),
            ("none", "No limit"),
            ("company", "The company's default"),
            ("customer", "Customer's own"),
            ("zero", "No credit at all"),
            ("expired", "Expired"),
        ],
        "Whose limit",
        compute="_compute_recovery_exposure",
        groups=READERS,
    )
    recovery_cover = fields.Monetary(
        "Covered", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_own_risk = fields.Monetary(
        "Own risk", compute="_compute_recovery_exposure", currency_field="recovery_currency_id", groups=READERS
    )
    recovery_exposure_usage = fields.Float("Limit used (%)", compute="_compute_recovery_exposure", groups=READERS)
    recovery_exposure_status = fields.Char("Credit status", compute="_compute_recovery_exposure", groups=READERS)
    recovery_exposure_gauge = fields.Json("Exposure gauge", compute="_compute_recovery_exposure", groups=READERS)

    @api.depends("commercial_partner_id", "credit_limit")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_recovery_exposure(self):
        """Read the exposure of the commercial entities in the current company; nothing in a branch alone."""
        company = self.env.company
        currency = company._recovery_root().currency_id
        engine = self.env["recovery.exposure"]
        is_open = company._recovery_is_open()
        exposures = engine._read(company, self.commercial_partner_id, company._recovery_today()) if is_open else {}
        for partner in self:
            exposure = exposures.get(partner.commercial_partner_id._origin.id, Exposure())
            partner.recovery_currency_id = currency
            partner.recovery_exposure_draft = exposure.draft
            partner.recovery_exposure_not_due = exposure.not_due
            partner.recovery_exposure_overdue = exposure.overdue
            partner.recovery_exposure_orders = exposure.orders
            partner.recovery_exposure_credit = exposure.credit
            partner.recovery_exposure_total = exposure.total
            partner.recovery_exposure_limit = exposure.limit or 0.0
            partner.recovery_exposure_limit_origin = is_open and exposure.limit_origin
            partner.recovery_cover = exposure.cover
            partner.recovery_own_risk = exposure.own_risk
            partner.recovery_exposure_usage = exposure.usage
            partner.recovery_exposure_status = is_open and engine._get_status(exposure, currency)
            partner.recovery_exposure_gauge = is_open and engine._prepare_gauge(exposure, currency)

    @api.model_create_multi
    def create(self, vals_list):
        """Keep the history of a limit that a new customer is given, as of one that is typed later."""
        partners = super().create(vals_list)
        usual = self._fields["credit_limit"].get_company_dependent_fallback(self) or 0.0
        given = partners.filtered(lambda partner: partner.sudo().credit_limit != usual)
        if given:
            before = dict.fromkeys(given.ids, usual)
            self.env["recovery.limit.request"]._note_typed(self.env.company, given, before)
        return partners

    def write(self, vals):
        """Keep the history of a credit limit that is typed, and refuse it where limits go by request."""
        if "credit_limit" not in vals or LIMIT_DECIDED.heard:
            return super().write(vals)
        company = self.env.company
        before = {partner.id: partner.sudo().credit_limit for partner in self}
        result = super().write(vals)
        changed = self.filtered(lambda partner: partner.sudo().credit_limit != before[partner.id])
        if changed:
            self.env["recovery.limit.request"]._note_typed(company, changed, before)
        return result

    def action_ask_recovery_limit(self):
        """Open the request for another credit limit, on the customer's debtor in the current company."""
        self.ensure_one()
        self.check_access("read")
        debtor = self.env["recovery.debtor"]._ensure_for(self.commercial_partner_id, self.env.company)
        return debtor.action_ask_limit()

    def action_open_recovery_bucket(self, bucket):
        """Open the documents behind one part of the exposure, in the current company."""
        self.ensure_one()
        self.check_access("read")
        return self.env["recovery.exposure"]._open_bucket(self.env.company, self.commercial_partner_id, bucket)

    def action_open_recovery_items(self):
        """List what the customer has not paid, and the credits that are not matched yet."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        action["domain"] = list(self.env["recovery.ledger"]._get_open_items_domain(self.commercial_partner_id))
        action["context"] = {}
        return action

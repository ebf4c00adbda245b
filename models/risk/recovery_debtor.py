from odoo import api, fields, models

from .recovery_exposure import Exposure


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"

    exposure_total = fields.Monetary("Exposure", compute="_compute_exposure", currency_field="company_currency_id")
    exposure_overdue = fields.Monetary(
        "Overdue exposure", compute="_compute_exposure", currency_field="company_currency_id"
    )
    exposure_limit = fields.Monetary(
        "Credit limit",
        compute="_compute_exposure",
        currency_field="company_currency_id",
        help="0 when there is no limit.",
    )
    exposure_usage = fields.Float("Limit used (%)", compute="_compute_exposure")
    exposure_status = fields.Char("Credit status", compute="_compute_exposure")
    exposure_gauge = fields.Json("Exposure gauge", compute="_compute_exposure")

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_exposure(self):
        engine = self.env["recovery.exposure"]
        for company, debtors in self.grouped("company_id").items():
            exposures = engine._read(company, debtors.partner_id, company._recovery_today())
            currency = company.currency_id
            for debtor in debtors:
                exposure = exposures.get(debtor.partner_id.id, Exposure())
                debtor.exposure_total = exposure.total
                debtor.exposure_overdue = exposure.overdue
                debtor.exposure_limit = exposure.limit or 0.0
                debtor.exposure_usage = exposure.usage
                debtor.exposure_status = engine._get_status(exposure, currency)
                debtor.exposure_gauge = engine._prepare_gauge(exposure, currency)

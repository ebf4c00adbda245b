from odoo import fields, models


class RecoveryLimitationAlert(models.Model):
    """The trace of an alert on one instalment: each threshold of one limit date is told once."""

    _name = "recovery.limitation.alert"
    _description = "Limitation alert"
    _inherit = ["recovery.guarded"]
    _order = "id desc"

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    months = fields.Integer("Months before", readonly=True)
    limit_on = fields.Date("Limitation", required=True, readonly=True)
    alerted_on = fields.Date("Alert of", required=True, readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")

    _once = models.UniqueIndex("(line_id, limit_on, months)", "This alert was already given.")

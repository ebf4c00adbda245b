from odoo import fields, models

MISSED = -1  # days before the date, for the alert of a deadline that was missed


class RecoveryDeadlineAlert(models.Model):
    """The trace of an alert: who was told of a deadline, how many days before its date, and when it was seen."""

    _name = "recovery.deadline.alert"
    _description = "Procedural deadline alert"
    _inherit = ["recovery.guarded"]
    _order = "id desc"

    deadline_id = fields.Many2one("recovery.deadline", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="deadline_id.company_id", store=True, precompute=True, index=True)
    days = fields.Integer("Days before", readonly=True, help="-1: it was missed.")
    limit_on = fields.Date("Procedural deadline", required=True, readonly=True)
    alerted_on = fields.Date("Alert of", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Notified", required=True, readonly=True, ondelete="restrict")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    seen_on = fields.Datetime("Acknowledged on", readonly=True)
    seen_by_id = fields.Many2one("res.users", string="Acknowledged by", readonly=True, ondelete="restrict")

    _told_once = models.UniqueIndex(
        "(deadline_id, limit_on, days, user_id)", "This person has already been notified of this deadline."
    )

from odoo import fields, models

from .blocker import BLOCKING, WARNING


class RecoveryNoticeBlocker(models.Model):
    """One thing that the last check of a mise en demeure found."""

    _name = "recovery.notice.blocker"
    _description = "Missing item of a mise en demeure"
    _inherit = ["recovery.guarded"]
    _order = "severity, sequence, id"
    _rec_name = "check_id"
    _log_access = False  # those of the notice

    notice_id = fields.Many2one("recovery.notice", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    check_id = fields.Many2one(
        "recovery.formal.check", string="What is missing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    severity = fields.Selection([(BLOCKING, "Blocks"), (WARNING, "Warns")], required=True, readonly=True)
    detail = fields.Char(readonly=True)
    advice = fields.Text(related="check_id.advice")
    is_accepted = fields.Boolean("Accepted", readonly=True, help="A manager decided to go ahead without it.")

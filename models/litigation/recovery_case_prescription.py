from odoo import api, fields, models
from odoo.tools import format_date


class RecoveryCase(models.Model):
    """What a case must know of the limitation of its claims."""

    _inherit = "recovery.case"

    prescription_on = fields.Date(
        "Limitation",
        compute="_compute_prescription",
        help="The next day on which one of the claims is time-barred: the original date, whatever the evidence.",
    )
    prescription_warning = fields.Char(compute="_compute_prescription")

    @api.depends("claim_ids.is_running", "claim_ids.amount_now")
    @api.depends_context("lang")
    def _compute_prescription(self):
        lines_of = {
            case: case.claim_ids.filtered(lambda claim: claim.is_running and claim.amount_now > 0).line_id._origin
            for case in self
        }
        lines = self.env["account.move.line"].union(*lines_of.values())
        limits = self.env["recovery.prescription"]._read_line_limits(lines)
        for case in self:
            day = (case.company_id or self.env.company)._recovery_today()
            own = lines_of[case]
            barred = own.filtered(lambda line, day=day: limits[line.id] < day)
            coming = [limits[line.id] for line in own - barred]
            case.prescription_on = min(coming, default=False)
            case.prescription_warning = False
            if barred:
                case.prescription_warning = self.env._(
                    "Time-barred at their original date: %(invoices)s. Check the evidence with a lawyer first.",
                    invoices=", ".join(sorted(set(barred.sudo().move_id.mapped("name")))),
                )
            elif coming and min(coming) <= fields.Date.add(day, months=3):
                case.prescription_warning = self.env._(
                    "The first claim is time-barred after %s: only a claim in court or an acknowledgement stops it.",
                    format_date(self.env, min(coming)),
                )

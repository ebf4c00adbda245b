from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .recovery_xlsx_mixin import EDITION


class RecoveryReportWindow(models.AbstractModel):
    """The window of a report: one company, a PDF, a spreadsheet, and a line in the journal."""

    _name = "recovery.report.window"
    _description = "Recovery: report window"
    _inherit = ["recovery.window", "recovery.xlsx.mixin"]

    #: Longest list that is printed; a spreadsheet has no limit.
    _max_printed_lines = 10000

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    closed_text = fields.Char("Company in which recovery is followed", compute="_compute_closed_text")

    @api.depends("company_id")
    def _compute_closed_text(self):
        for wizard in self:
            company = wizard.company_id
            is_open = not company or company._recovery_is_open()
            wizard.closed_text = False if is_open else company._recovery_get_closed_text()

    def _check_reader(self):
        """Refuse somebody else's report and foreign companies: the figures are read with elevated rights."""
        result = super()._check_reader()
        for wizard in self:
            if wizard.create_uid != self.env.user or wizard.company_id not in self.env.user.company_ids:
                raise AccessError(self.env._("This report was prepared by somebody else: prepare your own."))
        self.company_id._recovery_check_open()
        return result

    def _get_report_xmlid(self):
        """Return the XML id of the PDF's report action."""
        raise NotImplementedError

    def _count_lines(self):
        """Return how many lines the PDF would have."""
        raise NotImplementedError

    def _get_edition_text(self):
        """Return who prints it and when, in the company's time."""
        moment = self.company_id._recovery_local_datetime(EDITION.heard or fields.Datetime.now())
        return self.env._(
            "Printed on %(date)s at %(time)s by %(user)s",
            date=format_date(self.env, moment.date()),
            time=moment.strftime("%H:%M"),
            user=self.env.user.name,
        )

    def action_print(self):
        """Print the PDF and note it in the journal."""
        self.ensure_one()
        self._check_reader()
        count = self._count_lines()
        if count > self._max_printed_lines:
            raise UserError(
                self.env._(
                    "This report has %(count)s lines, too many to print. Export it as a spreadsheet.", count=count
                )
            )
        self._log_printed("PDF")
        return self.env.ref(self._get_report_xmlid()).report_action(self)

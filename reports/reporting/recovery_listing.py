from odoo import api, fields, models
from odoo.tools import format_date

from ...models.common.given import require_period
from ...models.common.roles import require_reader
from ...models.reporting.recovery_activity import Period

SHOWN = 80  # rows of each table that the window shows


class RecoveryListing(models.TransientModel):
    """A list of what was done in a period: for the auditor, printed or as a spreadsheet with the same rows."""

    _name = "recovery.listing"
    _description = "Lists of Actions Taken"
    _inherit = ["recovery.table.window"]

    subject = fields.Selection(selection="_selection_subject", string="List", required=True, default="sendings")
    date_from = fields.Date(
        "From", required=True, compute="_compute_period", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date("To", required=True, compute="_compute_period", store=True, readonly=False, precompute=True)
    debtor_id = fields.Many2one(
        "recovery.debtor",
        string="Customer",
        domain="[('company_id', 'parent_of', company_id)]",
        help="Empty: all of them.",
    )
    is_shown = fields.Boolean(compute="_compute_is_shown", store=True, readonly=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def _selection_subject(self):
        return list(self.env["recovery.activity"]._get_subjects().items())

    @api.depends("company_id")
    def _compute_period(self):
        """Propose the year to date, in the company's own time."""
        for window in self:
            today = (window.company_id or self.env.company)._recovery_today()
            window.date_from = window.date_from or today.replace(month=1, day=1)
            window.date_to = window.date_to or today

    @api.depends("subject", "date_from", "date_to", "company_id", "debtor_id")
    def _compute_is_shown(self):
        """Show nothing any more once something else is asked for: the button reads it anew."""
        self.is_shown = False

    @api.depends("is_shown")
    @api.depends_context("lang")
    def _compute_preview(self):
        for window in self:
            window.preview = window.is_shown and self.env["ir.qweb"]._render(
                "debt_recovery.recovery_table_preview", {"data": window._get_data(SHOWN)}
            )

    @api.depends("subject", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._selection_subject())
        for window in self:
            window.display_name = self.env._(
                "%(subject)s %(company)s %(date_from)s %(date_to)s",
                subject=names.get(window.subject, ""),
                company=window.company_id._recovery_root().name or "",
                date_from=window.date_from or "",
                date_to=window.date_to or "",
            )

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for window in self:
            require_period(self.env, window.date_from, window.date_to)

    def _check_reader(self):
        require_reader(self.env)
        return super()._check_reader()

    def action_show(self):
        """Show the first rows of each table in the window."""
        self.ensure_one()
        self._check_reader()
        self.is_shown = True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lists of Actions Taken"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_listing"

    def _get_title(self):
        return dict(self._selection_subject())[self.subject]

    def _get_subtitle(self):
        period = self.env._(
            "From %(date_from)s to %(date_to)s, company's local time",
            date_from=format_date(self.env, self.date_from),
            date_to=format_date(self.env, self.date_to),
        )
        return f"{period} – {self.debtor_id.display_name}" if self.debtor_id else period

    def _get_tables(self):
        self.ensure_one()
        period = Period(self.company_id._recovery_root(), self.date_from, self.date_to, self.debtor_id or None)
        return self.env["recovery.activity"]._read(self.subject, period._replace(company=self.company_id.root_id))

from odoo import fields, models
from odoo.tools import format_date

from ....models.common.recovery_xlsx_mixin import Column


class RecoveryVerdictExport(models.TransientModel):
    """Why and why not, as a spreadsheet: what is left out stays in the totals."""

    _name = "recovery.verdict.export"
    _description = "Why / Why Not"
    _inherit = ["recovery.report.window"]

    campaign_id = fields.Many2one("recovery.campaign", required=True, readonly=True, ondelete="cascade", string="Run")

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Why / why not %s", wizard.campaign_id.name)

    def _get_totals(self):
        """Return ``(label, count, open, claimed, not claimed, announced)`` per verdict, biggest first.

        What is announced is part of what is not claimed.
        """
        campaign = self.campaign_id
        labels = self.env["recovery.selection"]._get_code_labels()
        groups = self.env["recovery.verdict"]._read_group(
            [("campaign_id", "=", campaign.id)], ["code"], ["amount_claimed:sum", "amount_announced:sum"]
        )
        told = {code: amounts for code, *amounts in groups}
        rows = []
        for code, (count, amount) in campaign._get_summary_now().items():
            if not count:
                continue  # all of it became something else since
            claimed, announced = told.get(code, (0.0, 0.0))
            rows.append((labels.get(code, code), count, amount, claimed, amount - claimed, announced))
        return sorted(rows, key=lambda row: -row[2])

    def _get_rows(self):
        """Yield the rows of the sheet."""
        labels = self.env["recovery.selection"]._get_code_labels()
        statuses = dict(self.env["recovery.notice"]._selection_status())
        for verdict in self.env["recovery.verdict"].search([("campaign_id", "=", self.campaign_id.id)]):
            yield (
                verdict.partner_id.display_name,
                verdict.move_name,
                verdict.due_date,
                verdict.days_late,
                (verdict.amount_residual, verdict.currency_id),
                verdict.amount_company,
                verdict.amount_claimed,
                verdict.amount_excluded,
                verdict.amount_announced,
                labels.get(verdict.code, verdict.code),
                verdict.reasons_text,
                verdict.detail,
                verdict.possible_on or None,
                verdict.level_id.name,
                verdict.reached_level_id.name,
                verdict.collector_id.name,
                statuses.get(verdict.notice_status),
            )

    def _fill_book(self, book):
        campaign = self.campaign_id
        subtitles = [
            self.env._(
                "%(company)s, %(date)s", company=campaign.company_id.name, date=format_date(self.env, campaign.date)
            ),
            *([campaign.day_text] if campaign.day_text else []),
            self._get_edition_text(),
        ]
        totals = self._get_totals()
        book.add_sheet(
            self.env._("Totals"),
            self.env._("Why / why not: totals"),
            subtitles,
            [
                Column(self.env._("Verdict"), width=44),
                Column(self.env._("Instalments"), "integer", 14, total=True),
                Column(self.env._("Open"), "amount", 18, total=True),
                Column(self.env._("Claimed"), "amount", 18, total=True),
                Column(self.env._("Not claimed"), "amount", 18, total=True),
                Column(self.env._("Of which announced"), "amount", 18, total=True),
            ],
            totals,
            tuple(sum(row[position] for row in totals) for position in range(1, 6)),
        )
        verdicts = self.env["recovery.verdict"]
        sums = verdicts._read_group(
            [("campaign_id", "=", campaign.id)],
            [],
            [f"{name}:sum" for name in ("amount_company", "amount_claimed", "amount_excluded", "amount_announced")],
        )[0]
        book.add_sheet(
            self.env._("Instalments"),
            self.env._("Why / Why Not"),
            subtitles,
            [
                Column(self.env._("Customer"), width=30),
                Column(self.env._("Invoice"), width=20),
                Column(self.env._("Due date"), "date", 12),
                Column(self.env._("Days late"), "integer", 10),
                Column(self.env._("Open, invoice's currency"), "amount", 18),
                Column(self.env._("Open"), "amount", 16, total=True),
                Column(self.env._("Claimed"), "amount", 16, total=True),
                Column(self.env._("Not claimed"), "amount", 16, total=True),
                Column(self.env._("Of which announced"), "amount", 16, total=True),
                Column(self.env._("Verdict"), width=34),
                Column(self.env._("All the reasons"), width=44),
                Column(self.env._("Detail"), width=34),
                Column(self.env._("Possible on"), "date", 12),
                Column(self.env._("Next level"), width=22),
                Column(self.env._("Level reached"), width=22),
                Column(self.env._("Collector"), width=20),
                Column(self.env._("State of the notice"), width=22),
            ],
            self._get_rows(),
            tuple(amount or 0.0 for amount in sums),
        )

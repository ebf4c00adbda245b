from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ...models.common import recovery_xlsx_mixin
from ...models.common.calendar import shift
from ...models.common.given import require_period
from ...models.common.recovery_xlsx_mixin import Column


class RecoveryDeliveryLog(models.TransientModel):
    """What was sent in a period, by whom and when: for the auditor, printed or as a spreadsheet."""

    _name = "recovery.delivery.log"
    _description = "Delivery Log"
    _inherit = ["recovery.report.window"]

    date_from = fields.Date(
        "From", required=True, compute="_compute_period", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date("To", required=True, compute="_compute_period", store=True, readonly=False, precompute=True)
    channel = fields.Selection(selection="_selection_channel")
    delivery_count = fields.Integer("Deliveries", compute="_compute_delivery_count")

    @api.model
    def _selection_channel(self):
        return self.env["recovery.delivery"]._fields["channel"]._description_selection(self.env)

    @api.depends("company_id")
    def _compute_period(self):
        """Propose the current month, in the company's own time."""
        for wizard in self:
            today = (wizard.company_id or self.env.company)._recovery_today()
            wizard.date_from = wizard.date_from or today.replace(day=1)
            wizard.date_to = wizard.date_to or today

    @api.depends("company_id", "date_from", "date_to", "channel")
    def _compute_delivery_count(self):
        for wizard in self:
            wizard.delivery_count = self.env["recovery.delivery"].search_count(wizard._get_domain())

    @api.depends("date_from", "date_to")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Delivery log %(company)s %(date_from)s %(date_to)s",
                company=wizard.company_id._recovery_root().name,
                date_from=wizard.date_from or "",
                date_to=wizard.date_to or "",
            )

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for wizard in self:
            require_period(self.env, wizard.date_from, wizard.date_to)

    def _get_domain(self):
        """Return the deliveries launched in the period, whose days are those of the company's time zone."""
        self.ensure_one()
        if not (self.company_id and self.date_from and self.date_to):
            return Domain.FALSE
        zone = self.company_id._recovery_zone()

        def to_utc(day):
            return zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)

        domain = (
            Domain("company_id", "child_of", self.company_id.root_id.id)
            & Domain("queued_on", ">=", to_utc(self.date_from))
            & Domain("queued_on", "<", to_utc(shift(self.date_to, days=1)))
        )
        return domain & Domain("channel", "=", self.channel) if self.channel else domain

    def _get_data(self):
        """Return the deliveries in order of launching and their number per channel and state, as plain data."""
        self.ensure_one()
        Delivery = self.env["recovery.delivery"]
        channels = dict(Delivery._fields["channel"]._description_selection(self.env))
        states = dict(Delivery._fields["state"]._description_selection(self.env))
        local = self.company_id._recovery_local_datetime
        rows, counts = [], {}
        for delivery in Delivery.search(self._get_domain(), order="queued_on, id"):
            row_counts = counts.setdefault(delivery.channel, {})
            row_counts[delivery.state] = row_counts.get(delivery.state, 0) + 1
            rows.append(
                {
                    "queued_on": local(delivery.queued_on),
                    "done_on": local(delivery.done_on) if delivery.done_on else None,
                    "customer": delivery.debtor_id.display_name or "",
                    "addressee": delivery.addressee_id.name or "",
                    "channel": channels[delivery.channel],
                    "subject": delivery.subject or "",
                    "address": delivery.address or "",
                    "state": states[delivery.state],
                    "is_failed": delivery.state == "failed",
                    "error": delivery.error or "",
                    "user": delivery.user_id.name,
                    "sha256": delivery.sha256 or "",
                }
            )
        used_states = [state for state in states if any(state in count for count in counts.values())]
        return {
            "company": self.company_id._recovery_root().name,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "rows": rows,
            "states": [states[state] for state in used_states],
            "totals": [
                {
                    "channel": channels[channel],
                    "counts": [counts[channel].get(state, 0) for state in used_states],
                    "total": sum(counts[channel].values()),
                }
                for channel in channels
                if channel in counts
            ],
            "total": {
                "counts": [sum(count.get(state, 0) for count in counts.values()) for state in used_states],
                "total": len(rows),
            },
        }

    def _format_moment(self, moment):
        """Return a local moment as the reader writes dates."""
        return f"{format_date(self.env, moment.date())} {moment:%H:%M}"

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_delivery_log"

    def _count_lines(self):
        return self.delivery_count

    def _is_long_xlsx(self):
        return self.delivery_count > recovery_xlsx_mixin.LONG

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _fill_book(self, book):
        data = self._get_data()
        subtitles = [
            self.env._(
                "%(company)s, from %(date_from)s to %(date_to)s",
                company=data["company"],
                date_from=format_date(self.env, data["date_from"]),
                date_to=format_date(self.env, data["date_to"]),
            ),
            self._get_edition_text(),
        ]
        keys = (
            "queued_on", "done_on", "customer", "addressee", "channel", "subject",
            "address", "state", "error", "user", "sha256",
        )  # fmt: skip
        book.add_sheet(
            self.env._("Delivery Log"),
            self.env._("Delivery Log"),
            subtitles,
            [
                Column(self.env._("Sent on"), "moment", 17),
                Column(self.env._("Dispatched on"), "moment", 17),
                Column(self.env._("Customer"), width=30),
                Column(self.env._("Addressee"), width=26),
                Column(self.env._("Channel"), width=16),
                Column(self.env._("Subject"), width=40),
                Column(self.env._("Address"), width=36),
                Column(self.env._("State"), width=18),
                Column(self.env._("Error"), width=24),
                Column(self.env._("Sent by"), width=20),
                Column(self.env._("SHA-256 of the document"), width=68),
            ],
            ([row[key] for key in keys] for row in data["rows"]),
        )
        book.add_sheet(
            self.env._("Totals"),
            self.env._("Delivery log: totals"),
            subtitles,
            [
                Column(self.env._("Channel"), width=24),
                *(Column(state, "integer", 18, total=True) for state in data["states"]),
                Column(self.env._("Total"), "integer", 14, total=True),
            ],
            ((line["channel"], *line["counts"], line["total"]) for line in data["totals"]),
            (*data["total"]["counts"], data["total"]["total"]),
        )

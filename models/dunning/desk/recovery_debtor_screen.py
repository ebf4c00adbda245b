from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ...ledger.ageing import bucket_of, bucket_ranges
from .priority import Debt, cash_parts, cash_score, risk_parts, risk_score

TIMELINE_LIMIT = 80
OPEN_LINES_LIMIT = 40
# what the deliveries themselves tell, or what concerns a campaign rather than the debtor
TOLD_BY_DELIVERIES = ("queued", "delivered", "failed", "contact", "proposed", "validated", "printed")
ICONS = {
    "email": "fa-envelope-o",
    "letter": "fa-file-text-o",
    "registered": "fa-certificate",
    "call": "fa-phone",
    "task": "fa-check-square-o",
    "visit": "fa-map-marker",
}


class RecoveryDebtor(models.Model):
    """What the debtor's own screen shows: the debt by age, why this rank, every contact in one line of time."""

    _inherit = "recovery.debtor"

    ageing_gauge = fields.Json("Debt by age", compute="_compute_ageing")
    rank_text = fields.Text("Why this rank", compute="_compute_ageing")
    timeline = fields.Json(compute="_compute_timeline")
    open_line_ids = fields.Many2many("account.move.line", string="Open items", compute="_compute_open_line_ids")

    # ------------------------------------------------------------
    # The debt by age, and the rank that comes of it
    # ------------------------------------------------------------
    @api.depends("partner_id", "company_id", "risk_weight")
    @api.depends_context("lang")
    def _compute_ageing(self):
        for company, debtors in self.grouped("company_id").items():
            day = company._recovery_today()
            debts = self._read_debts(company, day, debtors.partner_id)
            for debtor in debtors:
                mine = debts.get(debtor.partner_id.id, [])
                debtor.ageing_gauge = debtor._prepare_ageing_gauge(mine)
                overdue = [debt for debt in mine if debt.late > 0]
                debtor.rank_text = debtor._get_rank_text(overdue) if overdue else False

    @api.model
    def _read_debts(self, company, day, partners):
        """Return ``{commercial partner id: [Debt]}``, open credits set against the debts as in the letters."""
        ledger = self.env["recovery.ledger"]
        items = ledger._read_items(company, day=None, partners=partners)
        payments = ledger._read_pending_payments(company, partners)
        shares, _left = ledger._allocate(items, payments, day)
        currency = company.currency_id
        debts = {}
        for item in items:
            if item.residual <= 0:
                continue
            credit = sum(share.amount for share in shares.get(item.line_id, ()))
            amount = currency.round(item.residual_company * (item.residual - credit) / item.residual)
            if amount > 0:
                debts.setdefault(item.partner_id, []).append(Debt(amount, (day - item.due).days))
        return debts

    def _prepare_ageing_gauge(self, debts):
        """Return what the ageing bar draws: one segment per age, its amount and its share."""
        self.ensure_one()
        labels = [self.env._("Not yet due")]
        for start, end in bucket_ranges():
            labels.append(
                self.env._("%(start)s–%(end)s days", start=start, end=end)
                if end
                else self.env._("More than %s days", start - 1)
            )
        amounts = [0.0] * len(labels)
        for debt in debts:
            amounts[bucket_of(debt.late)] += debt.amount
        total = sum(amounts)
        currency = self.company_currency_id
        return {
            "total": formatLang(self.env, total, currency_obj=currency),
            "segments": [
                {
                    "bucket": bucket,
                    "label": label,
                    "amount": formatLang(self.env, amount, currency_obj=currency),
                    "share": round(100.0 * amount / total, 2) if total else 0.0,
                }
                for bucket, (label, amount) in enumerate(zip(labels, amounts, strict=True))
            ],
        }

    def _get_rank_text(self, debts):
        """Return how the two ranks come about, with the debtor's own figures."""
        self.ensure_one()

        def money(amount):
            return formatLang(self.env, amount, digits=0)

        cash = " + ".join(f"{money(amount)} × {share} %" for amount, share in cash_parts(debts))
        risk = " + ".join(f"{money(amount)} × {months}" for amount, months in risk_parts(debts))
        weight = self.risk_weight or 1.0
        lines = [
            self.env._("Cash fast: %(parts)s = %(score)s", parts=cash, score=money(cash_score(debts))),
            self.env._(
                "Reduce risk: %(parts)s months begun = %(score)s",
                parts=risk if weight == 1.0 else f"({risk}) × {formatLang(self.env, weight, digits=1)}",
                score=money(risk_score(debts, weight)),
            ),
        ]
        if weight != 1.0:
            lines.append(self._get_weight_text())
        return "\n".join(lines)

    def _get_weight_text(self):
        """Return why the risk weighs more."""
        return self.env._("The risk weighs more: a final level stayed without effect, or promises were broken.")

    def _get_open_items_domain(self):
        self.ensure_one()
        return (
            Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
            & Domain("company_id", "child_of", self.company_id.id)
            & Domain("account_id", "in", self.company_id._recovery_accounts().ids)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
        )

    def _get_bucket_domain(self, bucket):
        """Return the domain of the open items of one age, the position counted as ``ageing.bucket_of`` does.

        An item without a due date is due on its own date.
        """
        day = self.company_id._recovery_today()
        start, end = bucket_ranges()[bucket - 1] if bucket else (None, 0)

        def is_of_age(name):
            domain = Domain(name, "<=", day - timedelta(days=start)) if start else Domain.TRUE
            return domain & Domain(name, ">=", day - timedelta(days=end)) if end is not None else domain

        return is_of_age("date_maturity") | (Domain("date_maturity", "=", False) & is_of_age("date"))

    @api.depends("partner_id", "company_id")
    def _compute_open_line_ids(self):
        for debtor in self:
            debtor.open_line_ids = self.env["account.move.line"].search(
                debtor._get_open_items_domain(), order="date_maturity, id", limit=OPEN_LINES_LIMIT
            )

    # ------------------------------------------------------------
    # Every contact, on every channel
    # ------------------------------------------------------------
    @api.depends("partner_id")
    @api.depends_context("lang")
    def _compute_timeline(self):
        for debtor in self:
            entries = debtor._get_delivery_entries() + debtor._get_event_entries() + debtor._get_reply_entries()
            entries.sort(key=lambda entry: entry.pop("moment"), reverse=True)
            debtor.timeline = entries[:TIMELINE_LIMIT]

    def _get_delivery_entries(self):
        Delivery = self.env["recovery.delivery"]
        channels = dict(Delivery._fields["channel"]._description_selection(self.env))
        states = dict(Delivery._fields["state"]._description_selection(self.env))
        deliveries = Delivery.search(
            [("debtor_id", "=", self.id)], order="queued_on desc, id desc", limit=TIMELINE_LIMIT
        )
        entries = []
        for delivery in deliveries:
            title = delivery.result_id.name or delivery.subject or delivery.level_id.name or ""
            title = title.removeprefix(f"{self.display_name} – ")
            details = [delivery.cause_id.name, delivery.spoken_to, delivery.feedback, delivery.error]
            channel = channels[delivery.channel]
            if delivery.is_inbound:
                channel = self.env._("%(channel)s received", channel=channel)
            tone = {"failed": "danger", "cancelled": "muted"}.get(delivery.state, "info")
            entries.append(
                self._prepare_entry(
                    delivery.done_on or delivery.queued_on,
                    ICONS[delivery.channel],
                    "success" if delivery.is_inbound else tone,
                    f"{channel} – {title}" if title else channel,
                    " · ".join(filter(None, details)),
                    delivery.user_id.name,
                    states[delivery.state],
                    delivery,
                )
            )
        return entries

    def _get_event_entries(self):
        events = self.env["recovery.event"].search(
            [("debtor_id", "=", self.id), ("kind", "not in", TOLD_BY_DELIVERIES)], limit=TIMELINE_LIMIT
        )
        kinds = dict(events._fields["kind"]._description_selection(self.env))
        return [
            self._prepare_entry(
                event.date,
                "fa-ban" if event.kind == "cancelled" else "fa-circle-o",
                "muted",
                event.summary,
                (event.details or {}).get("reason") or "",
                event.author_name,
                kinds[event.kind],
                event,
            )
            for event in events
        ]

    def _get_reply_entries(self):
        """Return the e-mails that came back to the debtor's thread."""
        replies = (
            self.env["mail.message"]
            .sudo()
            .search(
                [("model", "=", self._name), ("res_id", "=", self.id), ("message_type", "=", "email")],
                limit=TIMELINE_LIMIT,
            )
        )
        return [
            self._prepare_entry(
                reply.date,
                "fa-reply",
                "success",
                self.env._("Reply – %s", reply.subject or self.env._("without subject")),
                reply.preview or "",
                reply.author_id.name or reply.email_from or "",
                self.env._("Received"),
                self.browse(),
            )
            for reply in replies
        ]

    def _prepare_entry(self, moment, icon, tone, title, details, author, state, record):
        local = self.company_id._recovery_local_datetime(moment)
        return {
            "moment": fields.Datetime.to_string(moment),
            "day": format_date(self.env, local.date()),
            "time": format_datetime(self.env, moment, tz=self.company_id.recovery_timezone, dt_format="HH:mm"),
            "icon": icon,
            "tone": tone,
            "title": title,
            "details": details,
            "author": author,
            "state": state,
            "model": record._name if record else False,
            "id": record.id,
        }

from contextlib import contextmanager
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ..common.formatting import say_percent
from ..common.recovery_delivery import CHANNEL_ICONS
from ..common.recovery_event import TOLD_BY_DELIVERIES
from ..common.roles import USER, require_user
from ..common.saying import narrow, say
from ..common.standing import CALL, Standing, rank_standings
from ..dunning.campaign.verdict import DUE
from ..dunning.scenario.ladder import COURTESY
from ..ledger.ageing import bucket_of, bucket_ranges
from ..ledger.allocation import in_company_currency
from .priority import CASH, RISK, Debt, cash_parts, cash_score, risk_parts, risk_score
from .recovery_contact import CALL_TYPE
from .recovery_worklist import FIGURES

PRIORITIES = {
    CASH: "recovery_debtor_action_worklist_cash",
    RISK: "recovery_debtor_action_worklist",
}
TIMELINE_LIMIT = 80
FOUND_BY = ("complete_name", "ref", "email", "phone", "city", "zip", "company_registry", "vat")
SHORTEST_NUMBER = 3  # digits, or characters of an invoice's number
MOST_INVOICES = 200
OPEN_LINES_LIMIT = 40


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _accompanied = {"collector_id": "_change_collector"}
    _order = "priority_risk desc, id"

    amount_to_claim = fields.Monetary("To claim today", currency_field="company_currency_id", readonly=True)
    next_level_id = fields.Many2one("recovery.level", string="Next action", readonly=True, ondelete="set null")
    next_level_kind = fields.Selection(related="next_level_id.kind", string="Next action's kind")
    next_action_date = fields.Date("On", readonly=True, index="btree_not_null")
    next_action_code = fields.Char(readonly=True)
    next_action_text = fields.Char("Why", compute="_compute_next_action_text")
    banner = fields.Json(
        "What holds",
        compute="_compute_banner",
        help="A suspension, an agreement, a planned call, a handover: until when, why, by whom, and how to end it.",
    )
    todo_kind = fields.Selection(
        [
            ("call", "Call"),
            ("failed", "Failed delivery"),
            ("reply", "Reply to answer"),
            ("expired", "Mise en demeure expired"),
            ("deadline", "Procedural deadline"),
            ("promise", "Promise due or broken"),
            ("plan", "Payment plan to follow up"),
            ("dispute", "Dispute to answer"),
            ("approve", "Approval pending"),
            ("print", "Letter to print"),
            ("post", "Letter to post"),
            ("task", "Task due"),
            ("remind", "Reminder due"),
        ],
        string="To do",
        readonly=True,
        index="btree_not_null",
        help="The most urgent task today for this debtor; empty when there is nothing to do.",
    )
    todo_kinds = fields.Char(
        "All tasks",
        readonly=True,
        help="Every kind of task due today for this debtor, separated by commas: a filter finds each of them.",
    )
    todo_text = fields.Char(
        "Tasks, in words", compute="_compute_todo_text", help="Everything to do today, the most urgent first."
    )
    found_by = fields.Char(
        "Debtor, invoice, SIREN, telephone, e-mail, city",
        search="_search_found_by",
        store=False,
        help="Finds debtors by whatever a caller has at hand.",
    )
    priority_cash = fields.Float(
        "Cash fast",
        readonly=True,
        index=True,
        digits=(16, 0),
        aggregator=None,
        help="Large and recent first: overdue amounts count for 100% up to 30 days late, 60% up to 60, 30% up to "
        "90, 10% beyond.",
    )
    priority_risk = fields.Float(
        "Reduce risk",
        readonly=True,
        index=True,
        digits=(16, 0),
        aggregator=None,
        help="Large and old first: each overdue amount × the number of months late begun, × 1.5 when a final "
        "notice or a mise en demeure had no effect. €1,000 that is 45 days late ranks as 2,000.",
    )
    risk_weight = fields.Float(readonly=True, digits=(16, 2))
    escalated_on = fields.Date(
        "Manager notified on",
        readonly=True,
        index="btree_not_null",
        help="The day the overdue amount or its age exceeded the company's limits.",
    )
    ageing_gauge = fields.Json("Debt by age", compute="_compute_ageing")
    rank_text = fields.Text("Why this rank", compute="_compute_ageing")
    timeline = fields.Json(compute="_compute_timeline")
    open_line_ids = fields.Many2many("account.move.line", string="Open items", compute="_compute_open_line_ids")
    assignment_rule_id = fields.Many2one(
        "recovery.assignment.rule",
        string="Assigned by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The rule that chose the collector. Empty: chosen by hand, no rule changes it.",
    )

    @api.model
    def _explain_kept(self, names):
        if self._get_figure_fields() & names:
            return self.env._("These figures come from the accounts: they cannot be entered manually.")
        return super()._explain_kept(names)

    @api.model
    def _get_figure_fields(self):
        return super()._get_figure_fields() | {*FIGURES, "todo_kind", "todo_kinds", "escalated_on"}

    # ------------------------------------------------------------
    # What there is to do, and who is looked for
    # ------------------------------------------------------------
    @api.depends("todo_kinds", "next_level_id", "amount_to_claim")
    @api.depends_context("lang")
    def _compute_todo_text(self):
        found = {}
        for company, debtors in self._origin.grouped("company_id").items():
            if company:
                found |= self.env["recovery.todo"]._describe(company, company._recovery_today(), debtors)
        for debtor in self:
            debtor.todo_text = " · ".join(found.get(debtor._origin.id, ())) or False

    @api.model
    def _search_found_by(self, operator, value):
        """Find debtors by a name, a reference, a number of an invoice, a SIREN, a telephone, an e-mail or a town."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        text = value.strip()
        if not text:
            return Domain.TRUE
        partners = Domain.OR(Domain(name, "ilike", text) for name in FOUND_BY)
        digits = "".join(filter(str.isdigit, text))
        if len(digits) >= SHORTEST_NUMBER and not any(map(str.isalpha, text)):
            spaced = "%".join(digits.removeprefix("00").removeprefix("33").removeprefix("0"))
            partners |= Domain("phone", "ilike", spaced) | Domain("company_registry", "ilike", "%".join(digits))
        found = Domain("partner_id", "any", partners | Domain("child_ids", "any", partners))
        return found | self._find_by_invoice(text)

    @api.model
    def _find_by_invoice(self, text):
        """Return the domain of the debtors of the invoices that bear this number or reference."""
        if len(text) < SHORTEST_NUMBER:
            return Domain.FALSE
        named = Domain.OR(Domain(name, "ilike", text) for name in ("name", "ref", "payment_reference"))
        sales = self.env["account.move"].get_sale_types(include_receipts=True)
        domain = named & Domain("move_type", "in", sales) & Domain("state", "=", "posted")
        moves = self.env["account.move"].search_fetch(
            domain, ["commercial_partner_id", "company_id"], limit=MOST_INVOICES, order="id desc"
        )
        return Domain.OR(
            Domain("company_id", "=", company._recovery_root().id)
            & Domain("partner_id", "in", group.commercial_partner_id.ids)
            for company, group in moves.grouped("company_id").items()
        )

    def action_acknowledge(self):
        """Say that what failed for these debtors was seen: it is no longer to do, and stays in the history."""
        require_user(self.env)
        self.check_access("read")
        seen = self.env["recovery.todo"]._acknowledge(self)
        if not seen:
            return say(self.env, self.env._("There are no unacknowledged failures."), kind="info")
        return say(self.env, self.env._("Acknowledged: %s. It stays in the history.", seen))

    # ------------------------------------------------------------
    # What holds, and what comes next
    # ------------------------------------------------------------
    @api.depends("next_action_code", "next_action_date", "next_level_id", "oldest_due", "overdue_count")
    @api.depends_context("lang")
    def _compute_next_action_text(self):
        labels = self.env["recovery.selection"]._get_code_labels()
        standings = self._get_standings()
        for debtor in self:
            debtor.next_action_text = debtor._get_next_action_text(labels, standings.get(debtor, []))

    def _get_standings(self):
        """Return what holds of these debtors today, per debtor: what weighs most first."""
        found = {}
        for company, debtors in self._origin.grouped("company_id").items():
            if company:
                found |= debtors._read_standings(company._recovery_today())
        return {debtor: rank_standings(standings) for debtor, standings in found.items()}

    def _read_standings(self, day):
        """Add the planned calls."""
        standings = super()._read_standings(day)
        tasks = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(CALL_TYPE).id),
                ],
                order="date_deadline, id",
            )
        )
        for task in tasks:
            standings.setdefault(self.browse(task.res_id), []).append(self._prepare_call(task))
        return standings

    @api.model
    def _prepare_call(self, task):
        """Return a planned call as the debtor's banner says it."""
        values = {"date": format_date(self.env, task.date_deadline), "subject": task.summary or ""}
        text = (
            self.env._("Call planned for %(date)s: %(subject)s", **values)
            if task.summary
            else self.env._("Call planned for %(date)s", **values)
        )
        text = self.env["recovery.hold"]._say_author(text, task.user_id)
        return Standing(f"{task._name},{task.id}", CALL, text, task.date_deadline, task._prepare_undo())

    def _get_next_action_text(self, labels, standings):
        """Return why the next action is what it is: the sentence of what holds, where that decides.

        :param standings: what holds of the debtor, what weighs most first.
        """
        self.ensure_one()
        if self.next_action_code == DUE:
            return self._get_due_text()
        code_of = self.env["recovery.worklist"]._get_code_of
        deciding = [standing for standing in standings if code_of(standing) == self.next_action_code]
        if not deciding and not self.next_level_id:
            deciding = standings
        return deciding[0].text if deciding else labels.get(self.next_action_code, "")

    @api.depends("next_action_code", "next_action_date", "next_level_id")
    @api.depends_context("lang", "uid")
    def _compute_banner(self):
        standings = self._get_standings()
        for debtor in self:
            rows = [debtor._prepare_banner_row(standing) for standing in standings.get(debtor._origin, [])]
            debtor.banner = {"main": rows[0], "others": rows[1:]} if rows else False

    def _prepare_banner_row(self, standing):
        """Return what the banner shows of one thing that holds; its button for whoever may press it."""
        undo = standing.undo
        may_undo = undo and self.env.user.has_group(undo.group)
        return {
            "key": standing.key,
            "kind": standing.kind,
            "text": standing.text,
            "undo": undo.label if may_undo else False,
        }

    def action_undo(self, key=None):
        """End what holds of the debtor, by the button of its own record.

        :param str key: which one, as the banner names it.
        """
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        standing = next((row for row in self._get_standings().get(self, []) if row.undo and row.key == key), None)
        if not standing:
            raise UserError(self.env._("This no longer applies: check the debtor's screen again."))
        record = standing.undo.record.sudo(False)
        record.check_access("read")
        return getattr(record, standing.undo.method)()

    def _read_format(self, fnames, load="_classic_read"):
        """Bring figures up to date before a screen shows them, so that they are of the same moment as the gauges."""
        if not (self._get_figure_fields() | {"banner", "next_action_text"}).isdisjoint(fnames):
            self.env["recovery.worklist"]._catch_up(self._origin)
        return super()._read_format(fnames, load)

    def _get_due_text(self):
        """Return what is overdue, and what is about to be if that is what the next level is about."""
        parts = []
        if self.overdue_count:
            values = {"count": self.overdue_count, "date": format_date(self.env, self.oldest_due)}
            if self.overdue_count == 1:
                parts.append(self.env._("One instalment overdue since %(date)s", **values))
            else:
                parts.append(self.env._("%(count)s instalments overdue since %(date)s", **values))
        if self.next_level_id.kind == "courtesy" or not parts:
            parts.append(self.env._("an instalment is about to fall due"))
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    @api.model
    def action_open_worklist(self):
        """Open the list of what there is to do, in the user's own order; it brings its figures up to date by itself.

        A collector sees their own debtors first; the filter is theirs to remove.
        """
        return self._get_worklist_action(self.env.user._get_recovery_priority(self.env.company))

    @api.model
    def action_refresh_worklist(self):
        """Bring the figures of the list up to date: it asks for that whenever it is opened, by whatever door.

        Who only reads sees figures of today too, but promises and plans are judged, and letters leave, for a collector.
        """
        self.check_access("read")
        company = self.env.company
        if not company._recovery_is_open():
            return
        worklist, day = self.env["recovery.worklist"], company._recovery_today()
        if self.env.user.has_group(USER):
            is_new_day = company._recovery_root().recovery_worklist_date != day
            worklist._refresh(company, day)
            anomalies = self.env["recovery.anomaly"]
            anomalies._look(company) if is_new_day else anomalies._look_again(company)
        else:
            worklist._refresh_for_reader(company, day)

    @api.model
    def action_open_agenda(self):
        """Open the calendar of what falls due, was promised or must be done, as it is now."""
        self.check_access("read")
        company = self.env.company
        company._recovery_check_open()
        self.env["recovery.agenda.entry"]._fill(company)
        return self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_agenda_entry_action")

    @api.model
    def action_switch_priority(self, priority):
        """Open the worklist in the other order, and remember it for this user.

        :param str priority: ``cash`` or ``risk``.
        """
        if not isinstance(priority, str) or priority not in PRIORITIES:
            raise UserError(self.env._("The worklist has two orders: cash fast, reduce risk."))
        self.check_access("read")
        self.env.user.sudo().recovery_priority = priority
        return self._get_worklist_action(priority)

    @api.model
    def _get_worklist_action(self, priority):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"debt_recovery.{PRIORITIES[priority]}")
        context = {"search_default_to_do": 1}
        if self.search_count([("collector_id", "=", self.env.user.id)], limit=1):
            context["search_default_mine"] = 1
        return dict(action, context=context)

    def action_remind(self):
        """Propose a campaign for these debtors only, as of today; a second click opens what the first one proposed."""
        self.check_access("read")
        self.env["recovery.campaign"].check_access("create")
        company = self.company_id
        if len(company) != 1:
            raise UserError(self.env._("A campaign concerns one company: choose debtors of the same one."))
        if self.sudo().try_lock_for_update(allow_referencing=True) != self.sudo():
            raise UserError(self.env._("This is already in progress: wait a moment, then check again."))
        campaign = self._find_own_campaign(company)
        if not campaign:
            campaign = self.env["recovery.campaign"].create(
                {"company_id": company.id, "date": company._recovery_today(), "debtor_ids": self.ids}
            )
            campaign.action_propose()
        return campaign._get_records_action(name=self.env._("Campaign"))

    def _find_own_campaign(self, company):
        """Return the campaign that this user proposed today for just these debtors, and of which nothing was done."""
        campaigns = self.env["recovery.campaign"].search(
            [
                ("company_id", "=", company.id),
                ("date", "=", company._recovery_today()),
                ("state", "=", "proposed"),
                ("mode", "=", "proposal"),
                ("user_id", "=", self.env.uid),
                ("debtor_ids", "in", self.ids),
            ]
        )
        return campaigns.filtered(lambda campaign: campaign.debtor_ids == self)[:1]

    def action_hold(self):
        """Open the suspension of reminders for these debtors."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend reminders"),
            "res_model": "recovery.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_debtor_ids": self.ids},
        }

    def action_refresh(self):
        """Work out these debtors' figures again from the books."""
        self.check_access("read")
        for company, debtors in self.grouped("company_id").items():
            self.env["recovery.worklist"]._compute(company, company._recovery_today(), debtors.partner_id)

    def _tell_moved(self, day=None):
        """Show at once, on the debtors' screens, what a suspension or a limitation changed in what comes next.

        The figures stay those of the day of the list, whenever the suspension begins.
        """
        result = super()._tell_moved(day)
        for company, debtors in self.grouped("company_id").items():
            shown = day or company.sudo().recovery_worklist_date or company._recovery_today()
            self.env["recovery.waiting"]._refresh(company, shown, debtors.partner_id)
            self.env["recovery.worklist"]._compute(company, shown, debtors.partner_id)
        return result

    def action_view_open_items(self, bucket=None):
        """Open the debtor's open items, from the books.

        :param int bucket: only those of this age, a position on the ageing bar.
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        domain = self.env["recovery.ledger"]._get_open_items_domain(self.partner_id, self.company_id)
        if bucket is not None:
            if str(bucket) not in map(str, range(len(bucket_ranges()) + 1)):
                raise UserError(self.env._("There is nothing to open here."))
            domain &= self._get_bucket_domain(int(bucket))
        return narrow(action, domain=list(domain), context={"active_test": False})

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
            amount = currency.round(in_company_currency(item, item.residual - credit))
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

        cash = " + ".join(f"{money(amount)} × {say_percent(self.env, share)}" for amount, share in cash_parts(debts))
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
        return self.env._("The risk weighs more: a final level had no effect, or promises were broken.")

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
            domain = self.env["recovery.ledger"]._get_open_items_domain(debtor.partner_id, debtor.company_id)
            debtor.open_line_ids = self.env["account.move.line"].search(
                domain, order="date_maturity, id", limit=OPEN_LINES_LIMIT
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
                    CHANNEL_ICONS[delivery.channel],
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

    # ------------------------------------------------------------
    # Conversations: call, write by hand, send now
    # ------------------------------------------------------------
    def action_call(self):
        """Open the call: script and advice on one side, what comes out of it on the other."""
        self.ensure_one()
        return self._open_wizard("recovery.call.wizard", self.env._("Call %s", self.display_name), size="extra-large")

    def action_log_contact(self):
        """Log a letter, an e-mail, a visit or what the debtor said, outside the scenario."""
        self.ensure_one()
        return self._open_wizard("recovery.contact.wizard", self.env._("Log a contact"))

    def action_send_now(self):
        """Show what would leave today for this debtor, and send it when the user confirms."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        self.env["recovery.worklist"]._catch_up(self)
        return self.env["recovery.send.wizard"]._open(self)

    def action_write(self):
        """Write to the debtor off the scenario: it counts as a contact, and moves nobody on the ladder."""
        self.ensure_one()
        return self.env["recovery.free.reminder"]._open(self)

    def _open_wizard(self, model, title, size="large"):
        require_user(self.env)
        self.check_access("read")
        self.env["recovery.worklist"]._catch_up(self)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_debtor_id": self.id, "dialog_size": size},
        }

    # ------------------------------------------------------------
    # What a conversation opens
    # ------------------------------------------------------------
    def _get_next_step_action(self, step, delivery=None):
        """Return the window that the result of a contact opens, or None.

        :param str step: a value of ``recovery.call.result.next_step``.
        :param delivery: the contact that led here.
        """
        self.ensure_one()
        if step in ("promise", "plan", "dispute"):
            said = delivery.feedback if delivery else False
            return self._open_agreement_wizard(step, note=said, description=said)
        if step == "next_level":
            return self.action_send_now()
        if step == "correct_contact":
            return self.action_open_partner()
        if step == "hold":
            context = {"default_debtor_ids": self.ids, "default_reason": delivery.result_id.name if delivery else ""}
            if delivery and delivery.next_date:
                context["default_date_until"] = delivery.next_date
            return dict(self.action_hold(), context=context)
        return None

    def _schedule_call(self, day, summary):
        """Plan a call for whoever follows the debtor."""
        self.ensure_one()
        self.sudo().activity_schedule(CALL_TYPE, date_deadline=day, summary=summary, user_id=self._get_responsible().id)

    def _tell_manager(self, day, summary, note=None):
        """Give a recovery manager a task on the debtor, and trace it."""
        self.ensure_one()
        manager = self.env["recovery.decision"]._get_manager(self.company_id, self.env.user)
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=summary,
            note=note or "",
            user_id=(manager or self._get_responsible()).id,
        )
        self.env["recovery.event"]._log("escalated", self, summary, {"reason": note})

    # ------------------------------------------------------------
    # The script of a call, and what came before
    # ------------------------------------------------------------
    def _describe_last_contact(self):
        """Return the last contact in a line: the day, how, what about, what came out of it; empty without one."""
        self.ensure_one()
        reached = [("debtor_id", "=", self.id), ("state", "not in", ("to_do", "cancelled"))]
        last = self.env["recovery.delivery"].search(reached, order="queued_on desc, id desc", limit=1)
        if not last:
            return ""
        labels = {name: dict(last._fields[name]._description_selection(self.env)) for name in ("channel", "state")}
        moment = self.company_id._recovery_local_datetime(last.done_on or last.queued_on)
        said = last.feedback or labels["state"][last.state]
        subject = last.result_id.name or last.level_id.name or last.subject
        return " – ".join(
            filter(None, (format_date(self.env, moment.date()), labels["channel"][last.channel], subject, said))
        )

    def _describe_last_promise(self):
        """Return the last promise in a line: how much, for when, what became of it; empty without one."""
        self.ensure_one()
        last = self.env["recovery.promise"].search([("debtor_id", "=", self.id)], order="id desc", limit=1)
        if not last:
            return ""
        states = dict(last._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(amount)s for %(date)s – %(state)s",
            amount=last.currency_id.format(last.amount),
            date=format_date(self.env, last.date),
            state=states[last.state].lower(),
        )

    def _get_call_script(self, delivery, day):
        """Return the words of the call: those of the campaign that asked for it, else the scenario's, rendered."""
        self.ensure_one()
        notice = delivery.notice_id
        if notice:
            return self.env["recovery.rendering"]._render_script(notice.sudo())
        scenario = self.effective_scenario_id.sudo()
        level = scenario.level_ids.filtered(lambda level: level.kind == "call")[:1]
        if not level:
            level = scenario.level_ids.filtered(lambda level: level.channel_call and level.kind != COURTESY)[:1]
        return self._render_script(level, day) if level else ""

    def _render_script(self, level, day):
        """Render a level's wording on what this debtor owes today, without a notice being written."""
        self.ensure_one()
        lang = self.env.user.lang or self._get_language()
        notice = self._prepare_reading(day, lang, self._get_addressee(level.kind), level)
        if not notice.line_ids:  # the words would name no amount, no invoice and no date
            nothing = self.env._("Nothing is claimed from this debtor today.")
            return Markup("<p>%s %s</p>") % (nothing, self.next_action_text or "")
        words = level.sudo()
        try:
            texts = words._parse_texts(("body", "closing"), lang)
        except UserError as error:
            return words._describe_refusal(error)
        filled = words._fill_texts(texts, notice, lang)[notice]
        return filled["body"] + filled["closing"]

    def _prepare_reading(self, day, lang, addressee, level=None):
        """Return an unsaved notice of all that is late, net of credits: for a script, or words off the scenario."""
        self.ensure_one()
        company = self.company_id
        verdicts, _left = self.env["recovery.selection"]._evaluate(company, day, self.partner_id)
        late = [verdict for verdict in verdicts if verdict.item.due < day and verdict.net > 0]
        rows = []
        if late:
            columns = self.env["recovery.proposal"]._get_line_columns(late, "claimed", day, {})
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        Notice = self.env["recovery.notice"].sudo().with_context(lang=lang)
        return Notice.new(
            {
                "debtor_id": self.id,
                "company_id": company.id,
                "issuer_id": company.id,
                "partner_id": self.partner_id.id,
                "addressee_id": addressee.id,
                "level_id": level.id if level else False,
                "kind": level.kind if level else "reminder",
                "lang": lang,
                "date": day,
                "state": "draft",
                "oldest_due": min((verdict.item.due for verdict in late), default=False),
                "line_count": len(late),
                "line_ids": [(0, 0, row) for row in rows],
            }
        )

    # ------------------------------------------------------------
    # Assignment
    # ------------------------------------------------------------
    def _pass_on(self, name, leaver, heir):
        """Leave to its rule what a rule assigned: the rules share it out when they are applied again."""
        by_rule = self.filtered("assignment_rule_id").grouped("assignment_rule_id")
        result = super()._pass_on(name, leaver, heir)
        for rule, debtors in by_rule.items():
            debtors.write({"assignment_rule_id": rule.id})
        return result

    @contextmanager
    def _change_collector(self, vals):
        """Let a collector chosen by hand win over the rules, which name themselves and act with elevated rights."""
        if not (self.env.su and "assignment_rule_id" in vals):
            vals["assignment_rule_id"] = False
        yield

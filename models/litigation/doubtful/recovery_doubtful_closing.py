from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.recovery_xlsx_mixin import Column
from ...common.roles import require_manager, require_user
from ...credit.cover import covered
from .closing import spread_cover
from .grid import choose

# What the list for the accountant tells beside the depreciations.
MOVEMENTS = ("loss", "vat", "vat_lost", "recovery", "recovery_vat", "indemnity")


class RecoveryDoubtfulClosing(models.Model):
    """The doubtful claims on the day of a closing: what is depreciated of each, and why, ready for the accountant.

    It is proposed by the grid, changed by people line by line, reviewed, then booked as drafts. What an earlier
    closing booked is never booked twice: only the difference is.
    """

    _name = "recovery.doubtful.closing"
    _description = "Doubtful receivables closing"
    _inherit = ["recovery.guarded", "recovery.xlsx.mixin", "mail.thread"]
    _order = "day desc, id desc"
    _rec_name = "name"
    _unlinked_first = True
    _typed = ("line_ids", "note")
    _typed_once = ("company_id", "day")

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company._recovery_root()
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("Closing date", required=True, index=True)
    state = fields.Selection(
        [
            ("draft", "Being prepared"),
            ("reviewed", "Reviewed"),
            ("booked", "Drafts created"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("recovery.doubtful.closing.line", "closing_id", string="Claims")
    entry_ids = fields.Many2many("recovery.doubtful.entry", string="Entries", readonly=True)
    entry_count = fields.Integer("Drafts", compute="_compute_totals")
    wanted = fields.Monetary("Impairment", compute="_compute_totals")
    allocation = fields.Monetary("Allocations (6817)", compute="_compute_totals")
    reversal = fields.Monetary("Reversals (7817)", compute="_compute_totals")
    added_back = fields.Monetary("To be added back", compute="_compute_totals")
    reviewed_by_id = fields.Many2one("res.users", string="Reviewed by", readonly=True)
    note = fields.Text()

    _one_live = models.UniqueIndex(
        "(company_id, day) WHERE state != 'cancelled'", "This closing already exists: open it."
    )

    @api.depends("day", "company_id")
    def _compute_name(self):
        for closing in self:
            day, company = closing.day and format_date(self.env, closing.day), closing.company_id.name or ""
            if day:
                closing.name = self.env._("Closing of %(day)s, %(company)s", day=day, company=company)
            else:
                closing.name = self.env._("New closing")

    @api.depends("line_ids.wanted", "line_ids.movement", "line_ids.is_deductible", "entry_ids")
    def _compute_totals(self):
        for closing in self:
            lines, round_ = closing.line_ids, closing.currency_id.round
            closing.wanted = round_(sum(lines.mapped("wanted")))
            closing.allocation = round_(sum(max(line.movement, 0.0) for line in lines))
            closing.reversal = round_(sum(max(-line.movement, 0.0) for line in lines))
            closing.added_back = round_(sum(max(line.movement, 0.0) for line in lines if not line.is_deductible))
            closing.entry_count = len(closing.entry_ids)

    @api.model_create_multi
    def create(self, vals_list):
        closings = super().create(vals_list)
        for closing in closings:
            closing._check_day()
            closing.sudo()._propose()
        return closings

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        if self.filtered(lambda closing: closing.state == "booked"):
            raise UserError(self.env._("A closing that was booked must be kept: reverse its entries, then cancel it."))

    def _check_day(self):
        if self.company_id != self.company_id._recovery_root():
            raise UserError(self.env._("A closing covers the whole company, including its branches."))
        later = self.sudo().search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "booked")
            & Domain("day", ">", self.day)
            & Domain("id", "!=", self.id),
            limit=1,
        )
        if later:
            raise UserError(self.env._("%s is already booked: an earlier date can no longer be closed.", later.name))

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------
    def _propose(self):
        """Write what the grid proposes, line by line; what a person set at the last closing is kept."""
        self.ensure_one()
        last = self._read_last_lines()
        self.line_ids.unlink()
        rows = self._prepare_lines()
        for row in rows:
            if (line := last.get(row["doubtful_id"])) and line._is_own():
                row |= {
                    "rate": line.rate,
                    "is_amount_set": line.is_amount_set,
                    "amount_set": line.amount_set,
                    "justification": line.justification,
                    "is_deductible": line.is_deductible,
                }
        self.line_ids = [Command.create(row) for row in rows]

    def _read_last_lines(self):
        """Return the lines of the last closing that was booked, by claim."""
        last = self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "booked")
            & Domain("day", "<", self.day),
            order="day desc",
            limit=1,
        )
        return {line.doubtful_id.id: line for line in last.line_ids}

    def _prepare_lines(self):
        root, day = self.company_id, self.day
        claims = (
            self.env["recovery.doubtful"]
            .sudo()
            .search(
                Domain("company_id", "=", root.id)
                & Domain("state", "in", ("doubtful", "lost", "settled"))
                & (Domain("transferred_on", "<=", day) | Domain("is_taken_over", "=", True))
            )
        )
        open_then = self._read_open(claims, day)
        movements = self._read_movements(claims, day)
        positions = {
            claim: claim._get_position(open_then.get(claim.line_id.id, 0.0), movements[claim]) for claim in claims
        }
        booked = {claim: claim._sum_figures(movements[claim])["depreciated"] for claim in claims}
        kept = claims.filtered(lambda claim: positions[claim].net or positions[claim].vat or booked[claim])
        covers = self._read_cover(kept, positions, day)
        statuses = self._read_statuses(kept, day)
        grid = self.env["recovery.doubtful.rate"]._read_grid(root)
        names = {row.id: row for row in self.env["recovery.doubtful.rate"].sudo().search([])}
        rows = []
        for claim in kept:
            late = max((day - claim.due_date).days, 0) if claim.due_date else 0
            risk = claim.debtor_id.risk_class or ""
            row = choose(grid, late, statuses[claim], risk, day)
            rate = row.rate if row else 0.0
            reason = names[row.id].justification if row else self.env._("The rate table proposes nothing")
            told = self._justify(claim, reason, late)
            if not positions[claim].net and claim.is_vat_recoverable:
                row, rate = None, 0.0
                told = self._say_lost(claim, positions[claim].vat_total)
            rows.append(
                {
                    "doubtful_id": claim.id,
                    "days_late": late,
                    "status": statuses[claim],
                    "risk_class": risk,
                    "net": positions[claim].net,
                    "vat": positions[claim].vat_total,
                    "cover": covers[claim],
                    "is_vat_recoverable": claim.is_vat_recoverable,
                    "rate_id": row.id if row else False,
                    "rate_proposed": rate,
                    "rate": rate,
                    "justification": told,
                    "booked": booked[claim],
                }
            )
        return rows

    def _justify(self, claim, reason, late):
        """Return the justification of a line: why the claim is doubtful, how late it is, and the row of the grid."""
        delay = self.env._("1 day late") if late == 1 else self.env._("%s days late", late)
        parts = [claim.reason, delay if late else "", reason]
        return " – ".join(filter(None, parts))[:2000]

    def _say_lost(self, claim, vat):
        """Return why nothing is impaired of a claim of which no net price is open any more, and what still is."""
        if not vat:
            return self.env._("Nothing is open any more excluding VAT: there is nothing left to impair.")
        return self.env._(
            "Written off: only its VAT is still open (%s), to be reclaimed or written off. There is nothing left to "
            "impair.",
            formatLang(self.env, vat, currency_obj=claim.company_currency_id),
        )

    def _read_open(self, claims, day):
        """Return what was open that day on each line of 416, in the company's currency."""
        accounts = claims.line_id.account_id
        if not accounts:
            return {}
        items = self.env["recovery.ledger"]._read_items(self.company_id, day=day, as_of=day, accounts=accounts)
        return {item.own_line_id: item.residual_company for item in items}

    @api.model
    def _read_movements(self, claims, day):
        """Return the entries' lines that counted that day, by claim."""
        Line = self.env["recovery.doubtful.entry.line"].sudo()
        lines = Line.search(Domain("doubtful_id", "in", claims.ids) & Line._get_counted_domain(day))
        groups = lines.grouped("doubtful_id")
        return {claim: groups.get(claim, lines.browse()) for claim in claims}

    def _read_cover(self, claims, positions, day):
        """Return what insurers and guarantors would pay of each claim without VAT, the oldest first, and have paid."""
        covers = self.env["recovery.coverage"]._read_covers(self.company_id, claims.partner_id, day)
        places, shares = self.currency_id.decimal_places, {}
        for debtor, group in claims.grouped("debtor_id").items():
            group = group.sorted(lambda claim: (claim.due_date or claim.transferred_on, claim.id))
            bases = [positions[claim].net for claim in group]
            paid = covered(sum(bases), covers.get(debtor.partner_id.id, ()))
            for claim, share in zip(group, spread_cover(paid, bases, places), strict=True):
                shares[claim] = min(max(share, claim.indemnified), positions[claim].net)
        return shares

    @api.model
    def _read_statuses(self, claims, day):
        """Return the status of each claim in the words of the grid."""
        lines = claims.origin_line_id
        in_case = (
            self.env["recovery.case.line"]
            .sudo()
            .search(Domain("line_id", "in", lines.ids) & Domain("is_running", "=", True))
        )
        disputed = (
            self.env["recovery.dispute"]
            .sudo()
            .search(Domain("move_id", "in", claims.move_id.ids) & Domain("state", "=", "open"))
        )
        proceedings = self.env["recovery.insolvency"]._get_state(claims.debtor_id, day)
        statuses = {}
        for claim in claims:
            if state := proceedings[claim.debtor_id]:
                statuses[claim] = "safeguard" if state.kind == "safeguard" else "insolvency"
            elif claim.origin_line_id in in_case.line_id:
                statuses[claim] = "case"
            else:
                statuses[claim] = "disputed" if claim.move_id in disputed.move_id else "late"
        return statuses

    # ------------------------------------------------------------
    # Flow
    # ------------------------------------------------------------
    def action_propose(self):
        """Read the books again and propose anew; what was typed here is lost."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This closing was reviewed: undo the review before proposing again."))
        self.sudo()._propose()

    def action_review(self):
        """Say that each line was looked at: each needs its justification."""
        self.ensure_one()
        require_manager(self.env)
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This closing has already been reviewed."))
        bare = self.line_ids.filtered(lambda line: line.wanted and not (line.justification or "").strip())
        if bare:
            raise UserError(
                self.env._("%s has no justification: each line needs its own.", ", ".join(bare.mapped("move_name")))
            )
        self.sudo().write({"state": "reviewed", "reviewed_by_id": self.env.user.id})

    def action_reopen(self):
        """Take the review back."""
        self.ensure_one()
        require_manager(self.env)
        self.check_access("write")
        if self.state != "reviewed":
            raise UserError(self.env._("Only a closing that was reviewed, and not booked, can be undone."))
        self.sudo().write({"state": "draft", "reviewed_by_id": False})

    def action_book(self):
        """Make the draft entries: allocations and reversals, one entry per company of the books."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        if self.state != "reviewed":
            raise UserError(self.env._("A manager must review the closing first."))
        closing = self.sudo()
        closing._check_still_true()
        moved = closing.line_ids.filtered("movement")
        moved.doubtful_id._check_free()
        by_company = defaultdict(list)
        for line in moved:
            by_company[line.doubtful_id.book_company_id].append(
                {
                    "doubtful_id": line.doubtful_id.id,
                    "kind": "depreciation",
                    "amount": line.movement,
                    "reason": line.justification,
                    "is_deductible": line.is_deductible,
                }
            )
        entries = self.env["recovery.doubtful.entry"]
        for company, rows in by_company.items():
            company._recovery_check_unlocked(self.day)
            entries += entries._make("depreciation", company, self.day, rows)
        closing.write({"state": "booked", "entry_ids": [Command.set(entries.ids)]})
        # its lines were looked at one by one
        entries.sudo().write({"state": "reviewed", "reviewed_by_id": closing.reviewed_by_id.id})
        if not entries:
            return None
        return entries._get_records_action(name=self.env._("Entries on Doubtful Receivables"))

    def _check_still_true(self):
        """Refuse to book a closing whose figures moved since they were read."""
        fresh = {row["doubtful_id"]: row for row in self._prepare_lines()}
        names = ("net", "vat", "booked")
        compare = self.currency_id.compare_amounts
        for line in self.line_ids:
            row = fresh.pop(line.doubtful_id.id, dict.fromkeys(names, 0.0))
            if any(compare(line[name], row[name]) for name in names):
                raise UserError(
                    self.env._(
                        "%s moved since this closing was prepared: undo the review and propose it again.",
                        line.move_name,
                    )
                )
        if fresh:
            raise UserError(
                self.env._("Other claims have become doubtful since: undo the review and propose it again.")
            )

    def action_cancel(self):
        """Give up a closing; one that was booked needs its entries reversed or cancelled first."""
        self.ensure_one()
        require_manager(self.env)
        self.check_access("write")
        if self.sudo().entry_ids.filtered(lambda entry: entry.state in ("draft", "reviewed", "posted")):
            raise UserError(self.env._("Cancel or reverse its entries first."))
        self.sudo().state = "cancelled"

    def action_view_lines(self):
        """Open the claims of this closing on a screen of their own, with all that is known of each."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "recovery.doubtful.closing.line",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("closing_id", "=", self.id)],
            "context": {"create": False},
            "help": Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>')
            % (
                self.env._("No doubtful claim in this closing"),
                self.env._("Each doubtful claim of that day gets a row: “Propose again” lists them again."),
            ),
        }

    def action_view_entries(self):
        """Open the entries of this closing."""
        self.ensure_one()
        self.check_access("read")
        return self.entry_ids._get_records_action(name=self.env._("Entries on Doubtful Receivables"))

    # ------------------------------------------------------------
    # The list for the accountant
    # ------------------------------------------------------------
    def _fill_book(self, book):
        """Write the doubtful receivables of the closing: one line per claim, each with its reason."""
        columns = [
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Invoice"), width=18),
            Column(self.env._("Invoice date"), "date"),
            Column(self.env._("Due date"), "date"),
            Column(self.env._("Days late"), "integer", 10),
            Column(self.env._("Status"), width=18),
            Column(self.env._("Risk class"), width=10),
            Column(self.env._("Open excluding VAT"), "amount", total=True),
            Column(self.env._("VAT open"), "amount", total=True),
            Column(self.env._("Insured or guaranteed"), "amount", total=True),
            Column(self.env._("Base"), "amount", total=True),
            Column(self.env._("Rate (%)"), "rate", 9),
            Column(self.env._("Impairment"), "amount", total=True),
            Column(self.env._("Booked before"), "amount", total=True),
            Column(self.env._("Charge (6817)"), "amount", total=True),
            Column(self.env._("Reversal (7817)"), "amount", total=True),
            Column(self.env._("Deductible"), width=11),
            Column(self.env._("Justification"), width=60),
        ]
        statuses = dict(self.line_ids._fields["status"]._description_selection(self.env))
        yes, no = self.env._("Yes"), self.env._("No, to be added back")
        rows, sums = [], [0.0] * 8
        for line in self.line_ids:
            up, down = max(line.movement, 0.0), max(-line.movement, 0.0)
            figures = [line.net, line.vat, line.cover, line.base, line.wanted, line.booked, up, down]
            sums = [done + figure for done, figure in zip(sums, figures, strict=True)]
            rate = 100 * line.wanted / line.base if line.is_amount_set and line.base else line.rate
            rows.append(
                [
                    line.debtor_id.partner_id.display_name,
                    line.move_name,
                    line.invoice_date or None,
                    line.due_date or None,
                    line.days_late,
                    statuses.get(line.status, ""),
                    line.risk_class,
                    *figures[:4],
                    rate,
                    *figures[4:],
                    yes if line.is_deductible else no,
                    line.justification,
                ]
            )
        states = dict(self._fields["state"]._description_selection(self.env))
        book.add_sheet(
            self.env._("Doubtful Receivables"),
            self.name,
            [states[self.state], self.env._("Amounts in %s", self.currency_id.name)],
            columns,
            rows,
            sums,
        )
        self._fill_movements(book)

    def _fill_movements(self, book):
        """Write what was lost, taken back and recovered since the financial year began, each with its proof."""
        first = self.company_id.compute_fiscalyear_dates(self.day)["date_from"]
        lines = (
            self.env["recovery.doubtful.entry.line"]
            .sudo()
            .search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("state", "=", "posted")
                & Domain("kind", "in", MOVEMENTS)
                & Domain("day", ">=", first)
                & Domain("day", "<=", self.day),
                order="day, id",
            )
        )
        columns = [
            Column(self.env._("Date of the entry"), "date"),
            Column(self.env._("Entry"), width=16),
            Column(self.env._("Customer"), width=28),
            Column(self.env._("Invoice"), width=18),
            Column(self.env._("Subject"), width=26),
            Column(self.env._("Tax"), width=18),
            Column(self.env._("Amount"), "amount"),
            Column(self.env._("Proof"), width=36),
            Column(self.env._("Proved on"), "date"),
            Column(self.env._("Journal entry"), width=20),
        ]
        kinds = dict(lines._fields["kind"]._description_selection(self.env))
        rows = [
            [
                line.day,
                line.entry_id.number,
                line.debtor_id.partner_id.display_name,
                line.doubtful_id.move_name or "",
                kinds[line.kind],
                line.tax_id.name or "",
                line.amount,
                line.entry_id.loss_proof_id.name or "",
                line.entry_id.proof_date or None,
                line.entry_id.move_id.name or "",
            ]
            for line in lines
        ]
        book.add_sheet(
            self.env._("Losses and receipts"),
            self.name,
            [
                self.env._(
                    "From %(first)s to %(last)s",
                    first=format_date(self.env, first),
                    last=format_date(self.env, self.day),
                ),
                self.env._("Amounts in %s", self.currency_id.name),
            ],
            columns,
            rows,
        )

from collections import defaultdict
from hashlib import sha256
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from ...common.formatting import format_day, name_file, say_of
from ...common.marks import takes_reason
from ...common.own_values import without_defaults
from ...common.roles import require_manager, require_user
from ..evidence.reading import Unreadable
from .duplicate import Mention, Summary, bind, overprint, print_summary

_lt = LazyTranslate(__name__)

ACCOUNTANTS = ("account.group_account_user", "account.group_account_manager")
LIVE = ("draft", "reviewed", "posted")
NAMED = 2  # debtors that an entry names in a list


class Unpaid(NamedTuple):
    """One invoice whose VAT comes back: its mention, the invoice if we have it, and the amounts of the mention."""

    mention: Mention
    invoice: object
    net: float
    vat: float


class RecoveryDoubtfulEntry(models.Model):
    """One entry on doubtful receivables: proposed by a user, reviewed by a manager, posted by an accountant.

    It is a draft until somebody validates it, says what it does claim by claim, and is reversed with a reason.
    """

    _name = "recovery.doubtful.entry"
    _description = "Entry on doubtful receivables"
    _numbered = {"number": "recovery.doubtful.entry"}
    _digested = {"duplicate_id": "duplicate_sha256"}
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "id desc"
    _rec_name = "number"
    _unlinked_first = True
    _journal_words = {"claims": _lt("Claims"), "proof": _lt("Proof")}

    number = fields.Char(required=True, readonly=True, copy=False)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    book_company_id = fields.Many2one(
        "res.company", string="In the accounts of", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("transfer", "Transfer to doubtful"),
            ("depreciation", "Impairment"),
            ("loss", "Loss"),
            ("vat", "VAT recovery"),
            ("vat_lost", "VAT loss"),
            ("match", "Receipt on a doubtful claim"),
            ("recovery", "Recovery after a loss"),
            ("indemnity", "Insurance payout"),
            ("netting", "Set-off"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    day = fields.Date("Date of the entry", required=True, readonly=True, index=True)
    line_ids = fields.One2many("recovery.doubtful.entry.line", "entry_id", string="Movements", readonly=True)
    debtor_text = fields.Char("Debtors", compute="_compute_debtor_text")
    amount = fields.Monetary("Total", compute="_compute_amount", store=True)
    loss_proof_id = fields.Many2one("recovery.loss.proof", string="Proof", readonly=True, ondelete="restrict")
    proof_date = fields.Date("Proved on", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", readonly=True, bypass_search_access=True)
    note = fields.Text(readonly=True)
    mention = fields.Text("Wording on the duplicate invoice", compute="_compute_mention")
    state = fields.Selection(
        [
            ("draft", "Proposed"),
            ("reviewed", "Reviewed"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
    )
    user_id = fields.Many2one("res.users", string="Proposed by", required=True, readonly=True)
    reviewed_by_id = fields.Many2one("res.users", string="Reviewed by", readonly=True)
    posted_by_id = fields.Many2one("res.users", string="Posted by", readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Journal entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    figures = fields.Json("What was reviewed", readonly=True)
    duplicate_id = fields.Many2one(
        "ir.attachment", string="Duplicates of the invoices", readonly=True, ondelete="restrict", copy=False
    )
    duplicate_sha256 = fields.Char("SHA-256 of the duplicates", readonly=True, copy=False)
    reversal_move_id = fields.Many2one(
        "account.move", string="Reversing entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    reversal_reason = fields.Char("Why it is reversed", readonly=True)
    reversed_on = fields.Date("Date of the reversal", readonly=True)

    _number_company_uniq = models.UniqueIndex("(company_id, number)", "This number is already used.")

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for entry in self:
            entry.amount = entry.currency_id.round(sum(entry.line_ids.mapped("amount")))

    @api.depends("line_ids.debtor_id", "line_ids.line_id.partner_id")
    @api.depends_context("lang")
    def _compute_debtor_text(self):
        """Name whom an entry is about: the first ones, and how many others there are."""
        for entry in self:
            rows = entry.sudo().line_ids
            partners = (row.debtor_id.partner_id or row.line_id.partner_id.commercial_partner_id for row in rows)
            names = list(dict.fromkeys(filter(None, (partner.display_name for partner in partners))))
            more = self.env._(" and %s more", len(names) - NAMED) if len(names) > NAMED else ""
            entry.debtor_text = ", ".join(names[:NAMED]) + more

    @api.depends("line_ids.amount", "kind")
    @api.depends_context("lang")
    def _compute_mention(self):
        """The mention of CGI ann. IV art. 48, invoice by invoice."""
        for entry in self:
            mentions = [row.mention for _debtor, rows in entry._get_mentions() for row in rows]
            entry.mention = "\n".join(say_of(self.env, mention.name, mention.text) for mention in mentions) or False

    def _get_mentions(self):
        """Return ``[(debtor, [Unpaid])]``, invoice by invoice, of the VAT that comes back by the return.

        VAT on receipts was never due by us nor deducted by the customer: there is nothing to forbid.
        """
        self.ensure_one()
        lines = self.sudo().line_ids.filtered(
            lambda line: line.kind == "vat" and line.tax_id.tax_exigibility != "on_payment"
        )
        found = []
        for debtor, own in lines.grouped("debtor_id").items():
            rows = []
            for parts in own.grouped(lambda line: line.doubtful_id.move_id or line.doubtful_id).values():
                claims = parts.doubtful_id
                net, vat = sum(self._get_net(claim) for claim in claims), sum(parts.mapped("amount"))
                mention = Mention(
                    claims[0].move_name or "",
                    format_day(self.env, claims[0].invoice_date) if claims[0].invoice_date else "",
                    self._format_amount(net),
                    self._format_amount(vat),
                )
                invoice = claims.move_id.browse() if claims[0].is_taken_over else claims[0].move_id
                rows.append(Unpaid(mention, invoice, net, vat))
            found.append((debtor, rows))
        return found

    def _get_net(self, claim):
        """Return the net price whose VAT comes back here: lost since the last time, but for what an insurer paid."""
        lines = claim.entry_line_ids.filtered(lambda line: line.state == "posted" and line.entry_id.id < self.id)
        last = max(lines.filtered(lambda line: line.kind == "vat").entry_id.ids, default=0)
        lost = lines.filtered(lambda line: line.kind == "loss" and line.entry_id.id > last)
        return self.currency_id.round(sum(lost.mapped("amount")) * (1 - claim._get_insured_part()))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("An entry is cancelled or reversed, never deleted: the audit trail must be kept."))

    # ------------------------------------------------------------
    # Proposing
    # ------------------------------------------------------------
    @api.model
    def _make(self, kind, company, day, rows, account=None, is_penalty=False, attachment_ids=None, **vals):
        """Make an entry and its draft in the books of a company.

        :param rows: values of its lines.
        :param account: where a transfer goes.
        """
        require_user(self.env)
        self._check_days(day, rows)
        entry = self.sudo().create(
            {
                "number": self.env["ir.sequence"]
                .sudo()
                .with_company(company._recovery_root())
                .next_by_code(self._name, sequence_date=day)
                or "/",
                "company_id": company._recovery_root().id,
                "book_company_id": company.id,
                "kind": kind,
                "day": day,
                "user_id": self.env.user.id,
                "attachment_ids": [Command.set(attachment_ids.ids if attachment_ids else [])],
                "line_ids": [Command.create(row) for row in rows],
                **vals,
            }
        )
        adopt(entry, by=self.env.user)
        entry._create_move(account, is_penalty)
        entry._log("doubtful_proposed", self.env._("proposed"))
        return entry.with_env(self.env)

    @api.model
    def _check_days(self, day, rows):
        """Refuse an entry before what it settles: the books of that day would know what had not happened yet."""
        settled = (
            self.env["recovery.doubtful"]
            .sudo()
            .browse([row["doubtful_id"] for row in rows if row.get("doubtful_id")])
            .line_id
        )
        settled |= self.env["account.move.line"].sudo().browse([row["line_id"] for row in rows if row.get("line_id")])
        later = settled.filtered(lambda line: line.date > day)[:1]
        if later:
            raise UserError(
                self.env._(
                    "%(line)s is dated %(date)s: nothing can be booked on it on %(day)s.",
                    line=later.move_id.name or later.display_name,
                    date=format_date(self.env, later.date),
                    day=format_date(self.env, day),
                )
            )

    def _create_move(self, account, is_penalty):
        self.ensure_one()
        company = self.book_company_id
        lines = [vals for row in self.line_ids for vals in getattr(self, f"_prepare_{row.kind}")(row, account)]
        self.move_id = (
            without_defaults(self.env["account.move"])
            .sudo()
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "company_id": company.id,
                    "journal_id": company._recovery_doubtful_journal().id,
                    "date": self.day,
                    "ref": self._get_title(),
                    "recovery_doubtful_entry_id": self.id,
                    "recovery_is_penalty": is_penalty,
                    "line_ids": [Command.create(vals) for vals in self._merge(lines)],
                }
            )
        )
        self.figures = self._read_figures(self.move_id)

    def _get_title(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return f"{self.number} – {kinds[self.kind]}"

    @api.model
    def _merge(self, lines):
        """Return the lines, those of one claim on one account added up."""
        merged = {}
        for vals in lines:
            key = tuple(
                (name, str(value)) for name, value in vals.items() if name not in ("balance", "amount_currency")
            )
            if key in merged:
                for name in ("balance", "amount_currency"):
                    if name in vals:
                        merged[key][name] += vals[name]
            else:
                merged[key] = dict(vals)
        return merged.values()

    def _prepare_line(self, account, balance, row, **vals):
        """Return the values of a line of the journal entry, in the company's currency unless said.

        Income and expenses bear no customer: core would propose these accounts on its next invoice or credit note.
        """
        claim = row.doubtful_id
        is_profit_or_loss = account.internal_group in ("income", "expense")
        return {
            "account_id": account.id,
            "partner_id": not is_profit_or_loss and (claim.partner_id or row.line_id.partner_id).id,
            "name": f"{self._get_title()} – {claim.move_name or row.line_id.move_id.name or ''}",
            "currency_id": self.currency_id.id,
            "balance": balance,
            "amount_currency": balance,
            "tax_ids": [Command.clear()],
            **vals,
        }

    def _prepare_on_claim(self, row, amount, **vals):
        """Return the credit that settles a part of a claim, in its own currency."""
        return self._prepare_against(row.doubtful_id.line_id, -amount, row, **vals)

    def _prepare_against(self, line, balance, row, **vals):
        """Return the line that settles a part of another one, at the rate at which that one stands in the books."""
        ratio = line.amount_residual_currency / line.amount_residual if line.amount_residual else 1.0
        return self._prepare_line(
            line.account_id,
            balance,
            row,
            partner_id=line.partner_id.id,
            currency_id=line.currency_id.id,
            amount_currency=line.currency_id.round(balance * ratio),
            date_maturity=line.date_maturity,
            recovery_settles_line_id=line.id,
            **vals,
        )

    def _prepare_transfer(self, row, account):
        line = row.doubtful_id.origin_line_id
        common = {
            "partner_id": line.partner_id.id,
            "name": line.name or line.move_id.name,
            "currency_id": line.currency_id.id,
            "date_maturity": line.date_maturity,
            "analytic_distribution": line.analytic_distribution,
            "recovery_origin_line_id": line.id,
        }
        amount, residual = line.amount_residual_currency, line.amount_residual
        yield self._prepare_line(account, residual, row, **common | {"amount_currency": amount})
        yield self._prepare_line(
            line.account_id,
            -residual,
            row,
            **common | {"amount_currency": -amount, "recovery_settles_line_id": line.id},
        )

    def _prepare_depreciation(self, row, _account):
        book = self.book_company_id._recovery_doubtful_book
        if row.amount >= 0:
            yield self._prepare_line(book("allocation"), row.amount, row)
            yield self._prepare_line(book("depreciation"), -row.amount, row)
        else:
            yield self._prepare_line(book("depreciation"), -row.amount, row)
            yield self._prepare_line(book("reversal"), row.amount, row)

    def _get_loss_account(self, claim):
        """Return where a loss goes: receivables of the financial year, or of former ones."""
        first = self.book_company_id.compute_fiscalyear_dates(self.day)["date_from"]
        role = "loss" if claim.invoice_date and claim.invoice_date >= first else "past_loss"
        return self.book_company_id._recovery_doubtful_book(role)

    def _prepare_loss(self, row, _account):
        yield self._prepare_line(self._get_loss_account(row.doubtful_id), row.amount, row)
        yield self._prepare_on_claim(row, row.amount)

    _prepare_vat_lost = _prepare_loss

    def _prepare_vat(self, row, _account):
        """VAT that was due comes back by the return; that on receipts was never due: what waits is cancelled."""
        claim, tax = row.doubtful_id, row.tax_id
        pending = claim.move_id.line_ids.filtered(lambda line: line.tax_line_id == tax)[:1]
        if tax.tax_exigibility == "on_payment":
            account = pending.account_id or tax.cash_basis_transition_account_id
            vals = {"recovery_settles_line_id": pending.id} if pending and account.reconcile else {}
            yield self._prepare_line(account, row.amount, row, **vals)
        else:
            tags = self.book_company_id._recovery_doubtful_tags(tax)
            yield self._prepare_line(
                pending.account_id or self._get_tax_account(tax), row.amount, row, tax_tag_ids=[Command.set(tags.ids)]
            )
        yield self._prepare_on_claim(row, row.amount)

    def _get_tax_account(self, tax):
        account = tax.invoice_repartition_line_ids.filtered(lambda part: part.repartition_type == "tax").account_id[:1]
        if not account:
            raise UserError(self.env._("The tax “%s” has no account.", tax.name))
        return account

    def _prepare_match(self, row, _account):
        claim, credit = row.doubtful_id.line_id, row.line_id
        vals = {"recovery_origin_line_id": credit.id}
        if claim.currency_id != self.currency_id:
            # the same sum of that currency on both sides, at the rate of the claim: core books the difference
            paid = claim.currency_id.round(row.amount * claim.amount_residual_currency / claim.amount_residual)
            paid = min(paid, claim.amount_residual_currency, -credit.amount_residual_currency)
            yield self._prepare_against(credit, row.amount, row, **vals) | {"amount_currency": paid}
            yield self._prepare_on_claim(row, row.amount, **vals) | {"amount_currency": -paid}
            return
        yield self._prepare_against(credit, row.amount, row, **vals)
        yield self._prepare_on_claim(row, row.amount, **vals)

    def _prepare_recovery(self, row, _account):
        """What a credit note takes back was no loss; what was paid is income."""
        if row.line_id.move_id.move_type == "out_refund":
            account = self._get_loss_account(row.doubtful_id)
        else:
            account = self.book_company_id._recovery_doubtful_book("recovered")
        yield self._prepare_against(row.line_id, row.amount, row)
        yield self._prepare_line(account, -row.amount, row)

    def _prepare_recovery_vat(self, row, _account):
        """VAT that had come back is due again; what a credit note took back a second time stands where it came back."""
        tax = row.tax_id
        parts = tax.invoice_repartition_line_ids.filtered(lambda part: part.repartition_type == "tax")
        tags = parts.tag_ids
        if row.line_id.move_id.move_type == "out_refund" and tax.tax_exigibility != "on_payment":
            tags = self.book_company_id._recovery_doubtful_tags(tax)
        yield self._prepare_against(row.line_id, row.amount, row)
        yield self._prepare_line(self._get_tax_account(tax), -row.amount, row, tax_tag_ids=[Command.set(tags.ids)])

    def _prepare_indemnity(self, row, _account):
        yield self._prepare_against(row.line_id, row.amount, row)
        yield self._prepare_line(self.book_company_id._recovery_doubtful_book("indemnity"), -row.amount, row)

    def _prepare_netting(self, row, _account):
        yield self._prepare_against(row.line_id, row.amount, row)

    # ------------------------------------------------------------
    # Review and posting
    # ------------------------------------------------------------
    @api.model
    def _may_post(self):
        """Tell whether the user posts these entries."""
        return any(self.env.user.has_group(group) for group in ACCOUNTANTS)

    def action_review(self):
        """Say that these proposals were looked at: an accountant may post them."""
        require_manager(self.env)
        self.check_access("read")
        drafts = self.filtered(lambda entry: entry.state == "draft")
        if not drafts:
            raise UserError(self.env._("There is nothing to review here."))
        for entry in drafts:
            entry._check_unchanged(entry.sudo().move_id)
        drafts.sudo().write({"state": "reviewed", "reviewed_by_id": self.env.user.id})
        drafts._log("doubtful_reviewed", self.env._("reviewed"))

    def action_post(self):
        """Post what was reviewed."""
        self.check_access("read")
        if not self._may_post():
            raise AccessError(
                self.env._("An accountant posts the entries on doubtful receivables, once they have been reviewed.")
            )
        ready = self.filtered(lambda entry: entry.state == "reviewed" or entry._is_reversing())
        if not ready:
            raise UserError(self.env._("A manager must review the entry first."))
        for entry in ready:
            move = entry.reversal_move_id if entry._is_reversing() else entry.move_id
            entry.sudo().posted_by_id = self.env.user
            move.with_user(self.env.user).sudo().action_post()

    def _is_reversing(self):
        self.ensure_one()
        return self.state == "posted" and self.sudo().reversal_move_id.state == "draft"

    def _check_posting(self, moves):
        """Refuse to post what nobody reviewed, what changed since, or what a closed period moved to another day."""
        for entry in self:
            move = moves.sudo().filtered(lambda move, entry=entry: move == entry.move_id)
            if not move:
                continue
            if entry.state != "reviewed":
                raise UserError(self.env._("%s: a manager must review the entry first.", entry.number))
            if move.date != entry.day:
                raise UserError(
                    self.env._(
                        "%(entry)s is dated %(day)s, but the accounts are closed for that date. Cancel it and "
                        "propose it again on an open date.",
                        entry=entry.number,
                        day=format_date(self.env, entry.day),
                    )
                )
            entry._check_unchanged(move)
            for line in move.line_ids.filtered("recovery_settles_line_id"):
                settled = line.recovery_settles_line_id
                if line._recovery_is_more_than(settled):
                    raise UserError(
                        self.env._(
                            "%(entry)s: %(line)s has been paid or matched since it was proposed. Cancel it and "
                            "propose it again.",
                            entry=entry.number,
                            line=settled.move_id.name,
                        )
                    )

    @api.model
    def _read_figures(self, move):
        """Return what an entry says, as Json keeps it: what each account gets, by customer and currency."""
        sums = defaultdict(float)
        for line in move.line_ids:
            sums[f"{line.account_id.id}/{line.partner_id.id}/{line.currency_id.id}"] += line.balance
        return {key: round(amount, 4) for key, amount in sorted(sums.items()) if round(amount, 4)}

    def _check_unchanged(self, move):
        if self.figures != self._read_figures(move):
            raise UserError(
                self.env._(
                    "%(move)s no longer matches what %(entry)s proposed. Cancel it and propose it again.",
                    move=move.display_name,
                    entry=self.number,
                )
            )

    def _check_kept(self, moves):
        """Refuse to take a posted entry back to draft: it is reversed with a reason."""
        kept = self.filtered(lambda entry: entry.state in ("posted", "reversed"))
        if kept:
            raise UserError(self.env._("%s is reversed with a reason, not reset to draft.", kept[0].number))

    # ------------------------------------------------------------
    # What became of the journal entry
    # ------------------------------------------------------------
    def _follow_moves(self):
        """Bring the entries into line with the books: posted, reversed, cancelled or deleted."""
        for entry in self.sudo().exists():
            move, reversal = entry.move_id.exists(), entry.reversal_move_id.exists()
            if entry.state in ("draft", "reviewed") and (not move or move.state == "cancel"):
                entry.state = "cancelled"
                entry._log("doubtful_cancelled", self.env._("cancelled"))
            elif entry.state in ("draft", "reviewed") and move.state == "posted":
                entry.state = "posted"
                entry.posted_by_id = entry.posted_by_id or self.env.user
                entry._settle(move)
                entry._log("doubtful_posted", self.env._("posted"))
            elif entry.state == "posted" and reversal.state == "posted":
                entry._unsettle(move, reversal)
                entry.write({"state": "reversed", "reversed_on": reversal.date})
                entry._log("doubtful_reversed", self.env._("reversed"), {"reason": entry.reversal_reason})

    def _settle(self, move):
        """Match the lines of the entry with what they settle, and let the claims follow their line on 416."""
        for pairs in self._plan_matching(move):
            self.env["account.move.line"]._reconcile_plan(pairs)
        if self.kind == "transfer":
            passed = {
                line.recovery_origin_line_id: line
                for line in move.line_ids
                if line.recovery_origin_line_id and not line.recovery_settles_line_id
            }
            for claim in self.line_ids.doubtful_id:
                claim.line_id = passed.get(claim.origin_line_id)

    @api.model
    def _plan_matching(self, move):
        """Return rounds of what is matched together: each invoice once in a round, the rest of its VAT goes last."""
        rounds, turns = defaultdict(list), defaultdict(int)
        for settled, lines in move.line_ids.grouped("recovery_settles_line_id").items():
            if settled:
                document = (settled.recovery_origin_line_id or settled).move_id
                rounds[turns[document]].append(settled | lines)
                turns[document] += 1
        return rounds.values()

    def _unsettle(self, move, reversal):
        """Take the matchings of the entry back, and match it with what reverses it."""
        lines = move.line_ids.filtered(lambda line: line.account_id.reconcile)
        lines.remove_move_reconcile()
        both = (lines | reversal.line_ids).filtered(lambda line: line.account_id.reconcile and not line.reconciled)
        for group in both.grouped(lambda line: (line.account_id, line.partner_id, line.currency_id)).values():
            group.reconcile()

    # ------------------------------------------------------------
    # Cancelling and reversing
    # ------------------------------------------------------------
    def action_cancel(self):
        """Give up proposals that nobody posted."""
        require_user(self.env)
        self.check_access("read")
        waiting = self.filtered(lambda entry: entry.state in ("draft", "reviewed"))
        if not waiting:
            raise UserError(self.env._("Only what has not been posted can be cancelled: reverse what is posted."))
        waiting.sudo().move_id.button_cancel()

    def action_reverse(self):
        """Ask for a reason, then propose the entry that reverses this one."""
        return self.env["recovery.reason.wizard"]._open(self, "_reverse", self.env._("Reverse"))

    @takes_reason
    def _reverse(self, reason):
        """Propose to reverse posted entries: a draft that an accountant validates."""
        require_user(self.env)
        self.check_access("read")
        for entry in self.sudo():
            entry._check_reversible()
            today = entry.book_company_id._recovery_today()
            entry.book_company_id._recovery_check_unlocked(today, has_tax=entry.kind in ("vat", "recovery"))
            reversal = entry.move_id._reverse_moves(
                [
                    {
                        "date": today,
                        "ref": self.env._("Reversal of %(entry)s: %(reason)s", entry=entry.number, reason=reason),
                    }
                ]
            )
            reversal.recovery_doubtful_entry_id = entry
            entry.write({"reversal_move_id": reversal.id, "reversal_reason": reason})

    def _check_reversible(self):
        self.ensure_one()
        if self.state != "posted":
            raise UserError(self.env._("%s is not posted: cancel it instead.", self.number))
        if self.reversal_move_id.exists():
            raise UserError(self.env._("The entry that reverses %s already exists.", self.number))
        claims = self.line_ids.doubtful_id
        later = claims.entry_line_ids.entry_id.filtered(
            lambda entry: entry.state in LIVE and entry.id > self.id and entry.kind in self._get_resting_kinds()
        )
        if later:
            raise UserError(
                self.env._(
                    "%(later)s depends on %(entry)s: reverse or cancel it first.",
                    later=", ".join(later.mapped("number")),
                    entry=self.number,
                )
            )
        if self.kind == "transfer":
            for claim in claims:
                if claim.currency_id.compare_amounts(claim.amount_open, claim.amount):
                    raise UserError(
                        self.env._(
                            "%s has been partly paid since it became doubtful: its transfer stays.", claim.move_name
                        )
                    )
                if claim.depreciated:
                    raise UserError(self.env._("%s is impaired: reverse that first.", claim.move_name))

    def _get_resting_kinds(self):
        """Return the kinds of later entries that rest on this one."""
        return {
            "transfer": ("depreciation", "loss", "vat", "vat_lost", "match", "recovery", "indemnity"),
            "depreciation": ("depreciation", "loss"),
            "loss": ("vat", "vat_lost", "recovery", "depreciation"),
            "vat": ("recovery",),
            "vat_lost": ("recovery",),
        }.get(self.kind, ())

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _log(self, kind, what, details=None):
        self.env["recovery.event"]._log(
            kind,
            self,
            lambda entry: self.env._("%(entry)s %(what)s", entry=entry._get_title(), what=what),
            lambda entry: {
                "amount": entry.amount,
                "date": fields.Date.to_string(entry.day),
                "claims": ", ".join(filter(None, entry.sudo().line_ids.doubtful_id.mapped("move_name"))),
                "proof": entry.sudo().loss_proof_id.name or None,
                **(details or {}),
            },
            debtors=lambda entry: (
                entry.sudo().line_ids.debtor_id if len(entry.sudo().line_ids.debtor_id) == 1 else None
            ),
        )

    # ------------------------------------------------------------
    # Duplicates of the invoices
    # ------------------------------------------------------------
    def action_print_duplicates(self):
        """Download the duplicates that tell the customers that their deduction falls; made once, then kept."""
        self.ensure_one()
        self.check_access("read")
        if not self.duplicate_id:
            self._make_duplicates()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.duplicate_id.id}?download=true",
            "target": "download",
        }

    def _make_duplicates(self):
        """Print the list of each customer and its invoices with the mention, and keep them with their digest."""
        require_user(self.env)
        if self.state != "posted":
            raise UserError(self.env._("The duplicates are generated once the entry is posted."))
        debtors = [debtor for debtor, _rows in self._get_mentions()]
        if not debtors:
            raise UserError(self.env._("No VAT is reclaimed through the return here: there is no duplicate to send."))
        pages = []
        for debtor in debtors:
            localized = self.with_context(lang=debtor.partner_id.lang or self.env.lang)
            rows = dict(localized._get_mentions())[debtor]
            pages.append(localized._print_summary(debtor, rows))
            pages += localized._overprint([row for row in rows if row.invoice.is_sale_document()])
        content = bind(pages)
        name = name_file(self.day, self.number, self.env._("duplicates"), "pdf")
        file = (
            without_defaults(self.env["ir.attachment"])
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        digest = sha256(content).hexdigest()
        self.sudo().write({"duplicate_id": file.id, "duplicate_sha256": digest})
        self._log("doubtful_duplicates", self.env._("duplicates generated"), {"sha256": digest})

    def _print_summary(self, debtor, rows):
        """Return the list of the invoices of one customer, in the language of the context."""
        company = self.book_company_id
        summary = Summary(
            self.env._("Unpaid invoices: VAT that can no longer be deducted"),
            (
                self.env._("From %s", ", ".join(filter(None, (company.name, company.vat)))),
                self.env._("To %s", ", ".join(filter(None, (debtor.partner_id.name, debtor.partner_id.vat)))),
                self.env._(
                    "Proof: %(proof)s of %(day)s. Entry %(entry)s of %(posted)s.",
                    proof=self.loss_proof_id.name,
                    day=format_day(self.env, self.proof_date),
                    entry=self.number,
                    posted=format_day(self.env, self.day),
                ),
            ),
            (
                self.env._("Invoice"),
                self.env._("Date"),
                self.env._("Net price unpaid"),
                self.env._("VAT unpaid"),
            ),
            self.env._("Total"),
            self._format_amount(sum(row.net for row in rows)),
            self._format_amount(sum(row.vat for row in rows)),
        )
        return print_summary([row.mention for row in rows], summary)

    def _overprint(self, rows):
        """Return the duplicates of invoices, as they left, each with its mention on each page."""
        moves = self.env["account.move"].union(*(row.invoice for row in rows)).sudo()
        files = {move: move.invoice_pdf_report_id.raw for move in moves}
        missing = moves.filtered(lambda move: not files[move])
        # what became of an invoice since is no part of it: core's other document would say that losses paid it
        files |= self.env["recovery.printing"]._render_pdf("account.account_invoices_without_payment", missing)
        word = self.env._("Duplicate")
        pages = []
        for row in rows:
            try:
                pages.append(overprint(files[row.invoice.sudo()], row.mention, word))
            except Unreadable as error:
                raise UserError(
                    self.env._("The PDF of %s cannot be opened: generate it again.", row.invoice.name)
                ) from error
        return pages

    def action_view_move(self):
        """Open the journal entry."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id._get_records_action(name=self.number)

    def action_view_claims(self):
        """Open the claims of this entry."""
        self.check_access("read")
        return self.line_ids.doubtful_id._get_records_action(name=self.env._("Doubtful Claims"))

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.bounds import get_finite
from ...common.formatting import format_day
from ...common.marks import takes_reason
from ...common.roles import require_manager, require_user
from .closing import release
from .vat import Share, get_position, get_vat_of_loss, split

_lt = LazyTranslate(__name__)

# What an entry's line adds to which figure of its claim.
FIGURES = {
    "depreciation": "depreciated",
    "loss": "lost",
    "vat": "vat_recovered",
    "vat_lost": "vat_lost",
    "recovery": "recovered",
    "indemnity": "indemnified",
}


class RecoveryDoubtful(models.Model):
    """A doubtful claim: one instalment that passed to 416, or that was found there, until it is paid or lost.

    Its figures are read in the entries that were posted on it; nobody types them.
    """

    _name = "recovery.doubtful"
    _description = "Doubtful claim"
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "due_date, id"
    _rec_name = "move_name"
    _unlinked_first = True
    _typed = ("is_vat_recoverable", "note")
    _journal_words = {"depreciated": _lt("Impaired")}

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    book_company_id = fields.Many2one(
        "res.company", string="In the accounts of", required=True, readonly=True, index=True
    )
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    origin_line_id = fields.Many2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    line_id = fields.Many2one(
        "account.move.line", string="Line on 416", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char("Invoice", readonly=True)
    invoice_date = fields.Date("Invoice date", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    transferred_on = fields.Date("Doubtful since", readonly=True)
    reason = fields.Char("Why it is doubtful", readonly=True)
    is_taken_over = fields.Boolean(
        "Carried over", readonly=True, help="It was already on 416: nothing was posted to carry it over."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    amount = fields.Monetary("Amount when it became doubtful", readonly=True)
    amount_company = fields.Monetary(
        "Amount when it became doubtful (company currency)", currency_field="company_currency_id", readonly=True
    )
    amount_open = fields.Monetary("Still open", compute="_compute_open", store=True)
    amount_open_company = fields.Monetary(
        "Still open (company currency)", currency_field="company_currency_id", compute="_compute_open", store=True
    )
    shares = fields.Json("Net price and VAT by tax", readonly=True)
    taken_depreciation = fields.Monetary(
        "Impaired when carried over", currency_field="company_currency_id", readonly=True
    )
    released_on = fields.Date("Released on", readonly=True)
    release_reason = fields.Char("Why it was released", readonly=True)
    is_vat_recoverable = fields.Boolean(
        "VAT is recoverable",
        default=True,
        help="Off where the VAT cannot be recovered: the impairment and the loss then include VAT.",
    )
    note = fields.Text()
    entry_line_ids = fields.One2many("recovery.doubtful.entry.line", "doubtful_id", string="Movements", readonly=True)
    depreciated = fields.Monetary(
        "Impaired", currency_field="company_currency_id", compute="_compute_figures", store=True
    )
    lost = fields.Monetary(
        "Lost without VAT", currency_field="company_currency_id", compute="_compute_figures", store=True
    )
    vat_recovered = fields.Monetary(
        "VAT reclaimed or cancelled",
        currency_field="company_currency_id",
        compute="_compute_figures",
        store=True,
        help="VAT reclaimed on the return or, for VAT on receipts, cancelled before it ever became payable.",
    )
    vat_lost = fields.Monetary("VAT lost", currency_field="company_currency_id", compute="_compute_figures", store=True)
    recovered = fields.Monetary(
        "Recovered after the loss", currency_field="company_currency_id", compute="_compute_figures", store=True
    )
    indemnified = fields.Monetary(
        "Insurance payout", currency_field="company_currency_id", compute="_compute_figures", store=True
    )
    net_open = fields.Monetary("Open excluding VAT", currency_field="company_currency_id", compute="_compute_position")
    vat_open = fields.Monetary("VAT open", currency_field="company_currency_id", compute="_compute_position")
    vat_until = fields.Date(
        "VAT recoverable until",
        compute="_compute_vat_until",
        store=True,
        help="The end of the second year following that of the proof (CGI ann. II 208), while the VAT of a loss is "
        "open.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("doubtful", "Doubtful"),
            ("lost", "Lost"),
            ("settled", "Settled"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )

    _one_live = models.UniqueIndex(
        "(origin_line_id) WHERE state != 'withdrawn'", "This instalment is already doubtful."
    )
    _one_line = models.UniqueIndex("(line_id) WHERE state != 'withdrawn'", "This line of 416 is already followed.")

    @api.depends("line_id.amount_residual", "line_id.amount_residual_currency", "line_id.parent_state", "state")
    def _compute_open(self):
        for claim in self:
            line = claim.sudo().line_id
            is_live = line and line.parent_state == "posted" and claim.state != "withdrawn"
            claim.amount_open = line.amount_residual_currency if is_live else 0.0
            claim.amount_open_company = line.amount_residual if is_live else 0.0

    @api.depends("entry_line_ids.amount", "entry_line_ids.state", "taken_depreciation")
    def _compute_figures(self):
        for claim in self:
            sums = claim._sum_figures(claim.sudo().entry_line_ids.filtered(lambda line: line.state == "posted"))
            claim.update(sums)

    def _sum_figures(self, lines):
        """Return what posted lines come to, by figure."""
        self.ensure_one()
        sums = dict.fromkeys(FIGURES.values(), 0.0)
        for line in lines:
            if line.kind in FIGURES:
                sums[FIGURES[line.kind]] += line.amount
        sums["depreciated"] += self.taken_depreciation
        return {name: self.company_currency_id.round(amount) for name, amount in sums.items()}

    @api.depends("amount_open_company", "lost", "vat_recovered", "vat_lost", "entry_line_ids.state")
    def _compute_position(self):
        for claim in self:
            position = claim._get_position()
            claim.net_open = position.net
            claim.vat_open = position.vat_total

    @api.depends("amount_open_company", "lost", "is_vat_recoverable", "entry_line_ids.state")
    def _compute_vat_until(self):
        for claim in self:
            losses = claim.sudo().entry_line_ids.filtered(lambda line: line.kind == "loss" and line.state == "posted")
            days = [entry.proof_date for entry in losses.entry_id if entry.loss_proof_id.gives_vat and entry.proof_date]
            waits = days and claim.is_vat_recoverable and claim._get_position().vat_total
            claim.vat_until = self._get_vat_limit(min(days)) if waits else False

    @api.depends(
        "line_id.reconciled", "line_id.parent_state", "lost", "vat_lost", "entry_line_ids.state", "released_on"
    )
    def _compute_state(self):
        for claim in self:
            line = claim.sudo().line_id
            transfer = claim.sudo().entry_line_ids.filtered(lambda row: row.kind == "transfer")
            if claim.released_on or (
                not claim.is_taken_over
                and not transfer.filtered(lambda row: row.state in ("draft", "reviewed", "posted"))
            ):
                claim.state = "withdrawn"
            elif not line or line.parent_state != "posted":
                claim.state = "proposed" if not claim.is_taken_over else "withdrawn"
            elif claim.company_currency_id.compare_amounts(claim.lost + claim.vat_lost, 0.0) > 0:
                claim.state = "lost"
            else:
                claim.state = "settled" if line.reconciled else "doubtful"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A doubtful claim is withdrawn with its transfer, never deleted: the audit trail must be kept.")
        )

    # ------------------------------------------------------------
    # What is open of it, as net price and VAT
    # ------------------------------------------------------------
    def _get_shares(self):
        """Return the net price and the VAT of the invoice, by tax."""
        self.ensure_one()
        return [Share(*row) for row in self.shares or ()]

    def _get_position(self, residual=None, lines=None):
        """Return the :class:`vat.Position` of a claim, now or as these posted lines leave it."""
        self.ensure_one()
        return get_position(*self._get_past(residual, lines))

    def _get_past(self, residual=None, lines=None):
        """Return what :func:`vat.get_position` takes: what is open, what was taken out, and the proportions."""
        lines = self.sudo().entry_line_ids.filtered(lambda line: line.state == "posted") if lines is None else lines
        lost, out = 0.0, defaultdict(float)
        for line in lines:
            if line.kind == "loss":
                lost += get_finite(line.amount)
            elif line.kind in ("vat", "vat_lost"):
                out[line.tax_id.id] += get_finite(line.amount)
        residual = get_finite(self.amount_open_company if residual is None else residual)
        return residual, lost, out, self._get_shares(), self.company_currency_id.decimal_places

    @api.model
    def _read_shares(self, move):
        """Return the net price and the VAT of an invoice, by tax, in the company's currency, as Json keeps them."""
        taxes = defaultdict(lambda: [0.0, 0.0])
        currency = move.company_id.currency_id
        net = -sum(move.line_ids.filtered(lambda line: line.display_type in ("product", "rounding")).mapped("balance"))
        left = currency.round(net)
        for line in move.line_ids.filtered(lambda line: line.display_type == "tax" and line.tax_line_id):
            taxes[line.tax_line_id.id][1] -= line.balance
            if not taxes[line.tax_line_id.id][0]:
                base = min(abs(line.tax_base_amount), max(left, 0.0))
                taxes[line.tax_line_id.id][0] = base
                left = currency.round(left - base)
        rows = [[tax_id, currency.round(base), currency.round(vat)] for tax_id, (base, vat) in sorted(taxes.items())]
        return [*rows, [0, left, 0.0]] if left else rows

    # ------------------------------------------------------------
    # Becoming doubtful
    # ------------------------------------------------------------
    @api.model
    def _propose(self, lines, day, reason):
        """Propose that instalments pass to 416: one draft entry per company of the books, and its claims.

        :param lines: ``account.move.line`` records.
        :return: the entries.
        """
        require_user(self.env)
        lines = lines.sudo()
        if not lines:
            raise UserError(self.env._("There is nothing to transfer: choose at least one unpaid instalment."))
        entries = self.env["recovery.doubtful.entry"]
        for line in lines:
            self._check_transferable(line, day)
        for (company, is_penalty), group in lines.grouped(
            lambda line: (line.company_id, line.move_id.recovery_is_penalty)
        ).items():
            company._recovery_check_unlocked(day)
            account = company._recovery_doubtful_receivable()
            root = company._recovery_root()
            debtors = self.env["recovery.debtor"]._ensure_for(group.partner_id, root)
            debtors.check_access("write")
            by_partner = {debtor.partner_id: debtor for debtor in debtors.sudo()}
            claims = self.sudo().create(
                [
                    self._prepare_claim(line, by_partner[line.partner_id.commercial_partner_id], day, reason)
                    for line in group
                ]
            )
            rows = [
                {"doubtful_id": claim.id, "kind": "transfer", "amount": claim.amount_company, "reason": reason}
                for claim in claims
            ]
            entries += self.env["recovery.doubtful.entry"]._make(
                "transfer", company, day, rows, account=account, is_penalty=is_penalty
            )
        return entries

    @api.model
    def _check_transferable(self, line, day):
        name = line.move_id.name or line.display_name
        if line.parent_state != "posted" or line.account_id.account_type != "asset_receivable":
            raise UserError(self.env._("%s is not a posted receivable.", name))
        if line.amount_residual <= 0 or line.reconciled:
            raise UserError(self.env._("%s: nothing is open on it.", name))
        if line.date > day:
            raise UserError(
                self.env._("%(invoice)s is dated after %(day)s.", invoice=name, day=format_date(self.env, day))
            )
        if not line.partner_id:
            raise UserError(self.env._("%s has no customer: there is no debtor.", name))
        if line.account_id == line.company_id._recovery_find_doubtful_account():
            raise UserError(self.env._("%s is already on 416: carry it over instead.", name))
        known = self.sudo().search([("origin_line_id", "=", line.id), ("state", "!=", "withdrawn")], limit=1)
        if known:
            raise UserError(self.env._("%s is already doubtful, or its transfer is waiting to be validated.", name))

    @api.model
    def _prepare_claim(self, line, debtor, day, reason):
        return {
            "company_id": debtor.company_id.id,
            "debtor_id": debtor.id,
            "book_company_id": line.company_id.id,
            "origin_line_id": line.id,
            "move_id": line.move_id.id,
            "move_name": line.move_id.name,
            "invoice_date": line.move_id.invoice_date or line.date,
            "due_date": line.date_maturity or line.date,
            "transferred_on": day,
            "reason": reason,
            "currency_id": line.currency_id.id,
            "amount": line.amount_residual_currency,
            "amount_company": line.amount_residual,
            "shares": self._read_shares(line.move_id),
        }

    # ------------------------------------------------------------
    # Adopting what stands on 416 already
    # ------------------------------------------------------------
    @api.model
    def _find_adoptable(self, company):
        """Return the open debts on accounts 416 of a company and its branches that no claim follows."""
        root = company._recovery_root()
        accounts = (
            self.env["account.account"]
            .sudo()
            .with_company(root)
            .search([("code", "=like", "416%"), ("company_ids", "child_of", root.id)])
        )
        domain = (
            Domain("account_id", "in", accounts.ids)
            & Domain("company_id", "child_of", root.id)
            & Domain("parent_state", "=", "posted")
            & Domain("reconciled", "=", False)
            & Domain("amount_residual", ">", 0)
            & Domain("recovery_origin_line_id", "=", False)
            & Domain("partner_id", "!=", False)
        )
        lines = self.env["account.move.line"].sudo().search(domain, order="date_maturity, id")
        return lines - self.sudo().search([("line_id", "in", lines.ids), ("state", "!=", "withdrawn")]).line_id

    @api.model
    def _adopt(self, rows):
        """Follow lines of 416 as they stand, without posting anything.

        :param rows: dicts with ``line`` and, in the company's currency, ``depreciated``, ``vat``, ``tax``.
        """
        require_user(self.env)
        lines = self.env["account.move.line"].sudo().union(*(row["line"] for row in rows))
        claims = self.browse()
        for root, group in lines.grouped(lambda line: line.company_id._recovery_root()).items():
            if group - self._find_adoptable(root):
                raise UserError(self.env._("One of these lines is already followed, or is not open on 416."))
            debtors = self.env["recovery.debtor"]._ensure_for(group.partner_id, root)
            debtors.check_access("write")
            by_partner = {debtor.partner_id: debtor for debtor in debtors.sudo()}
            claims += self.sudo().create(
                [
                    {
                        **self._prepare_claim(
                            row["line"].sudo(),
                            by_partner[row["line"].sudo().partner_id.commercial_partner_id],
                            row["line"].sudo().date,
                            self.env._("It was on 416 when it was carried over"),
                        ),
                        "origin_line_id": False,
                        "line_id": row["line"].id,
                        "is_taken_over": True,
                        "move_name": row["line"].sudo().name or row["line"].sudo().move_id.name,
                        "shares": self._prepare_taken_shares(row),
                        "taken_depreciation": row.get("depreciated") or 0.0,
                        "is_vat_recoverable": bool(row.get("vat")),
                    }
                    for row in rows
                    if row["line"] in group
                ]
            )
        claims._log("doubtful_adopted", self.env._("Carried over as it stood on 416"))
        return claims.with_env(self.env)

    def action_release(self):
        """Ask for a reason, then let go of what was taken over by mistake."""
        return self.env["recovery.reason.wizard"]._open(self, "_release", self.env._("Release"))

    @takes_reason
    def _release(self, reason):
        """Let go of lines of 416 that were taken over by mistake: nothing was posted, so nothing is reversed."""
        require_manager(self.env)
        self.check_access("write")
        for claim in self.sudo():
            if not claim.is_taken_over or claim.state == "withdrawn":
                raise UserError(self.env._("%s was not carried over: reverse its transfer.", claim.display_name))
            if claim.entry_line_ids.filtered(lambda line: line.state in ("draft", "reviewed", "posted")):
                raise UserError(
                    self.env._("%s has entries of its own: cancel or reverse them first.", claim.display_name)
                )
            depreciated = claim.depreciated
            today = claim.company_id._recovery_today()
            claim.write({"released_on": today, "release_reason": reason, "taken_depreciation": 0.0})
            claim._log(
                "doubtful_adopted",
                self.env._("Released: it was carried over by mistake"),
                {"reason": reason, "depreciated": depreciated},
            )

    def _prepare_taken_shares(self, row):
        residual, vat = row["line"].sudo().amount_residual, row.get("vat") or 0.0
        if vat and not row.get("tax"):
            raise UserError(self.env._("%s: enter the tax whose VAT is reclaimed.", row["line"].display_name))
        if vat < 0 or vat > residual or (row.get("depreciated") or 0.0) > residual:
            raise UserError(
                self.env._("%s: its VAT or its impairment is more than what is open.", row["line"].display_name)
            )
        if not vat:
            return [[0, residual, 0.0]]
        return [[row["tax"].id, residual - vat, vat]]

    # ------------------------------------------------------------
    # Losing it, and its VAT
    # ------------------------------------------------------------
    def _lose(self, day, proof, proof_date, documents=None, note=None, amount=None):
        """Propose to write off what is open without VAT, and to take back its depreciation; the VAT is another step.

        :param amount: the part with VAT that is lost, of one claim; None writes all of it off.
        :return: the draft entries.
        """
        rows = []
        for claim in self:
            position, places = claim._get_position(), claim.company_currency_id.decimal_places
            net, vat = position.net, position.vat
            if amount is not None and claim.company_currency_id.compare_amounts(amount, claim.amount_open_company) < 0:
                shares = [Share(0, position.net, 0.0), *(Share(tax, 0.0, part) for tax, part in vat.items())]
                parts = split(amount, shares, places)
                net = sum(part.net for part in parts)
                vat = {part.tax: part.vat for part in parts if part.tax and part.vat}
            if claim.company_currency_id.compare_amounts(net, 0.0) <= 0:
                raise UserError(self.env._("%s: nothing is left to write off.", claim.display_name))
            parts = [{"kind": "loss", "amount": net}]
            if not claim.is_vat_recoverable:
                parts += [{"kind": "vat_lost", "tax_id": tax_id, "amount": part} for tax_id, part in vat.items()]
            if back := release(claim.depreciated, net, position.net, places):
                parts.append({"kind": "depreciation", "amount": -back})
            rows.append((claim, parts))
        return self._write_off("loss", rows, day, proof, proof_date, documents, note)

    def _recover_vat(self, day, proof, proof_date, documents=None, note=None):
        """Propose to take the VAT of lost claims back; that on receipts, never due, is cancelled instead."""
        if not proof.gives_vat:
            raise UserError(
                self.env._("“%s” does not give the VAT back: mere non-payment is not proof (CGI 272-1).", proof.name)
            )
        limit = self._get_vat_limit(proof_date)
        if day > limit:
            raise UserError(
                self.env._(
                    "The VAT could be reclaimed until %s (CGI ann. II 208): it is lost.", format_date(self.env, limit)
                )
            )
        rows = []
        for claim in self:
            vat = claim._get_recoverable_vat()
            if not vat:
                raise UserError(self.env._("%s: no VAT is left to reclaim.", claim.display_name))
            rows.append(
                (claim, [{"kind": "vat", "tax_id": tax_id, "amount": amount} for tax_id, amount in vat.items()])
            )
        return self._write_off("vat", rows, day, proof, proof_date, documents, note)

    def _lose_vat(self, day, proof, proof_date, documents=None, note=None):
        """Propose to write off the VAT that will not come back."""
        rows = [
            (
                claim,
                [
                    {"kind": "vat_lost", "tax_id": tax_id, "amount": vat}
                    for tax_id, vat in claim._get_position().vat.items()
                ],
            )
            for claim in self
        ]
        if not all(parts for _claim, parts in rows):
            raise UserError(self.env._("No VAT is open on one of these claims."))
        return self._write_off("vat_lost", rows, day, proof, proof_date, documents, note)

    def _get_recoverable_vat(self):
        """Return the VAT that comes back, by tax: of the part that no insurer has paid."""
        self.ensure_one()
        if not self.is_vat_recoverable:
            return {}
        paid = self._get_insured_part()
        round_ = self.company_currency_id.round
        found = {tax: round_(vat * (1 - paid)) for tax, vat in get_vat_of_loss(*self._get_past()).items()}
        return {tax: vat for tax, vat in found.items() if vat}

    def _get_insured_part(self):
        """Return which part of the claim an insurer has paid, between 0 and 1."""
        self.ensure_one()
        return min(max(self.indemnified, 0.0) / self.amount_company, 1.0) if self.amount_company else 0.0

    @api.model
    def _get_vat_limit(self, proof_date):
        """Return the last day on which VAT is taken back: the end of the second year after that of the proof."""
        return proof_date.replace(year=proof_date.year + 2, month=12, day=31)

    def _write_off(self, kind, rows, day, proof, proof_date, documents, note):
        """Make the draft entries that take parts of claims out of the books, per company of the books."""
        require_user(self.env)
        self.check_access("write")
        if not proof or not proof_date:
            raise UserError(self.env._("A loss must be proved: say by what, and since when."))
        if proof_date > day:
            raise UserError(self.env._("Nothing is written off before the date of its proof."))
        if proof.needs_document and not documents:
            raise UserError(self.env._("“%s” is kept with the loss: add the document.", proof.name))
        if bad := self.filtered(lambda claim: claim.state not in ("doubtful", "lost")):
            raise UserError(self.env._("%s is not among the doubtful receivables.", bad[0].display_name))
        self._check_free()
        entries = self.env["recovery.doubtful.entry"]
        by_company = defaultdict(list)
        for claim, parts in rows:
            by_company[claim.book_company_id] += [{"doubtful_id": claim.id, **part} for part in parts]
        for company, parts in by_company.items():
            company.sudo()._recovery_check_unlocked(day, has_tax=kind == "vat")
            entries += entries._make(
                kind,
                company,
                day,
                parts,
                loss_proof_id=proof.id,
                proof_date=proof_date,
                note=note,
                attachment_ids=documents,
            )
        return entries

    def _check_free(self):
        """Refuse a second proposal while one waits: nothing is booked twice."""
        waiting = self.sudo().entry_line_ids.filtered(lambda line: line.state in ("draft", "reviewed"))
        if waiting:
            raise UserError(
                self.env._(
                    "%(claim)s: %(entry)s is waiting to be validated. Validate or cancel it first.",
                    claim=waiting[0].doubtful_id.display_name,
                    entry=waiting[0].entry_id.display_name,
                )
            )

    # ------------------------------------------------------------
    # What was received on it
    # ------------------------------------------------------------
    def _receive(self, line, day, amount, is_indemnity=None):
        """Propose to book what was received: on the claim while it is open, else as recovered after its loss.

        :param line: the credit that is open: a payment, a credit note, an insurer's indemnity.
        :param is_indemnity: whether an insurer paid it, who takes nothing off the claim; by default, what somebody
            else than the customer paid. What a guarantor paid is taken off the claim.
        """
        self.ensure_one()
        require_user(self.env)
        self.check_access("write")
        line = line.sudo()
        company = self.book_company_id.sudo()
        company._recovery_check_unlocked(day, has_tax=True)
        compare = self.company_currency_id.compare_amounts
        if (
            line.parent_state != "posted"
            or line.amount_residual >= 0
            or line.account_id.account_type != "asset_receivable"
        ):
            raise UserError(self.env._("This is not an open credit."))
        if line.company_id != company:
            raise UserError(self.env._("This credit is in the accounts of another company."))
        if compare(amount, 0.0) <= 0 or compare(amount, -line.amount_residual) > 0:
            raise UserError(
                self.env._("Up to %s may be booked of this credit.", self._format_amount(-line.amount_residual))
            )
        self._check_free()
        is_own = line.partner_id.commercial_partner_id == self.partner_id
        if not is_own if is_indemnity is None else is_indemnity and not is_own:
            rows = [{"doubtful_id": self.id, "kind": "indemnity", "amount": amount, "line_id": line.id}]
            return self.env["recovery.doubtful.entry"]._make("indemnity", company, day, rows)
        if compare(self.amount_open_company, 0.0) > 0:
            if line.account_id == self.line_id.account_id:
                raise UserError(self.env._("It is on the same account: match them in the journal items."))
            value = self._get_paid_value(line, amount) if line.currency_id == self.currency_id else None
            if self.lost and self._takes_loss_back(amount if value is None else value):
                raise UserError(
                    self.env._(
                        "%(claim)s was written off and only %(open)s of VAT is open: reverse the loss, then book "
                        "what was received.",
                        claim=self.display_name,
                        open=self._format_amount(self.amount_open_company),
                    )
                )
            if value is None or compare(value, self.amount_open_company) > 0:
                raise UserError(
                    self.env._(
                        "Up to %s is open on this claim, in its own currency.",
                        self._format_amount(self.amount_open_company),
                    )
                )
            rows = [{"doubtful_id": self.id, "kind": "match", "amount": value, "line_id": line.id}]
            return self.env["recovery.doubtful.entry"]._make("match", company, day, rows)
        left = self.lost + self.vat_recovered + self.vat_lost - self._get_recovered_total()
        if compare(left, 0.0) <= 0:
            raise UserError(self.env._("%s was not lost.", self.display_name))
        if compare(amount, left) > 0:
            raise UserError(self.env._("Only %s of it was lost.", self._format_amount(left)))
        return self.env["recovery.doubtful.entry"]._make("recovery", company, day, self._split_recovered(amount, line))

    def _get_paid_value(self, line, amount):
        """Return what an amount of a credit takes off the claim, at the rate at which the claim stands in the books.

        Both are in the claim's currency; matched, they leave a difference of exchange, which core books.
        """
        self.ensure_one()
        if self.currency_id == self.company_currency_id:
            return amount
        paid = self.currency_id.round(line.amount_residual_currency * amount / line.amount_residual)
        paid = min(abs(paid), -line.amount_residual_currency)
        if self.currency_id.compare_amounts(paid, self.amount_open) == 0:
            return self.amount_open_company
        return self.company_currency_id.round(paid * self.amount_open_company / self.amount_open)

    def _takes_loss_back(self, amount):
        """Tell whether money pays a part of what was written off: it pays price and VAT alike, not the VAT alone."""
        self.ensure_one()
        residual, lost, out, shares, places = self._get_past()
        whole = residual - amount + lost + sum(out.values())
        net = sum(part.net for part in split(max(whole, 0.0), shares, places))
        compare = self.company_currency_id.compare_amounts
        return compare(amount, residual) > 0 or compare(lost, net) > 0

    def _get_recovered_total(self):
        """Return what was recovered after the loss, VAT included."""
        lines = self.sudo().entry_line_ids.filtered(lambda line: line.state == "posted")
        return sum(lines.filtered(lambda line: line.kind in ("recovery", "recovery_vat")).mapped("amount"))

    def _split_recovered(self, amount, line):
        """Return the lines of what was recovered: the VAT that had come back is due again, in proportion."""
        out = defaultdict(float)
        for row in self.sudo().entry_line_ids.filtered(lambda row: row.state == "posted" and row.kind == "vat"):
            out[row.tax_id.id] += row.amount
        whole = self.lost + self.vat_recovered + self.vat_lost
        shares = [Share(0, whole - sum(out.values()), 0.0), *(Share(tax, 0.0, vat) for tax, vat in out.items())]
        done = defaultdict(float)
        for row in self.sudo().entry_line_ids.filtered(lambda row: row.state == "posted"):
            if row.kind == "recovery_vat":
                done[row.tax_id.id] += row.amount
        round_, rows, left = self.company_currency_id.round, [], amount
        # rounded on what came in so far: the last euro brings the last cent of VAT
        reached = round_(self._get_recovered_total() + amount)
        for part in split(reached, shares, self.company_currency_id.decimal_places):
            vat = min(max(round_(part.vat - done[part.tax]), 0.0), left)
            if part.tax and vat:
                rows.append({"kind": "recovery_vat", "tax_id": part.tax, "amount": vat})
                left = round_(left - vat)
        if left:
            rows.append({"kind": "recovery", "amount": left})
        return [{"doubtful_id": self.id, "line_id": line.id, **row} for row in rows]

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    @api.model
    def _check_untouched(self, moves):
        """Refuse to take invoices back to draft whose instalments are doubtful."""
        claims = self.search([("move_id", "in", moves.ids), ("state", "!=", "withdrawn")])
        if claims:
            raise UserError(
                self.env._(
                    "%s is among the doubtful receivables: reverse its transfer before you change it.",
                    claims[0].move_name,
                )
            )

    def _log(self, kind, summary, details=None):
        self.env["recovery.event"]._log(
            kind,
            self,
            lambda claim: self.env._("%(invoice)s: %(what)s", invoice=claim.move_name or "", what=summary),
            lambda claim: {"amount": claim.amount_company, "invoice": claim.move_name, **(details or {})},
        )

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.company_currency_id)

    def _describe_books(self):
        """Return what became of the claim in the books, in the context's language."""
        self.ensure_one()
        if self.state == "proposed":
            return self.env._("its transfer to doubtful receivables is waiting to be validated")
        compare, parts = self.company_currency_id.compare_amounts, []
        if compare(self.amount_open_company, 0.0) > 0:
            parts.append(
                self.env._(
                    "%(amount)s open on 416 since %(day)s",
                    amount=self._format_amount(self.amount_open_company),
                    day=format_day(self.env, self.transferred_on),
                )
            )
        amounts = {
            name: self._format_amount(self[name])
            for name in ("depreciated", "lost", "vat_recovered", "vat_lost", "recovered", "indemnified")
        }
        texts = {
            "depreciated": self.env._("%s impaired", amounts["depreciated"]),
            "lost": self.env._("%s written off", amounts["lost"]),
            "vat_recovered": self.env._("%s of VAT reclaimed or cancelled", amounts["vat_recovered"]),
            "vat_lost": self.env._("%s of VAT written off", amounts["vat_lost"]),
            "recovered": self.env._("%s recovered after the loss", amounts["recovered"]),
            "indemnified": self.env._("%s paid by an insurer", amounts["indemnified"]),
        }
        parts += [text for name, text in texts.items() if compare(self[name], 0.0) > 0]
        return ", ".join(parts) or self.env._("settled")

    def action_view_entries(self):
        """Open the entries on these claims."""
        self.check_access("read")
        return self.entry_line_ids.entry_id._get_records_action(name=self.env._("Entries on Doubtful Receivables"))

    def action_view_invoice(self):
        """Open the invoice."""
        self.ensure_one()
        self.check_access("read")
        return self.move_id._get_records_action(name=self.move_name or "")

    def action_lose(self):
        """Open the window that writes off what is lost."""
        return self._open_window("recovery.loss.wizard", self.env._("Write off"))

    def action_recover_vat(self):
        """Open the window that takes the VAT back."""
        return self._open_window("recovery.loss.wizard", self.env._("Recover the VAT"), default_purpose="vat")

    def action_receive(self):
        """Open the window that books what was received on it."""
        self.ensure_one()
        return self._open_window(
            "recovery.doubtful.receipt.wizard", self.env._("Book what was received"), default_doubtful_id=self.id
        )

    @api.model
    def _open_transfer(self, records):
        """Return the window that proposes a transfer of what is unpaid of these records."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer to doubtful"),
            "res_model": "recovery.doubtful.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": records._name, "active_ids": records.ids, "dialog_size": "extra-large"},
        }

    def _open_window(self, model, name, **context):
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids, **context},
        }

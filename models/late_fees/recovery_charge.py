from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common.own_values import without_defaults
from ..common.roles import require_user


class RecoveryCharge(models.Model):
    """Late fees charged to a debtor by one document, in one currency: a draft until somebody validates it.

    What it charges is frozen and claimed no more; cancelling, deleting or reversing the
    document gives it back to the claim.
    """

    _name = "recovery.charge"
    _description = "Charge of late fees"
    _numbered = {"number": "recovery.charge"}
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True, copy=False)
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Customer")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    day = fields.Date("Until", required=True, readonly=True, index=True, help="Last day of interest charged.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    fee_ids = fields.One2many("recovery.late.fee", "charge_id", string="Late fees", readonly=True)
    amount_interest = fields.Monetary("Interest", compute="_compute_amount", store=True)
    amount_indemnity = fields.Monetary("Compensation, costs and clauses", compute="_compute_amount", store=True)
    amount = fields.Monetary("Total", compute="_compute_amount", store=True)
    state = fields.Selection(
        [
            ("draft", "To validate"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    move_id = fields.Many2one(
        "account.move", string="Accounting document", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_name = fields.Char("Document number", readonly=True)
    payment_state = fields.Selection(related="move_id.payment_state")
    user_id = fields.Many2one("res.users", string="Made by", required=True, readonly=True)
    freed_on = fields.Date("Cancelled or reversed on", readonly=True)

    _number_company_uniq = models.UniqueIndex("(company_id, number)", "This number is already used.")

    @api.depends("fee_ids.amount")
    def _compute_amount(self):
        for charge in self:
            interest = charge.fee_ids.filtered(lambda fee: fee.head == "interest")
            charge.amount_interest = charge.currency_id.round(sum(interest.mapped("amount")))
            charge.amount_indemnity = charge.currency_id.round(sum((charge.fee_ids - interest).mapped("amount")))
            charge.amount = charge.currency_id.round(charge.amount_interest + charge.amount_indemnity)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A charge is cancelled with its document, never deleted: the audit trail must be kept.")
        )

    # ------------------------------------------------------------
    # Charging
    # ------------------------------------------------------------
    @api.model
    def _propose(self, company, lines, day):
        """Return ``(rows, left out)``: what may be charged of these instalments up to that day, and what may not.

        Nobody's rule is passed over: only debtors whose late fees are charged are charged.

        :param lines: ``account.move.line`` records, of one or many debtors.
        """
        rows = self.env["recovery.late.fee"]._list_due(company, lines, day)
        debtors = self.env["recovery.debtor"].browse({row["debtor_id"] for row in rows})
        modes = debtors._get_late_fee_modes(day)
        allowed, left_out = [], []
        for row in rows:
            mode = modes[debtors.browse(row["debtor_id"])]
            (allowed if mode.may_charge(row["head"]) else left_out).append(row)
        return allowed, left_out

    @api.model
    def _charge(self, company, lines, day, chosen=None):
        """Charge the late fees of these instalments: one draft document per debtor, company and currency.

        :param chosen: keys of ``recovery.late.fee._get_key``; None charges all that may be.
        :return: the charges.
        """
        require_user(self.env)
        root = company._recovery_root()
        debtors = self.env["recovery.debtor"]._ensure_for(lines.partner_id, root)
        debtors.check_access("write")
        self._lock(debtors)
        Fee = self.env["recovery.late.fee"].sudo()
        rows, _left_out = self._propose(root, lines, day)
        groups = defaultdict(list)
        for row in rows:
            if chosen is None or Fee._get_key(row) in chosen:
                groups[row["debtor_id"], row["company_id"], row["currency_id"]].append(row)
        groups = {key: group for key, group in groups.items() if sum(row["amount"] for row in group) > 0}
        if not groups:
            raise UserError(
                self.env._(
                    "There is nothing to charge: these late fees have already been charged or waived, none is due, "
                    "or the scenario says that they are only shown or waived."
                )
            )
        for company_id in {company_id for _debtor, company_id, _currency in groups}:
            self.env["res.company"].browse(company_id)._recovery_late_fee_settings()  # missing: said before all else
        charges = self.sudo().create(
            [
                {
                    "number": self._get_next_number(root, day),
                    "debtor_id": debtor_id,
                    "company_id": company_id,
                    "currency_id": currency_id,
                    "day": day,
                    "user_id": self.env.user.id,
                }
                for debtor_id, company_id, currency_id in groups
            ]
        )
        Fee.create(
            [
                {**row, "charge_id": charge.id, "is_live": True}
                for charge, group in zip(charges, groups.values(), strict=True)
                for row in group
            ]
        )
        Fee.flush_model()  # the database says now whether somebody else took the same days
        charges._create_documents()
        self.env["recovery.event"]._log(
            "late_fee_charged",
            charges,
            lambda charge: self.env._(
                "%(number)s: %(amount)s of late fees charged up to %(day)s, a draft to validate",
                number=charge.number,
                amount=charge._format_amount(),
                day=fields.Date.to_string(day),
            ),
            lambda charge: {
                "amount": charge._format_amount(),
                "invoices": len(set(charge.fee_ids.mapped("move_name")) - {False}),
            },
            company=root,
        )
        return charges.with_env(self.env)

    @api.model
    def _lock(self, debtors):
        """Keep two people from charging or waiving for the same debtors at the same moment.

        :raises UserError: somebody else holds one of them.
        """
        debtors = debtors.sudo()
        if len(debtors.try_lock_for_update()) < len(debtors):
            raise UserError(
                self.env._("Somebody else is currently working on these debtors: try again in a few seconds.")
            )
        debtors._serialize_transactions()

    @api.model
    def _get_next_number(self, root, day):
        return self.env["ir.sequence"].sudo().with_company(root).next_by_code("recovery.charge", sequence_date=day)

    def _format_amount(self):
        self.ensure_one()
        return formatLang(self.env, self.amount, currency_obj=self.currency_id)

    # ------------------------------------------------------------
    # What became of the document
    # ------------------------------------------------------------
    def _follow_document(self):
        """Bring the charges into line with their documents: posted, reversed, cancelled or deleted."""
        for charge in self.sudo():
            move = charge.move_id.exists()
            state = charge._get_state_of(move)
            if state == charge.state:
                continue
            if state == "posted" and charge.state == "draft":
                charge._check_unchanged(move)
            is_live = state in ("draft", "posted")
            was_live = charge.state in ("draft", "posted")
            vals = {"state": state}
            if state == "posted":
                vals["move_name"] = move.name
            if is_live != was_live:
                vals["freed_on"] = False if is_live else charge.company_id._recovery_today()
                charge.fee_ids._set_live(is_live)
            charge.write(vals)
            charge._log_state()

    @api.model
    def _get_state_of(self, move):
        """Return the state that goes with a document: a full credit note reverses it, part of one does not."""
        if not move or move.state == "cancel":
            return "cancelled"
        if move.state == "draft":
            return "draft"
        notes = move.reversal_move_ids.filtered(lambda note: note.state == "posted")
        credited = sum(notes.mapped("amount_total"))
        return "reversed" if move.currency_id.compare_amounts(credited, move.amount_total) >= 0 else "posted"

    def _check_unchanged(self, move):
        """Refuse to post a document that no longer says what was computed."""
        if (
            move.currency_id != self.currency_id
            or move.commercial_partner_id != self.partner_id
            or self.currency_id.compare_amounts(move.amount_total, self.amount)
            or move.currency_id.compare_amounts(move.amount_tax, 0)
        ):
            raise UserError(
                self.env._(
                    "%(document)s no longer matches what %(number)s charges (%(amount)s, excluding tax). Cancel "
                    "this draft, waive what should not be charged, and charge again.",
                    document=move.display_name,
                    number=self.number,
                    amount=self._format_amount(),
                )
            )

    def _log_state(self):
        texts = {
            "posted": self.env._("%(number)s posted: %(document)s"),
            "reversed": self.env._("%(number)s reversed: what it charged is claimed again"),
            "cancelled": self.env._("%(number)s cancelled: what it charged is claimed again"),
            "draft": self.env._("%(number)s is a draft again"),
        }
        values = {"number": self.number, "document": self.move_name or ""}
        self.env["recovery.event"]._log(
            "late_fee_posted" if self.state in ("posted", "draft") else "late_fee_freed",
            self,
            texts[self.state] % values,
            {"amount": self._format_amount()},
            company=self.debtor_id.company_id,
        )

    def action_open_document(self):
        """Open the document."""
        if len(self) == 1:
            return self.move_id._get_records_action(name=self.env._("Charge of late fees"))
        return self._get_records_action(name=self.env._("Charges of late fees"))

    # ------------------------------------------------------------
    # The document: a customer invoice outside VAT, one line per invoice and head
    # ------------------------------------------------------------
    def _create_documents(self):
        """Create the draft documents, marked, all those of a company at once."""
        addressees = self.debtor_id._map_addressees(dict.fromkeys(self.debtor_id))
        for company, charges in self.grouped("company_id").items():
            journal, accounts = company._recovery_late_fee_settings()
            moves = (
                without_defaults(self.env["account.move"])
                .sudo()
                .with_company(company)
                .create(
                    [charge._prepare_document(journal, accounts, addressees[charge.debtor_id]) for charge in charges]
                )
            )
            for charge, move in zip(charges, moves, strict=True):
                charge.move_id = move

    def _prepare_document(self, journal, accounts, addressee):
        self.ensure_one()
        localized = self.with_context(lang=self.debtor_id._get_language(addressee))
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.day,
            "invoice_date_due": self.day,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "invoice_origin": self.number,
            "recovery_charge_id": self.id,
            "recovery_is_penalty": True,
            "invoice_line_ids": [
                Command.create(vals | {"tax_ids": [Command.clear()]})
                for vals in localized._prepare_document_lines(accounts)
            ],
        }

    def _prepare_document_lines(self, accounts):
        """Yield one line per invoice and head, in the context's language."""
        groups = self.fee_ids.grouped(lambda fee: (fee.move_line_id.id, fee.cost_id.id, fee.head))
        for (_line_id, _cost_id, head), fees in groups.items():
            yield {
                "name": self._describe(head, fees),
                "quantity": 1,
                "price_unit": self.currency_id.round(sum(fees.mapped("amount"))),
                "account_id": accounts["interest" if head == "interest" else "indemnity"].id,
            }

    def _describe(self, head, fees):
        """Return the wording of a line: what for, and for interest each base, its days and its rate."""
        fee = fees[:1]
        values = {
            "invoice": fee.move_name or "",
            "due": format_date(self.env, fee.due_date) if fee.due_date else "",
            "name": fee.name or "",
        }
        if head == "interest":
            title = self.env._("Late-payment interest, invoice %(invoice)s due on %(due)s", **values)
            return "\n".join([title, *(self._describe_days(row) for row in fees)])
        if head == "indemnity":
            return self.env._(
                "Fixed compensation for recovery costs (%(name)s), invoice %(invoice)s due on %(due)s", **values
            )
        if head == "cost":
            return self.env._("Recovery costs beyond the fixed compensation (C. com. L441-10 II): %(name)s", **values)
        title = self.env._("Penalty clause (C. civ. 1231-5)")
        if values["name"]:
            title = f"{title}, {values['name']}"
        return self.env._("%(title)s, invoice %(invoice)s", title=title, **values) if values["invoice"] else title

    def _describe_days(self, fee):
        def money(amount):
            return formatLang(self.env, amount, currency_obj=self.currency_id)

        if not fee.date_from:
            return self.env._("Less interest waived: %s", money(-fee.amount))
        return self.env._(
            "%(base)s from %(first)s to %(last)s: %(days)s days at %(rate)s%% = %(amount)s",
            base=money(fee.base),
            first=format_date(self.env, fee.date_from),
            last=format_date(self.env, fee.date_to),
            days=fee.days,
            rate=formatLang(self.env, fee.rate, digits=2),
            amount=money(fee.amount),
        )

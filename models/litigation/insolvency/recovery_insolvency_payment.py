from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.equivalent import convert_totals
from ...common.insolvency import PAYMENT, classify, get_state
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...common.saying import say
from ...dunning.formal.recovery_guarantor_letter import GUARANTORS
from ...ledger.rows import MONEY, is_received
from .distribution import DIVIDEND, LATER, RETURNED, TO_CHECK, Part, Payer, judge_payment, pair_parts

ACTIVITY = "debt_recovery.mail_activity_type_insolvency_payment"


class Law(NamedTuple):
    """What payments are judged by: what proceedings stop, when claims were born, who guarantees them."""

    effects: tuple
    births: dict
    useless: set
    guarantors: dict


class Books(NamedTuple):
    """What the books of debtors show: what they were ever asked, what they still owe, what they paid.

    :param owing: ids of the instalments that are still owed, those that were written off included.
    """

    proceedings: object
    lines: object
    law: Law
    owing: set

    def get_own(self, partner):
        """Return the proceedings against a debtor."""
        return self.proceedings.filtered(lambda own: own.partner_id == partner)


class Money(NamedTuple):
    """Money that came in: a line of the books, or a payment that has none yet.

    :param settled: ``{line id: amount}`` of the instalments that it pays, in the company's currency.
    :param left: what it pays nothing with yet.
    """

    credit: object
    payment: object
    received_on: object
    settled: dict
    left: float
    names: str = ""


class RecoveryInsolvencyPayment(models.Model):
    """Money that came in since the judgment for a claim born before: as a rule it is forbidden (C. com. L622-7).

    It is found whether or not we declared. What guarantors and third parties pay, what the mandataire distributes and
    the dividends of a plan are known by themselves; of the rest a person says what it is. Until then it is an alert.

    What is matched with nothing yet is an alert too, as long as something born before is owed. Matched, it is the same
    one: it goes on with the instalment that it pays, or closes itself where that was born since.
    """

    _name = "recovery.insolvency.payment"
    _description = "Payment after a judgment"
    _retained = Retained(CASES, "insolvency_id.closed_on", ("reason",), stays=("move_name", "payment_name"))
    _inherit = ["recovery.guarded"]
    _order = "received_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("dividend_id",)

    insolvency_id = fields.Many2one(
        "recovery.insolvency",
        string="Insolvency proceedings",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    declaration_id = fields.Many2one(
        "recovery.insolvency.declaration", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(related="insolvency_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="insolvency_id.debtor_id", store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    line_id = fields.Many2one(
        "account.move.line", string="Instalment paid", readonly=True, index="btree_not_null", ondelete="set null"
    )
    credit_line_id = fields.Many2one(
        "account.move.line", string="Payment entry", readonly=True, index="btree_not_null", ondelete="set null"
    )
    payment_id = fields.Many2one(
        "account.payment",
        string="Payment without an entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Registered, but not in the accounts until the bank shows it.",
    )
    move_name = fields.Char("Invoice", readonly=True)
    paid_text = fields.Char("What it pays", compute="_compute_paid_text")
    payment_name = fields.Char("Payment", readonly=True)
    payer_id = fields.Many2one("res.partner", string="Paid by", readonly=True, ondelete="set null")
    received_on = fields.Date("Received on", required=True, readonly=True)
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    dividend_id = fields.Many2one(
        "recovery.insolvency.dividend",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('declaration_id', '=', declaration_id)]",
        help="The dividend of the plan it belongs to.",
    )
    nature = fields.Selection(
        [
            ("to_check", "Needs a look"),
            ("dividend", "Dividend"),
            ("guarantor", "By a guarantor"),
            ("third_party", "By a third party"),
            ("connected", "Set-off of connected debts"),
            ("authorised", "Authorised by the juge-commissaire"),
            ("returned", "Refunded"),
            ("later", "For a claim that has arisen since"),
        ],
        string="Nature of the payment",
        required=True,
        readonly=True,
        default=TO_CHECK,
        index=True,
    )
    undone_on = fields.Date(
        "Reversed on",
        readonly=True,
        help="The day on which it was found no longer to be in the accounts, or to pay nothing here.",
    )
    is_alert = fields.Boolean("Alert", compute="_compute_is_alert", store=True)
    is_loose_dividend = fields.Boolean("Dividend to be chosen", compute="_compute_is_loose_dividend")
    reason = fields.Char("Why it may be kept", readonly=True)
    user_id = fields.Many2one("res.users", string="Looked at by", readonly=True, ondelete="restrict")

    _once = models.UniqueIndex(
        "(insolvency_id, line_id, credit_line_id) WHERE line_id IS NOT NULL AND credit_line_id IS NOT NULL",
        "This payment is already known.",
    )

    _once_unmatched = models.UniqueIndex(
        "(insolvency_id, credit_line_id) WHERE line_id IS NULL AND move_name IS NULL AND credit_line_id IS NOT NULL",
        "This payment is already known.",
    )
    _once_without_entry = models.UniqueIndex(
        "(insolvency_id, payment_id) WHERE credit_line_id IS NULL AND payment_id IS NOT NULL",
        "This payment is already known.",
    )

    @api.depends("nature", "undone_on")
    def _compute_is_alert(self):
        for payment in self:
            payment.is_alert = payment.nature == TO_CHECK and not payment.undone_on

    @api.depends("nature", "undone_on", "dividend_id", "declaration_id.dividend_ids.amount_received")
    def _compute_is_loose_dividend(self):
        for payment in self:
            is_whole = payment.nature != DIVIDEND or payment.undone_on or payment.dividend_id
            payment.is_loose_dividend = not is_whole and bool(payment._find_dividends())

    @api.depends("move_name")
    @api.depends_context("lang")
    def _compute_paid_text(self):
        for payment in self:
            payment.paid_text = payment.move_name or self.env._("Not matched yet")

    @api.depends("payment_name", "received_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        model_name = self.env["ir.model"]._get(self._name).name
        for payment in self:
            day = format_date(self.env, payment.received_on) if payment.received_on else ""
            payment.display_name = self.env._(
                "%(payment)s of %(day)s", payment=payment.payment_name or model_name, day=day
            )

    @api.constrains("dividend_id", "declaration_id")
    def _check_dividend(self):
        for payment in self:
            if payment.dividend_id and payment.dividend_id.declaration_id != payment.declaration_id:
                raise UserError(self.env._("That dividend belongs to another declaration."))

    def write(self, vals):
        """Make a dividend of what is said to be part of one."""
        if vals.get("dividend_id") and not self.env.su:
            require_user(self.env)
            self.check_access("write")
            result = super().write(vals)
            self.sudo().write({"nature": DIVIDEND, "user_id": self.env.user.id})
            self._take_back_tasks()
            return result
        return super().write(vals)

    # ------------------------------------------------------------
    # Looking for them
    # ------------------------------------------------------------
    @api.model
    def _find_new(self, proceedings, day):
        """Find what was received since the judgments for what was born before, and follow what is known of it.

        Each is said once: what was matched with nothing, then with an instalment, is the same. The number of queries
        does not grow with the proceedings.

        :param proceedings: of one company; those that are confidential stop no payment.
        :return: the payments that are new.
        """
        proceedings = proceedings.sudo().filtered(lambda row: not row.annulled_on and not row.is_confidential)
        if not proceedings:
            return self
        lines = self._find_lines(proceedings.company_id, proceedings.partner_id)
        received = self._read_money(proceedings, lines, day)
        books = self._read_books(proceedings, lines, day)
        known = self.sudo().search(Domain("debtor_id", "in", proceedings.debtor_id.ids), order="id")
        known.credit_line_id.fetch(["recovery_origin_line_id", "parent_state", "move_id"])
        created, raised = self.sudo()._follow_all(received, known, books, day)
        (raised | created)._match_dividends()
        raised.filtered("is_alert")._alert(day)
        return created

    @api.model
    def _find_lines(self, company, partners):
        """Return the instalments of debtors, those that are passed to another account under their first name."""
        domain = Domain("account_id", "in", company._recovery_accounts().ids) & Domain("balance", ">", 0)
        domain &= Domain("partner_id.commercial_partner_id", "in", partners.ids)
        domain &= Domain("parent_state", "=", "posted") & Domain("recovery_origin_line_id", "=", False)
        return self.env["account.move.line"].sudo().search(domain & Domain("company_id", "child_of", company.id))

    @api.model
    def _read_books(self, proceedings, lines, day):
        """Return the :class:`Books` of debtors; what was lost in the books is owed all the same."""
        law = Law(
            proceedings._read_effects(),
            self.env["recovery.claim"]._get_births(lines),
            self._read_useless(lines),
            self._read_guarantors(proceedings, day),
        )
        settled = self.env["recovery.ledger"]._read_settlements(lines, min(proceedings.mapped("judgment_on")), day)
        lost = {row.line_id for row in settled if row.kind == "entry"}
        owing = {line.id for line in lines if line.id in lost or line.recovery_residual_company > 0}
        return Books(proceedings, lines, law, owing)

    # ------------------------------------------------------------
    # What came in
    # ------------------------------------------------------------
    @api.model
    def _read_money(self, proceedings, lines, day):
        """Return ``[Money]`` that came in from the first judgment on: matched, on account, or with no entry yet."""
        first = min(proceedings.mapped("judgment_on"))
        rows = self.env["recovery.ledger"]._read_settlements(lines, date_from=first, date_to=day)
        rows = [row for row in rows if row.is_money and row.credit_line_id]
        credits = lines.browse({row.credit_line_id for row in rows})
        credits.fetch(["partner_id", "move_id", "date", "recovery_origin_line_id"])
        settled = defaultdict(lambda: defaultdict(float))
        dates = {}
        for row in rows:
            credit = self._get_own_line(lines.browse(row.credit_line_id))
            settled[credit][row.line_id] += row.amount_company
            dates.setdefault(credit, row.date)
        credits = lines.browse().union(*settled) | self._find_open_credits(proceedings, first, day)
        credits.fetch(["partner_id", "move_id", "date", "parent_state"])
        # core keeps the matching of an entry that goes back to draft
        credits = credits.filtered(lambda credit: credit.parent_state == "posted")
        credits.partner_id.fetch(["commercial_partner_id"])
        credits.move_id.fetch(["name", "origin_payment_id"])
        received = [
            # the day of the money, not that of its matching
            Money(
                credit,
                credit.move_id.origin_payment_id,
                credit.date or dates.get(credit),
                settled.get(credit, {}),
                max(-credit.recovery_residual_company, 0.0),
            )
            for credit in credits.sorted(lambda credit: (credit.date, credit.id))
        ]
        return received + self._read_payments(proceedings, lines, first, day)

    @api.model
    def _get_own_line(self, credit):
        """Return the line of the money itself, where a payment was carried to the account of a doubtful claim."""
        origin = credit.recovery_origin_line_id
        return origin if origin.balance < 0 else credit

    @api.model
    def _find_open_credits(self, proceedings, first, day):
        """Return what debtors paid that is not matched, or in part only."""
        company = proceedings.company_id
        domain = Domain("account_id", "in", company._recovery_accounts().ids) & Domain("balance", "<", 0)
        domain &= Domain("company_id", "child_of", company.id) & Domain("parent_state", "=", "posted")
        domain &= Domain("partner_id.commercial_partner_id", "in", proceedings.partner_id.ids)
        domain &= Domain("date", ">=", first) & Domain("date", "<=", day)
        domain &= Domain("recovery_origin_line_id", "=", False) & Domain("recovery_is_open", "=", True)
        domain &= Domain.OR(Domain(f"move_id.{name}", "!=", False) for name in MONEY.values())
        return self.env["account.move.line"].sudo().search(domain)

    @api.model
    def _read_payments(self, proceedings, lines, first, day):
        """Return ``[Money]`` of the payments that wait for the bank without an entry, for invoices that are owed."""
        company = proceedings.company_id
        rows = self.env["recovery.ledger"]._read_pending_payments(company, proceedings.partner_id)
        rows = [row for row in rows if row.date and first <= row.date <= day]
        payments = self.env["account.payment"].sudo().browse([row.payment_id for row in rows])
        by_move = lines.grouped("move_id")
        received = []
        for row, payment in zip(rows, payments, strict=True):
            amount = convert_totals(company, row.date, [(payment.currency_id, row.amount)])
            settled, left = {}, amount
            moves = payment.invoice_ids.filtered(lambda move: move.id in row.move_ids)  # noqa: B023
            for line in lines.browse().union(*(by_move.get(move, ()) for move in moves)):
                part = min(line.recovery_residual_company, left)
                if part > 0:
                    settled[line.id] = part
                    left -= part
            names = ", ".join(moves.mapped("name"))
            received.append(Money(lines.browse(), payment, row.date, settled, 0.0 if moves else left, names))
        return received

    # ------------------------------------------------------------
    # What is known of it
    # ------------------------------------------------------------
    @api.model
    def _follow_all(self, received, known, books, day):
        """Set what came in beside what is known of it.

        :return: the payments that are new, and those that a person hears of.
        """
        by_money = known.grouped(lambda row: self._get_own_line(row.credit_line_id) or row.payment_id or row)
        waiting, values, raised, silent = [], [], self.browse(), []
        for money in received:
            rows = by_money.pop(money.credit or money.payment, self.browse()).sorted(lambda row: bool(row.undone_on))
            own, parts = self._judge_money(money, books)
            pairs, spare = pair_parts(parts, {row: row.line_id.id or None for row in rows})
            waiting += [(own, money, part, rows) for part, row in pairs if not row]
            raised = raised.union(*(row._complete(part, money) for part, row in pairs if row))
            by_money |= {row: row for row in spare}
        left = self.browse().union(*by_money.values())
        heirs = defaultdict(self.browse)
        for own, money, part, rows in waiting:
            heir = left.filtered(lambda row: row._waited_for(money, part))[:1]  # noqa: B023
            if heir:
                left -= heir
                heirs[money.credit] |= heir
                raised |= heir._complete(part, money)
                continue
            told = (rows | heirs[money.credit]).filtered(lambda row: not row.undone_on and row._is_told())[:1]
            values.append(self._prepare(own, money, part, told))
            silent.append(bool(told))
        self.flush_model()  # a row that has found its instalment leaves its place to what is not matched yet
        created = self.sudo().create(values)
        left.filtered(lambda row: row.insolvency_id in books.proceedings)._close_left(books, day)
        news = [row.id for row, is_silent in zip(created, silent, strict=True) if not is_silent]
        return created, raised | created.browse(news)

    def _is_told(self):
        """Tell whether somebody was alerted of the money, or said what it is."""
        self.ensure_one()
        return self.nature == TO_CHECK or bool(self.user_id and self.nature not in (LATER, RETURNED))

    @api.model
    def _judge_money(self, money, books):
        """Return the proceedings that money concerns with what it pays, as they stood when it was received."""
        partner = (money.credit or money.payment).partner_id.commercial_partner_id
        of_lines = books.lines.browse(money.settled).partner_id.commercial_partner_id
        for own in [own for payer in (of_lines | partner) for own in books.get_own(payer)]:
            parts = []
            for line_id, amount in money.settled.items():
                nature = self._judge(own, books.lines.browse(line_id), money, books.law)
                if nature != LATER:
                    parts.append(Part(line_id, amount, nature))
            if money.left and partner == own.partner_id and self._owes_earlier(own, money, books):
                parts.append(Part(None, money.left, TO_CHECK))
            if parts and not money.credit and len(parts) > 1:
                parts = [Part(None, sum(part.amount for part in parts), parts[0].nature)]
            if parts:
                return own, parts
        return None, []

    @api.model
    def _judge(self, proceedings, line, money, law):
        """Return what money is for proceedings that pays an instalment."""
        if line.partner_id.commercial_partner_id != proceedings.partner_id:
            return LATER
        state = get_state(proceedings._get_course(), money.received_on, law.effects)
        born_on = law.births[line.id].day
        category = classify(born_on, proceedings.judgment_on, line.id not in law.useless)
        payer = self._get_payer(proceedings, money.credit or money.payment, law.guarantors)
        return judge_payment(state, money.received_on, category, payer)

    @api.model
    def _owes_earlier(self, proceedings, money, books):
        """Tell whether something is owed that the debtor could not pay with this money."""
        lines = books.lines.browse(sorted(books.owing))
        return any(self._judge(proceedings, line, money, books.law) == TO_CHECK for line in lines)

    @api.model
    def _get_payer(self, proceedings, credit, guarantors):
        """Return who paid, as the proceedings know it."""
        payer = credit.partner_id.commercial_partner_id
        if not payer or payer == proceedings.partner_id:
            return Payer.DEBTOR
        if payer in (proceedings.trustee_id | proceedings.administrator_id).commercial_partner_id:
            return Payer.TRUSTEE
        is_guarantor = payer in guarantors.get(proceedings.debtor_id, ())
        return Payer.GUARANTOR if is_guarantor else Payer.OTHER

    @api.model
    def _read_guarantors(self, proceedings, day):
        """Return ``{debtor: partners}`` of those who guarantee what debtors owe."""
        Coverage = self.env["recovery.coverage"].sudo()
        domain = Domain("debtor_id", "in", proceedings.debtor_id.ids) & Domain("kind", "in", GUARANTORS)
        coverages = Coverage.search(domain & Domain("provider_id", "!=", False) & Domain("date_from", "<=", day))
        return {debtor: own.provider_id.commercial_partner_id for debtor, own in coverages.grouped("debtor_id").items()}

    @api.model
    def _read_useless(self, lines):
        """Return the ids of the instalments born later of which a person said that they are not useful."""
        domain = Domain("line_id", "in", lines.ids) & Domain("is_useful", "=", False)
        return set(self.env["recovery.insolvency.claim"].sudo().search(domain).line_id.ids)

    @api.model
    def _prepare(self, proceedings, money, part, told):
        """Return the values of a payment; what a person said of another part of it holds for this one."""
        line = self.env["account.move.line"].sudo().browse(part.line_id or ())
        record = money.credit or money.payment
        return {
            "insolvency_id": proceedings.id,
            "declaration_id": proceedings.declaration_ids[:1].id,
            "line_id": line.id,
            "credit_line_id": money.credit.id,
            "payment_id": not money.credit and money.payment.id,
            "move_name": line.move_id.name or money.names or False,
            "payment_name": money.credit.move_id.name or money.payment.name or money.payment.memo,
            "payer_id": record.partner_id.commercial_partner_id.id,
            "received_on": money.received_on,
            "amount": part.amount,
            "nature": told.nature if told.user_id else part.nature,
            "reason": told.user_id and told.reason or False,
            "user_id": told.user_id.id,
            "dividend_id": told.user_id and told.dividend_id.id or False,
        }

    def _complete(self, part, money):
        """Set what money pays now on the row in which it is known.

        :return: the payment if it has to be looked at again: it was closed, and pays an earlier claim after all.
        """
        self.ensure_one()
        line = self.env["account.move.line"].sudo().browse(part.line_id or ())
        values = {
            "line_id": line.id,
            "credit_line_id": money.credit.id,
            "move_name": line.move_id.name or money.names or False,
            "payment_name": money.credit.move_id.name or self.payment_name,
            "amount": part.amount,
            "undone_on": False,
        }
        if line and line == self.line_id:
            del values["move_name"]  # as it was when it was told
        is_closed, was_alert = self.undone_on or self.nature in (LATER, RETURNED), self.is_alert
        if self._is_said_again(part):
            values |= {"nature": part.nature, "reason": False, "user_id": False, "dividend_id": False}
        changed = {
            name: value
            for name, value in values.items()
            if (self[name].id if self._fields[name].type == "many2one" else self[name] or False) != (value or False)
        }
        if "amount" in changed and not self.company_currency_id.compare_amounts(self.amount, part.amount):
            del changed["amount"]
        if not changed:
            return self.browse()
        self.write(changed)
        if not self.user_id and not self.dividend_id and not is_closed:
            self._match_dividends()
        if was_alert and not self.is_alert:
            self._take_back_tasks()
        return self if is_closed and self.is_alert else self.browse()

    def _is_said_again(self, part):
        """Tell whether what the books show takes the place of what was said: nobody's word, or one that it belies."""
        self.ensure_one()
        if not self.user_id:
            return self.nature != part.nature and not self.dividend_id
        return self.nature == LATER and bool(part.line_id)

    def _waited_for(self, money, part):
        """Tell whether money is the entry of a payment that had none: of its own, or for the invoice it was made on."""
        self.ensure_one()
        if not self.payment_id or self.credit_line_id or not money.credit:
            return False
        line = self.env["account.move.line"].sudo().browse(part.line_id or ())
        return money.payment == self.payment_id or line.move_id in self.payment_id.sudo().invoice_ids

    def _close_left(self, books, day):
        """Close what pays nothing here any more, with the reason: undone, given back, or for a claim born since.

        Money that another entry took stays as it is: it was kept, and a person says for what.
        """
        open_ones = self.filtered(lambda row: not row.undone_on and row.nature not in (LATER, RETURNED))
        credits = open_ones.credit_line_id.mapped(self._get_own_line)
        domain = Domain("credit_line_id", "in", (credits | credits.recovery_transferred_ids).ids)
        rows = self.sudo().search(domain & Domain("undone_on", "=", False))
        by_credit = rows.grouped(lambda row: self._get_own_line(row.credit_line_id))
        for payment in open_ones:
            credit = self._get_own_line(payment.credit_line_id)
            others = by_credit.get(credit, rows.browse()).filtered(lambda row: not row.undone_on) - payment
            debits = payment._find_debits(credit)
            if payment._is_undone(credit, debits):
                payment._undo(day)
                continue
            if payment.line_id & debits and payment._is_earlier(payment.line_id, credit, books):
                continue
            rest = debits - others.line_id
            back = rest.filtered(lambda line: is_received(line.move_id))
            claims = rest & books.lines - back
            names = ", ".join((claims | back).move_id.mapped("name"))
            if back:
                payment._close(RETURNED, self.env._("Matched with %s", names))
            elif claims:
                payment._close(LATER, self.env._("Matched with %s, arisen after the judgment", names))
            elif others:
                payment._undo(day)  # the others have all of it

    def _find_debits(self, credit):
        """Return what money is matched with, instalments that passed to another account under their first name."""
        debits = (credit | credit.recovery_transferred_ids).matched_debit_ids.debit_move_id
        debits = debits.filtered(lambda line: line.recovery_origin_line_id != credit)
        return debits.browse([(line.recovery_origin_line_id or line).id for line in debits])

    def _is_earlier(self, line, credit, books):
        self.ensure_one()
        money = Money(credit, self.payment_id, self.received_on, {}, 0.0)
        return line in books.lines and self._judge(self.insolvency_id, line, money, books.law) != LATER

    def _is_undone(self, credit, debits):
        """Tell whether a payment is in the books no more."""
        self.ensure_one()
        if not credit:
            return not self.payment_id or self.payment_id.state in ("draft", "canceled", "rejected")
        return credit.parent_state != "posted" or credit.move_id in debits.move_id.reversed_entry_id

    def _undo(self, day):
        """Note that a payment is undone; the dividend that it was is to come again."""
        for payment in self.filtered(lambda payment: not payment.undone_on):
            payment.write({"undone_on": day})
            payment._take_back_tasks()
            payment._log_closing()

    def _close(self, nature, reason):
        """Close alerts, and dividends that are none: nothing is left to look at."""
        for payment in self.filtered(lambda payment: payment.nature in (TO_CHECK, DIVIDEND)):
            payment.write({"nature": nature, "reason": reason, "user_id": False, "dividend_id": False})
            payment._take_back_tasks()
            payment._log_closing(reason)

    def _log_closing(self, reason=None):
        self.env["recovery.event"]._log(
            "insolvency_payment",
            self,
            lambda payment: self.env._(
                "%(payment)s: %(nature)s", payment=payment.display_name, nature=payment._get_nature_name()
            ),
            {"reason": reason} if reason else None,
        )

    def _get_nature_name(self):
        """Return what it is in words; of what is undone, that."""
        self.ensure_one()
        if self.undone_on:
            return self.env._("Reversed: no longer in the accounts")
        return dict(self._fields["nature"]._description_selection(self.env))[self.nature]

    def _attach_dividend(self):
        """Set what a person told to be a dividend on the only one that it can be; of several, the person says which.

        Of several that are to come or late, one can be meant if as much is left of it alone.
        """
        for payment in self.filtered("is_loose_dividend"):
            possible = payment._find_dividends()
            if len(possible) > 1:
                compare = payment.company_currency_id.compare_amounts
                possible = possible.filtered(
                    lambda row, payment=payment, compare=compare: (
                        compare(payment.amount, row.amount - row.amount_received) <= 0
                    )
                )
            if len(possible) == 1:
                payment.write({"declaration_id": possible.declaration_id.id, "dividend_id": possible.id})

    def _find_dividends(self):
        """Return the dividends of which something is still to come; of its own declaration, if it has one."""
        self.ensure_one()
        declarations = self.declaration_id or self.insolvency_id.declaration_ids
        return declarations.dividend_ids.filtered(lambda row: row.state in ("expected", "partly", "late"))

    def _match_dividends(self):
        """Set what came under a plan on the dividend that is expected first, as far as it is no more than is left."""
        for declaration, payments in self.grouped("declaration_id").items():
            waiting = declaration.dividend_ids.filtered(lambda row: row.state in ("expected", "partly", "late"))
            open_ones = payments.filtered(lambda row: row.nature in (TO_CHECK, DIVIDEND) and not row.dividend_id)
            for payment in open_ones.sorted("received_on"):
                plan_on = declaration.insolvency_id.plan_on
                if not plan_on or payment.received_on < plan_on:
                    continue
                for dividend in waiting.sorted(lambda row: (row.date, row.id)):
                    left = dividend.amount - dividend.amount_received
                    if declaration.company_currency_id.compare_amounts(payment.amount, left) <= 0:
                        payment.write({"dividend_id": dividend.id, "nature": DIVIDEND})
                        break
                    if not declaration.company_currency_id.is_zero(left):
                        break  # more than what is expected next: a person looks at it

    def _alert(self, day):
        """Give one task per debtor, and write the payments in the journal."""
        if not self:
            return
        states = self.env["recovery.insolvency"]._get_state(self.debtor_id, day)
        for (debtor, is_matched), payments in self.grouped(lambda row: (row.debtor_id, bool(row.move_name))).items():
            row = states[debtor] and states[debtor].get_effect(PAYMENT)
            values = {
                "amount": formatLang(
                    self.env, sum(payments.mapped("amount")), currency_obj=payments[0].company_currency_id
                ),
                "payments": ", ".join(payment.display_name for payment in payments[:3]),
                "article": row.source.article if row and row.source else "C. com. L622-7",
            }
            debtor._plan_tasks(
                ACTIVITY,
                day,
                self.env._("Payment received after the judgment: check it"),
                payments._describe_matched(values) if is_matched else payments._describe_unmatched(values),
            )
        self.env["recovery.event"]._log(
            "insolvency_payment",
            self,
            lambda payment: self.env._("Received after the judgment: %s", payment.display_name),
            lambda payment: {"amount": payment.amount, "invoice": payment.move_name},
        )

    @api.model
    def _describe_matched(self, values):
        return self.env._(
            "%(amount)s received for claims that arose before the judgment (%(payments)s). As a rule the debtor "
            "may not pay them (%(article)s): keep it only if it is a dividend, or was authorised.",
            **values,
        )

    @api.model
    def _describe_unmatched(self, values):
        return self.env._(
            "%(amount)s received since the judgment and not matched with anything yet (%(payments)s), while claims "
            "that arose before it are owed. As a rule the debtor may not pay these (%(article)s): match it with "
            "what it pays, or say what it is.",
            **values,
        )

    # ------------------------------------------------------------
    # Saying what it is
    # ------------------------------------------------------------
    def action_is_guarantor(self):
        """Ask for a reason, then say that a guarantor paid."""
        return self._ask("_say_guarantor", self.env._("Paid by a guarantor"))

    def action_is_connected(self):
        """Ask for a reason, then say that connected debts were set off."""
        return self._ask("_say_connected", self.env._("Set-off of connected debts"))

    def action_is_authorised(self):
        """Ask for a reason, then say that the juge-commissaire authorised it."""
        return self._ask("_say_authorised", self.env._("Authorised by the juge-commissaire"))

    def action_is_dividend(self):
        """Ask for a reason, then say that it is a dividend."""
        return self._ask("_say_dividend", self.env._("Dividend"))

    def action_is_returned(self):
        """Ask for a reason, then say that it was given back."""
        return self._ask("_say_returned", self.env._("Refunded"))

    def action_is_later(self):
        """Ask for a reason, then say that it pays what was born since the judgment."""
        return self._ask("_say_later", self.env._("For a claim that has arisen since"))

    def _ask(self, method, title):
        require_user(self.env)
        return self.env["recovery.reason.wizard"]._open(self, method, title)

    @takes_reason
    def _say_guarantor(self, reason):
        self._say_nature("guarantor", reason)

    @takes_reason
    def _say_connected(self, reason):
        self._say_nature("connected", reason)

    @takes_reason
    def _say_authorised(self, reason):
        self._say_nature("authorised", reason)

    @takes_reason
    def _say_dividend(self, reason):
        """Keep that they are dividends; where several are expected, open what is to be set on one of them."""
        self._say_nature(DIVIDEND, reason)
        loose = self.filtered("is_loose_dividend")
        if not loose:
            return None
        action = loose._get_records_action(name=self.env._("Which dividend?"))
        if len(loose) == 1:
            action["target"] = "new"  # over the screen: it may be the payment's own
        return say(
            self.env,
            self.env._("Several dividends are expected: choose the one that each payment belongs to."),
            action,
            "warning",
        )

    @takes_reason
    def _say_returned(self, reason):
        self._say_nature("returned", reason)

    @takes_reason
    def _say_later(self, reason):
        earlier = self.sudo().filtered("line_id")[:1]
        if earlier:
            raise UserError(
                self.env._(
                    "%(payment)s is matched with %(invoice)s, which arose before the judgment: match it with what it "
                    "pays.",
                    payment=earlier.display_name,
                    invoice=earlier.move_name,
                )
            )
        self._say_nature(LATER, reason)

    def _take_back_tasks(self):
        """Take back the tasks of debtors of whom no payment is left to look at."""
        left = self.sudo().search(Domain("debtor_id", "in", self.debtor_id.ids) & Domain("is_alert", "=", True))
        (self.debtor_id - left.debtor_id)._take_back_tasks(ACTIVITY)

    def _say_nature(self, nature, reason):
        """Keep what payments are, and why they may be kept."""
        require_user(self.env)
        self.check_access("write")
        self.sudo().write({"nature": nature, "reason": reason, "user_id": self.env.user.id})
        if nature == DIVIDEND:
            self.sudo()._attach_dividend()
        else:
            self.sudo().write({"dividend_id": False})
        self._take_back_tasks()
        self._log_closing(reason)

    def action_view_entry(self):
        """Open the entry of the payment."""
        self.ensure_one()
        self.check_access("read")
        record = self.credit_line_id.move_id or self.payment_id
        record.check_access("read")
        return record._get_records_action(name=record.display_name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("What was received is never deleted: the audit trail must be kept."))

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.insolvency import PAYMENT, classify, get_state
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user
from ...dunning.formal.recovery_guarantor_letter import GUARANTORS
from .distribution import DIVIDEND, LATER, TO_CHECK, Payer, judge_payment

ACTIVITY = "debt_recovery.mail_activity_type_insolvency_payment"


class Law(NamedTuple):
    """What payments are judged by: what proceedings stop, when claims were born, who guarantees them."""

    effects: tuple
    births: dict
    useless: set
    guarantors: dict


class RecoveryInsolvencyPayment(models.Model):
    """Money that came in since the judgment for a claim born before: as a rule it is forbidden (C. com. L622-7).

    It is found whether or not we declared. What guarantors and third parties pay, what the mandataire distributes and
    the dividends of a plan are known by themselves; of the rest a person says what it is. Until then it is an alert.
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
    move_name = fields.Char("Invoice", readonly=True)
    payment_name = fields.Char("Payment", readonly=True)
    payer_id = fields.Many2one("res.partner", string="Paid by", readonly=True, ondelete="set null")
    received_on = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(currency_field="company_currency_id", readonly=True)
    dividend_id = fields.Many2one(
        "recovery.insolvency.dividend",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('declaration_id', '=', declaration_id)]",
        help="The dividend of the plan of which it is a part.",
    )
    nature = fields.Selection(
        [
            ("to_check", "To look at"),
            ("dividend", "Dividend"),
            ("guarantor", "By a guarantor"),
            ("third_party", "By a third party"),
            ("connected", "Set-off of connected debts"),
            ("authorised", "Authorised by the juge-commissaire"),
            ("returned", "Given back"),
        ],
        string="Nature of the payment",
        required=True,
        readonly=True,
        default=TO_CHECK,
        index=True,
    )
    is_alert = fields.Boolean("Alert", compute="_compute_is_alert", store=True)
    reason = fields.Char("Why it may be kept", readonly=True)
    user_id = fields.Many2one("res.users", string="Looked at by", readonly=True, ondelete="restrict")

    _once = models.UniqueIndex(
        "(insolvency_id, line_id, credit_line_id) WHERE line_id IS NOT NULL AND credit_line_id IS NOT NULL",
        "This payment is known already.",
    )

    @api.depends("nature")
    def _compute_is_alert(self):
        for payment in self:
            payment.is_alert = payment.nature == TO_CHECK

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
                raise UserError(self.env._("That dividend is of another declaration."))

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
        """Find what was received since the judgments for what was born before, once each, and alert of it.

        The number of queries does not grow with the proceedings.

        :param proceedings: of one company; those that are confidential stop no payment.
        :return: the payments that are new.
        """
        proceedings = proceedings.sudo().filtered(lambda row: not row.annulled_on and not row.is_confidential)
        if not proceedings:
            return self
        company, first = proceedings.company_id, min(proceedings.mapped("judgment_on"))
        lines = self._find_lines(company, proceedings.partner_id)
        rows = self.env["recovery.ledger"]._read_settlements(lines, date_from=first, date_to=day)
        rows = [row for row in rows if row.is_money and row.credit_line_id]
        credits = self.env["account.move.line"].sudo().browse({row.credit_line_id for row in rows})
        credits.fetch(["partner_id", "move_id", "date"])
        credits.partner_id.fetch(["commercial_partner_id"])
        credits.move_id.fetch(["name"])
        found = self._judge_all(proceedings, lines, rows, day)
        payments = self.sudo().create(found)
        payments._match_dividends()
        payments.filtered("is_alert")._alert(day)
        return payments

    @api.model
    def _find_lines(self, company, partners):
        """Return the instalments of debtors, those that are passed to another account under their first name."""
        domain = Domain("account_id", "in", company._recovery_accounts().ids) & Domain("balance", ">", 0)
        domain &= Domain("partner_id.commercial_partner_id", "in", partners.ids)
        domain &= Domain("parent_state", "=", "posted") & Domain("recovery_origin_line_id", "=", False)
        return self.env["account.move.line"].sudo().search(domain & Domain("company_id", "child_of", company.id))

    @api.model
    def _judge_all(self, proceedings, lines, rows, day):
        """Return the values of what was received against the proceedings of its debtor; of the rest none."""
        law = Law(
            proceedings._read_effects(),
            self.env["recovery.claim"]._get_births(lines),
            self._read_useless(lines),
            self._read_guarantors(proceedings, day),
        )
        known = {
            (payment.line_id.id, payment.credit_line_id.id)
            for payment in self.sudo().search(Domain("debtor_id", "in", proceedings.debtor_id.ids))
        }
        by_id = {line.id: line for line in lines}
        by_partner = proceedings.grouped("partner_id")
        found = []
        for row in rows:
            if (row.line_id, row.credit_line_id) in known:
                continue
            line = by_id[row.line_id]
            credit = line.browse(row.credit_line_id)
            for own in by_partner.get(line.partner_id.commercial_partner_id, ()):
                received_on = credit.date or row.date  # the day of the money, not of its matching
                nature = self._judge(own, line, credit, received_on, law)
                if nature != LATER:
                    found.append(self._prepare(own, line, credit, row, received_on, nature))
                    break
        return found

    @api.model
    def _judge(self, proceedings, line, credit, received_on, law):
        """Return what one payment is for proceedings, as they stood on the day on which it was received."""
        state = get_state(proceedings._get_course(), received_on, law.effects)
        born_on = law.births[line.id].day
        category = classify(born_on, proceedings.judgment_on, line.id not in law.useless)
        return judge_payment(state, received_on, category, self._get_payer(proceedings, credit, law.guarantors))

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
    def _prepare(self, proceedings, line, credit, row, received_on, nature):
        """Return the values of a payment."""
        return {
            "insolvency_id": proceedings.id,
            "declaration_id": proceedings.declaration_ids[:1].id,
            "line_id": line.id,
            "credit_line_id": credit.id,
            "move_name": line.move_id.name,
            "payment_name": credit.move_id.name,
            "payer_id": credit.partner_id.commercial_partner_id.id,
            "received_on": received_on,
            "amount": row.amount_company,
            "nature": nature,
        }

    def _match_dividends(self):
        """Set what came under a plan on the dividend that is expected first, as far as it is no more than is left."""
        for declaration, payments in self.grouped("declaration_id").items():
            waiting = declaration.dividend_ids.filtered(lambda row: row.state in ("expected", "partly", "late"))
            for payment in payments.filtered(lambda row: row.nature in (TO_CHECK, DIVIDEND)).sorted("received_on"):
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
        for debtor, payments in self.grouped("debtor_id").items():
            names = ", ".join(payment.display_name for payment in payments[:3])
            row = states[debtor] and states[debtor].get_effect(PAYMENT)
            total = formatLang(self.env, sum(payments.mapped("amount")), currency_obj=payments[0].company_currency_id)
            debtor._plan_tasks(
                ACTIVITY,
                day,
                self.env._("Payment received after the judgment: look at it"),
                self.env._(
                    "%(amount)s received for claims born before the judgment (%(payments)s). As a rule the debtor may "
                    "not pay them (%(article)s): keep it only if it is a dividend, or was authorised.",
                    amount=total,
                    payments=names,
                    article=row.source.article if row and row.source else "C. com. L622-7",
                ),
            )
        self.env["recovery.event"]._log(
            "insolvency_payment",
            self,
            lambda payment: self.env._("Received after the judgment: %s", payment.display_name),
            lambda payment: {"amount": payment.amount, "invoice": payment.move_name},
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
        return self._ask("_say_returned", self.env._("Given back"))

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
        self._say_nature(DIVIDEND, reason)

    @takes_reason
    def _say_returned(self, reason):
        self._say_nature("returned", reason)

    def _take_back_tasks(self):
        """Take back the tasks of debtors of whom no payment is left to look at."""
        left = self.sudo().search(Domain("debtor_id", "in", self.debtor_id.ids) & Domain("is_alert", "=", True))
        (self.debtor_id - left.debtor_id)._take_back_tasks(ACTIVITY)

    def _say_nature(self, nature, reason):
        """Keep what payments are, and why they may be kept."""
        require_user(self.env)
        self.check_access("write")
        self.sudo().write({"nature": nature, "reason": reason, "user_id": self.env.user.id})
        if nature != DIVIDEND:
            self.sudo().write({"dividend_id": False})
        self._take_back_tasks()
        natures = dict(self._fields["nature"]._description_selection(self.env))
        self.env["recovery.event"]._log(
            "insolvency_payment",
            self,
            lambda payment: self.env._(
                "%(payment)s: %(nature)s", payment=payment.display_name, nature=natures[payment.nature]
            ),
            {"reason": reason},
        )

    def action_view_entry(self):
        """Open the entry of the payment."""
        self.ensure_one()
        self.check_access("read")
        move = self.credit_line_id.move_id
        move.check_access("read")
        return move._get_records_action(name=move.display_name)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("What was received is never deleted: the trace must stay."))

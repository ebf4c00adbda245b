from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.insolvency import classify, get_state
from ...common.marks import takes_reason
from ...common.roles import require_user
from .distribution import DIVIDEND, TO_CHECK, judge_payment

ACTIVITY = "debt_recovery.mail_activity_type_insolvency_payment"


class RecoveryInsolvencyPayment(models.Model):
    """Money that came in since the judgment for a claim born before: as a rule it is forbidden (C. com. L622-7).

    Dividends, payments by guarantors and third parties, set-off of connected debts and what the juge-commissaire
    authorised are no concern of that; a person says which it is. Until then it is an alert.
    """

    _name = "recovery.insolvency.payment"
    _description = "Payment after a judgment"
    _inherit = ["recovery.guarded"]
    _order = "received_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("dividend_id",)

    declaration_id = fields.Many2one(
        "recovery.insolvency.declaration", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="declaration_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="declaration_id.debtor_id", store=True, precompute=True, index=True)
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
        string="What it is",
        required=True,
        readonly=True,
        default=TO_CHECK,
        index=True,
    )
    is_alert = fields.Boolean("Alert", compute="_compute_is_alert", store=True)
    reason = fields.Char("Why it may be kept", readonly=True)
    user_id = fields.Many2one("res.users", string="Looked at by", readonly=True, ondelete="restrict")

    _once = models.UniqueIndex(
        "(declaration_id, line_id, credit_line_id) WHERE line_id IS NOT NULL AND credit_line_id IS NOT NULL",
        "This payment is known already.",
    )

    @api.depends("nature")
    def _compute_is_alert(self):
        for payment in self:
            payment.is_alert = payment.nature == TO_CHECK

    @api.depends("payment_name", "received_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for payment in self:
            day = format_date(self.env, payment.received_on) if payment.received_on else ""
            payment.display_name = self.env._(
                "%(payment)s of %(day)s", payment=payment.payment_name or payment._description, day=day
            )

    @api.constrains("dividend_id", "declaration_id")
    def _check_dividend(self):
        for payment in self:
            if payment.dividend_id and payment.dividend_id.declaration_id != payment.declaration_id:
                raise UserError(self.env._("That dividend is of another declaration."))

    def write(self, vals):
        """Make a dividend of what is said to be part of one."""
        if vals.get("dividend_id"):
            require_user(self.env)
            self.check_access("write")
            result = super().write(vals)
            self.sudo().write({"nature": DIVIDEND, "user_id": self.env.user.id})
            return result
        return super().write(vals)

    # ------------------------------------------------------------
    # Looking for them
    # ------------------------------------------------------------
    @api.model
    def _find_new(self, declarations, day):
        """Find what was received since the judgments for what was born before, once each, and alert of it.

        :param declarations: of one company.
        :return: the payments that are new.
        """
        declarations = declarations.sudo()
        claims = declarations.claim_ids.filtered("line_id")
        if not claims:
            return self
        by_line = {claim.line_id.id: claim for claim in claims}
        courses = {row: row.insolvency_id._get_course() for row in declarations if not row.insolvency_id.annulled_on}
        effects = self.env["recovery.insolvency"]._read_effects()
        known = {
            (payment.line_id.id, payment.credit_line_id.id)
            for payment in self.sudo().search(Domain("declaration_id", "in", declarations.ids))
        }
        first = min(declarations.mapped("judgment_on"))
        rows = self.env["recovery.ledger"]._read_settlements(claims.line_id.sudo(), date_from=first, date_to=day)
        credits = (
            self.env["account.move.line"]
            .sudo()
            .browse([row.credit_line_id for row in rows if row.is_money and row.credit_line_id])
        )
        credits.fetch(["partner_id", "move_id", "date"])
        vals_list = []
        for row in rows:
            if not row.is_money or (row.line_id, row.credit_line_id) in known:
                continue
            credit, claim = credits.browse(row.credit_line_id), by_line[row.line_id]
            course = courses.get(claim.declaration_id)
            received_on = credit.date or row.date  # the day of the money, not of its matching
            state = course and get_state(course, received_on, effects)
            if vals := self._prepare(claim, credit, row, received_on, state):
                vals_list.append(vals)
        payments = self.sudo().create(vals_list)
        payments.filtered("is_alert")._alert(day)
        return payments

    @api.model
    def _prepare(self, claim, credit, row, received_on, state):
        """Return the values of a payment, None for one that is no concern of the proceedings.

        :param state: how these stood on the day on which it was received.
        """
        declaration = claim.declaration_id
        payer = credit.partner_id.commercial_partner_id
        nature = judge_payment(
            state,
            received_on,
            classify(claim.born_on, declaration.judgment_on, claim.is_useful),
            not payer or payer == declaration.debtor_id.partner_id,
            is_dividend=False,
        )
        if nature == "later":
            return None
        return {
            "declaration_id": declaration.id,
            "line_id": row.line_id,
            "credit_line_id": row.credit_line_id,
            "move_name": claim.move_name,
            "payment_name": credit.move_id.name,
            "payer_id": payer.id,
            "received_on": received_on,
            "amount": row.amount_company,
            "nature": nature,
        }

    def _alert(self, day):
        """Give one task per debtor, and write the payments in the journal."""
        if not self:
            return
        for debtor, payments in self.grouped("debtor_id").items():
            names = ", ".join(payment.display_name for payment in payments[:3])
            total = formatLang(self.env, sum(payments.mapped("amount")), currency_obj=payments[0].company_currency_id)
            debtor._plan_tasks(
                ACTIVITY,
                day,
                self.env._("Payment received after the judgment: look at it"),
                self.env._(
                    "%(amount)s received for claims born before the judgment (%(payments)s). Such a payment is void "
                    "(C. com. L622-7): keep it only if it is a dividend, or comes from a guarantor or a third party.",
                    amount=total,
                    payments=names,
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

    def _say_nature(self, nature, reason):
        """Keep what payments are, and why they may be kept."""
        require_user(self.env)
        self.check_access("write")
        self.sudo().write({"nature": nature, "reason": reason, "user_id": self.env.user.id})
        if nature != DIVIDEND:
            self.sudo().write({"dividend_id": False})
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

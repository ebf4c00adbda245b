from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ..common.equivalent import convert_totals
from ..common.marks import takes_reason
from ..common.roles import MANAGER, require_manager, require_user
from .recovery_debtor import WAIVER_KEY

SHARED = ("head", "debtor_id", "company_id", "move_line_id", "move_id", "move_name", "due_date", "currency_id")


class RecoveryWaiver(models.Model):
    """Late fees given up: which, of which invoices, up to which day and why; above a threshold a manager grants it."""

    _name = "recovery.waiver"
    _description = "Waiver of late fees"
    _numbered = {"number": "recovery.waiver"}
    _inherit = ["recovery.guarded", "recovery.decided"]
    _order = "id desc"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True, copy=False)
    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("Until", required=True, readonly=True, index=True)
    reason = fields.Text(required=True, readonly=True)
    state = fields.Selection(
        [("asked", "To approve"), ("granted", "Granted"), ("refused", "Refused"), ("cancelled", "Withdrawn")],
        required=True,
        readonly=True,
        default="asked",
        index=True,
    )
    state_reason = fields.Char("Reason for the answer", readonly=True)
    fee_ids = fields.One2many("recovery.late.fee", "waiver_id", string="Late fees", readonly=True)
    amount = fields.Monetary("In the company's currency", readonly=True)
    amount_text = fields.Char("Amount waived", readonly=True)
    user_id = fields.Many2one("res.users", string="Requested by", required=True, readonly=True)
    granted_by_id = fields.Many2one("res.users", string="Granted by", readonly=True)
    granted_on = fields.Datetime("Granted on", readonly=True)
    decision_id = fields.Many2one("recovery.decision", readonly=True, index="btree_not_null")

    _number_company_uniq = models.UniqueIndex("(company_id, number)", "This number is already used.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A waiver is withdrawn with a reason, never deleted: the audit trail must be kept."))

    @api.model
    def _propose(self, company, lines, day):
        """Return the rows that may be waived: all late fees still claimed on these instalments up to that day."""
        return self.env["recovery.late.fee"]._list_due(company, lines, day)

    @api.model
    def _request(self, debtor, lines, day, chosen, reason):
        """Waive late fees of a debtor, or ask a manager to.

        :param chosen: ``{key: amount}`` by ``recovery.late.fee._get_key``; a smaller amount
            than what is due gives up a part of the interest, None gives up the whole.
        """
        require_user(self.env)
        debtor.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why these late fees are waived: the reason is kept in the journal."))
        company = debtor.company_id
        if debtor.nature != "consumer" and not self.env["recovery.legal.parameter"]._get(WAIVER_KEY, day):
            raise UserError(
                self.env._("The law does not allow late fees to be waived on this day: see the legal parameters.")
            )
        self.env["recovery.charge"]._lock(debtor)
        rows = [row for row in self._propose(company, lines, day) if row["debtor_id"] == debtor.id]
        rows = self._choose_rows(rows, chosen, day)
        if not rows:
            raise UserError(self.env._("There is nothing to waive: choose at least one late fee that is still due."))
        amounts = {}
        for row in rows:
            currency = self.env["res.currency"].browse(row["currency_id"])
            amounts[currency] = currency.round(amounts.get(currency, 0.0) + row["amount"])
        waiver = self.sudo().create(
            {
                "number": self.env["ir.sequence"]
                .sudo()
                .with_company(company)
                .next_by_code("recovery.waiver", sequence_date=day),
                "debtor_id": debtor.id,
                "company_id": company.id,
                "day": day,
                "reason": reason.strip(),
                "user_id": self.env.user.id,
                "amount": convert_totals(company, day, amounts.items()),
                "amount_text": " + ".join(
                    formatLang(self.env, amount, currency_obj=currency) for currency, amount in amounts.items()
                ),
                "fee_ids": [fields.Command.create(row) for row in rows],
            }
        )
        waiver.with_env(self.env)._grant_or_ask()
        return waiver.with_env(self.env)

    @api.model
    def _choose_rows(self, rows, chosen, day):
        """Keep the rows chosen; a part of the interest becomes one row without days."""
        get_key = self.env["recovery.late.fee"]._get_key
        groups = {}
        for row in rows:
            if get_key(row) in chosen:
                groups.setdefault(get_key(row), []).append(row)
        kept = []
        for key, group in groups.items():
            currency = self.env["res.currency"].browse(group[0]["currency_id"])
            due = sum(row["amount"] for row in group)
            amount = due if chosen[key] is None else chosen[key]
            if currency.compare_amounts(amount, 0) <= 0 or currency.compare_amounts(amount, due) > 0:
                raise UserError(
                    self.env._(
                        "The amount waived must be between zero and the amount due: %(due)s for %(invoice)s.",
                        due=formatLang(self.env, due, currency_obj=currency),
                        invoice=group[0].get("move_name") or self.env._("the whole account"),
                    )
                )
            if not currency.compare_amounts(amount, due):
                kept += group
            elif key[0] == "interest":
                part = {name: group[0][name] for name in SHARED if name in group[0]}
                kept.append({**part, "name": self.env._("Part of the interest"), "date_to": day, "amount": amount})
            else:
                raise UserError(
                    self.env._("Only interest can be waived in part: compensation, a cost or a clause only in full.")
                )
        return kept

    def _grant_or_ask(self):
        company = self.company_id
        above = company.currency_id.compare_amounts(self.amount, company.recovery_waiver_limit) > 0
        if not above or self.env.user.has_group(MANAGER):
            self._grant(self.env.user)
            return
        self.sudo().decision_id = self.env["recovery.decision"]._ask(
            "waiver",
            self,
            self.env._(
                "%(number)s: %(amount)s of late fees waived for %(debtor)s",
                number=self.number,
                amount=self.amount_text,
                debtor=self.debtor_id.display_name,
            ),
            {
                "amount": self.amount_text,
                "invoices": ", ".join(sorted(set(self.sudo().fee_ids.mapped("move_name")) - {False})),
                "until": fields.Date.to_string(self.day),
                "reason": self.reason,
            },
            self.amount,
            reason=self.reason,
            debtor=self.debtor_id,
        )

    def _grant(self, user):
        """Put the waiver in force: what it names is claimed no more."""
        waiver = self.sudo()
        waiver.fee_ids._set_live(True)
        waiver.write({"state": "granted", "granted_by_id": user.id, "granted_on": fields.Datetime.now()})
        self.env["recovery.event"]._log(
            "late_fee_waived",
            waiver,
            self.env._(
                "%(number)s: %(amount)s of late fees waived up to %(day)s",
                number=self.number,
                amount=self.amount_text,
                day=fields.Date.to_string(self.day),
            ),
            {"amount": self.amount_text, "reason": self.reason},
        )

    def _on_decision(self, decision):
        """Put the waiver in force, or drop it, when the manager has answered."""
        for waiver in self.sudo().filtered(lambda waiver: waiver.state == "asked"):
            if decision.state == "granted":
                waiver._check_still_due()
                waiver._grant(decision.answered_by_id)
                waiver.state_reason = decision.answer_reason
            else:
                waiver.write({"state": "refused", "state_reason": decision.answer_reason})

    def _check_still_due(self):
        """Refuse to grant what was charged, waived or paid since it was asked: what was given up twice would be
        taken off what falls due later.
        """
        self.ensure_one()
        self.env["recovery.charge"]._lock(self.debtor_id)
        get_key = self.env["recovery.late.fee"]._get_key
        asked = self.fee_ids.filtered("move_line_id").grouped(lambda fee: (fee.head, fee.move_line_id.id))
        due = defaultdict(float)
        for row in self._propose(self.company_id, self.fee_ids.move_line_id, self.day):
            due[get_key(row)] += row["amount"]
        for key, fees in asked.items():
            amount, currency = sum(fees.mapped("amount")), fees.currency_id
            more = currency.compare_amounts(amount, due[key])
            is_part = key[0] == "interest" and not any(fees.mapped("date_from"))
            if more > 0 or (more and not is_part):
                raise UserError(
                    self.env._(
                        "%(number)s asks to waive %(asked)s on %(invoice)s, where %(due)s is now due: something "
                        "has been charged, waived or paid in the meantime. Refuse it, and request the remainder "
                        "again.",
                        number=self.number,
                        asked=formatLang(self.env, amount, currency_obj=currency),
                        invoice=fees[0].move_name,
                        due=formatLang(self.env, due[key], currency_obj=currency),
                    )
                )

    # ------------------------------------------------------------
    # Withdrawing
    # ------------------------------------------------------------
    def action_withdraw(self):
        """Ask why, then withdraw: what was waived is claimed again."""
        return self.env["recovery.reason.wizard"]._open(self, "_withdraw", self.env._("Withdraw the waiver"))

    @takes_reason
    def _withdraw(self, reason):
        """Withdraw waivers: the asker withdraws a request, a manager what was granted."""
        require_user(self.env)
        for waiver in self.sudo():
            if waiver.state not in ("asked", "granted"):
                raise UserError(self.env._("%s has already ended.", waiver.number))
            if waiver.state == "granted":
                require_manager(self.env)
                self._check_not_used(waiver)
                waiver.fee_ids._set_live(False)
            waiver.decision_id._withdraw_question()
            waiver.write({"state": "cancelled", "state_reason": reason})
            self.env["recovery.event"]._log(
                "late_fee_claimed_again",
                waiver,
                self.env._("%s withdrawn: what it waived is claimed again", waiver.number),
                {"amount": waiver.amount_text, "reason": reason},
            )

    @api.model
    def _check_not_used(self, waiver):
        """Refuse to withdraw a part of interest that a charge, or a waiver of the rest, has deducted since."""
        parts = waiver.fee_ids.filtered(lambda fee: fee.head == "interest" and not fee.date_from and fee.amount > 0)
        if not parts:
            return
        used = parts.search(
            [
                ("move_line_id", "in", parts.move_line_id.ids),
                ("head", "=", "interest"),
                ("date_from", "=", False),
                ("amount", "<", 0),
                ("is_live", "=", True),
            ]
        )
        if used:
            raise UserError(
                self.env._(
                    "%(document)s has deducted what %(waiver)s waives: reverse or withdraw it first.",
                    document=", ".join(used.charge_id.mapped("number") + used.waiver_id.mapped("number")),
                    waiver=waiver.number,
                )
            )

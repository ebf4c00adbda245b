from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from ...common.equivalent import convert_totals
from ...common.marks import takes_reason
from ...common.retention import CASES, Retained
from ...common.roles import require_user

_lt = LazyTranslate(__name__)

SPENT = ("engaged", "paid")
OURS = "ours"
PAID_BILLS = ("paid", "in_payment", "reversed")


class RecoveryCost(models.Model):
    """What a case costs: planned, engaged or paid, to whom, and who bears it in the end.

    It is suggested by the procedure and by the provider's fee grid, taken over from the costs on proof of before the
    case, or typed. What a court awards of it, or the law puts at the debtor's charge, is claimed beside the debt.
    """

    _name = "recovery.cost"
    _description = "Case cost"
    _retained = Retained(
        CASES,
        "case_id.closed_on",
        ("name", "owed_by", "note"),
        ("attachment_ids",),
        domain=(("case_id.is_open", "=", False),),
        stays=("suggestion_key",),
    )
    _inherit = ["recovery.guarded"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = (
        "procedure_id", "kind", "name", "date", "state", "amount", "tax_id", "recoverable", "partner_id",
        "bill_line_id", "amount_owed", "owed_on", "owed_by", "attachment_ids", "note",
    )  # fmt: skip
    _typed_once = ("case_id",)
    _journal_words = {"state": _lt("State"), "who bears it": _lt("Who bears it")}

    case_id = fields.Many2one("recovery.case", required=True, index=True, ondelete="restrict", check_company=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, precompute=True, index=True)
    debtor_id = fields.Many2one(related="case_id.debtor_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    procedure_id = fields.Many2one(
        "recovery.procedure",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('case_id', '=', case_id)]",
    )
    kind = fields.Selection(
        [
            ("registry", "Greffe"),
            ("bailiff", "Commissaire de justice"),
            ("lawyer", "Lawyer"),
            ("tax", "Contribution or tax"),
            ("agency", "Collection agency"),
            ("expert", "Expert, translator, investigation"),
            ("postage", "Correspondence and travel"),
            ("proof", "Documented, before the case"),
            ("other", "Other"),
        ],
        string="Paid for",
        required=True,
        default="other",
    )
    name = fields.Char("What it is", required=True)
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._recovery_today(),
        help="When it was spent; for a planned cost, when it was foreseen.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("engaged", "Incurred"), ("paid", "Paid"), ("cancelled", "Given up")],
        compute="_compute_state",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        help="A cost follows its vendor bill: incurred once it is posted, paid once it is paid.",
    )
    amount = fields.Monetary("Excluding tax", compute="_compute_amount", store=True, readonly=False, precompute=True)
    tax_id = fields.Many2one(
        "account.tax",
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
        ondelete="restrict",
    )
    amount_tax = fields.Monetary("Tax amount", compute="_compute_total", store=True)
    amount_total = fields.Monetary("Including tax", compute="_compute_total", store=True)
    recoverable = fields.Selection(
        [
            ("costs", "Dépens: payable by the losing party"),
            ("art_700", "Article 700: as the judge decides"),
            ("ours", "Borne by us"),
            ("debtor", "Payable by the debtor"),
        ],
        string="Who bears it",
        required=True,
        default="ours",
        help="Until there is a title, recovery costs are borne by the creditor (CPCE L111-8).",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Provider", index="btree_not_null", ondelete="restrict", check_company=True
    )
    mandate_fee_id = fields.Many2one(
        "recovery.mandate.fee", string="Mandate fee", readonly=True, index="btree_not_null", ondelete="set null"
    )
    bill_line_id = fields.Many2one(
        "account.move.line",
        string="Line of a vendor bill",
        index="btree_not_null",
        ondelete="set null",
        domain="[('move_id.move_type', 'in', ('in_invoice', 'in_receipt')), ('display_type', '=', 'product'),"
        " ('company_id', 'child_of', company_id)]",
    )
    bill_id = fields.Many2one(related="bill_line_id.move_id", string="Vendor bill")
    claim_cost_id = fields.Many2one(
        "recovery.claim.cost",
        string="Documented cost",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="It was spent before the case and claimed as a documented cost (C. com. L441-10 II): it now belongs "
        "to the case, and counts once.",
    )
    amount_owed = fields.Monetary(
        "Owed by the debtor",
        help="What the court awarded of it, or what the law makes payable by the debtor: it is claimed from then on.",
    )
    owed_on = fields.Date("Owed since")
    owed_by = fields.Char("By which decision", help="For example: order of 3 March 2026, RG 26/00123; certificate.")
    suggestion_key = fields.Char(
        readonly=True, copy=False, help="What suggested it, so that it is suggested only once."
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)
    note = fields.Char()

    _claim_cost_uniq = models.UniqueIndex(
        "(claim_cost_id) WHERE claim_cost_id IS NOT NULL", "This documented cost is already a cost of a case."
    )
    _suggested_once = models.UniqueIndex(
        "(case_id, suggestion_key) WHERE suggestion_key IS NOT NULL", "This cost has already been suggested."
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND COALESCE(amount_owed, 0) >= 0)", "A cost cannot be a negative amount."
    )

    @api.depends("name", "case_id.name")
    def _compute_display_name(self):
        for cost in self:
            cost.display_name = " – ".join(filter(None, (cost.case_id.name, cost.name)))

    @api.depends("bill_line_id.move_id.state", "bill_line_id.move_id.payment_state")
    def _compute_state(self):
        for cost in self:
            cost.state = cost._get_state_of_bill() or cost.state or "planned"

    def _get_state_of_bill(self):
        """Return the state that a vendor bill gives, None without one, or as long as it is a draft."""
        self.ensure_one()
        bill = self.sudo().bill_line_id.move_id
        if bill.state != "posted":
            return None
        return "paid" if bill.payment_state in PAID_BILLS else "engaged"

    @api.depends("bill_line_id.price_subtotal", "bill_line_id.currency_id", "bill_line_id.date")
    def _compute_amount(self):
        """Take the part of the bill's line that no other cost has; what somebody types without a bill stays."""
        for cost in self:
            line = cost.sudo().bill_line_id
            if not line or cost.amount:
                cost.amount = cost.amount or 0.0
                continue
            cost.amount = max(cost._get_bill_amount() - sum(cost._get_sharing().mapped("amount")), 0.0)

    def _get_bill_amount(self):
        """Return what the bill's line is worth in the company's currency, without tax."""
        self.ensure_one()
        line, company = self.sudo().bill_line_id, (self.company_id or self.env.company).sudo()
        day = line.date or company._recovery_today()
        return convert_totals(company, day, [(line.currency_id, line.price_subtotal)])

    def _get_sharing(self):
        """Return the other costs that take a part of the same line of a bill: one bill may be of several cases."""
        self.ensure_one()
        domain = Domain("bill_line_id", "=", self.bill_line_id._origin.id) & Domain("id", "!=", self._origin.id)
        return self.sudo().search(domain & Domain("state", "!=", "cancelled"))

    @api.depends("amount", "tax_id", "company_id")
    def _compute_total(self):
        for cost in self:
            tax = cost.sudo().tax_id
            currency = cost.currency_id or self.env.company.currency_id
            total = tax.compute_all(cost.amount, currency)["total_included"] if tax else cost.amount
            cost.amount_total = total
            cost.amount_tax = total - cost.amount

    @api.constrains("bill_line_id", "amount", "state")
    def _check_bill(self):
        for cost in self.filtered(lambda cost: cost.bill_line_id and cost.state != "cancelled"):
            line = cost.sudo().bill_line_id
            if not line.move_id.is_purchase_document(include_receipts=True):
                raise ValidationError(self.env._("%s is not a line of a vendor bill.", line.display_name))
            if line.company_id.root_id != cost.company_id.root_id:
                raise ValidationError(self.env._("This bill belongs to another company than the case."))
            taken = cost.amount + sum(cost._get_sharing().mapped("amount"))
            if cost.currency_id.compare_amounts(taken, cost._get_bill_amount()) > 0:
                raise ValidationError(
                    self.env._(
                        "%(bill)s: its line is %(amount)s excluding tax, and %(taken)s of it would be case costs.",
                        bill=line.move_id.display_name,
                        amount=cost._format_amount(cost._get_bill_amount()),
                        taken=cost._format_amount(taken),
                    )
                )

    @api.constrains("amount_owed", "owed_on", "recoverable")
    def _check_owed(self):
        for cost in self:
            if bool(cost.amount_owed) != bool(cost.owed_on):
                raise ValidationError(
                    self.env._("“%s”: what the debtor owes of it, and since when, go together.", cost.name)
                )
            if cost.amount_owed and cost.recoverable == OURS:
                raise ValidationError(
                    self.env._("“%s” is borne by us: say first who bears it, then what the debtor owes.", cost.name)
                )
            if cost.amount_owed and cost.state == "cancelled":
                raise ValidationError(self.env._("“%s” was abandoned: the debtor owes nothing of it.", cost.name))
            if (
                cost.recoverable == "costs"
                and cost.currency_id.compare_amounts(cost.amount_owed, cost.amount_total) > 0
            ):
                raise ValidationError(
                    self.env._("“%s”: the losing party does not bear more dépens than were spent.", cost.name)
                )

    @api.constrains("procedure_id", "case_id")
    def _check_procedure(self):
        for cost in self:
            if cost.procedure_id and cost.procedure_id.case_id not in cost.case_id._get_family():
                raise ValidationError(self.env._("“%s”: its procedure belongs to another case.", cost.name))

    # ------------------------------------------------------------
    # Creation, writing, deletion
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        adopt(costs, by=self.env.user)
        costs._trace(lambda cost: self.env._("Cost added: %s", cost._describe()))
        return costs

    def write(self, vals):
        before = {cost: (cost.state, cost.amount_owed) for cost in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self, by=self.env.user)
        changed = self.filtered(lambda cost: before[cost] != (cost.state, cost.amount_owed))
        if "amount" in vals or "recoverable" in vals:
            changed = self
        changed._trace(lambda cost: self.env._("Cost changed: %s", cost._describe()))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_spent(self):
        if kept := self.filtered(lambda cost: cost.state in SPENT or cost.claim_cost_id)[:1]:
            raise UserError(self.env._("“%s” was spent: a cost is abandoned with a reason, never deleted.", kept.name))

    def action_give_up(self):
        """Ask for a reason, then give costs up: they count no more."""
        return self.env["recovery.reason.wizard"]._open(self, "_give_up", self.env._("Abandon the cost"))

    @takes_reason
    def _give_up(self, reason):
        require_user(self.env)
        self.check_access("write")
        for cost in self:
            if cost._get_state_of_bill():
                raise UserError(self.env._("“%s” follows a posted bill: remove the bill first.", cost.name))
            if cost.amount_owed:
                raise UserError(self.env._("“%s”: the debtor owes it, remove that first.", cost.name))
        self.sudo().write({"state": "cancelled", "note": reason})

    def action_engage(self):
        """Say that planned costs are engaged: the act was ordered."""
        self._move("planned", "engaged")

    def action_pay(self):
        """Say that costs are paid."""
        self._move("engaged", "paid")

    def _move(self, origin, state):
        require_user(self.env)
        self.check_access("write")
        moved = self.filtered(lambda cost: cost.state == origin)
        if not moved:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(self.env._("None of these costs is “%s”.", labels[origin]))
        moved.state = state

    def action_view_bill(self):
        """Open the vendor bill."""
        self.ensure_one()
        self.check_access("read")
        return self.bill_id._get_records_action(name=self.bill_id.display_name)

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id._get_records_action(name=self.case_id.display_name)

    # ------------------------------------------------------------
    # What suggests a cost
    # ------------------------------------------------------------
    @api.model
    def _suggest(self, case, rows):
        """Plan costs that something suggests, or correct those that it planned already; what was spent stays.

        :param list rows: values of costs, each with its ``suggestion_key``.
        :return: the costs that are new.
        """
        Cost = self.sudo()
        known = {
            cost.suggestion_key: cost
            for cost in Cost.search(Domain("case_id", "=", case.id) & Domain("suggestion_key", "!=", False))
        }
        new = []
        for row in rows:
            cost = known.get(row["suggestion_key"])
            if not cost:
                new.append({"case_id": case.id, "state": "planned", **row})
            elif cost.state == "planned" and cost.amount != row["amount"]:
                cost.amount = row["amount"]
        return Cost.create(new).with_env(self.env)

    @api.model
    def _prepare_type_costs(self, procedure, facts, day):
        """Return the values of what a procedure's type says that it costs; the prudent end of a range.

        What has no figure is planned for nothing, and says so: it is paid all the same.
        """
        case, company = procedure.case_id, procedure.company_id.sudo()
        amount, euro = facts.get("amount"), self.env.ref("base.EUR")
        rows = []
        for cost in procedure.type_id.sudo().cost_ids._filter_for(amount, day):
            if not self._is_for(cost.for_claims, facts.get("commercial")):
                continue
            known = cost._get_range(amount)
            if known is None and cost.basis == "recovered" and cost.is_known:
                known = (0.0, case.amount_expected * cost.percent_max / 100)
            rows.append(
                {
                    "procedure_id": procedure.id,
                    "kind": cost.kind,
                    "name": cost.name,
                    "date": day,
                    "amount": convert_totals(company, day, [(euro, known[1] if known else 0.0)]),
                    "recoverable": cost.recoverable,
                    "partner_id": self._get_payee(procedure, cost.kind).id,
                    "note": cost._get_range_in_words(),
                    "suggestion_key": f"type:{procedure.id}:{cost.id}",
                }
            )
        return rows

    @api.model
    def _is_for(self, claims, commercial):
        """Tell whether a cost of commercial or of civil claims concerns this one; what is not known may."""
        return claims == "any" or commercial is None or commercial == (claims == "commercial")

    @api.model
    def _get_payee(self, procedure, kind):
        """Return who is paid for that by the procedure, where it is named."""
        return {"lawyer": procedure.lawyer_id, "bailiff": procedure.bailiff_id}.get(kind, procedure.lawyer_id.browse())

    @api.model
    def _prepare_mandate_costs(self, case, mandate, day):
        """Return the values of what a provider asks for by the fee grid of its mandate, for what is expected."""
        expected = case.amount_expected or case.amount_now
        fees = {fee: fee._get_fee(max(expected, 0.0)) for fee in mandate.sudo().fee_ids}
        return [
            {
                "kind": {"bailiff": "bailiff", "lawyer": "lawyer"}.get(mandate.kind, self._get_agency_kind(mandate)),
                "name": fee.name,
                "date": day,
                "amount": amount,
                "recoverable": {"lawyer": "art_700", "bailiff": "costs"}.get(mandate.kind, OURS),
                "partner_id": mandate.partner_id.id,
                "mandate_fee_id": fee.id,
                "note": self.env._("Fee scale of %s", mandate.display_name),
                "suggestion_key": f"fee:{fee.id}",
            }
            for fee, amount in fees.items()
            if amount
        ]

    @api.model
    def _get_agency_kind(self, mandate):
        return "agency" if mandate.kind in ("agency", "foreign_agency") else "other"

    # ------------------------------------------------------------
    # Costs on proof become the case's
    # ------------------------------------------------------------
    @api.model
    def _adopt(self, cases):
        """Take over the costs on proof of what the cases claim, and of their debtors' whole accounts: each once."""
        cases = cases.sudo().filtered("is_open")
        claims = cases.line_ids.filtered("is_running")
        proofs = self.env["recovery.claim.cost"].sudo()
        domain = Domain("debtor_id", "in", cases.debtor_id.ids) & Domain("case_cost_ids", "=", False)
        found = proofs.search(domain & (Domain("move_id", "=", False) | Domain("move_id", "in", claims.move_id.ids)))
        vals_list = []
        for proof in found:
            own = cases.filtered(lambda case, proof=proof: case.debtor_id == proof.debtor_id)
            if proof.move_id:
                own = own.filtered(
                    lambda case, proof=proof: proof.move_id in case.line_ids.filtered("is_running").move_id
                )
            if own:
                vals_list.append(own.sorted("id")[0]._prepare_proof_cost(proof))
        return self.sudo().create(vals_list)

    def _move_to(self, case):
        """Let costs follow what another case of the same customer claims now."""
        if not self:
            return
        origins = {cost: cost.case_id.name for cost in self}
        clash = set(case.sudo().cost_ids.filtered("suggestion_key").mapped("suggestion_key"))
        for cost in self:
            vals = {"case_id": case.id}
            if cost.suggestion_key in clash:
                vals["suggestion_key"] = False
            cost.write(vals)
        self._trace(
            lambda cost: self.env._("Cost taken from %(case)s: %(cost)s", case=origins[cost], cost=cost._describe())
        )

    # ------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------
    def _describe(self):
        self.ensure_one()
        return self.env._("%(name)s, %(amount)s", name=self.name, amount=self._format_amount(self.amount_total))

    def _describe_owed(self):
        """Return what a statement of the claim calls it, in the reader's language."""
        self.ensure_one()
        heads = {
            "costs": self.env._("Dépens"),
            "art_700": self.env._("Article 700 CPC"),
            "debtor": self.env._("Costs payable by the debtor"),
        }
        text = self.env._("%(head)s: %(name)s", head=heads.get(self.recoverable, ""), name=self.name)
        return f"{text} ({self.owed_by})" if self.owed_by else text

    def _format_amount(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _trace(self, summary):
        """Write it in the journal."""
        states = dict(self._fields["state"]._description_selection(self.env))
        bearers = dict(self._fields["recoverable"]._description_selection(self.env))
        self.env["recovery.event"]._log(
            "case_cost",
            self,
            summary,
            lambda cost: {
                "case": cost.case_id.name,
                "state": states.get(cost.state),
                "who bears it": bearers.get(cost.recoverable),
                "amount": cost.amount_total,
                "currency": cost.currency_id.name,
            },
        )

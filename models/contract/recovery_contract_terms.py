from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..common.attachments import adopt

HIGH_RATE, HIGH_CLAUSE = 25, 20  # percent: beyond, a judge is often asked to moderate


class RecoveryContractTerms(models.Model):
    """What was agreed with a debtor, or with everybody, on late payment, for a time.

    A debtor's own terms replace the company's as a whole: nothing is mixed. Interest, costs
    and procedures read them through :meth:`_get_terms`.
    """

    _name = "recovery.contract.terms"
    _description = "Contract Terms"
    _inherit = ["recovery.traced.settings", "recovery.united", "recovery.doubted", "mail.thread"]
    _traced_kind = "terms_changed"
    _united_by = ("valid_from",)
    _order = "debtor_id, valid_from desc, id desc"
    _rec_name = "display_name"
    _rec_names_search = ("debtor_id.display_name",)
    _check_company_auto = True
    _carried_key = ("valid_from",)
    _carried_not = ("debtor_id", "attachment_ids", "cgv_accepted_on", "cgv_accepted_by", "note")
    _typed = (
        "for_consumers", "valid_from", "valid_to", "penalty_kind", "penalty_rate", "clause_kind",
        "clause_amount", "clause_percent", "has_capitalisation", "has_acceleration", "has_retention",
        "is_month_end_agreed", "jurisdiction", "accepts_transfer", "accepts_debit", "accepts_check",
        "accepts_card", "accepts_bill", "accepts_cash", "cgv_version", "cgv_accepted_on", "cgv_accepted_by",
        "attachment_ids", "note",
    )  # fmt: skip
    _typed_once = ("company_id", "debtor_id")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    debtor_id = fields.Many2one(
        "recovery.debtor",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: the company's own terms, for all customers without terms of their own.",
    )
    display_name = fields.Char(compute="_compute_display_name")
    for_consumers = fields.Boolean(
        "Applies to consumers",
        tracking=True,
        help="General terms made for professionals do not bind consumers, who owe legal interest from the mise en "
        "demeure: tick this when these are the terms that consumers accept.",
    )
    valid_from = fields.Date(
        "Valid from", required=True, tracking=True, help="An invoice follows the terms in force on its issue date."
    )
    valid_to = fields.Date("Valid until", tracking=True, help="Empty: no end.")
    # Late payment
    penalty_kind = fields.Selection(
        [("legal", "Legal: ECB refinancing rate + 10 points"), ("contract", "Contract rate")],
        "Penalties",
        required=True,
        default="legal",
        tracking=True,
    )
    penalty_rate = fields.Float(
        "Penalty rate (% a year)",
        digits=(6, 2),
        bounds=(0, 100),
        tracking=True,
        help="Between professionals never below three times the legal interest rate (C. com. L441-10 II).",
    )
    clause_kind = fields.Selection(
        [("none", "None"), ("fixed", "Fixed amount"), ("percent", "Percentage of the principal")],
        "Penalty clause",
        required=True,
        default="none",
        tracking=True,
        help="Clause pénale (C. civ. 1231-5): a judge may reduce it.",
    )
    clause_amount = fields.Monetary("Amount of the clause", tracking=True)
    clause_percent = fields.Float("Clause (%)", digits=(6, 2), bounds=(0, 100), tracking=True)
    has_capitalisation = fields.Boolean(
        "Interest on interest",
        tracking=True,
        help="Capitalisation agreed, for interest due for a full year (C. civ. 1343-2).",
    )
    has_acceleration = fields.Boolean(
        "Acceleration", tracking=True, help="Déchéance du terme: one unpaid instalment makes the whole debt due."
    )
    has_retention = fields.Boolean(
        "Retention of title", tracking=True, help="Réserve de propriété, agreed in writing by delivery at the latest."
    )
    is_month_end_agreed = fields.Boolean(
        "45 days end of month agreed",
        tracking=True,
        help="The contract expressly stipulates it, as required by C. com. L441-10 I beyond 60 days.",
    )
    jurisdiction = fields.Char(
        tracking=True, help="Agreed court: binding only between merchants (CPC 48). For example TC Lyon."
    )
    # Accepted payment modes
    accepts_transfer = fields.Boolean("Transfer", default=True)
    accepts_debit = fields.Boolean("Direct debit", default=True)
    accepts_check = fields.Boolean("Cheque", default=True)
    accepts_card = fields.Boolean("Card")
    accepts_bill = fields.Boolean("Bill of exchange")
    accepts_cash = fields.Boolean("Cash")
    # Proof
    cgv_version = fields.Char("CGV version", tracking=True, help="Version of the general terms of sale.")
    cgv_accepted_on = fields.Date("Accepted on", tracking=True)
    cgv_accepted_by = fields.Char("Accepted by", tracking=True, help="Name and position of the person who signed.")
    attachment_ids = fields.Many2many("ir.attachment", string="Proof of acceptance", bypass_search_access=True)
    has_proof = fields.Boolean("Acceptance proved", compute="_compute_has_proof")
    note = fields.Text()

    _dates_ordered = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)", "Terms cannot end before they begin: check the two dates."
    )
    _amounts_positive = models.Constraint(
        "CHECK (penalty_rate >= 0 AND clause_amount >= 0 AND clause_percent BETWEEN 0 AND 100)",
        "Rates and amounts of a clause cannot be negative, nor a clause exceed 100%.",
    )

    @api.model
    def _get_carried_domain(self):
        """Leave a customer's own terms where the customer is."""
        return super()._get_carried_domain() & Domain("debtor_id", "=", False)

    @api.depends("debtor_id", "valid_from", "cgv_version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for terms in self:
            who = terms.debtor_id.display_name or self.env._("All customers")
            since = terms.valid_from and format_date(self.env, terms.valid_from)
            terms.display_name = self.env._("%(who)s from %(date)s", who=who, date=since) if since else who

    @api.depends("cgv_accepted_on", "attachment_ids")
    def _compute_has_proof(self):
        for terms in self:
            terms.has_proof = bool(terms.cgv_accepted_on and terms.attachment_ids)

    @api.constrains("penalty_kind", "penalty_rate")
    def _check_rate(self):
        for terms in self:
            if terms.penalty_kind == "contract" and not terms.penalty_rate:
                raise ValidationError(self.env._("Enter the annual rate of the contract, or choose the legal one."))

    @api.depends("penalty_kind", "penalty_rate", "clause_kind", "clause_percent")
    def _compute_doubt_text(self):
        return super()._compute_doubt_text()

    def _get_doubts(self):
        """Return which of what was agreed a judge is likely to lower."""
        doubts = super()._get_doubts()
        for kind, value, high in (
            (self.penalty_kind == "contract", self.penalty_rate, HIGH_RATE),
            (self.clause_kind == "percent", self.clause_percent, HIGH_CLAUSE),
        ):
            if kind and value > high:
                doubts.append(
                    self.env._(
                        "%(value)s%% is more than the usual %(high)s%%: a judge may reduce it (C. civ. 1231-5). "
                        "Check the contract and the decimal point.",
                        value=formatLang(self.env, value, digits=2),
                        high=high,
                    )
                )
        return doubts

    def _get_union_rank(self):
        """Return the proved ones first, then the newest."""
        self.ensure_one()
        return self.has_proof, self.id

    @api.model
    def _unite(self, lost, kept):
        """Keep the terms of both: those that begin on one day cannot both hold, others end where newer ones begin."""
        pairs = super()._unite(lost, kept)
        terms = self.sudo().search([("debtor_id", "in", (lost | kept).ids)]).sorted("valid_from")
        for older, newer in zip(terms, terms[1:], strict=False):
            goes_on = older.valid_to and newer.valid_to and older.valid_to > newer.valid_to
            if older.debtor_id != newer.debtor_id and not goes_on:
                if not older.valid_to or older.valid_to >= newer.valid_from:
                    older.valid_to = fields.Date.subtract(newer.valid_from, days=1)
                    pairs.append((newer, older))
        return pairs

    @api.constrains("company_id", "debtor_id", "valid_from", "valid_to")
    def _check_overlap(self):
        for terms in self:
            domain = Domain("id", "!=", terms.id) & Domain("company_id", "=", terms.company_id.id)
            domain &= Domain("debtor_id", "=", terms.debtor_id.id or False)
            domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", terms.valid_from)
            if terms.valid_to:
                domain &= Domain("valid_from", "<=", terms.valid_to)
            other = self.sudo().search(domain, limit=1)
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(other)s” is valid at the same time: end it the day before these terms begin.",
                        other=other.display_name,
                    )
                )

    @api.constrains("company_id")
    def _check_root_company(self):
        for terms in self:
            if terms.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "Contract terms belong to %s: its branches use them.", terms.company_id._recovery_root().name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        adopt(records)
        return records

    def write(self, vals):
        result = super().write(vals)
        adopt(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        for terms in self:
            if terms.valid_from <= terms.company_id._recovery_today():
                raise UserError(
                    self.env._("Terms that were in force are kept: give “%s” an end date instead.", terms.display_name)
                )

    def _binds(self, nature):
        """Tell whether penalties and clauses are owed by a debtor of that nature: by a consumer, only if so agreed."""
        return bool(self) and (nature != "consumer" or bool(self.debtor_id) or self.for_consumers)

    @api.model
    def _get_terms(self, company, partner, day):
        """Return the terms in force that day with this customer: its own, else the company's, else none.

        :param partner: any contact; its commercial entity counts.
        :return: one record or an empty one, with elevated rights.
        """
        return self._get_terms_by_partner(company, partner.commercial_partner_id, day)[partner.commercial_partner_id.id]

    @api.model
    def _get_terms_by_partner(self, company, partners, day):
        """Return the terms in force that day, by commercial partner id, in one query."""
        get_terms = self._read_terms(company, partners)
        return {partner_id: get_terms(partner_id, day) for partner_id in partners.ids}

    @api.model
    def _read_terms(self, company, partners):
        """Return a function ``(commercial partner id, day) -> terms in force``, read once for many days."""
        domain = Domain("company_id", "=", company.root_id.id)
        domain &= Domain("debtor_id", "=", False) | Domain("debtor_id.partner_id", "in", partners.ids)
        found = self.sudo().search(domain, order="valid_from desc, id desc")
        by_partner = found.grouped(lambda terms: terms.debtor_id.partner_id.id)

        def get(partner_id, day):
            for terms in (*by_partner.get(partner_id, ()), *by_partner.get(False, ())):
                if terms.valid_from <= day and (not terms.valid_to or terms.valid_to >= day):
                    return terms
            return found.browse()

        return get

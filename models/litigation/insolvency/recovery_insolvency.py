from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ...common.calendar import shift
from ...common.insolvency import GOES_ON, GUARANTOR_FIRM, GUARANTOR_PERSON, STOPS
from ...common.roles import require_user
from ...common.saying import narrow, say
from ...dunning.formal.recovery_guarantor_letter import GUARANTORS
from .distribution import LATER, get_guarantor_part
from .recovery_insolvency_declaration import TASK


class RecoveryInsolvency(models.Model):
    """Proceedings open the declaration of what we are owed, and their dates move its time limits.

    What is received since for an earlier claim, and what guarantors owe meanwhile, is theirs: declared or not.
    """

    _inherit = "recovery.insolvency"

    declaration_ids = fields.One2many(
        "recovery.insolvency.declaration", "insolvency_id", string="Declarations", readonly=True
    )
    payment_ids = fields.One2many(
        "recovery.insolvency.payment", "insolvency_id", string="Payments after the judgment", readonly=True
    )
    payment_count = fields.Integer("Payments since", compute="_compute_payment_count")
    payment_alert_count = fields.Integer("Payments to review", compute="_compute_payment_count")
    guarantor_text = fields.Text(
        "What guarantors owe in the meantime", compute="_compute_guarantor_text", compute_sudo=True
    )

    @api.depends("payment_ids.is_alert")
    def _compute_payment_count(self):
        for insolvency in self:
            insolvency.payment_count = len(insolvency.payment_ids)
            insolvency.payment_alert_count = len(insolvency.payment_ids.filtered("is_alert"))

    def _has_plan(self):
        """Tell whether a plan holds, or was carried out: one that was resolved gives nothing up any more."""
        self.ensure_one()
        return bool(self.plan_on) and self.closing != "plan_broken"

    def _has_ended_plan(self):
        """Tell whether a plan was adopted and holds no more: its dividends are not paid any longer."""
        self.ensure_one()
        adopted = self.step_ids.filtered(lambda step: step.what == "planned" and not step.annulled_on)
        return bool(adopted) and not self._has_plan()

    def _follow(self):
        result = super()._follow()
        for insolvency in self.sudo():
            declaration = insolvency.declaration_ids[:1]
            if insolvency.state in ("over", "annulled"):
                insolvency.debtor_id._take_back_tasks(TASK)
            if insolvency.annulled_on:
                insolvency.payment_ids._close(LATER, self.env._("The judgment was annulled"))
            if not declaration and not insolvency.annulled_on and insolvency.published_on:
                if insolvency._is_owed_something():
                    declaration = self.env["recovery.insolvency.declaration"].sudo()._ensure_for(insolvency)
                    declaration._plan_declaring(insolvency.company_id._recovery_today())
            elif declaration:
                declaration._record_dates(insolvency.company_id._recovery_today())
        return result

    def _find_estate(self):
        """Return which estate the claim can reach: as said on the case, else that of the trade of a sole trader."""
        self.ensure_one()
        cases = self.env["recovery.case"].sudo()
        case = cases.search([("debtor_id", "=", self.debtor_id.id)], limit=1, order="id desc")
        if case.estate and case.estate != "whole":
            return case.estate
        return "professional" if self.debtor_id._is_sole_trader() else "whole"

    def _is_owed_something(self):
        """Tell whether something was open on the eve of the judgment."""
        self.ensure_one()
        eve = shift(self.judgment_on, days=-1)
        items = self.env["recovery.ledger"]._read_items(self.company_id, eve, self.partner_id, as_of=eve)
        return any(item.residual > 0 for item in items)

    def action_declare(self):
        """Open the declaration of our claim, made if there is none."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        declaration = self.env["recovery.insolvency.declaration"]._ensure_for(self)
        if not declaration:
            return self.env["recovery.insolvency.declaration"]._say_nothing_to_declare(self)
        if declaration.state == "to_prepare":
            declaration.action_prepare()
        return declaration._get_records_action(name=declaration.display_name)

    # ------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------
    def action_look_for_payments(self):
        """Look at once for payments received since the judgment."""
        require_user(self.env)
        self.check_access("write")
        found = self.env["recovery.insolvency.payment"]
        for company, proceedings in self.grouped("company_id").items():
            found |= found._find_new(proceedings, company._recovery_today())
        return say(self.env, self.env._("Previously unknown payments found: %s.", len(found)))

    def action_view_payments(self):
        """Open the payments received since the judgment."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_insolvency_payment_action")
        return narrow(action, domain=[("insolvency_id", "=", self.id)], context={})

    # ------------------------------------------------------------
    # Guarantors
    # ------------------------------------------------------------
    @api.depends("state", "debtor_id")
    @api.depends_context("lang")
    def _compute_guarantor_text(self):
        for insolvency in self:
            insolvency.guarantor_text = "\n".join(insolvency._describe_guarantors()) or False

    def _describe_guarantors(self):
        """Return one sentence per guarantor of the debtor: what it owes, and whether it may be asked now."""
        self.ensure_one()
        company, debtor = self.company_id, self.debtor_id
        if not company or not debtor:
            return []
        if self.is_confidential or self.state in ("over", "annulled"):
            return []
        day = company._recovery_today()
        state = self.env["recovery.insolvency"]._get_state(debtor, day)[debtor]
        Coverage = self.env["recovery.coverage"]
        coverages = Coverage.search(
            Coverage._get_running_domain(day)
            & Coverage._get_company_domain(company, self.partner_id)
            & Domain("kind", "in", GUARANTORS)
            & Domain("provider_id", "!=", False)
        )
        owed = self._read_owed()
        quantum = Decimal(1).scaleb(-company.currency_id.decimal_places)
        sentences = []
        for coverage in coverages:
            effect = GUARANTOR_FIRM if coverage.provider_id.is_company else GUARANTOR_PERSON
            part = get_guarantor_part(
                owed, Decimal(str(coverage.share or 100.0)), Decimal(str(coverage.amount)), quantum
            )
            amount = formatLang(self.env, float(part), currency_obj=company.currency_id)
            values = {"guarantor": coverage.provider_id.display_name, "amount": amount}
            row = state and state.get_effect(effect)
            values["article"] = row.source.article if row and row.source else ""
            if not state or not row or row.answer == GOES_ON:
                text = self.env._("%(guarantor)s owes %(amount)s: may be pursued now. %(article)s", **values)
            elif row.answer == STOPS:
                text = self.env._("%(guarantor)s owes %(amount)s: may not be sued now. %(article)s", **values)
            else:
                text = self.env._(
                    "%(guarantor)s owes %(amount)s: whether it may be sued now is unsettled. %(article)s", **values
                )
            sentences.append(text.strip())
        return sentences

    def _read_owed(self):
        """Return what is open now of what was born before the judgment, in the company's currency."""
        self.ensure_one()
        items = self.env["recovery.ledger"]._read_items(self.company_id, partners=self.partner_id)
        items = {item.line_id: item for item in items if item.residual > 0}
        births = self.env["recovery.claim"]._get_births(self.env["account.move.line"].sudo().browse(items))
        earlier = [item for line_id, item in items.items() if births[line_id].day < self.judgment_on]
        return Decimal(str(self.company_id.currency_id.round(sum(item.residual_company for item in earlier))))

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...common.roles import require_user
from ...common.saying import narrow, say

ANSWERS = {"yes": True, "no": False}


class RecoveryCase(models.Model):
    """What a case costs against what it is expected to bring, and who acts in it."""

    _inherit = "recovery.case"
    _typed = ("cost_ids", "party_ids")
    _accompanied = {"lawyer_id": "_change_parties", "court_id": "_change_parties"}

    cost_ids = fields.One2many("recovery.cost", "case_id", string="Costs")
    cost_planned = fields.Monetary(
        "Costs planned", currency_field="company_currency_id", compute="_compute_costs", store=True
    )
    cost_engaged = fields.Monetary(
        "Costs incurred", currency_field="company_currency_id", compute="_compute_costs", store=True
    )
    cost_paid = fields.Monetary(
        "Costs paid", currency_field="company_currency_id", compute="_compute_costs", store=True
    )
    cost_total = fields.Monetary(
        "Total costs", currency_field="company_currency_id", compute="_compute_costs", store=True, help="Excluding tax."
    )
    cost_owed = fields.Monetary(
        "Costs owed by the debtor",
        currency_field="company_currency_id",
        compute="_compute_costs",
        store=True,
        help="What a court awarded of the costs, or what the law makes payable by the debtor.",
    )
    cost_net = fields.Monetary(
        "Costs borne by us",
        currency_field="company_currency_id",
        compute="_compute_costs",
        store=True,
        help="Everything planned, incurred or paid, less what the debtor owes of it.",
    )
    net_expected = fields.Monetary(
        "Expected, net of costs",
        currency_field="company_currency_id",
        compute="_compute_net_expected",
        store=True,
        help="The expected recovery less the costs borne by us.",
    )
    party_ids = fields.One2many("recovery.case.party", "case_id", string="Parties")
    silent_text = fields.Char("Unresponsive parties", compute="_compute_silent_text")

    @api.depends("cost_ids.state", "cost_ids.amount", "cost_ids.amount_owed")
    def _compute_costs(self):
        for case in self:
            costs = case.cost_ids.filtered(lambda cost: cost.state != "cancelled")
            by_state = costs.grouped("state")
            for state in ("planned", "engaged", "paid"):
                case[f"cost_{state}"] = sum(by_state.get(state, costs.browse()).mapped("amount"))
            case.cost_total = sum(costs.mapped("amount"))
            case.cost_owed = sum(costs.mapped("amount_owed"))
            case.cost_net = case.cost_total - case.cost_owed

    @api.depends("amount_expected", "cost_net")
    def _compute_net_expected(self):
        for case in self:
            case.net_expected = case.amount_expected - case.cost_net

    @api.depends("party_ids.is_silent")
    def _compute_silent_text(self):
        for case in self:
            case.silent_text = ", ".join(case.party_ids.filtered("is_silent").mapped("display_name")) or False

    # ------------------------------------------------------------
    # Costs
    # ------------------------------------------------------------
    def action_suggest_costs(self):
        """Plan what the procedures under way and the mandates of the parties say that the case costs."""
        require_user(self.env)
        self.check_access("write")
        costs = self.env["recovery.cost"]
        for case in self:
            rows = case._list_suggestions(case.company_id._recovery_today())
            if not rows:
                raise UserError(
                    self.env._(
                        "Nothing suggests a cost for %s: start a procedure, or name a provider with a fee scale.",
                        case.display_name,
                    )
                )
            costs += costs._suggest(case, rows)
        if not costs:
            return say(self.env, self.env._("No further costs: what is suggested is already planned."), kind="info")
        return say(
            self.env,
            self.env._(
                "Costs planned: %s.", ", ".join(f"{cost.name} ({cost._format_amount(cost.amount)})" for cost in costs)
            ),
        )

    def _list_suggestions(self, day):
        """Return the values of the costs that procedures, mandates and the court suggest."""
        self.ensure_one()
        Cost, facts = self.env["recovery.cost"], self._get_facts(day)
        rows = []
        for procedure in self.procedure_ids.filtered(lambda procedure: procedure.state in ("preparing", "running")):
            rows += Cost._prepare_type_costs(procedure, facts, day)
        for mandate in self.party_ids.mandate_id.filtered(lambda mandate: mandate._get_state(day) == "running"):
            rows += Cost._prepare_mandate_costs(self, mandate, day)
        return rows + self._list_contributions(facts, day)

    def _list_contributions(self, facts, day):
        """Return the contribution that the court of the case asks for, if it is known that it does."""
        court = self.court_id.sudo()
        contribution = self.env["recovery.jurisdiction"]._get_contribution(
            self.company_id, court.recovery_court_kind, facts.get("amount") or self.amount_now, day
        )
        if not contribution.amount:
            return []
        return [
            {
                "kind": "tax",
                "name": self.env._("Contribution to the economic activities court"),
                "date": day,
                "amount": float(contribution.amount),
                "recoverable": "costs",
                "partner_id": court.id,
                "note": contribution.reason,
                "suggestion_key": f"contribution:{court.id}",
            }
        ]

    def action_add_cost(self):
        """Open the window that adds a cost to one case or several."""
        require_user(self.env)
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a cost"),
            "res_model": "recovery.cost.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": self.ids},
        }

    def action_view_costs(self):
        """Open the costs of the case."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_cost_action")
        return narrow(action, domain=[("case_id", "=", self.id)], context={"default_case_id": self.id})

    def _prepare_proof_cost(self, proof):
        """Return the values of the cost of this case that a cost on proof becomes."""
        self.ensure_one()
        return {
            "case_id": self.id,
            "kind": "proof",
            "name": proof.name,
            "date": proof.date,
            "state": "paid",
            "amount": proof._get_company_amount(),
            "recoverable": "debtor",
            "claim_cost_id": proof.id,
        }

    def _hook_moved_to(self, case, lines):
        """Let costs follow: all of a regrouped case, those of the procedures and invoices that leave a split one."""
        result = super()._hook_moved_to(case, lines)
        for origin in self.sudo():
            costs = origin.cost_ids
            if origin.merged_into_id != case:
                costs = costs.filtered(
                    lambda cost: cost.procedure_id.case_id == case or cost.claim_cost_id.move_id & lines.move_id
                )
            costs._move_to(case)
        case._add_parties(self.party_ids.partner_id)
        return result

    # ------------------------------------------------------------
    # Parties
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        for case in cases:
            case._add_parties(case.lawyer_id | case.court_id)
        return cases

    @contextmanager
    def _change_parties(self, _vals):
        """Let the lawyer and the court that are named be parties of the case."""
        yield
        for case in self:
            case._add_parties(case.lawyer_id | case.court_id)

    def _add_parties(self, partners):
        """Name parties that are not named yet, with the mandate in force of each."""
        self.ensure_one()
        missing = partners - self.party_ids.partner_id
        self.env["recovery.case.party"].sudo().create(
            [{"case_id": self.id, "partner_id": partner.id} for partner in missing]
        )

    def action_propose_court(self):
        """Open the window that says before which court the claim goes, and why."""
        self.ensure_one()
        return self.env["recovery.court.wizard"]._open(self)

    def action_write_letter(self):
        """Open the window that writes to the debtor, or to the debtor's counsel."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write to the debtor"),
            "res_model": "recovery.case.letter",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id, "dialog_size": "large"},
        }

    def _message_post_after_hook(self, message, msg_values):
        """Note when parties were written to and when they wrote: what they are asked is chased by that."""
        result = super()._message_post_after_hook(message, msg_values)
        for case in self:
            self.env["recovery.case.party"]._follow_message(case, message)
        return result

    # ------------------------------------------------------------
    # What is known
    # ------------------------------------------------------------
    def _get_facts(self, day):
        """Add what is known of our company's size, of the debtor's counsel and of the courts that may be chosen."""
        facts = super()._get_facts(day)
        company, debtor = self.company_id._recovery_root(), self.debtor_id.sudo()
        terms = self.env["recovery.contract.terms"].sudo()._get_terms(company, debtor.partner_id, self.opened_on or day)
        found = {
            "creditor_headcount": company.recovery_headcount or None,
            "creditor_artisan": ANSWERS.get(company.recovery_artisan),
            "debtor_artisan": False if debtor.nature in ("consumer", "public") else ANSWERS.get(debtor.artisan),
            "debtor_lawyer": bool(debtor.counsel_id) or None,
            "jurisdiction_clause": bool(terms.jurisdiction),
            "performed_elsewhere": self._is_performed_elsewhere(),
        }
        return {**{name: value for name, value in found.items() if value is not None}, **facts}

    def _read_communes(self):
        """Return ``(commune of the debtor or None, communes to which what is claimed was delivered)``."""
        Area = self.env["recovery.court.area"]
        claims = self.sudo().line_ids.filtered(lambda claim: not claim.removed_on)
        places = {Area._get_commune(partner) for partner in claims.move_id.partner_shipping_id}
        return Area._get_commune(self.sudo().partner_id), places - {None}

    def _is_performed_elsewhere(self):
        """Tell whether it was delivered elsewhere than at the debtor's seat; None if nobody knows."""
        seat, places = self._read_communes()
        if not seat or not places:
            return None
        return any(not place.is_same(seat) for place in places)

    def _get_performed_at(self):
        """Return the one commune to which all was delivered, if it is another than the debtor's."""
        seat, places = self._read_communes()
        elsewhere = [place for place in places if not (seat and place.is_same(seat))]
        return elsewhere[0] if len(elsewhere) == 1 and len(places) == 1 else None

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.debt_recovery.models.dunning.campaign.recovery_takeover import takes_over_from
from odoo.addons.debt_recovery.models.dunning.campaign.takeover import (
    Former,
    FormerMark,
    FormerPlan,
    FormerPolicy,
    FormerSilence,
    FormerStep,
)

CHANNELS = {"email": "email", "letter": "letter", "phone": "call"}
WAITING = ("draft", "queued", "to_be_sent", "error", "email_error")


class RecoveryTakeover(models.AbstractModel):
    _inherit = "recovery.takeover"

    @api.model
    def _get_labels(self):
        return {**super()._get_labels(), "account_credit_control": self.env._("OCA Credit Control")}

    @takes_over_from("account_credit_control")
    @api.model
    def _read_account_credit_control(self, company, day):
        """Read the policies, who follows which, the lines sent and what was planned."""
        own = Domain("company_id", "in", (False, company.id))
        policies = self.env["credit.control.policy"].search(own)
        followed, silences = self._read_credit_control_customers(company, policies)
        silences += self._read_credit_control_invoices(company)
        lines = self.env["credit.control.line"].search(
            Domain("company_id", "child_of", company.id) & Domain("manually_overridden", "!=", True), order="id"
        )
        planned = self._find_credit_control_partners(
            company, Domain("payment_next_action_date", "!=", False) | Domain("payment_next_action", "!=", False)
        )
        responsible = self._find_credit_control_partners(company, Domain("payment_responsible_id", "!=", False))
        return Former(
            policies=tuple(
                FormerPolicy(policy.id, policy.name, tuple(map(self._read_credit_control_level, policy.level_ids)))
                for policy in policies.filtered(lambda policy: not policy.do_nothing)
            ),
            default=company.credit_policy_id.id or None,
            followed=followed,
            marks=tuple(
                FormerMark(line.move_line_id.id, line.policy_level_id.id, line.date_sent or line.date)
                for line in lines
                if line.state == "sent"
            ),
            silences=tuple(silences),
            plans=tuple(
                FormerPlan(
                    partner.id,
                    partner.payment_next_action_date or day,
                    " – ".join(
                        filter(
                            None,
                            (partner.payment_next_action_type.name, partner.payment_next_action, partner.payment_note),
                        )
                    ),
                )
                for partner in planned
            ),
            collectors={partner.id: partner.payment_responsible_id.id for partner in responsible},
            left=tuple(self._describe_credit_control_left(company, lines)),
        )

    @api.model
    def _find_credit_control_partners(self, company, domain):
        own = Domain("company_id", "in", (False, company.id))
        return self.env["res.partner"].with_context(active_test=False).search(own & domain)

    @api.model
    def _read_credit_control_level(self, level):
        """Return a level as a step; it says by its own words, without the mail template around them."""
        return FormerStep(
            level.id,
            level.name,
            level.delay_days,
            "previous" if level.computation_mode == "previous_date" else "due",
            (CHANNELS[level.channel],),
            level.custom_mail_text or "",
            level.computation_mode == "end_of_month",
        )

    @api.model
    def _read_credit_control_customers(self, company, policies):
        """Return which policy each customer followed, and who was not reminded."""
        followed, silences = {}, []
        for partner in self._find_credit_control_partners(company, Domain("credit_policy_id", "!=", False)):
            policy = partner.credit_policy_id
            if policy.do_nothing:
                silences.append(FormerSilence(partner.id, self.env._("Not reminded before: policy “%s”", policy.name)))
            elif policy in policies:
                followed[partner.id] = policy.id
        for partner in self._find_credit_control_partners(company, Domain("manual_followup", "=", True)):
            silences.append(FormerSilence(partner.id, self.env._("Followed up manually before")))
        return followed, silences

    @api.model
    def _read_credit_control_invoices(self, company):
        """Return the invoices that were not reminded while they are open."""
        moves = self.env["account.move"].search(
            Domain("company_id", "child_of", company.id)
            & Domain("credit_policy_id.do_nothing", "=", True)
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )
        return [
            FormerSilence(
                move.partner_id.id,
                self.env._("Not reminded before: policy “%s”", move.credit_policy_id.name),
                move.id,
            )
            for move in moves
        ]

    @api.model
    def _describe_credit_control_left(self, company, lines):
        """Return, a sentence each, what is not taken over."""
        left = []
        waiting = lines.filtered(lambda line: line.state in WAITING)
        if waiting:
            left.append(self.env._("Lines not sent there: %s. Their reminders are sent from here.", len(waiting)))
        own = self.env["account.move"].search_count(
            Domain("company_id", "child_of", company.id)
            & Domain("credit_policy_id.do_nothing", "=", False)
            & Domain("credit_policy_id", "!=", False)
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )
        if own:
            left.append(self.env._("Invoices with their own policy: %s. Here they follow their customer's.", own))
        left.append(self.env._("Mail templates and layouts: only the wording of each level is carried over."))
        return left

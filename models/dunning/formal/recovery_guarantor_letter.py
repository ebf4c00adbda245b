from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round
from odoo.tools.misc import formatLang

from ...claim.recovery_statement_builder import format_number
from ...common.roles import require_user

GUARANTORS = ("surety", "bank")


class RecoveryNotice(models.Model):
    """The mise en demeure to who guarantees a debtor, made from the debtor's own."""

    _inherit = "recovery.notice"

    coverage_id = fields.Many2one(
        "recovery.coverage", string="Guarantee", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    guaranteed_notice_id = fields.Many2one(
        "recovery.notice",
        string="Debtor's mise en demeure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    guarantor_notice_ids = fields.One2many("recovery.notice", "guaranteed_notice_id", string="To guarantors")
    guarantor_notice_count = fields.Integer(compute="_compute_guarantor_notice_count")
    amount_guaranteed = fields.Monetary(
        "Guaranteed up to", currency_field="company_currency_id", readonly=True, help="As it was when the letter left."
    )
    share_guaranteed = fields.Float(
        "Guaranteed share (%)",
        readonly=True,
        help="Part of the debt that is guaranteed, as it was when the letter left.",
    )

    def _compute_guarantor_notice_count(self):
        counts = dict(
            self._read_group([("guaranteed_notice_id", "in", self.ids)], ["guaranteed_notice_id"], ["__count"])
        )
        for notice in self:
            notice.guarantor_notice_count = counts.get(notice, 0)

    def action_write_to_guarantors(self):
        """Prepare a mise en demeure to each guarantor of the debtor who has none yet, and show them."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        self.sudo()._prepare_guarantor_notices(self.company_id._recovery_today())
        return self.action_view_guarantor_notices()

    def action_view_guarantor_notices(self):
        """Open the mises en demeure to the guarantors."""
        self.ensure_one()
        return self.guarantor_notice_ids._get_records_action(name=self.env._("To the guarantors"))

    def action_send_to_guarantor(self):
        """Send the mise en demeure prepared for a guarantor."""
        require_user(self.env)
        self.check_access("read")
        for company, notices in self.sudo().grouped("company_id").items():
            notices._send_to_guarantors(company._recovery_today())

    def _send_to_guarantors(self, day):
        """Send drafts of one company after a last look at the books, and at what each must fulfil.

        :raises UserError: the debtor's mise en demeure is not in force, nothing is left to ask for, or a check blocks.
        """
        if self.filtered(lambda notice: not notice.guaranteed_notice_id or notice.state != "draft"):
            raise UserError(self.env._("Only a mise en demeure prepared for a guarantor is sent here."))
        if gone := self.guaranteed_notice_id.filtered(lambda notice: notice.state != "sent"):
            raise UserError(
                self.env._(
                    "%s is not in force any more: nothing rests on it. Exclude this letter, and write to the guarantor "
                    "from the mise en demeure that replaces it.",
                    gone[0].display_name,
                )
            )
        self._refresh_guarantor_lines(day)
        if blocked := self._check_completeness(day):
            raise UserError(
                self.env._(
                    "The letter to %(guarantor)s cannot leave yet: %(missing)s. “Check now” lists what to do.",
                    guarantor=blocked[0].addressee_id.display_name,
                    missing=blocked[0].blocker_text,
                )
            )
        self.env["recovery.dispatch"].sudo()._carry_out(self, day)

    def _prepare_guarantor_notices(self, day):
        """Create one draft per guarantee in force that day.

        :raises UserError: there is nobody to write to, or nothing left to ask for.
        """
        self.ensure_one()
        if not self._is_demand() or self.state != "sent" or self.guaranteed_notice_id:
            raise UserError(self.env._("A guarantor is written to after the debtor's mise en demeure has been sent."))
        Coverage = self.env["recovery.coverage"]
        coverages = Coverage.search(
            Coverage._get_running_domain(day)
            & Coverage._get_company_domain(self.company_id, self.partner_id)
            & fields.Domain("kind", "in", GUARANTORS)
            & fields.Domain("provider_id", "!=", False)
        )
        if not coverages:
            raise UserError(
                self.env._(
                    "No guarantor is known for %s: enter the surety or the bank guarantee, with its guarantor and its "
                    "amount, in Recovery / Guarantees.",
                    self.partner_id.display_name,
                )
            )
        alive = self.guarantor_notice_ids.filtered(lambda n: n.state not in ("cancelled", "excluded", "obsolete"))
        new = self.create([self._prepare_guarantor_vals(coverage, day) for coverage in coverages - alive.coverage_id])
        if new:
            new._refresh_guarantor_lines(day)
            new._check_completeness(day)
        return self.guarantor_notice_ids

    def _prepare_guarantor_vals(self, coverage, day):
        guarantor = coverage.provider_id
        # never read from the debtor: the guarantor may speak another language
        return {
            "company_id": self.company_id.id,
            "issuer_id": self.issuer_id.id,
            "debtor_id": self.debtor_id.id,
            "addressee_id": guarantor.id,
            "lang": self.debtor_id._get_language(guarantor),
            "level_id": self.level_id.id,
            "kind": self.kind,
            "variant": "guarantor",
            "tone": "neutral",
            "date": day,
            "state": "draft",
            "coverage_id": coverage.id,
            "guaranteed_notice_id": self.id,
            "line_ids": [
                Command.create({**self._get_guarantor_line_vals(line), "company_id": self.company_id.id})
                for line in self._get_claimed_lines()
            ],
        }

    def _get_guarantor_line_vals(self, line):
        copied = (
            "role",
            "level_kind",
            "level_rank",
            "move_name",
            "move_ref",
            "invoice_date",
            "due_date",
            "days_late",
            "amount_total",
            "amount_residual",
            "amount_credit",
            "amount_due",
            "amount_due_company",
        )
        links = ("debtor_id", "move_line_id", "move_id", "level_id", "currency_id")
        return {name: line[name] for name in copied} | {name: line[name].id for name in links}

    def _refresh_guarantor_lines(self, day):
        """Bring drafts of one company up to the books and to the guarantee.

        What was paid or credited since, or is disputed, promised or suspended, is not asked of the guarantor; nor
        is more than the debtor was asked for. What spares the debtor alone does not spare who guarantees.

        :raises UserError: nothing may be asked for.
        """
        spared = self.env["recovery.hold"]._get_debtor_only_origins()
        verdicts = self._read_claimable(self.company_id, day, spared)
        for notice in self:
            asked = {line.move_line_id.id: line.amount_due for line in notice.guaranteed_notice_id._get_claimed_lines()}
            lines = notice._get_claimed_lines()
            lines.filtered(lambda line: line.move_line_id.id not in verdicts).unlink()
            lines = lines.exists()
            for line in lines:
                verdict = verdicts[line.move_line_id.id]
                due = min(verdict.net, asked[line.move_line_id.id])
                line.write(
                    {
                        "amount_residual": verdict.item.residual,
                        "amount_credit": line.currency_id.round(verdict.item.residual - due),
                        "amount_due": due,
                        "amount_due_company": verdict.net_company * due / verdict.net,
                    }
                )
            if not lines:
                raise UserError(
                    self.env._(
                        "Nothing of this mise en demeure may be asked for now: %s has paid it, or it is credited, "
                        "disputed or suspended.",
                        notice.partner_id.display_name,
                    )
                )
            notice.write(
                {
                    "amount": notice.company_currency_id.round(sum(lines.mapped("amount_due_company"))),
                    "amount_guaranteed": notice.coverage_id.amount,
                    "share_guaranteed": notice.coverage_id.share,
                    "oldest_due": min(lines.mapped("due_date")),
                    "line_count": len(lines),
                }
            )

    # ------------------------------------------------------------
    # What differs from the debtor's
    # ------------------------------------------------------------
    def _get_demanded_totals(self):
        """Limit what a guarantor is asked for to the guarantee, in the company's currency."""
        totals = super()._get_demanded_totals()
        if not self.guaranteed_notice_id:
            return totals
        return [(self.company_currency_id, self._get_demanded_amount())]

    def _get_demanded_amount(self):
        """Limit what a guarantor is asked for to the guaranteed share, then to the amount: never a cent more."""
        amount = super()._get_demanded_amount()
        if not self.guaranteed_notice_id:
            return amount
        share = float_round(
            amount * self._get_guaranteed_share() / 100,
            precision_rounding=self.company_currency_id.rounding,
            rounding_method="DOWN",
        )
        return min(share, self.amount_guaranteed)

    def _get_guaranteed_share(self):
        return self.share_guaranteed or 100.0

    def _describe_guarantee(self):
        """Return up to how much a guarantor is committed, in the context's language."""
        self.ensure_one()
        limit = formatLang(self.env, self.amount_guaranteed, currency_obj=self.company_currency_id)
        share = self._get_guaranteed_share()
        if share == 100:
            return limit
        share = f"{format_number(self.env, share)}\N{NO-BREAK SPACE}%"
        return self.env._("%(share)s of the debt, at most %(limit)s", share=share, limit=limit)

    def _get_envelope_names(self):
        return [] if self.guaranteed_notice_id else super()._get_envelope_names()

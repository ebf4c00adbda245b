from odoo import Command, fields, models
from odoo.exceptions import UserError

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
        "Guaranteed up to", currency_field="company_currency_id", readonly=True, help="As it was when it was prepared."
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
            if notices.filtered(lambda notice: not notice.guaranteed_notice_id or notice.state != "draft"):
                raise UserError(self.env._("Only a mise en demeure prepared for a guarantor is sent here."))
            notices._check_guarantor_address()
            day = company._recovery_today()
            notices._refresh_guarantor_lines()
            self.env["recovery.dispatch"].sudo()._carry_out(notices, day)

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
        for coverage in coverages - alive.coverage_id:
            notice = self.create(self._prepare_guarantor_vals(coverage, day))
            notice._refresh_guarantor_lines()
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
            "amount_guaranteed": coverage.amount,
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

    def _refresh_guarantor_lines(self):
        """Bring the drafts up to the books: what was paid or credited since is no longer asked of the guarantor.

        :raises UserError: nothing is owed any more.
        """
        for notice in self:
            for line in notice._get_claimed_lines():
                entry = line.move_line_id
                left = entry.amount_residual_currency if entry.parent_state == "posted" else 0.0
                if left <= 0:
                    line.unlink()
                elif left < line.amount_due:
                    share = left / line.amount_due
                    line.write(
                        {
                            "amount_residual": left,
                            "amount_due": left,
                            "amount_due_company": line.amount_due_company * share,
                        }
                    )
            lines = notice._get_claimed_lines()
            if not lines:
                raise UserError(
                    self.env._("%s owes nothing any more of this mise en demeure.", notice.partner_id.display_name)
                )
            notice.write(
                {
                    "amount": notice.company_currency_id.round(sum(lines.mapped("amount_due_company"))),
                    "oldest_due": min(lines.mapped("due_date")),
                    "line_count": len(lines),
                }
            )

    def _check_guarantor_address(self):
        for notice in self:
            if not (notice.addressee_id.street and notice.addressee_id.city):
                raise UserError(
                    self.env._("%s has no complete postal address: enter it first.", notice.addressee_id.display_name)
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
        amount = super()._get_demanded_amount()
        return min(amount, self.amount_guaranteed) if self.guaranteed_notice_id else amount

    def _get_envelope_names(self):
        return [] if self.guaranteed_notice_id else super()._get_envelope_names()

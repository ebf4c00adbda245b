from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round
from odoo.tools.misc import formatLang

from ...claim.recovery_claim_statement_builder import format_number
from ...common.formatting import say_percent
from ..campaign.recovery_waiting import KEPT_OUT
from ..campaign.verdict import HOLD

GUARANTORS = ("surety", "bank")
COPIED = (
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
LINKS = ("debtor_id", "move_line_id", "move_id", "level_id", "currency_id")


class RecoveryGuarantorLetter(models.AbstractModel):
    """The letter to who guarantees a debtor: a mise en demeure made from the debtor's own, within the guarantee."""

    _name = "recovery.guarantor.letter"
    _description = "Letter to a guarantor"

    @api.model
    def _find_coverages(self, notice, day):
        """Return the guarantees of the debtor in force that day that name a guarantor."""
        Coverage = self.env["recovery.coverage"]
        return Coverage.search(
            Coverage._get_running_domain(day)
            & Coverage._get_company_domain(notice.company_id, notice.partner_id)
            & fields.Domain("kind", "in", GUARANTORS)
            & fields.Domain("provider_id", "!=", False)
        )

    @api.model
    def _prepare_drafts(self, notice, day):
        """Create one draft per guarantee of the debtor in force that day; return all the letters to guarantors.

        :raises UserError: there is nobody to write to, or nothing left to ask for.
        """
        if not notice._is_formal_notice() or notice.state != "sent" or notice.guaranteed_notice_id:
            raise UserError(self.env._("A guarantor is written to after the debtor's mise en demeure has been issued."))
        coverages = self._find_coverages(notice, day)
        if not coverages:
            raise UserError(
                self.env._(
                    "No guarantor is known for %s: enter the surety or bank guarantee, with its guarantor and "
                    "amount, in Recovery / Guarantees.",
                    notice.partner_id.display_name,
                )
            )
        coverages = self._leave_archived(coverages)
        alive = notice.guarantor_notice_ids.filtered(lambda n: n.state not in ("cancelled", "excluded", "obsolete"))
        new = notice.create([self._prepare_vals(notice, coverage, day) for coverage in coverages - alive.coverage_id])
        if new:
            self._refresh_lines(new, day)
            new._check_completeness(day)
        return notice.guarantor_notice_ids

    @api.model
    def _leave_archived(self, coverages):
        """Return the guarantees whose guarantor is there to be written to.

        :raises UserError: all of them are archived.
        """
        living = coverages.filtered(lambda coverage: coverage.provider_id.active)
        if not living:
            self._refuse_archived(coverages.provider_id)
        return living

    @api.model
    def _refuse_archived(self, guarantors):
        raise UserError(
            self.env._(
                "%s is archived: no letters are sent there. Unarchive the contact, or enter the current guarantor.",
                guarantors[0].display_name,
            )
        )

    @api.model
    def _prepare_vals(self, notice, coverage, day):
        guarantor = coverage.provider_id
        # never read from the debtor: the guarantor may speak another language
        return {
            "company_id": notice.company_id.id,
            "issuer_id": notice.issuer_id.id,
            "debtor_id": notice.debtor_id.id,
            "addressee_id": guarantor.id,
            "lang": notice.debtor_id._get_language(guarantor),
            "level_id": notice.level_id.id,
            "kind": notice.kind,
            "variant": "guarantor",
            "tone": "neutral",
            "date": day,
            "state": "draft",
            "coverage_id": coverage.id,
            "guaranteed_notice_id": notice.id,
            "line_ids": [
                fields.Command.create({**self._get_line_vals(line), "company_id": notice.company_id.id})
                for line in notice._get_claimed_lines()
            ],
        }

    @api.model
    def _get_line_vals(self, line):
        return {name: line[name] for name in COPIED} | {name: line[name].id for name in LINKS}

    # ------------------------------------------------------------
    # What may be asked for now
    # ------------------------------------------------------------
    @api.model
    def _read_verdicts(self, notices, day):
        """Return ``{journal item id: verdict}`` of what the debtors of these letters of one company owe.

        What is disputed, promised or suspended is not asked of the guarantor. What spares the debtor alone does not
        spare who guarantees.
        """
        spared = self.env["recovery.hold"]._get_debtor_only_origins()
        verdicts, _left = self.env["recovery.selection"]._evaluate(
            notices.company_id, day, notices.partner_id, spared=spared
        )
        return {verdict.item.line_id: verdict for verdict in verdicts}

    @api.model
    def _prepare_asked(self, notice, verdicts, day):
        """Return ``{journal item id: values}`` of what the letter may ask for now.

        Never more than the debtor was asked for.
        """
        values = {}
        for line in notice.guaranteed_notice_id._get_claimed_lines():
            verdict = verdicts.get(line.move_line_id.id)
            if not verdict or not notice._may_claim(verdict, day):
                continue
            due = min(verdict.net, line.amount_due)
            values[line.move_line_id.id] = {
                "due_date": verdict.item.due,
                "amount_residual": verdict.item.residual,
                "amount_credit": line.currency_id.round(verdict.item.residual - due),
                "amount_due": due,
                "amount_due_company": verdict.net_company * due / verdict.net,
            }
        return values

    @api.model
    def _refresh_lines(self, notices, day, verdicts=None):
        """Bring drafts of one company up to the books and to the guarantee.

        :param verdicts: what :meth:`_read_verdicts` returned.
        :raises UserError: nothing may be asked for.
        """
        if verdicts is None:
            verdicts = self._read_verdicts(notices, day)
        for notice in notices:
            values = self._prepare_asked(notice, verdicts, day)
            lines = self._write_lines(notice, values)
            if not lines:
                raise UserError(
                    self.env._(
                        "Nothing in this mise en demeure can be claimed now: %s has paid it, or it is credited, "
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

    @api.model
    def _write_lines(self, notice, values):
        """Give a draft the lines that it may ask for now, and return them; what may be asked for again comes back."""
        lines = notice._get_claimed_lines()
        lines.filtered(lambda line: line.move_line_id.id not in values).unlink()
        lines = lines.exists()
        for line in lines:
            now = values[line.move_line_id.id]
            if any(line[name] != value for name, value in now.items()):
                line.write(now)
        missing = notice.guaranteed_notice_id._get_claimed_lines().filtered(
            lambda line: line.move_line_id.id in values and line.move_line_id not in lines.move_line_id
        )
        return lines + lines.create(
            [
                {
                    **self._get_line_vals(line),
                    **values[line.move_line_id.id],
                    "notice_id": notice.id,
                    "company_id": notice.company_id.id,
                }
                for line in missing
            ]
        )

    @api.model
    def _send(self, notices, day):
        """Send drafts of one company after a last look at the books, and at what each must fulfil.

        :raises UserError: the debtor's mise en demeure is not in force, nothing is left to ask for, or a check blocks.
        """
        if notices.filtered(lambda notice: not notice.guaranteed_notice_id or notice.state != "draft"):
            raise UserError(self.env._("Only a mise en demeure prepared for a guarantor can be sent here."))
        if gone := notices.guaranteed_notice_id.filtered(lambda notice: notice.state != "sent"):
            raise UserError(
                self.env._(
                    "%s is no longer in force: nothing can be based on it. Exclude this letter, and write to the "
                    "guarantor from the mise en demeure that replaces it.",
                    gone[0].display_name,
                )
            )
        if gone := notices.filtered(lambda notice: notice._has_archived_addressee()):
            self._refuse_archived(gone.addressee_id)
        self._refresh_lines(notices, day)
        if blocked := notices._check_completeness(day):
            raise UserError(
                self.env._(
                    "The letter to %(guarantor)s cannot be sent yet: %(missing)s. “Check now” lists what to do.",
                    guarantor=blocked[0].addressee_id.display_name,
                    missing=blocked[0].blocker_text,
                )
            )
        self.env["recovery.dispatch"].sudo()._carry_out(notices, day)

    # ------------------------------------------------------------
    # What waits follows the books
    # ------------------------------------------------------------
    @api.model
    def _follow(self, notices, day):
        """Bring letters of one company that wait up to the books.

        A draft says the amounts of now. What is printed is never rewritten: it is withdrawn where the books ask for
        something else, or for nothing.
        """
        verdicts = self._read_verdicts(notices, day)
        for notice in notices:
            values = self._prepare_asked(notice, verdicts, day)
            if not values:
                self.env["recovery.waiting"]._withdraw(notice, self._describe_nothing(notice, verdicts, day))
            elif notice.state != "sent":
                self._refresh_lines(notice, day, verdicts)
            elif reason := self._describe_change(notice, values, verdicts, day):
                self.env["recovery.waiting"]._withdraw(notice, reason)

    @api.model
    def _describe_nothing(self, notice, verdicts, day):
        """Return why nothing is asked of the guarantor any more."""
        lines = notice._get_claimed_lines()
        return ", ".join(
            sorted({self._describe_departure(line, verdicts.get(line.move_line_id.id), day) for line in lines})
        )

    @api.model
    def _describe_departure(self, line, verdict, day):
        """Return why an instalment is not asked of the guarantor any more."""
        dispatch = self.env["recovery.dispatch"]
        if not verdict:
            return dispatch._describe_vanished(line)
        if verdict.item.due >= day:
            return dispatch._describe_due(line, verdict)
        code = next((code for code in verdict.get_reasons() if code in KEPT_OUT or code.startswith(HOLD)), verdict.code)
        return dispatch._describe_code(verdict._replace(code=code))

    @api.model
    def _describe_change(self, notice, values, verdicts, day):
        """Return what of a letter that was made is true no more, its amount or a due date; nothing if all of it is."""
        reasons, is_moved = set(), False
        for line in notice._get_claimed_lines():
            verdict, now = verdicts.get(line.move_line_id.id), values.get(line.move_line_id.id)
            if not now:
                reasons.add(self._describe_departure(line, verdict, day))
            elif now["due_date"] != line.due_date:
                reasons.add(self.env["recovery.dispatch"]._describe_due(line, verdict))
            is_moved |= not now or bool(line.currency_id.compare_amounts(line.amount_due, now["amount_due"]))
        if is_moved:
            ids = notice._get_claimed_lines().move_line_id.ids
            left = sum(row["amount_due_company"] for line_id, row in values.items() if line_id in ids)
            reasons.add(
                self.env._(
                    "The amount changed before it was sent: %(before)s, now %(now)s",
                    before=notice.company_currency_id.format(notice.amount),
                    now=notice.company_currency_id.format(left),
                )
            )
        if not reasons:
            return None
        return self.env._(
            "%s. Write to the guarantor again from the debtor's mise en demeure.", ", ".join(sorted(reasons))
        )

    # ------------------------------------------------------------
    # Within the guarantee
    # ------------------------------------------------------------
    @api.model
    def _limit(self, notice, amount):
        """Limit what a guarantor is asked for to the guaranteed share, then to the amount: never a cent more."""
        share = float_round(
            amount * self._get_share(notice) / 100,
            precision_rounding=notice.company_currency_id.rounding,
            rounding_method="DOWN",
        )
        return min(share, notice.amount_guaranteed)

    @api.model
    def _get_share(self, notice):
        return notice.share_guaranteed or 100.0

    @api.model
    def _describe_limit(self, notice):
        """Return up to how much a guarantor is committed, in the context's language."""
        limit = formatLang(self.env, notice.amount_guaranteed, currency_obj=notice.company_currency_id)
        share = self._get_share(notice)
        if share == 100:
            return limit
        share = say_percent(self.env, format_number(self.env, share))
        return self.env._("%(share)s of the debt, at most %(limit)s", share=share, limit=limit)

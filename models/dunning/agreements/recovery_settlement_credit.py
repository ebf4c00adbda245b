import logging

import psycopg2

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...common import calendar
from ...common.own_values import without_defaults
from ...common.roles import require_user
from .promise_check import spread

_logger = logging.getLogger(__name__)


class RecoverySettlement(models.Model):
    """The fulfilled settlement: what was given up becomes draft credit notes, once, for a person to post."""

    _inherit = "recovery.settlement"

    def _fulfil(self, day):
        if not self:
            return
        self.write({"state": "fulfilled", "ended_on": day})
        self._trace(
            "settlement_fulfilled",
            lambda s: self.env._(
                "%(name)s fulfilled: %(amount)s received", name=s.name, amount=s._format_amount(s.amount_received)
            ),
        )
        for settlement in self:
            try:
                with self.env.cr.savepoint():
                    settlement._draft_credit_notes(day)
                summary = self.env._("Post the credit note of %s", settlement.name)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.warning("Credit note of settlement %s failed", settlement.id, exc_info=True)
                summary = self.env._(
                    "Make the credit note of %(name)s: %(error)s", name=settlement.name, error=str(error)[:150]
                )
            if settlement.currency_id.compare_amounts(settlement.amount_waived, 0) > 0:
                settlement.activity_schedule(
                    "debt_recovery.mail_activity_type_plan",
                    date_deadline=calendar.next_business_day(day, settlement.company_id.recovery_alsace_moselle),
                    user_id=settlement.user_id.id,
                    summary=summary,
                )

    def action_draft_credit_notes(self):
        """Make the draft credit notes of a fulfilled settlement that has none."""
        require_user(self.env)
        self.ensure_one()
        self.check_access("write")
        settlement = self.sudo()
        if settlement.state != "fulfilled":
            raise UserError(self.env._("The credit note comes once the agreed amount was received."))
        settlement._draft_credit_notes(settlement.company_id._recovery_today())
        return self.action_view_credit_notes()

    def action_view_credit_notes(self):
        """Open the credit notes."""
        return self.credit_note_ids._get_records_action(name=self.env._("Credit notes"))

    def _draft_credit_notes(self, day):
        """Create one draft credit note per invoice, for what is still open of it, up to what was given up."""
        self.ensure_one()
        if self.credit_note_ids.filtered(lambda note: note.state != "cancel"):
            raise UserError(self.env._("The credit note of %s exists already.", self.name))
        since = self.line_ids._read_since()
        credited = sum(other for _money, other in since.values())
        places = self.currency_id.decimal_places
        lines = self.line_ids.line_id.sorted(lambda line: (line.date_maturity or line.date, line.id))
        owed = [max(line.amount_residual_currency, 0.0) for line in lines]
        *parts, _left = spread(round(self.amount_waived - credited, places), owed, places)
        amounts = {}
        for line, part in zip(lines, parts, strict=True):
            if part:
                amounts[line.move_id] = round(amounts.get(line.move_id, 0.0) + part, places)
        notes = self.env["account.move"]
        for move, amount in amounts.items():
            notes |= self._draft_credit_note(move, amount, day)
        self.credit_note_ids = [Command.set((self.credit_note_ids | notes).ids)]

    def _draft_credit_note(self, move, amount, day):
        """Reverse an invoice by core's mechanics, in draft, then bring the credit note down to the amount."""
        note = without_defaults(move.with_company(move.company_id))._reverse_moves(
            [
                {
                    "date": day,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_payment_term_id": False,
                    "invoice_origin": self.name,
                    "ref": self.with_context(lang=move.partner_id.lang).env._(
                        "%(settlement)s, invoice %(invoice)s", settlement=self.name, invoice=move.name
                    ),
                }
            ],
            cancel=False,
        )
        if move.currency_id.compare_amounts(amount, note.amount_total) < 0:
            self._lower(note, amount)
        return note

    def _lower(self, note, amount):
        """Bring each line down in proportion; the cents left by rounding go to the largest line, then to its tax."""
        currency, ratio = note.currency_id, amount / note.amount_total
        products = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        commands = []
        for line in products:
            included = any(line.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
            price = currency.round((line.price_total if included else line.price_subtotal) * ratio)
            commands.append(Command.update(line.id, {"quantity": 1, "discount": 0, "price_unit": price}))
        note.write({"invoice_line_ids": commands})
        largest = max(products, key=lambda line: line.price_total)
        difference = currency.round(amount - note.amount_total)
        if difference and largest.price_subtotal:
            net = currency.round(difference * largest.price_subtotal / largest.price_total)
            if net:
                note.write({"invoice_line_ids": [Command.update(largest.id, {"price_unit": largest.price_unit + net})]})
        difference = currency.round(amount - note.amount_total)
        tax = note.line_ids.filtered("tax_line_id").sorted(lambda line: -abs(line.amount_currency))[:1]
        if difference and tax:
            note.write({"line_ids": [Command.update(tax.id, {"amount_currency": tax.amount_currency + difference})]})

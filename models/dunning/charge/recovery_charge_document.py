from odoo import models
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...common.own_values import without_defaults


class RecoveryCharge(models.Model):
    """The document of a charge: a customer invoice outside VAT, one line per invoice and head."""

    _inherit = "recovery.charge"

    def _create_documents(self):
        """Create the draft documents, marked, all those of a company at once."""
        addressees = self.debtor_id._map_addressees(dict.fromkeys(self.debtor_id))
        for company, charges in self.grouped("company_id").items():
            journal, accounts = company._recovery_late_fee_settings()
            moves = (
                without_defaults(self.env["account.move"])
                .sudo()
                .with_company(company)
                .create(
                    [charge._prepare_document(journal, accounts, addressees[charge.debtor_id]) for charge in charges]
                )
            )
            for charge, move in zip(charges, moves, strict=True):
                charge.move_id = move

    def _prepare_document(self, journal, accounts, addressee):
        self.ensure_one()
        localized = self.with_context(lang=self.debtor_id._get_language(addressee))
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.day,
            "invoice_date_due": self.day,
            "invoice_payment_term_id": False,
            "fiscal_position_id": False,
            "invoice_origin": self.number,
            "recovery_charge_id": self.id,
            "recovery_is_penalty": True,
            "invoice_line_ids": [
                Command.create(vals | {"tax_ids": [Command.clear()]})
                for vals in localized._prepare_document_lines(accounts)
            ],
        }

    def _prepare_document_lines(self, accounts):
        """Yield one line per invoice and head, in the context's language."""
        groups = self.fee_ids.grouped(lambda fee: (fee.move_line_id.id, fee.cost_id.id, fee.head))
        for (_line_id, _cost_id, head), fees in groups.items():
            yield {
                "name": self._describe(head, fees),
                "quantity": 1,
                "price_unit": self.currency_id.round(sum(fees.mapped("amount"))),
                "account_id": accounts["interest" if head == "interest" else "indemnity"].id,
            }

    def _describe(self, head, fees):
        """Return the wording of a line: what for, and for interest each base, its days and its rate."""
        fee = fees[:1]
        values = {
            "invoice": fee.move_name or "",
            "due": format_date(self.env, fee.due_date) if fee.due_date else "",
            "name": fee.name or "",
        }
        if head == "interest":
            title = self.env._("Late-payment interest, invoice %(invoice)s due on %(due)s", **values)
            return "\n".join([title, *(self._describe_days(row) for row in fees)])
        if head == "indemnity":
            return self.env._(
                "Flat indemnity for recovery costs (%(name)s), invoice %(invoice)s due on %(due)s", **values
            )
        if head == "cost":
            return self.env._("Recovery costs beyond the flat indemnity (C. com. L441-10 II): %(name)s", **values)
        title = self.env._("Penalty clause (C. civ. 1231-5)")
        if values["name"]:
            title = f"{title}, {values['name']}"
        return self.env._("%(title)s, invoice %(invoice)s", title=title, **values) if values["invoice"] else title

    def _describe_days(self, fee):
        def money(amount):
            return formatLang(self.env, amount, currency_obj=self.currency_id)

        if not fee.date_from:
            return self.env._("Less the interest waived: %s", money(-fee.amount))
        return self.env._(
            "%(base)s from %(first)s to %(last)s: %(days)s days at %(rate)s %% = %(amount)s",
            base=money(fee.base),
            first=format_date(self.env, fee.date_from),
            last=format_date(self.env, fee.date_to),
            days=fee.days,
            rate=formatLang(self.env, fee.rate, digits=2),
            amount=money(fee.amount),
        )

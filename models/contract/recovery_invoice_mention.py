from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang, html2plaintext

from ..common.formatting import format_letter_day, format_share
from ..legal.interest import ECB, LEGAL_PRO, MissingRate, semester_start
from .written import DISCOUNT, INDEMNITY, PENALTY, find_written

PARAMETERS = ("penalty_spread_b2b", "penalty_spread_public", "floor_multiplier", "flat_indemnity_b2b")


class _Reading(NamedTuple):
    """Everything that the mentions of some invoices of one company rest on, read at once."""

    natures: dict
    get_terms: object
    book: object
    get_parameter: object
    euro: object


class RecoveryInvoiceMention(models.Model):
    """The mandatory mentions of one invoice (C. com. L441-9 I), frozen as they were when it was posted.

    A reprint reads this text: rates, terms and settings that change later never change an
    invoice already issued. An invoice posted before the mentions were switched on has none.
    """

    _name = "recovery.invoice.mention"
    _description = "Mandatory wording of an invoice"
    _inherit = ["recovery.guarded"]
    _rec_name = "move_id"
    _order = "id desc"

    move_id = fields.Many2one("account.move", string="Invoice", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    lang = fields.Char("Language", required=True, readonly=True)
    day = fields.Date("Rates as of", required=True, readonly=True)
    text = fields.Text("Mentions", required=True, readonly=True)

    _move_uniq = models.UniqueIndex("(move_id)", "The wording on this invoice is already frozen.")

    # ------------------------------------------------------------
    # Freezing
    # ------------------------------------------------------------
    @api.model
    def _freeze(self, moves):
        """Keep the mentions of these invoices, just posted, of the companies that print them that day."""
        wanted = moves._recovery_filter_mentioned()
        if not wanted:
            return self.browse()
        texts = self._compose(wanted)
        return self.sudo().create(
            [
                {
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "lang": self._get_language(move),
                    "day": self._get_day(move),
                    "text": texts[move],
                }
                for move in wanted
            ]
        )

    @api.model
    def _forget(self, moves):
        """Drop the mentions of invoices that are drafts again: posting them freezes new ones."""
        self.sudo().search([("move_id", "in", moves.ids)]).unlink()

    # ------------------------------------------------------------
    # Composing
    # ------------------------------------------------------------
    @api.model
    def _compose(self, moves):
        """Return ``{invoice: text}``, one mention a line, in each customer's language.

        The number of queries does not grow with the invoices.
        """
        texts = {}
        for company, group in moves.sudo().grouped("company_id").items():
            reading = self._read(company, group)
            for lang, same_lang in group.grouped(self._get_language).items():
                localized = self.sudo().with_context(lang=lang)
                for move in same_lang.with_context(lang=lang):
                    texts[move.id] = "\n".join(localized._list_mentions(move, reading))
        return {move: texts[move.id] for move in moves}

    @api.model
    def _read(self, company, moves):
        Debtor = self.env["recovery.debtor"].sudo()
        partners = moves.commercial_partner_id
        natures = {debtor.partner_id: debtor.nature for debtor in Debtor._existing_for(partners, company)}
        return _Reading(
            natures={partner.id: natures.get(partner._origin) or Debtor._guess_nature(partner) for partner in partners},
            get_terms=self.env["recovery.contract.terms"]._read_terms(company, partners),
            book=self.env["recovery.rate"]._read_book(),
            get_parameter=self.env["recovery.legal.parameter"]._read_values(PARAMETERS),
            euro=self.env.ref("base.EUR"),
        )

    @api.model
    def _get_language(self, move):
        """Return the language that the invoice is printed in: the customer's, else the company's; an active one."""
        active = self.env["res.lang"]._get_active_by("code")
        candidates = (move.partner_id.lang, move.company_id.sudo().partner_id.lang, "fr_FR")
        return next((lang for lang in candidates if lang in active), "en_US")

    @api.model
    def _get_day(self, move):
        """Return the day whose rates and terms count: the invoice's own."""
        return move.invoice_date or move.company_id._recovery_today()

    @api.model
    def _list_mentions(self, move, reading):
        """Return the mentions of one invoice, in the context's language, less those that its terms carry already."""
        nature = reading.natures.get(move.commercial_partner_id.id, "consumer")
        written = find_written(html2plaintext(move.narration or ""))
        mentions = [self._get_due_text(move)]
        if DISCOUNT not in written:
            mentions.append(self._get_discount_text(move))
        if PENALTY not in written:
            mentions.append(self._get_penalty_text(move, nature, reading))
        if INDEMNITY not in written:
            mentions.append(self._get_indemnity_text(move, nature, reading))
        return [mention for mention in mentions if mention]

    @api.model
    def _get_due_text(self, move):
        lines = move.line_ids.filtered(lambda line: line.display_type == "payment_term").sorted("date_maturity")
        if len(lines) > 1:
            parts = [
                self.env._(
                    "%(amount)s on %(date)s",
                    amount=formatLang(self.env, line.amount_currency, currency_obj=line.currency_id),
                    date=format_letter_day(self.env, line.date_maturity, "long"),
                )
                for line in lines
            ]
            return self.env._("Payable no later than: %s.", ", ".join(parts))
        due = lines.date_maturity or move.invoice_date_due
        return self.env._("Payable no later than %s.", format_letter_day(self.env, due, "long")) if due else ""

    @api.model
    def _get_discount_text(self, move):
        term = move.invoice_payment_term_id
        if not term.early_discount:
            return move.company_id.recovery_mentions_discount or self.env._("No early payment discount.")
        values = {
            "percent": self._format_percent(term.discount_percentage),
            "date": format_letter_day(self.env, term._get_last_discount_date(self._get_day(move)), "long"),
        }
        if term.early_pay_discount_computation == "included":
            return self.env._("Discount of %(percent)s on the total for payment by %(date)s.", **values)
        return self.env._("Discount of %(percent)s on the amount excluding tax for payment by %(date)s.", **values)

    # ------------------------------------------------------------
    # Penalties
    # ------------------------------------------------------------
    @api.model
    def _get_penalty_text(self, move, nature, reading):
        day = self._get_day(move)
        terms = reading.get_terms(move.commercial_partner_id._origin.id, day)
        is_agreed = terms.penalty_kind == "contract" and terms._binds(nature)
        contract = Decimal(str(round(terms.penalty_rate, 2))) if is_agreed else None
        if nature == "public":
            return self._get_reference_text(
                self.env._(
                    "Late-payment interest (CCP L2192-13 and R2192-31), due without any reminder: the ECB's "
                    "refinancing rate plus %(points)s points%(figures)s."
                ),
                self._get_points(reading, "penalty_spread_public", day),
                reading,
                day,
            )
        if nature == "consumer":
            if contract is not None:
                rate = self._format_percent(contract)
                return self.env._("In case of late payment: interest of %s a year, as agreed.", rate)
            return self.env._(
                "In case of late payment: interest at the legal rate, from the mise en demeure (C. civ. 1231-6)."
            )
        if contract is not None:
            return self._get_contract_text(contract, reading, day)
        return self._get_reference_text(
            self.env._(
                "Late-payment penalties (C. com. L441-10 II), due from the day after this date without any "
                "reminder: the ECB's refinancing rate plus %(points)s points%(figures)s."
            ),
            self._get_points(reading, "penalty_spread_b2b", day),
            reading,
            day,
        )

    @api.model
    def _get_reference_text(self, text, points, reading, day):
        """Return the sentence with the points and, where the semester's rate is known, the rate in figures."""
        if points is None:
            return ""
        try:
            figures = self._get_figures(reading.book.get_semester(ECB, day) + points, day)
        except MissingRate:  # an invoice is issued all the same: the reference itself is in the text
            figures = ""
        return text % {"points": formatLang(self.env, float(points), digits=0), "figures": figures}

    @api.model
    def _get_contract_text(self, rate, reading, day):
        """Return the contract's rate, or the legal minimum where it is below (L441-10 II)."""
        multiplier = self._get_points(reading, "floor_multiplier", day)
        try:
            floor = reading.book.get_semester(LEGAL_PRO, day) * (multiplier or 0)
        except MissingRate:
            floor = Decimal(0)
        if rate < floor:
            return self.env._(
                "Late-payment penalties (C. com. L441-10 II), due from the day after this date without any "
                "reminder: %(times)s times the legal interest rate%(figures)s.",
                times=formatLang(self.env, float(multiplier), digits=0),
                figures=self._get_figures(floor, day),
            )
        return self.env._(
            "Late-payment penalties (C. com. L441-10 II), due from the day after this date without any reminder: "
            "%s a year.",
            self._format_percent(rate),
        )

    @api.model
    def _get_figures(self, rate, day):
        start = semester_start(day)
        semester = (
            self.env._("1st half-year of %s", start.year)
            if start.month == 1
            else self.env._("2nd half-year of %s", start.year)
        )
        return self.env._(
            ", that is %(rate)s a year (%(semester)s)", rate=self._format_percent(rate), semester=semester
        )

    # ------------------------------------------------------------
    # Flat indemnity
    # ------------------------------------------------------------
    @api.model
    def _get_indemnity_text(self, move, nature, reading):
        amount = self._get_points(reading, "flat_indemnity_b2b", self._get_day(move))
        if nature == "consumer" or amount is None:
            return ""
        euros = formatLang(self.env, float(amount), currency_obj=reading.euro)
        if nature == "public":
            return self.env._(
                "Fixed compensation for recovery costs in case of late payment: %s (CCP D2192-35).", euros
            )
        return self.env._("Fixed compensation for recovery costs in case of late payment: %s (C. com. D441-5).", euros)

    @api.model
    def _get_points(self, reading, key, day):
        """Return a legal parameter, or None: what nobody entered must not stop an invoice."""
        try:
            return reading.get_parameter(key, day)
        except UserError:
            return None

    @api.model
    def _format_percent(self, rate):
        return format_share(self.env, rate)

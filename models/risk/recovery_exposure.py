from typing import NamedTuple

from odoo import api, models
from odoo.tools import formatLang


class Exposure(NamedTuple):
    """What one customer could cost one company, in the company's currency.

    ``credit`` is negative: it is set against the debt in ``total``. ``limit`` is None
    when there is none; ``limit_origin`` says why, or whose it is.
    """

    draft: float = 0.0
    not_due: float = 0.0
    overdue: float = 0.0
    orders: float = 0.0
    credit: float = 0.0
    limit: float | None = None
    limit_origin: str = "off"

    @property
    def posted(self):
        """What the books say: without drafts and orders."""
        return self.not_due + self.overdue + self.credit

    @property
    def total(self):
        """Everything that is given on credit, or is about to be."""
        return self.posted + self.draft + self.orders

    @property
    def usage(self):
        """The total in percent of the limit; 0 without a limit."""
        return max(100.0 * self.total / self.limit, 0.0) if self.limit and self.limit > 0 else 0.0


class RecoveryExposure(models.AbstractModel):
    """Say how much is at stake with a customer, against which limit.

    Set-based: the number of queries does not depend on the number of customers. The
    figures are read with elevated rights and belong to the caller, who decides what of
    them the user may see.
    """

    _name = "recovery.exposure"
    _description = "Recovery: customers' exposure"

    @api.model
    def _read(self, company, partners, day):
        """Return the exposure of each customer in the company's root, its branches included.

        :param partners: commercial partners.
        :return: dict of :class:`Exposure` by partner id, those who owe nothing included.
        """
        partners = partners._origin
        ledger = self.env["recovery.ledger"]
        currency = company.root_id.currency_id
        balances = {row.partner_id: row for row in ledger._read_balances(company, day, partners)}
        drafts = ledger._read_drafts(company, partners)
        orders = self._read_orders(company, partners)
        limits = self._read_limits(company, partners)
        exposures = {}
        for partner_id in partners.ids:
            balance = balances.get(partner_id)
            limit, origin = limits[partner_id]
            exposures[partner_id] = Exposure(
                draft=currency.round(drafts.get(partner_id, 0.0)),
                not_due=balance.not_due if balance else 0.0,
                overdue=balance.overdue if balance else 0.0,
                orders=currency.round(orders.get(partner_id, 0.0)),
                credit=balance.credit if balance else 0.0,
                limit=limit,
                limit_origin=origin,
            )
        return exposures

    @api.model
    def _read_orders(self, company, partners):
        """Return the confirmed orders that are not invoiced yet, per commercial partner id.

        Hook: nothing here, because orders come with Sales. Its bridge fills it set-based,
        with the amounts of core's ``credit_to_invoice``.
        """
        return {}

    @api.model
    def _read_limits(self, company, partners):
        """Return ``(limit, origin)`` per partner id: the one reading of core's credit limit.

        The company's own amount comes first, then its root's. Core has no limit of zero:
        0 means none (``none``), and a company without limits has none at all (``off``).
        Otherwise the amount is the customer's own (``customer``) or the company's default
        (``company``).
        """
        limits = {partner.id: (None, "off") for partner in partners}
        for house in (company.root_id | company).sudo().filtered("account_use_credit_limit"):
            house_partners = self.env["res.partner"].sudo().with_company(house).browse(partners.ids)
            house_partners.fetch(["credit_limit"])
            default = partners._fields["credit_limit"].get_company_dependent_fallback(house_partners)
            for partner in house_partners:
                if partner.credit_limit:
                    limits[partner.id] = (
                        partner.credit_limit,
                        "company" if partner.credit_limit == default else "customer",
                    )
                elif limits[partner.id][0] is None:
                    limits[partner.id] = (None, "none")
        return limits

    # ------------------------------------------------------------
    # For the reader
    # ------------------------------------------------------------
    @api.model
    def _get_status(self, exposure, currency):
        """Return one sentence: how the exposure stands to the limit."""

        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        if exposure.limit is None:
            if exposure.limit_origin == "off":
                return self.env._("No limit: this company does not use credit limits.")
            return self.env._("No limit for this customer.")
        room = currency.round(exposure.limit - exposure.total)
        if room >= 0:
            return self.env._(
                "%(room)s left under the limit of %(limit)s.", room=money(room), limit=money(exposure.limit)
            )
        committed = exposure.total - exposure.draft
        if currency.compare_amounts(committed, exposure.limit) <= 0:
            return self.env._(
                "%(excess)s above the limit of %(limit)s once the draft invoices are confirmed.",
                excess=money(-room),
                limit=money(exposure.limit),
            )
        return self.env._("%(excess)s above the limit of %(limit)s.", excess=money(-room), limit=money(exposure.limit))

    @api.model
    def _prepare_gauge(self, exposure, currency):
        """Return what the gauge draws: the parts of the exposure, the limit and the words beside them.

        The bar is as long as the exposure: credits shorten it from its oldest part on.
        """

        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        parts = [
            ("overdue", self.env._("Overdue"), exposure.overdue),
            ("not_due", self.env._("Not yet due"), exposure.not_due),
            ("orders", self.env._("Orders to invoice"), exposure.orders),
            ("draft", self.env._("Draft invoices"), exposure.draft),
        ]
        to_deduct = -exposure.credit - sum(min(amount, 0.0) for _key, _label, amount in parts)
        segments = []
        for key, label, amount in parts:
            shown = max(amount - to_deduct, 0.0)
            to_deduct = max(to_deduct - max(amount, 0.0), 0.0)
            segments.append({"key": key, "label": label, "amount": money(amount), "shown": shown, "empty": not amount})
        segments.append(
            {
                "key": "credit",
                "label": self.env._("Credits to match"),
                "amount": money(exposure.credit),
                "shown": 0.0,
                "empty": not exposure.credit,
            }
        )
        length = sum(segment["shown"] for segment in segments)
        scale = max(length, exposure.limit or 0.0) or 1.0
        for segment in segments:
            segment["share"] = round(100.0 * segment.pop("shown") / scale, 2)
        is_over = exposure.limit is not None and currency.compare_amounts(exposure.total, exposure.limit) > 0
        return {
            "segments": segments,
            "total": money(exposure.total),
            "limit": money(exposure.limit) if exposure.limit is not None else False,
            "limit_share": round(100.0 * max(exposure.limit or 0.0, 0.0) / scale, 2),
            "usage": round(exposure.usage) if exposure.limit is not None else False,
            "is_over": is_over,
            "status": self._get_status(exposure, currency),
        }

    @api.model
    def _get_limit_warning(self, company, partner, amount, among_drafts=0.0, among_orders=0.0):
        """Return the text that says by how much a document goes beyond the limit, or ``""``.

        Decided as core does, strictly above the limit: what the customer owes in the
        books, orders to invoice and this document; the other drafts are only told.

        :param partner: a commercial partner.
        :param amount: the document's total in the company's currency.
        :param among_drafts: what of it is already among the draft invoices.
        :param among_orders: what of it is already among the orders to invoice.
        """
        partner = partner._origin.sudo().with_company(company)
        limit, _origin = self._read_limits(company, partner).get(partner.id, (None, None))
        if not limit:
            return ""
        currency = company.currency_id
        orders = partner.credit_to_invoice - among_orders
        owed = partner.credit + orders
        if currency.compare_amounts(owed + amount, limit) <= 0:
            return ""
        exposure = self._read(company, partner, company._recovery_today())[partner.id]

        def money(value):
            return formatLang(self.env, value, currency_obj=currency)

        parts = [
            (self.env._("overdue"), exposure.overdue),
            (self.env._("not yet due"), exposure.not_due),
            (self.env._("credits to match"), exposure.credit),
            (self.env._("on other accounts"), partner.credit - exposure.posted),
            (self.env._("orders to invoice"), orders),
        ]
        details = ", ".join(f"{label} {money(value)}" for label, value in parts if not currency.is_zero(value))
        lines = [
            self.env._(
                "%(customer)s goes beyond its credit limit of %(limit)s by %(excess)s.",
                customer=partner.name,
                limit=money(limit),
                excess=money(owed + amount - limit),
            ),
            self.env._("Owed so far: %(amount)s (%(details)s).", amount=money(owed), details=details)
            if details
            else self.env._("Nothing owed so far."),
        ]
        if amount:
            lines.append(
                self.env._(
                    "With this document of %(amount)s: %(total)s.", amount=money(amount), total=money(owed + amount)
                )
            )
        drafts = exposure.draft - among_drafts
        if currency.compare_amounts(drafts, 0.0) > 0:
            lines.append(self.env._("Other draft invoices, not counted yet: %(amount)s.", amount=money(drafts)))
        return "\n".join(lines)

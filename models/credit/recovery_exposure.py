from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..common.roles import require_reader
from ..common.saying import entitle
from ..ledger.rows import Balance
from .cover import covered
from .exposure import Exposure, Limit


class RecoveryExposure(models.AbstractModel):
    """The exposure of customers: how much is at stake, against which limit.

    Set-based: the number of queries does not depend on the number of customers. The
    figures are read with elevated rights and belong to the caller, who decides what of
    them the user may see.
    """

    _name = "recovery.exposure"
    _description = "Recovery: customer exposure"

    @api.model
    def _read(self, company, partners, day, as_of=None, debtors=None, with_covers=True):
        """Return the exposure of each customer in the company's root, its branches included.

        :param partners: commercial partners; None for everybody who owes something.
        :param as_of: rebuild what was posted on that past day, from the reconciliations.
            Drafts, orders and limits leave no dated trace, so they are left out; see
            ``recovery.ledger._count_changed_since`` for what to say to the reader.
        :param debtors: the customers' debtors, if the caller has them already.
        :return: dict of :class:`Exposure` by partner id, those given who owe nothing included.
        """
        currency = company._recovery_root().currency_id
        is_everybody = partners is None
        partners = partners if is_everybody else partners._origin
        rows = self.env["recovery.ledger"]._read_balances(company, day, partners, as_of=as_of, with_drafts=not as_of)
        balances = {row.partner_id: row for row in rows}
        orders = {} if as_of else self._read_orders(company, partners)
        if is_everybody:
            partners = self.env["res.partner"].browse((balances.keys() | orders.keys()) - {None})
        limits = {} if as_of else self._read_limits(company, partners, day, debtors, is_everybody)
        covers = {}
        if with_covers:
            covers = self.env["recovery.coverage"]._read_covers(
                company, None if is_everybody else partners, as_of or day
            )
        nothing, no_limit = Balance(None, 0.0, 0.0, 0.0, None), Limit()
        exposures = {}
        for partner_id in partners.ids:
            balance = balances.get(partner_id, nothing)
            limit = limits.get(partner_id, no_limit)
            ordered = orders.get(partner_id, 0.0)
            exposure = Exposure(
                balance.draft,
                balance.not_due,
                balance.overdue,
                ordered and currency.round(ordered),
                balance.credit,
                limit.amount,
                limit.origin,
                balance.oldest_due,
                0.0,
                limit,
                balance.penalty,
            )
            if partner_id in covers:
                exposure = exposure._replace(cover=currency.round(covered(exposure.total, covers[partner_id])))
            exposures[partner_id] = exposure
        return exposures

    @api.model
    def _map_groups(self, partners):
        """Return, per commercial partner id, the commercial partners of its group, itself included.

        A group is a parent and its subsidiaries: companies linked by their parent company.
        The number of queries depends on the depth of the groups only.
        """
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = Partner.browse(partners._origin.ids)
        tops = {}
        level = {partner.id: partner for partner in partners}
        while level:  # all the customers of one level together
            Partner.browse({partner.id for partner in level.values()}).fetch(["parent_id", "commercial_partner_id"])
            above = {}
            for partner_id, partner in level.items():
                if partner.parent_id:
                    above[partner_id] = partner.parent_id
                else:
                    tops[partner_id] = partner
            level = above
        roots = Partner.browse({top.id for top in tops.values()})
        members = Partner.search([("id", "child_of", roots.ids)]) if roots else Partner
        members = members.filtered(lambda partner: partner.commercial_partner_id == partner)
        by_top = dict.fromkeys(roots.ids, Partner)
        for member in members:
            top = member
            while top.parent_id:
                top = top.parent_id
            by_top[top.id] |= member
        return {partner_id: by_top[top.id] for partner_id, top in tops.items()}

    @api.model
    def _read_of_groups(self, company, partners, day):
        """Return the exposure of each customer's whole group, per commercial partner id.

        Limits and covers belong to one customer: only the amounts are added up.
        """
        groups = self._map_groups(partners)
        members = self.env["res.partner"].browse({member.id for group in groups.values() for member in group})
        exposures = self._read(company, members, day)
        result = {}
        for partner_id, group in groups.items():
            parts = [exposures[member.id] for member in group]
            result[partner_id] = Exposure(
                *(sum(getattr(part, name) for part in parts) for name in Exposure._fields[:5]),
                oldest_due=min((part.oldest_due for part in parts if part.oldest_due), default=None),
                cover=sum(part.cover for part in parts),
                penalty=sum(part.penalty for part in parts),
            )
        return result

    @api.model
    def _read_orders(self, company, partners):
        """Return what is still to come of the confirmed orders, per commercial partner id.

        :param partners: commercial partners; None for all.
        """
        amounts = defaultdict(float)
        for row in self.env["recovery.ledger"]._read_orders_to_come(company, partners):
            amounts[row.partner_id] += row.amount
        return dict(amounts)

    @api.model
    def _get_orders_action(self, company, partner):
        """Return the action that lists the orders of :meth:`_read_orders`: hook of the Sales bridge."""
        return None

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
        if exposure.limit_origin == "zero":
            return self.env._("No credit is given to this customer.")
        if exposure.limit_origin == "expired" and not exposure.limit:
            return self.env._(
                "The limit expired on %(date)s: no credit until it is renewed.",
                date=format_date(self.env, exposure.limit_detail.valid_until),
            )
        room = currency.round(exposure.limit - exposure.total)
        if room >= 0:
            return self.env._(
                "%(room)s available under the limit of %(limit)s.", room=money(room), limit=money(exposure.limit)
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
    def _get_parts(self, exposure=None):
        """Return ``(key, label, amount)`` of each part of an exposure, oldest first, credits last."""
        exposure = exposure or Exposure()
        return [
            ("overdue", self.env._("Overdue"), exposure.overdue),
            ("not_due", self.env._("Not yet due"), exposure.not_due),
            ("orders", self.env._("Orders to invoice"), exposure.orders),
            ("draft", self.env._("Draft invoices"), exposure.draft),
            ("credit", self.env._("Credits to match"), exposure.credit),
        ]

    @api.model
    def _prepare_gauge(self, exposure, currency):
        """Return what the gauge draws: the parts of the exposure, the limit and the words beside them.

        The bar is as long as the exposure: credits shorten it from its oldest part on.
        """

        def money(amount):
            return formatLang(self.env, amount, currency_obj=currency)

        *parts, credit = self._get_parts(exposure)
        to_deduct = -exposure.credit - sum(min(amount, 0.0) for _key, _label, amount in parts)
        segments = []
        for key, label, amount in parts:
            shown = max(amount - to_deduct, 0.0)
            to_deduct = max(to_deduct - max(amount, 0.0), 0.0)
            segments.append({"key": key, "label": label, "amount": money(amount), "shown": shown, "empty": not amount})
        key, label, amount = credit
        segments.append({"key": key, "label": label, "amount": money(amount), "shown": 0.0, "empty": not amount})
        if exposure.penalty:
            label = self.env._("Late fees charged, outside the limit")
            amount = money(exposure.penalty)
            segments.append({"key": "penalty", "label": label, "amount": amount, "shown": 0.0, "empty": False})
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
            "cover": money(exposure.cover) if exposure.cover else False,
            "own_risk": money(exposure.own_risk) if exposure.cover else False,
        }

    # ------------------------------------------------------------
    # The limit in force
    # ------------------------------------------------------------
    @api.model
    def _read_limits(self, company, partners, day, debtors=None, is_everybody=False):
        """Return the :class:`Limit` of that day per partner id: the one reading of core's credit limit.

        The company's own amount comes first, then its root's. Core has no limit of zero:
        there, 0 means none. "No credit at all", the end of validity and the temporary
        increases are said by the debtor and judged here, when they are read.

        :param debtors: the customers' debtors, if the caller has them already.
        :param bool is_everybody: ``partners`` are all those who owe something.
        """
        limits = {partner_id: Limit() for partner_id in partners.ids}
        houses = (company._recovery_root() | company).filtered("account_use_credit_limit")
        for house in houses:
            house_partners = self.env["res.partner"].sudo().with_company(house).browse(partners.ids)
            house_partners.fetch(["credit_limit"])
            default = house_partners._fields["credit_limit"].get_company_dependent_fallback(house_partners)
            no_limit = Limit(None, "none")
            for partner_id, amount in zip(partners.ids, house_partners.mapped("credit_limit"), strict=True):
                if amount:
                    limits[partner_id] = Limit(amount, "company" if amount == default else "customer")
                elif limits[partner_id].amount is None:
                    limits[partner_id] = no_limit
        if houses and partners:
            if debtors is None:
                debtors = self._get_debtors_with_terms(company, None if is_everybody else partners)
            self._apply_terms(company, None if is_everybody else debtors, day, debtors, limits)
        return limits

    @api.model
    def _read_past_limits(self, company, partners, day):
        """Return the :class:`Limit` in force on a past day per partner id, where the decisions that were kept tell it.

        A customer on whom nothing was ever decided has what it has now; one whose limit was first decided or typed
        later has none here: what held before is not known.
        """
        Request = self.env["recovery.limit.request"]
        decided = dict.fromkeys(Request._find_typed_after(company, partners, day), ())
        decided |= Request._read_decided(company, partners)
        limits = self._read_limits(company, partners.filtered(lambda partner: partner.id not in decided), day)
        if not (company._recovery_root() | company).filtered("account_use_credit_limit"):
            return limits | dict.fromkeys(decided, Limit())
        past = {
            partner_id: [
                request for request in requests if company._recovery_local_datetime(request.answered_on).date() <= day
            ]
            for partner_id, requests in decided.items()
        }
        then = {
            partner_id: self._get_decided_limit(requests[-1], day) for partner_id, requests in past.items() if requests
        }
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners.browse(then), company)
        self._apply_terms(company, debtors, day, debtors.browse(), then)
        return limits | then

    @api.model
    def _get_decided_limit(self, decision, day):
        """Return the :class:`Limit` that a decision made, on a day; increases are added to it."""
        until = decision.date_until or None
        if decision.kind == "zero":
            return Limit(0.0, "zero")
        if until and until < day:
            return Limit(0.0, "expired", valid_until=until)
        if decision.kind == "none":
            return Limit(None, "none", valid_until=until)
        return Limit(decision.amount, "customer", valid_until=until)

    @api.model
    def _get_debtors_with_terms(self, company, partners):
        """Return the debtors of these customers, or all those on which something limits the limit."""
        domain = Domain("company_id", "=", company.root_id.id)
        if partners is None:
            domain &= Domain("limit_is_zero", "=", True) | Domain("limit_valid_until", "!=", False)
        else:
            domain &= Domain("partner_id", "in", partners.ids)
        return (
            self.env["recovery.debtor"]
            .sudo()
            .search_fetch(domain, ["partner_id", "limit_is_zero", "limit_valid_until"], order="id")
        )

    @api.model
    def _apply_terms(self, company, increased, day, debtors, limits):
        """Change ``limits`` by what was decided on the debtors: no credit, validity, increases.

        :param increased: debtors whose increases are read; None for all.
        """
        for debtor in debtors:
            partner_id = debtor.partner_id.id
            until = debtor.limit_valid_until or None
            if partner_id not in limits or not (until or debtor.limit_is_zero):
                continue
            if debtor.limit_is_zero:
                limits[partner_id] = Limit(0.0, "zero")
            elif until < day:
                limits[partner_id] = Limit(0.0, "expired", valid_until=until)
            else:
                limits[partner_id] = limits[partner_id]._replace(valid_until=until)
        if increased is not None and not increased:
            return
        for increase in self.env["recovery.limit.request"]._get_running_increases(company, increased, day):
            partner_id = increase.debtor_id.partner_id.id
            limit = limits.get(partner_id)
            if limit and limit.amount is not None:
                limits[partner_id] = limit._replace(
                    amount=limit.amount + increase.amount,
                    increase=limit.increase + increase.amount,
                    increase_until=max(filter(None, (limit.increase_until, increase.date_until))),
                )

    # ------------------------------------------------------------
    # Exposure by age
    # ------------------------------------------------------------
    @api.model
    def _open_bucket(self, company, partner, bucket):
        """Return the action that lists what one part of a customer's exposure is made of.

        :param str bucket: a key of :meth:`_prepare_gauge`.
        """
        require_reader(self.env)
        company._recovery_check_open()
        labels = {key: label for key, label, _amount in self._get_parts()}
        labels["penalty"] = self.env._("Late Fees Charged")
        if not isinstance(bucket, str) or bucket not in labels:
            raise UserError(self.env._("There is nothing to open here."))
        if bucket == "orders":
            action = self._get_orders_action(company, partner)
            if not action:
                raise UserError(self.env._("Orders are read when the Sales application is installed."))
            return action
        if bucket == "draft":
            return {
                "type": "ir.actions.act_window",
                "name": f"{partner.display_name} – {labels[bucket]}",
                "res_model": "account.move",
                "view_mode": "list,form",
                "views": [(self.env.ref("account.view_out_invoice_tree").id, "list"), (False, "form")],
                "domain": list(
                    Domain("state", "=", "draft")
                    & Domain("move_type", "in", ("out_invoice", "out_refund"))
                    & Domain("recovery_is_penalty", "=", False)
                    & Domain("company_id", "child_of", company.root_id.id)
                    & Domain("commercial_partner_id", "=", partner.id)
                ),
                "context": {"create": False, "active_test": False},
            }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "debt_recovery.account_move_line_action_recovery_open_items"
        )
        domain = self._get_items_domain(company, partner, bucket, company._recovery_today())
        return entitle(
            action,
            f"{partner.display_name} – {labels[bucket]}",
            domain=list(domain),
            context={"active_test": False, "create": False},
        )

    @api.model
    def _get_items_domain(self, company, partner, bucket, day):
        """Return the domain of the journal items of a bucket: the same ones that the exposure adds up."""
        domain = self.env["recovery.ledger"]._get_open_items_domain(partner, company)
        if bucket == "penalty":
            return domain & Domain("move_id.recovery_is_penalty", "=", True)
        domain &= Domain("move_id.recovery_is_penalty", "=", False)
        if bucket == "credit":
            return domain & Domain("amount_residual", "<", 0)
        no_due = Domain("date_maturity", "=", False)
        if bucket == "overdue":
            in_time = Domain("date_maturity", "<", day) | (no_due & Domain("date", "<", day))
        else:
            in_time = Domain("date_maturity", ">=", day) | (no_due & Domain("date", ">=", day))
        return domain & Domain("amount_residual", ">", 0) & in_time

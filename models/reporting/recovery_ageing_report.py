from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache, partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang, groupby, remove_accents

from ..common.bounds import FIRST_DAY, LAST_DAY
from ..common.equivalent import convert_totals
from ..common.roles import require_reader
from ..common.undisturbed import undisturbed
from ..credit.cover import covered
from ..ledger.ageing import bucket_ranges
from ..ledger.ageing_status import STATUSES
from .ageing_options import DIMENSIONS, MOST_BOUNDS, USUAL, Options, read_options
from .ageing_table import Items, Told, add_up, impute, tidy

AT_ONCE = 40_000  # open items that are told at once: each list asks for what stands beside it again
LISTED = 200  # changes of each kind that are named at once
DAYS = ("date", "due", "limitation_on")  # of an open item
PLAIN = {str, int, float, bool, type(None)}
OF_TODAY = {"collector", "salesperson", "group"}  # what has no history


class RecoveryAgeingReport(models.AbstractModel):
    """The aged balance as plain data, the same for the screen, the PDF, the spreadsheet and the API."""

    _name = "recovery.ageing.report"
    _description = "Recovery: aged balance"

    @api.model
    @undisturbed()
    def _get_data(self, company, day, bounds=None, accounts=None, partners=None, detail=False, options=USUAL):
        """Return the aged balance of the company's root, its branches included, on that day.

        Residuals are rebuilt as of ``day`` in the company's currency, so that entries
        dated later do not show. Credits stand apart from the buckets, unless they are imputed.

        :param accounts: receivable accounts to age; the followed ones by default.
        :param partners: commercial partners to keep; the control then makes no sense and
            is None.
        :param detail: also list the open items of each row.
        :param options: an :class:`Options`, whose bounds count where ``bounds`` is None.
        :return: dict with ``rows`` (one per customer and what the balance is split by, the one without customer last
            of its group), ``groups`` (one per value of what it is split by, outermost first), ``totals`` (a row too),
            ``control`` (the ledger's balance of every receivable account against the report's) and ``changes`` (what
            changed the picture of a past day since).
        """
        root = company._recovery_root()
        currency = root.currency_id
        bounds = options.bounds if bounds is None else bounds
        accounts = root._recovery_accounts() if accounts is None else accounts
        places = currency.decimal_places
        rows, depreciated, reported, nobody = [], 0.0, defaultdict(float), defaultdict(float)
        standing = self.env["recovery.ledger.status"]._read_standing(root, day, options.known)
        for items in self._read_lists(root, day, accounts, partners, options.known):
            shares = self.env["recovery.ledger.status"]._read(root, items, day, options.known, standing)
            told = (
                self._impute(items, currency)
                if options.credits == "imputed"
                else [Told(item, item.residual, item.residual_company) for item in items]
            )
            dimensions = self._get_dimensions(root, told, day, options.group_by)
            get_path = self._get_path_reader(dimensions)
            sums = add_up(told, day, bounds, options.base, shares, get_path, with_parts=True, places=places)
            depreciations = self._read_depreciations(root, day, told) if options.has_side else []
            depreciated += self._sum_depreciations(depreciations, told)
            limits = self.env["recovery.limitation"]._read_originals(root, items)
            rows += self._prepare_rows(root, day, sums, dimensions, limits, depreciations, detail, options)
            for item in items:
                reported[item.account_id] += item.residual_company
                if not item.partner_id:
                    nobody[item.account_id] += item.residual_company
            del items, shares, told, sums, limits, depreciations  # the next list does not find this one
        rows.sort(key=self._get_order())
        totals = self._sum_rows(rows, len(bounds) + 2, currency)
        groups = self._sum_groups(rows, len(bounds) + 2, currency)
        return {
            "company_id": root.id,
            "company": root.name,
            "day": day,
            "known": options.known,
            "currency": currency,
            "base": options.base,
            "bounds": list(bounds),
            "credits": options.credits,
            "group_by": list(options.group_by),
            "has_side": options.has_side,
            "columns": self._get_column_titles(bounds, options.base),
            "statuses": self._get_status_titles(),
            "rows": rows,
            "groups": groups,
            "group_of": {tuple(group["path"]): group for group in groups},
            "totals": totals,
            "depreciation": currency.round(depreciated),
            "control": None
            if partners is not None
            else self._get_control(root, day, accounts, reported, nobody, options.known),
            "changes": self._get_changes(root, day, partners, options.known),
            "remarks": self._get_remarks(root, day, partners, options),
        }

    @api.model
    def _get_remarks(self, root, day, partners, options):
        """Return what a reader must know of how the balance is told: whose it is, and what of a past day is today's."""
        remarks = []
        if self.env["recovery.ledger"]._read_moment()[1]:
            remarks.append(f"{self.env['recovery.ledger']._say_moment(root)}.")
        if partners is not None:
            remarks.append(
                self.env._("For selected customers only (%s): not reconciled with the accounts.", len(partners))
            )
        if day < root._recovery_today():
            if options.has_side:
                remarks.append(self.env._("Limits at that date are taken from their history (?: unknown)."))
            if set(options.group_by) & OF_TODAY:
                remarks.append(self.env._("Collectors, salespeople and groups of customers are those of today."))
        return remarks

    @api.model
    def _read_lists(self, root, day, accounts, partners, known):
        """Yield the open items in lists of whole customers: memory follows a list and the rows, and not the ledger.

        What was known at a moment is told in one list: what was withdrawn since stands among the rest.
        """
        ledger = self.env["recovery.ledger"]
        if known:
            yield ledger._read_items(root, day=day, as_of=day, accounts=accounts, partners=partners, known=known)
            return
        lists = ledger._read_items_by_customer(
            root, day=day, partners=partners, as_of=day, accounts=accounts, size=AT_ONCE
        )
        is_first = True
        for items in lists:
            if not is_first:
                self.env.invalidate_all()
            is_first = False
            yield items
            del items  # what reads the next list must not find this one

    # ------------------------------------------------------------
    # For the screen and the API
    # ------------------------------------------------------------
    @api.model
    @api.readonly
    def action_read(self, options):
        """Return the aged balance that ``options`` ask for, as JSON.

        :param dict options: ``company_ids`` and ``day`` (today in the first company by default), ``partner_ids``,
            ``base`` (due, invoice), ``credits`` (apart, imputed), ``group_by`` (two at most), ``known`` (a moment),
            ``bounds`` (days), ``detail``.
        :return: dict with ``parts``, one balance per root company, ``together``, see :meth:`_add_companies`, and
            ``read_at``, the moment in UTC up to which the books were read, in words ``read_text``; or ``closed``:
            where recovery is followed, for somebody who works in branches alone.
        """
        if closed := self._get_closed_text(options):
            return {"closed": closed}
        companies, day, partners, chosen = self._read_choice(options)
        parts, plain = [], []
        for company in companies:
            data = self._get_data(company, day, partners=partners, detail=bool(options.get("detail")), options=chosen)
            plain.append(self._prepare_json(data))
            parts.append({**data, "rows": []})  # of two copies of very many rows, one goes
        return {
            "parts": plain,
            "together": self._add_companies(parts, day),
            "dimensions": self._get_dimension_titles(),
            "read_at": self.env["recovery.ledger"]._read_moment()[0].isoformat(),
            "read_text": self.env["recovery.ledger"]._say_moment(companies[0]),
        }

    @api.model
    @api.readonly
    def action_read_items(self, options, partner_id=False, path=()):
        """Return the open items of one row, as JSON: of a customer, or of what has none."""
        options = {**(options if isinstance(options, dict) else {}), "partner_ids": [partner_id] if partner_id else []}
        companies, day, partners, chosen = self._read_choice(options)
        data = self._get_data(companies[:1], day, partners=partners, detail=True, options=chosen)
        wanted = partners.id if partners else False
        rows = [row for row in data["rows"] if row["partner_id"] == wanted and row["path"] == list(path)]
        items = [item for row in rows for item in row["items"]]
        foreign = {item["currency_id"] for item in items} - {data["currency"].id}
        currencies = {currency.id: currency for currency in self.env["res.currency"].browse(foreign)}
        return [self._make_plain({**item, "foreign_text": self._tell_foreign(item, currencies)}) for item in items]

    @api.model
    def _tell_foreign(self, item, currencies):
        """Return what is left of an item in its own currency, where that is not the company's."""
        currency = currencies.get(item["currency_id"])
        return formatLang(self.env, item["residual"], currency_obj=currency) if currency else ""

    @api.model
    @api.readonly
    def action_read_changes(self, options):
        """Return by name what changed the picture of that day since: the first ones of each kind."""
        companies, day, partners, chosen = self._read_choice(options)
        root, past = companies[0], self.env["recovery.ledger.past"]
        since = chosen.known and max(chosen.known, past._get_end(root, day))
        return [self._make_plain(row._asdict()) for row in past._read_changes(root, day, since, partners, LISTED)]

    @api.model
    def _read_choice(self, options):
        """Return ``(root companies, day, partners, options)`` that a reader asked for, once they may read them."""
        require_reader(self.env)
        if not isinstance(options, dict):
            raise UserError(self.env._("This balance cannot be produced: %s.", "options"))
        try:
            companies = self._read_companies(options.get("company_ids"))
            day = fields.Date.to_date(options.get("day") or None) or companies[0]._recovery_today()
            known = options.get("known")
            if known is True:
                known = self.env["recovery.ledger.past"]._get_end(companies[0], day)
            known = fields.Datetime.to_datetime(known or None) or None
            bounds = self.env["recovery.ageing.bucket"]._get_bounds_of(companies[0])
            chosen = Options(**read_options(options, bounds), known=known, has_side=True)
            partner_ids = [int(partner_id) for partner_id in options.get("partner_ids") or ()]
        except (TypeError, ValueError, OverflowError) as error:
            if str(error) == "bounds":
                raise UserError(
                    self.env._("Columns end after whole numbers of days, from 1 on: %s columns at most.", MOST_BOUNDS)
                ) from error
            raise UserError(self.env._("This balance cannot be produced: %s.", error)) from error
        if not FIRST_DAY <= day <= LAST_DAY:
            raise UserError(self.env._("This balance cannot be produced: %s.", day))
        partners = self.env["res.partner"].sudo().browse(partner_ids).exists().commercial_partner_id
        return companies, day, partners if partner_ids else None, chosen

    @api.model
    def _get_closed_text(self, options):
        """Return where recovery is followed, for somebody who works in branches alone."""
        require_reader(self.env)
        closed = self.env.companies.filtered(lambda company: not company._recovery_is_open())
        return closed == self.env.companies and closed[:1]._recovery_get_closed_text()

    @api.model
    def _read_companies(self, company_ids):
        """Return the root companies among those that the reader has ticked."""
        wanted = [int(company_id) for company_id in company_ids or ()] or [self.env.company.id]
        if set(wanted) - set(self.env.companies.ids):
            raise AccessError(self.env._("This belongs to a company in which you do not work."))
        companies = self.env["res.company"].browse(wanted)
        opened = companies.filtered(lambda company: company._recovery_is_open())
        if not opened:
            companies[:1]._recovery_check_open()
        return opened._recovery_root()

    @api.model
    def _add_companies(self, parts, day):
        """Return the sum of several companies, in the currency of the first one at the rate of the day.

        None for one company, or where a rate is missing: amounts in several currencies are not summed.
        """
        if len(parts) < 2:
            return None
        first = self.env["res.company"].sudo().browse(parts[0]["company_id"])
        own = first.currency_id
        if any(not self._has_rate(part["currency"], first, day) for part in parts):
            return None

        def add(amounts):
            pairs = [(part["currency"], amount) for part, amount in zip(parts, amounts, strict=True)]
            return convert_totals(first, day, pairs)

        def add_rows(rows):
            return {
                "buckets": [add(column) for column in zip(*(row["buckets"] for row in rows), strict=True)],
                "credit": add([row["credit"] for row in rows]),
                "total": add([row["total"] for row in rows]),
            }

        nothing = {"buckets": [0.0] * len(parts[0]["totals"]["buckets"]), "credit": 0.0, "total": 0.0}
        groups = self._list_shared_groups(parts)
        return {
            "currency": self._describe_currency(own),
            "is_converted": any(part["currency"] != own for part in parts),
            **add_rows([part["totals"] for part in parts]),
            "groups": [
                {"label": label, **add_rows([part["group_of"].get(path, nothing) for part in parts])}
                for path, label in groups.items()
            ],
        }

    @api.model
    def _list_shared_groups(self, parts):
        """Return ``{path: label}`` of the groups of customers, which several companies share, in order of their names.

        What else a balance is split by belongs to one company.
        """
        if list(parts[0].get("group_by", ()))[:1] != ["group"]:
            return {}
        found = {path: group["label"] for part in parts for path, group in part["group_of"].items() if len(path) == 1}
        return dict(sorted(found.items(), key=lambda row: (row[0] == (None,), remove_accents(row[1]).casefold())))

    @api.model
    def _has_rate(self, currency, company, day):
        """Tell whether a currency can be converted to the company's on that day by a rate that somebody entered."""
        if currency == company.currency_id:
            return True
        domain = [("currency_id", "=", currency.id), ("name", "<=", day), ("company_id", "in", [False, company.id])]
        return bool(self.env["res.currency.rate"].sudo().search_count(domain, limit=1))

    @api.model
    @undisturbed()
    def _prepare_json(self, data):
        """Return a balance as plain values; of very many rows, each becomes so where it stands."""
        rows = data["rows"]
        for row in rows:
            for key, value in row.items():
                if type(value) is date:
                    row[key] = _write_day(value)
                elif type(value) not in PLAIN:
                    row[key] = self._make_plain(value)
        left = {key: value for key, value in data.items() if key not in ("currency", "group_of", "rows")}
        return {**self._make_plain(left), "rows": rows, "currency": self._describe_currency(data["currency"])}

    @api.model
    def _describe_currency(self, currency):
        return {
            "id": currency.id,
            "name": currency.name,
            "symbol": currency.symbol,
            "position": currency.position,
            "digits": [69, currency.decimal_places],
        }

    @api.model
    def _make_plain(self, value):
        """Return a value as JSON has it; a balance holds millions of them: what is plain already costs no call."""
        if isinstance(value, dict):
            return {key: item if type(item) in PLAIN else self._make_plain(item) for key, item in value.items()}
        if isinstance(value, Items):
            return [_make_item_plain(item) for item in value]
        if isinstance(value, list | tuple):
            if type(value) is list and PLAIN.issuperset(map(type, value)):
                return value
            return [item if type(item) in PLAIN else self._make_plain(item) for item in value]
        if isinstance(value, datetime):
            return fields.Datetime.to_string(value)
        if isinstance(value, date):
            return value.isoformat()
        return value

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------
    @api.model
    def _impute(self, items, currency):
        """Return the open items once the credits are set against the debts, as levels and letters do."""
        ledger = self.env["recovery.ledger"]
        shares, _left = ledger._allocate(items)
        return impute(items, shares, ledger._get_digits(), currency.decimal_places)

    @api.model
    def _get_path_reader(self, dimensions):
        """Return the function that says by which values an item is split."""
        readers = [get_key for get_key, _labels in dimensions]
        if not readers:
            return lambda item, status: ()
        return lambda item, status: tuple(get_key(item, status) for get_key in readers)

    @api.model
    def _get_dimensions(self, root, told, day, names):
        """Return ``(function of an item and a status that gives the key, {key: label})`` of each dimension."""
        return [getattr(self, f"_get_{name}_dimension")(root, told, day) for name in names]

    @api.model
    def _get_status_dimension(self, root, told, day):
        return lambda item, status: status, dict(self._get_status_titles())

    @api.model
    def _get_account_dimension(self, root, told, day):
        ids = {row.item.account_id for row in told}
        accounts = self.env["account.account"].sudo().with_company(root).browse(ids)
        labels = {account.id: f"{account.code or ''} {account.name}".strip() for account in accounts}
        return lambda item, status: item.account_id, labels

    @api.model
    def _get_currency_dimension(self, root, told, day):
        currencies = self.env["res.currency"].browse({row.item.currency_id for row in told})
        return lambda item, status: item.currency_id, {currency.id: currency.name for currency in currencies}

    @api.model
    def _get_branch_dimension(self, root, told, day):
        companies = self.env["res.company"].sudo().browse({row.item.company_id for row in told})
        return lambda item, status: item.company_id, {company.id: company.name for company in companies}

    @api.model
    def _get_salesperson_dimension(self, root, told, day):
        users = self.env["recovery.ledger"]._read_salespeople({row.item.move_id for row in told})
        return lambda item, status: users.get(item.move_id), self._name_users(users.values())

    @api.model
    def _get_collector_dimension(self, root, told, day):
        debtors = self._find_debtors(root, {row.item.partner_id for row in told})
        users = {debtor.partner_id.id: debtor.collector_id.id for debtor in debtors if debtor.collector_id}
        return lambda item, status: users.get(item.partner_id), self._name_users(users.values())

    @api.model
    def _get_risk_class_dimension(self, root, told, day):
        scores = self._read_scores(self._find_debtors(root, {row.item.partner_id for row in told}), day)
        classes = {partner_id: risk_class for partner_id, (_score, risk_class) in scores.items()}
        labels = dict(self.env["recovery.score"]._fields["risk_class"]._description_selection(self.env))
        return lambda item, status: classes.get(item.partner_id) or None, labels

    @api.model
    def _get_group_dimension(self, root, told, day):
        partners = self.env["res.partner"].browse({row.item.partner_id for row in told} - {None})
        groups = self.env["recovery.exposure"]._map_groups(partners)
        tops = {
            partner_id: next((member for member in group if not member.parent_id), group[:1])
            for partner_id, group in groups.items()
        }
        labels = {top.id: top.name or f"#{top.id}" for top in tops.values()}
        return lambda item, status: tops[item.partner_id].id if item.partner_id in tops else None, labels

    @api.model
    def _find_debtors(self, root, partner_ids):
        """Return the debtors of those who have something open."""
        domain = [("company_id", "=", root.id), ("partner_id", "in", list(partner_ids - {None}))]
        debtors = self.env["recovery.debtor"].sudo().with_context(active_test=False)
        return debtors.search_fetch(domain, ["partner_id", "collector_id"])

    @api.model
    def _read_scores(self, debtors, day):
        """Return ``{commercial partner id: (score, class)}``: the last one worked out until that day."""
        domain = [("debtor_id", "in", debtors.ids), ("date", "<=", day)]
        found = self.env["recovery.bulk"]._read_last("recovery.score", "debtor_id", ["score", "risk_class"], domain)
        return {debtor.partner_id.id: found[debtor.id] for debtor in debtors if debtor.id in found}

    @api.model
    def _name_users(self, user_ids):
        users = self.env["res.users"].sudo().with_context(active_test=False).browse(set(user_ids))
        return {user.id: user.name for user in users}

    @api.model
    def _read_depreciations(self, root, day, told):
        """Return what the doubtful claims of those who have something open were depreciated by."""
        partners = self.env["res.partner"].browse({row.item.partner_id for row in told} - {None})
        return self.env["recovery.ledger"]._read_depreciations(root, partners, day)

    @api.model
    def _sum_depreciations(self, depreciations, told):
        """Return what is depreciated of what is open, not rounded."""
        lines = {row.item.own_line_id for row in told}
        return sum(row.amount for row in depreciations if row.line_id in lines)

    @api.model
    def _prepare_rows(self, root, day, sums, dimensions, limits, depreciations, detail, options):
        """Return the rows of some customers, in no order."""
        currency = root.currency_id
        named = self.env["res.partner"].sudo().browse({partner_id for _path, partner_id in sums} - {None})
        named.fetch(["name", "ref"])
        by_id = {partner.id: partner for partner in named}
        side = self._read_side(root, day, named, sums, depreciations) if options.has_side else {}
        prepare = partial(self._prepare_item, limits, {row.line_id: row.amount for row in depreciations})
        none = self.env._("None")
        rows, shared, no_items = [], {}, []
        for (path, partner_id), row in sums.items():
            partner = by_id.get(partner_id)
            if path not in shared:
                labels = [known.get(key, none) for key, (_get, known) in zip(path, dimensions, strict=True)]
                shared[path] = list(path), labels
            path, labels = shared[path]
            rows.append(
                {
                    "path": path,
                    "labels": labels,
                    "partner_id": partner.id if partner else False,
                    "partner": partner.name or f"#{partner.id}" if partner else self.env._("Without customer"),
                    "ref": partner.ref or "" if partner else "",
                    **self._round_sums(row, currency),
                    **self._get_limitation(row.parts, limits, day, currency),
                    **(side.get(partner_id, {}) if side else {}),
                    "items": Items(row.parts, prepare) if detail else no_items,
                }
            )
        return rows

    @api.model
    def _get_order(self):
        """Return the key by which rows are sorted: by what the balance is split by, then by customer.

        Statuses come in their own order, the rest by their names.
        """
        names = {}

        def fold(name):
            if name not in names:
                names[name] = remove_accents(name).casefold()
            return names[name]

        def order(row):
            path = [
                (key is None, STATUSES.index(key) if key in STATUSES else 0, fold(label), str(key))
                for key, label in zip(row["path"], row["labels"], strict=True)
            ]
            return path, not row["partner_id"], fold(row["partner"]), row["partner_id"]

        return order

    @api.model
    def _round_sums(self, row, currency):
        places = currency.decimal_places
        buckets, statuses = tidy(row.buckets, places), tidy(row.statuses, places)
        (credit,) = tidy((row.credit,), places)
        (total,) = tidy((sum(buckets) + credit,), places)
        return {
            "buckets": buckets,
            "credit": credit,
            "total": total,
            "statuses": statuses,
            "count": len({part.told.item.line_id for part in row.parts}),
        }

    @api.model
    def _prepare_item(self, limits, depreciations, part):
        (item, residual, residual_company), status, amount, bucket, late = part
        line_id, own_line_id = item.line_id, item.own_line_id
        if amount != residual_company and residual_company:
            residual = round(residual * amount / residual_company, 4)
        return {
            "line_id": line_id,
            "own_line_id": own_line_id,
            "move_id": item.move_id,
            "name": item.move_name,
            "ref": item.ref or "",
            "date": item.invoice_date or item.date,
            "due": item.due,
            "late": late if late > 0 else 0,
            "bucket": bucket,
            "status": status,
            "account_id": item.account_id,
            "currency_id": item.currency_id,
            "residual": residual,
            "residual_company": amount,
            "limitation_on": limits.get(line_id),
            "depreciation": depreciations.get(own_line_id, 0.0),
        }

    @api.model
    def _get_limitation(self, parts, limits, day, currency):
        """Return the next day on which a claim is time-barred, and how much already was on ``day``.

        Original dates, whatever the evidence, as the worklist has them; credits are not set
        against the debts here.
        """
        nearest, barred = None, 0.0
        for part in parts:
            limit = limits.get(part.told.item.line_id)
            if limit is None:
                continue
            if limit < day:
                barred += part.amount
            elif nearest is None or limit < nearest:
                nearest = limit
        return {"limitation_on": nearest, "time_barred": currency.round(barred) if barred else 0.0}

    # ------------------------------------------------------------
    # Beside the amounts
    # ------------------------------------------------------------
    @api.model
    def _read_side(self, root, day, partners, sums, depreciations):
        """Return ``{partner id: what is known of the customer on that day}``.

        The limit of a past day is what its history tells; what held before the first decision is not known.
        """
        currency = root.currency_id
        is_past = day < root._recovery_today()
        owed = dict.fromkeys(partners.ids, 0.0)
        for (_path, partner_id), row in sums.items():
            if partner_id:
                owed[partner_id] += sum(row.buckets) + row.credit
        scores = self._read_scores(self._find_debtors(root, set(partners.ids)), day)
        covers = self.env["recovery.coverage"]._read_covers(root, partners, day)
        exposure = self.env["recovery.exposure"]
        limits = (exposure._read_past_limits if is_past else exposure._read_limits)(root, partners, day)
        depreciated = dict.fromkeys(partners.ids, 0.0)
        for row in depreciations:
            if row.partner_id in depreciated:
                depreciated[row.partner_id] += row.amount
        classes = dict(self.env["recovery.score"]._fields["risk_class"]._description_selection(self.env))
        side = {}
        for partner_id in partners.ids:
            score, risk_class = scores.get(partner_id, (None, None))
            cover = covered(max(owed[partner_id], 0.0), covers[partner_id]) if partner_id in covers else 0.0
            side[partner_id] = {
                "score": score,
                "risk_class": risk_class,
                "class_name": classes.get(risk_class),
                "limit": limits[partner_id].amount if partner_id in limits else None,
                "is_limit_known": partner_id in limits,
                "cover": currency.round(cover),
                "depreciation": currency.round(depreciated[partner_id]),
            }
        return side

    # ------------------------------------------------------------
    # Titles
    # ------------------------------------------------------------
    @api.model
    def _get_column_titles(self, bounds, base="due"):
        """Return the titles of the buckets: not due, then the days late."""
        titles = [self.env._("Not due") if base == "due" else self.env._("0 days")]
        for start, end in bucket_ranges(bounds):
            if end:
                titles.append(self.env._("%(start)s to %(end)s days", start=start, end=end))
            else:
                titles.append(self.env._("Over %(days)s days", days=start - 1))
        return titles

    @api.model
    def _get_status_titles(self):
        """Return ``(key, title)`` of each status, in the order of the columns."""
        titles = (
            self.env._("Normal course"),
            self.env._("Promised"),
            self.env._("Payment plan or settlement"),
            self.env._("Disputed or under negotiation"),
            self.env._("In litigation"),
            self.env._("Insolvency proceedings"),
            self.env._("Doubtful (416)"),
        )
        return list(zip(STATUSES, titles, strict=True))

    @api.model
    def _get_dimension_titles(self):
        """Return ``(key, title)`` of what a balance may be split by."""
        titles = (
            self.env._("Status"),
            self.env._("Account"),
            self.env._("Currency"),
            self.env._("Salesperson"),
            self.env._("Collector"),
            self.env._("Risk class"),
            self.env._("Group of customers"),
            self.env._("Company or branch"),
        )
        return list(zip(DIMENSIONS, titles, strict=True))

    # ------------------------------------------------------------
    # Sums
    # ------------------------------------------------------------
    @api.model
    def _sum_rows(self, rows, width, currency):
        return {
            "buckets": [currency.round(sum(row["buckets"][i] for row in rows)) for i in range(width)],
            "credit": currency.round(sum(row["credit"] for row in rows)),
            "total": currency.round(sum(row["total"] for row in rows)),
            "statuses": [currency.round(sum(row["statuses"][i] for row in rows)) for i in range(len(STATUSES))],
            "count": sum(row["count"] for row in rows),
            "limitation_on": min((row["limitation_on"] for row in rows if row["limitation_on"]), default=None),
            "time_barred": currency.round(sum(row["time_barred"] for row in rows)),
        }

    @api.model
    def _sum_groups(self, rows, width, currency):
        """Return a row of sums per value of what the balance is split by, at every depth, in the order of the rows."""
        groups = []

        def walk(members, depth):
            if not members or depth == len(members[0]["path"]):
                return
            for _key, own in groupby(members, lambda row: tuple(row["path"][: depth + 1])):
                groups.append(
                    {
                        "path": own[0]["path"][: depth + 1],
                        "label": own[0]["labels"][depth],
                        **self._sum_rows(own, width, currency),
                    }
                )
                walk(own, depth + 1)

        walk(rows, 0)
        return groups

    # ------------------------------------------------------------
    # What proves it
    # ------------------------------------------------------------
    @api.model
    def _get_control(self, root, day, accounts, reported, nobody, known=None):
        """Return what proves the report: each receivable account's balance, straight from the entries.

        An account that is not followed has a balance outside the report: it is said so,
        and the total of the ledger is the report plus what is outside. What has no customer is in the report, and told
        beside it.

        :param dict reported: what the report tells, per account id; ``nobody`` what of it has no customer.
        """
        currency = root.currency_id
        everything = (accounts | root._recovery_receivable_accounts()).sudo().with_company(root)
        ledger = self.env["recovery.ledger"]._read_account_balances(root, everything, day, known)
        lines = []
        for account in everything.sorted(lambda account: (account.code or "", account.id)):
            is_followed = account in accounts
            balance = ledger.get(account.id, 0.0)
            report = currency.round(reported.get(account.id, 0.0))
            if not is_followed and currency.is_zero(balance):
                continue
            lines.append(
                {
                    "account_id": account.id,
                    "code": account.code or "",
                    "name": account.name,
                    "is_followed": is_followed,
                    "ledger": balance,
                    "report": report,
                    "nobody": currency.round(nobody.get(account.id, 0.0)),
                    "outside": 0.0 if is_followed else balance,
                    "difference": currency.round(balance - report) if is_followed else 0.0,
                }
            )
        sums = {
            key: currency.round(sum(line[key] for line in lines))
            for key in ("ledger", "report", "nobody", "outside", "difference")
        }
        return {
            "lines": lines,
            **sums,
            "is_exact": all(currency.is_zero(line["difference"]) for line in lines),
        }

    @api.model
    def _get_changes(self, root, day, partners, known):
        """Return what changed the picture of a past day since, counted and named, and what it cannot know.

        None for a day that is not over.
        """
        past = self.env["recovery.ledger.past"]
        end = past._get_end(root, day)
        if end > self.env.cr.now():
            return None
        counts = past._count_changes(root, day, known and max(known, end), partners)
        first = past._get_first_record()
        return {"counts": counts, "sentences": self._say_changes(root, day, counts, first, end, known)}

    @api.model
    def _say_changes(self, root, day, counts, first, end, known):
        told = {
            "posted": self.env._("Entries dated until then and posted since: %s.", counts["posted"]),
            "matched": self.env._("Reconciliations made since, of entries dated until then: %s.", counts["matched"]),
            "unmatched": self.env._("Reconciliations in force then and undone since: %s.", counts["unmatched"]),
            "withdrawn": self.env._("Entries posted then and withdrawn since: %s.", counts["withdrawn"]),
        }
        sentences = [told[kind] for kind, count in counts.items() if count]
        if known:
            sentences.insert(
                0, self.env._("Shown as it was known then: what was recorded since is not taken into account.")
            )
        if first and first > end:
            local = root._recovery_local_datetime(first)
            sentences.append(
                self.env._(
                    "Reconciliations undone before %(date)s left no trace: they are not taken into account.",
                    date=format_date(self.env, local.date()),
                )
            )
        return sentences


#: A day as JSON has it, written once: very many open items share some hundred.
_write_day = lru_cache(4096)(date.isoformat)


def _make_item_plain(item):
    """Return an open item as JSON has it: nothing of it but its days is otherwise."""
    for name in DAYS:
        if day := item[name]:
            item[name] = _write_day(day)
    return item

import re
from collections import Counter

from xlsxwriter.utility import xl_col_to_name

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ...models.common import recovery_xlsx_mixin
from ...models.common.elsewhere import reading_elsewhere
from ...models.common.recovery_window import once
from ...models.common.recovery_xlsx_mixin import Column, Formula, Line
from ...models.reporting.ageing_options import MOST_BOUNDS, Options, read_options

TOGETHER = 12  # open items of a customer that no page break cuts
# Of the paper's width, in hundredths: what names have at least, a letter of the largest size, what stands around it.
NAMES, LETTER, PADDING, LARGEST = 19, 0.62, 1.4, 12


class RecoveryAgedBalance(models.TransientModel):
    """The aged balance of a day, today or a past one: a look at it, its PDF and its spreadsheet."""

    _name = "recovery.aged.balance"
    _description = "Aged Balance"
    _inherit = ["recovery.report.window"]

    day = fields.Date("As of", compute="_compute_day", store=True, readonly=False)
    is_detailed = fields.Boolean("By invoice", help="List the open items below each customer.")
    partner_ids = fields.Many2many(
        "res.partner",
        string="Customers",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        help="Empty: all of them. With a selection of customers, the balance is not reconciled with the accounts.",
    )
    base = fields.Selection(
        [("due", "Due date"), ("invoice", "Invoice date")], string="Days counted from", required=True, default="due"
    )
    credits = fields.Selection(
        [("apart", "In a separate column"), ("imputed", "Offset against debts")],
        required=True,
        default="apart",
        help="Offset against the debts as reminders do: for presentation only, nothing is posted.",
    )
    bounds = fields.Char(
        "Columns end after (days)",
        compute="_compute_bounds",
        store=True,
        readonly=False,
        help="What is late for longer is in the last column.",
    )
    first_split = fields.Selection("_selection_split", "Split by")
    second_split = fields.Selection("_selection_split", "Then by")
    has_side = fields.Boolean(
        "Status and risk", help="The amounts by status, and each customer's score, limit, cover and impairment."
    )
    is_known_then = fields.Boolean(
        "As it was known",
        help="Excluding what was recorded or matched after that day with an earlier date, and including what has been "
        "undone since.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def _selection_split(self):
        return self.env["recovery.ageing.report"]._get_dimension_titles()

    @api.depends("company_id")
    def _compute_day(self):
        for wizard in self:
            wizard.day = wizard.company_id._recovery_today() if wizard.company_id else False

    @api.depends("company_id")
    def _compute_bounds(self):
        for wizard in self:
            found = self.env["recovery.ageing.bucket"]._get_bounds_of(wizard.company_id) if wizard.company_id else ()
            wizard.bounds = ", ".join(map(str, found))

    @api.depends("day")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._(
                "Aged balance %(company)s %(day)s",
                company=wizard.company_id._recovery_root().name,
                day=wizard.day or "",
            )

    @api.depends("company_id", "partner_ids", "day", "base", "bounds", "credits", "is_known_then")
    def _compute_preview(self):
        for wizard in self:
            if not wizard.company_id or not wizard.company_id._recovery_is_open() or not wizard.day:
                wizard.preview = False
                continue
            data = wizard._get_data(detail=False)
            total = sum(data["totals"]["buckets"])
            wizard.preview = self.env["ir.qweb"]._render(
                "debt_recovery.recovery_aged_balance_preview",
                {
                    "data": data,
                    "money": lambda amount, currency=data["currency"]: formatLang(
                        self.env, amount, currency_obj=currency
                    ),
                    "nearest": self._get_nearest_limitations(data),
                    "date": lambda day: format_date(self.env, day),
                    "shares": [100 * amount / total if total else 0 for amount in data["totals"]["buckets"]],
                },
            )

    def _get_nearest_limitations(self, data, count=5):
        """Return the customers whose claims are time-barred next."""
        rows = [row for row in data["rows"] if row["limitation_on"]]
        return sorted(rows, key=lambda row: (row["limitation_on"], row["partner"]))[:count]

    def _get_data(self, detail=None):
        """Return the data of :class:`RecoveryAgeingReport` for what was chosen."""
        self.ensure_one()
        if not self.day:
            raise UserError(self.env._("Choose the date of the balance."))
        detail = self.is_detailed if detail is None else detail
        options, partners = self._get_options(), self.partner_ids.commercial_partner_id._origin or None
        with reading_elsewhere(self.env["recovery.ageing.report"]) as engine:
            company, partners = (records and records.with_env(engine.env) for records in (self.company_id, partners))
            data = engine._get_data(company, self.day, partners=partners, detail=detail, options=options)
        return {**data, "currency": data["currency"].with_env(self.env)}

    def _get_options(self):
        """Return the :class:`Options` that were chosen."""
        root = self.company_id._recovery_root()
        splits = dict.fromkeys(filter(None, (self.first_split, self.second_split)))
        return Options(
            base=self.base,
            credits=self.credits,
            group_by=tuple(splits),
            known=self.env["recovery.ledger.past"]._get_end(root, self.day) if self.is_known_then else None,
            has_side=self.has_side,
            bounds=self._read_bounds() or self.env["recovery.ageing.bucket"]._get_bounds_of(root),
        )

    def _read_bounds(self):
        """Return the days at which the columns end, as they were typed; none where nothing was."""
        typed = re.split(r"[\s,;]+", (self.bounds or "").strip(" ,;\t\n"))
        try:
            found = sorted({int(days) for days in typed if days})
            return read_options({"bounds": found}, ())["bounds"]
        except ValueError as error:
            raise UserError(
                self.env._(
                    "Columns end after numbers of days, such as “30, 60, 90, 120”: “%(typed)s” is not valid, or "
                    "contains more than %(most)s.",
                    typed=self.bounds,
                    most=MOST_BOUNDS,
                )
            ) from error

    def _format_number(self, amount, currency):
        """Return an amount without its symbol, and a dash for nothing: a page of figures stays readable."""
        if currency.is_zero(amount):
            return "–"
        return formatLang(self.env, amount, digits=currency.decimal_places)

    def _get_class_code(self, row):
        """Return the class of a customer as a narrow column has it."""
        return row["risk_class"] if row.get("risk_class") not in (None, False, "none") else "–"

    def _get_layout(self, data):
        """Return what the paper is set in: the size of its letters, and the share of the width of each column.

        As large as the largest amount leaves room for: no amount is ever cut, or written over its neighbour.
        """
        currency, rows = data["currency"], [*data["rows"], *data["groups"], data["totals"]]
        largest = [
            max((abs(amount) for amount in amounts), default=0.0)
            for amounts in (
                *zip(*(row["buckets"] for row in rows), strict=True),
                [row["credit"] for row in rows],
                [row["total"] for row in rows],
            )
        ]
        titles = [*data["columns"], self.env._("Credits"), self.env._("Total")]
        lengths = [
            max(len(self._format_number(-amount, currency)), self._get_longest_word(title))
            for title, amount in zip(titles, largest, strict=True)
        ]
        day = max(len(format_date(self.env, data["day"])), self._get_longest_word(self.env._("Limitation"))) + 1
        if any(row["time_barred"] for row in rows):
            day = max(day, len(self.env._("Time-barred:")) + 2, lengths[-1])
        dates = [day, self._get_longest_word(self._get_age_title())] if self.is_detailed else []
        needed = [length * LETTER + PADDING for length in (*dates, *lengths, day)]
        room = 100 - NAMES
        size = min(LARGEST, LARGEST * room / sum(needed))
        widths = [width * size / LARGEST for width in needed]
        return {"size": round(size, 1), "widths": [round(width, 2) for width in (100 - sum(widths), *widths)]}

    @api.model
    def _get_longest_word(self, title):
        """Return the length of what no line of a title can break."""
        return max(map(len, title.split()), default=0)

    def _get_blocks(self, data):
        """Return the lines of the paper in blocks that no page break cuts, each line with its kind.

        The head of a group stays with its first customer, a customer with its open items, or with the first of many.
        """
        blocks = []
        for number, row in enumerate(data["rows"]):
            head = [*(("group", group) for group in self._get_heads(data, number)), ("customer", row)]
            items = [("item", item) for item in row["items"]]
            first = len(items) if len(items) <= TOGETHER else 2
            blocks.append(head + items[:first])
            blocks += [[item] for item in items[first:]]
        if blocks and len(blocks[-1]) < TOGETHER:
            blocks[-1] = [*blocks[-1], ("total", data["totals"])]
        else:
            blocks.append([("total", data["totals"])])
        return blocks

    def _get_heads(self, data, number):
        """Return the groups that begin with a row, outermost first."""
        row = data["rows"][number]
        before = data["rows"][number - 1]["path"] if number else ()
        return [
            data["group_of"][tuple(row["path"][: level + 1])]
            for level in range(len(row["path"]))
            if before[: level + 1] != row["path"][: level + 1]
        ]

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_aged_balance"

    def _count_lines(self):
        data = self._get_data()
        return len(data["groups"]) + sum(1 + len(row["items"]) for row in data["rows"])

    def _is_long_xlsx(self):
        """Tell whether it lists very many items: those that are open today say how many about."""
        if not self.is_detailed:
            return False
        companies = self.company_id._recovery_root()._recovery_company_ids()
        domain = Domain("company_id", "in", companies) & Domain("parent_state", "=", "posted")
        domain &= Domain("account_type", "=", "asset_receivable") & Domain("reconciled", "=", False)
        if self.partner_ids:
            domain &= Domain("partner_id", "in", self.partner_ids.ids)
        items = self.env["account.move.line"].sudo()
        return items.search_count(domain, limit=recovery_xlsx_mixin.LONG + 1) > recovery_xlsx_mixin.LONG

    @once
    def action_keep(self):
        """Keep the balance as it is issued now: its figures, its spreadsheet and their digests."""
        self._check_reader()
        if self.partner_ids or self.is_known_then:
            raise UserError(self.env._("Only the balance of all customers, as known now, can be kept as issued."))
        self.is_detailed = True
        data = self._get_data(detail=False)
        choice = " ".join(self._get_remarks(data)) or self.env._(
            "Days are counted from the due date, credits shown separately."
        )
        snapshot = self.env["recovery.ageing.snapshot"]._keep(
            self.company_id, self.day, data, self.display_name, self._get_xlsx(), choice
        )
        return self._say(
            self.env._(
                "%(balance)s is kept as issued (SHA-256 %(digest)s).", balance=snapshot.name, digest=snapshot.sha256
            )
        )

    # ------------------------------------------------------------
    # Spreadsheet
    # ------------------------------------------------------------
    def _fill_book(self, book):
        data = self._get_data()
        subtitles = self._get_subtitles(data)
        totals = data["totals"]
        columns = self._get_columns(data)
        name = self.env._("Aged Balance")
        amounts = [*totals["buckets"], totals["credit"], totals["total"]]
        if self.has_side:
            amounts += totals["statuses"]
        book.add_sheet(
            name,
            self.env._("Aged Balance"),
            subtitles,
            columns,
            self._get_lines(data, columns, book.get_first_row(subtitles)),
            (*amounts, totals["time_barred"]),
            has_outline=bool(data["group_by"]),
            label=self.env._("Total"),
        )
        if self.is_detailed:
            self._add_items_sheet(book, data, subtitles)
        if data["control"]:
            total = f"'{name}'!{xl_col_to_name(3 + len(data['columns']))}{self._count_rows(data, book, subtitles)}"
            self._add_control_sheet(book, data, subtitles, total)

    def _count_rows(self, data, book, subtitles):
        """Return the number of the line of totals of the first sheet."""
        return book.get_first_row(subtitles) + len(data["rows"]) + len(data["groups"])

    def _get_columns(self, data):
        columns = [
            Column(self.env._("Customer"), width=38),
            Column(self.env._("Reference"), width=14),
            *(Column(title, "amount", 15, total=True) for title in data["columns"]),
            Column(self.env._("Credits"), "amount", 15, total=True),
            Column(self.env._("Total"), "amount", 16, total=True),
        ]
        if self.has_side:
            columns += [Column(title, "amount", 15, total=True) for _status, title in data["statuses"]]
            columns += [
                Column(self.env._("Score"), "integer", 8),
                Column(self.env._("Class"), width=8),
                Column(self.env._("Credit limit"), "amount", 15),
                Column(self.env._("Covered"), "amount", 15),
                Column(self.env._("Impairment"), "amount", 15),
            ]
        return [
            *columns,
            Column(self.env._("Next limitation"), "date", 14),
            Column(self.env._("Amount time-barred"), "amount", 15, total=True),
        ]

    def _get_lines(self, data, columns, first):
        """Yield the rows of the first sheet: a head per group, whose subtotals count what stands below it."""
        last_amount = 2 + len(data["columns"])
        sum_of_row = f"=SUM(C{{row}}:{xl_col_to_name(last_amount)}{{row}})"
        depth = len(data["group_by"])
        heads = iter(self._get_extents(data, first))
        open_path = []
        for row in data["rows"]:
            for level in range(depth):
                if open_path[: level + 1] != row["path"][: level + 1]:
                    open_path = row["path"][: level + 1]
                    yield self._get_head(*next(heads), columns, level)
            values = (
                row["partner"],
                row["ref"],
                *(amount or None for amount in row["buckets"]),
                row["credit"] or None,
                Formula(sum_of_row, row["total"]),
                *(self._get_side(row) if self.has_side else ()),
                row["limitation_on"],
                row["time_barred"] or None,
            )
            yield Line(values, depth) if depth else values

    def _get_extents(self, data, first):
        """Yield ``(group, number of its first row, number of its last row)`` in the order of the sheet."""
        below = Counter()
        for row in [*data["rows"], *data["groups"]]:
            path = tuple(row["path"])
            below.update(path[:level] for level in range(1, len(path) + ("partner" in row)))
        place = first
        for group in data["groups"]:
            path = tuple(group["path"])
            yield group, place + 1, place + below[path]
            place += 1 if len(path) < len(data["group_by"]) else 1 + below[path]

    def _get_head(self, group, start, end, columns, level):
        """Return the head of a group, with its subtotals as formulas."""
        amounts = [*group["buckets"], group["credit"], group["total"]]
        if self.has_side:
            amounts += group["statuses"]
        amounts = iter([*amounts, group["time_barred"]])
        values = [group["label"], None]
        for position, column in enumerate(columns[2:], start=2):
            if column.total:
                letter = xl_col_to_name(position)
                values.append(Formula(f"=SUBTOTAL(9,{letter}{start}:{letter}{end})", next(amounts)))
            else:
                values.append(None)
        return Line(tuple(values), level, True)

    def _get_side(self, row):
        return (
            *(amount or None for amount in row["statuses"]),
            row.get("score"),
            row.get("class_name"),
            row.get("limit"),
            row.get("cover") or None,
            row.get("depreciation") or None,
        )

    def _add_items_sheet(self, book, data, subtitles):
        currencies = {c.id: c for c in self.env["res.currency"].with_context(active_test=False).search([])}
        accounts = self._get_account_codes(data)
        statuses = dict(data["statuses"])
        columns = [
            Column(self.env._("Customer"), width=34),
            Column(self.env._("Invoice"), width=20),
            Column(self.env._("Reference"), width=18),
            Column(self.env._("Date"), "date", 12),
            Column(self.env._("Due date"), "date", 12),
            Column(self._get_age_title(), "integer", 10),
            Column(self.env._("Ageing"), width=16),
            Column(self.env._("Residual in currency"), "amount", 18),
            Column(self.env._("Currency"), width=10),
            Column(self.env._("Residual"), "amount", 16, total=True),
            Column(self.env._("Limitation"), "date", 12),
            Column(self.env._("Account"), width=12),
            Column(self.env._("Status"), width=22),
            *([Column(self.env._("Impairment"), "amount", 15, total=True)] if self.has_side else []),
        ]
        titles = [*data["columns"], self.env._("Credits")]
        book.add_sheet(
            self.env._("Open Items"),
            self.env._("Aged balance: open items"),
            subtitles,
            columns,
            (
                (
                    row["partner"],
                    item["name"],
                    item["ref"],
                    item["date"],
                    item["due"],
                    item["late"],
                    titles[-1 if item["bucket"] is None else item["bucket"]],
                    (item["residual"], currencies[item["currency_id"]]),
                    currencies[item["currency_id"]].name,
                    item["residual_company"],
                    item["limitation_on"],
                    accounts.get(item["account_id"]),
                    statuses[item["status"]],
                    *((item["depreciation"] or None,) if self.has_side else ()),
                )
                for row in data["rows"]
                for item in row["items"]
            ),
            (data["totals"]["total"], *((data["depreciation"],) if self.has_side else ())),
            label=self.env._("Total"),
        )

    def _get_age_title(self):
        """Return what the days of an open item are: late, or since its invoice."""
        return self.env._("Days late") if self.base == "due" else self.env._("Days since the invoice")

    def _get_account_codes(self, data):
        """Return ``{account id: code}`` of the accounts of a balance, as the control has them."""
        root = self.company_id._recovery_root()
        accounts = root._recovery_receivable_accounts().with_company(root)
        return {account.id: account.code or account.name for account in accounts}

    def _add_control_sheet(self, book, data, subtitles, total):
        """Write the comparison with the accounts: sums and differences are worked out by the spreadsheet.

        :param total: the cell of the balance's total.
        """
        control = data["control"]
        codes = self._get_account_codes(data)
        columns = [
            Column(self.env._("Account"), width=14),
            Column(self.env._("Name"), width=44),
            Column(self.env._("Balance of the ledger"), "amount", 20, total=True),
            Column(self.env._("In this report"), "amount", 20, total=True),
            Column(self.env._("Not followed up"), "amount", 20, total=True),
            Column(self.env._("Difference"), "amount", 16, total=True),
            Column(self.env._("Of which without customer"), "amount", 20, total=True),
        ]
        first = book.get_first_row(subtitles)
        places = book.currency.decimal_places
        lines = [
            (
                codes.get(line["account_id"], line["code"]),
                line["name"],
                line["ledger"],
                self._get_reported(line),
                line["outside"],
                Formula(f"=ROUND(C{{row}}-D{{row}}-E{{row}},{places})", line["difference"]),
                line["nobody"] or None,
            )
            for line in control["lines"]
        ]
        sheet = book.add_sheet(
            self.env._("Control"),
            self.env._("Aged balance: reconciliation with the accounts"),
            subtitles,
            columns,
            lines,
            tuple(control[key] for key in ("ledger", "report", "outside", "difference", "nobody")),
            label=self.env._("Total"),
        )
        row = first + len(lines) + 1
        plain, amount = book.get_format(bold=True), book.get_format("amount", bold=True)
        in_all = data["totals"]["total"]
        sheet.write_string(row, 1, self.env._("Total of the balance"), plain)
        sheet.write_formula(row, 3, f"={total}", amount, in_all)
        sheet.write_string(row + 1, 1, self.env._("Difference with the accounts followed up"), plain)
        difference = book.currency.round(control["ledger"] - control["outside"] - in_all)
        sheet.write_formula(row + 1, 3, f"=ROUND(C{row - 1}-E{row - 1}-D{row + 1},{places})", amount, difference)

    def _get_reported(self, line):
        """Return what an account has in the report: with the open items beside it, as their sum."""
        if not self.is_detailed:
            return line["report"]
        sheet = self.env._("Open Items")
        return Formula(f"=SUMIFS('{sheet}'!J:J,'{sheet}'!L:L,A{{row}})", line["report"])

    def _get_subtitles(self, data):
        return [
            self.env._(
                "%(company)s, as of %(day)s, in %(currency)s",
                company=data["company"],
                day=format_date(self.env, data["day"]),
                currency=data["currency"].name,
            ),
            " ".join([f"{self._get_edition_text()}.", *self._get_remarks(data)]),
        ]

    def _get_remarks(self, data):
        """Return the sentences that say how it is told, and what a past day cannot know."""
        remarks = []
        if data["base"] == "invoice":
            remarks.append(self.env._("Days are counted from the invoice date."))
        if data["credits"] == "imputed":
            remarks.append(self.env._("Credits are offset against debts, for presentation only."))
        return remarks + data["remarks"] + (data["changes"]["sentences"] if data["changes"] else [])

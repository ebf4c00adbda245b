import { Component, onWillStart, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { evaluateExpr } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { parseDate, formatDate as showDate, deserializeDate } from "@web/core/l10n/dates";
import { formatFloat } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CheckBox } from "@web/core/checkbox/checkbox";

const MODEL = "recovery.aged.balance";
const REPORT = "recovery.ageing.report";
const STEP = 100;
const SHOWN = ["buckets", "credit", "total", "risk_class", "limitation_on"];

/** Amounts of some rows added up in cents: what a search leaves is summed here, the rest by the server. */
function addUp(rows, read, digits) {
    const scale = 10 ** digits;
    return rows.reduce((sum, row) => sum + Math.round((read(row) || 0) * scale), 0) / scale;
}

/** The aged balance of any day: sort, search, unfold, go to the entries. See `recovery.ageing.report.action_read`. */
export class AgedBalance extends Component {
    static template = "debt_recovery.AgedBalance";
    static components = { CheckBox, Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({
            data: null,
            isBusy: false,
            options: { day: false, base: "due", credits: "apart", group_by: [], known: false },
            shown: SHOWN,
            search: "",
            sort: { key: false, down: true },
            folded: {},
            items: {},
            limit: STEP,
            changes: null,
            favourites: [],
            favouriteName: "",
        });
        onWillStart(async () => {
            await this.readFavourites();
            const chosen = this.state.favourites.find((favourite) => favourite.is_default);
            if (chosen) {
                this.apply(chosen);
            }
            await this.read();
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    // What is read

    async read() {
        this.state.isBusy = true;
        const companies = user.activeCompanies.map((company) => company.id);
        try {
            const data = await this.orm.call(REPORT, "action_read", [this.question(companies)]);
            Object.assign(this.state, { data, items: {}, changes: null, limit: STEP });
            if (data.parts?.length) {
                this.state.options.day = data.parts[0].day;
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    question(companies) {
        return { ...this.state.options, company_ids: companies };
    }

    async choose(values) {
        Object.assign(this.state.options, values);
        this.state.sort.key = false;
        await this.read();
    }

    chooseDay(value) {
        const day = value && parseDate(value, { format: "yyyy-MM-dd" });
        return day ? this.choose({ day: value }) : undefined;
    }

    chooseSplit(level, value) {
        const splits = [...this.state.options.group_by];
        splits[level] = value;
        return this.choose({ group_by: [...new Set(splits.filter(Boolean))] });
    }

    // Columns

    /** Every column of a part: `read` takes a row; only amounts are summed. */
    columnsOf(part) {
        const columns = part.columns.map((label, index) => ({
            key: `bucket${index}`,
            group: "buckets",
            label,
            kind: "amount",
            bucket: index,
            read: (row) => row.buckets[index],
        }));
        const amount = (key, label, bucket) => ({ key, group: key, label, kind: "amount", bucket, read: (r) => r[key] });
        columns.push(amount("credit", _t("Credits"), null), amount("total", _t("Total"), "all"));
        part.statuses.forEach(([status, label], index) =>
            columns.push({
                key: `status_${status}`,
                group: `status_${status}`,
                label,
                kind: "amount",
                status,
                read: (row) => row.statuses[index],
            })
        );
        const plain = (key, label, kind) => ({ key, group: key, label, kind, read: (row) => row[key] });
        columns.push(
            plain("score", _t("Score"), "number"),
            plain("risk_class", _t("Class"), "text"),
            { ...plain("limit", _t("Credit limit"), "amount"), isBeside: true },
            { ...plain("cover", _t("Covered"), "amount"), isBeside: true },
            { ...plain("depreciation", _t("Depreciation"), "amount"), isBeside: true },
            plain("limitation_on", _t("Next limitation"), "date"),
            plain("time_barred", _t("Amount time-barred"), "amount")
        );
        return columns;
    }

    shownOf(part) {
        return this.columnsOf(part).filter((column) => this.state.shown.includes(column.group));
    }

    get choices() {
        const part = this.state.data?.parts[0];
        return part ? this.columnsOf(part).filter((column) => column.group !== "buckets") : [];
    }

    toggleColumn(group) {
        const shown = this.state.shown;
        this.state.shown = shown.includes(group) ? shown.filter((name) => name !== group) : [...shown, group];
    }

    // Rows

    rowKey(part, row) {
        return `${part.company_id}/${row.partner_id}/${JSON.stringify(row.path)}`;
    }

    groupKey(part, path) {
        return `${part.company_id}/${JSON.stringify(path)}`;
    }

    found(part) {
        const wanted = this.state.search.trim().toLocaleLowerCase();
        const { key, down } = this.state.sort;
        let rows = part.rows;
        if (wanted) {
            rows = rows.filter((row) => `${row.partner} ${row.ref}`.toLocaleLowerCase().includes(wanted));
        }
        const column = this.columnsOf(part).find((one) => one.key === key);
        if (column || key === "partner") {
            const places = Object.fromEntries(part.groups.map((group, place) => [JSON.stringify(group.path), place]));
            const place = (row) => places[JSON.stringify(row.path)] ?? 0;
            const sign = down ? -1 : 1;
            const read = column ? column.read : (row) => row.partner;
            rows = rows.toSorted((one, two) => {
                if (place(one) !== place(two)) {
                    return place(one) - place(two);
                }
                const [a, b] = [read(one) ?? "", read(two) ?? ""];
                return typeof a === "number" || typeof b === "number"
                    ? sign * ((Number(a) || 0) - (Number(b) || 0))
                    : sign * String(a).localeCompare(String(b));
            });
        }
        return rows;
    }

    /** What the table shows, in order: heads of groups, customers, their open items where they are unfolded. */
    linesOf(part) {
        const rows = this.found(part);
        const groups = Object.fromEntries(part.groups.map((group) => [JSON.stringify(group.path), group]));
        const lines = [];
        let before = null;
        let count = 0;
        for (const row of rows) {
            if (count >= this.state.limit) {
                break;
            }
            let isFolded = false;
            row.path.forEach((_value, level) => {
                const path = row.path.slice(0, level + 1);
                const key = this.groupKey(part, path);
                if (!isFolded && (!before || JSON.stringify(before.slice(0, level + 1)) !== JSON.stringify(path))) {
                    const own = groups[JSON.stringify(path)];
                    lines.push({ kind: "group", key, level, path, row: this.sumOf(part, rows, path, own), label: own.label });
                }
                isFolded = isFolded || Boolean(this.state.folded[key]);
            });
            before = row.path;
            if (isFolded) {
                continue;
            }
            const key = this.rowKey(part, row);
            lines.push({ kind: "customer", key, level: row.path.length, row });
            count += 1;
            for (const item of this.state.items[key] || []) {
                lines.push({ kind: "item", key: `${key}/${item.line_id}/${item.status}`, item, row });
            }
        }
        return { lines, isWhole: count < this.state.limit || rows.length <= count, found: rows.length };
    }

    /** The sums of a group, or of all rows where the path is empty: the server's, unless a search leaves some out. */
    sumOf(part, rows, path, known) {
        if (!this.state.search.trim()) {
            return known;
        }
        const own = rows.filter((row) => path.every((value, level) => row.path[level] === value));
        const digits = part.currency.digits[1];
        return {
            buckets: part.columns.map((_label, index) => addUp(own, (row) => row.buckets[index], digits)),
            credit: addUp(own, (row) => row.credit, digits),
            total: addUp(own, (row) => row.total, digits),
            statuses: part.statuses.map((_status, index) => addUp(own, (row) => row.statuses[index], digits)),
            time_barred: addUp(own, (row) => row.time_barred, digits),
        };
    }

    totalOf(part) {
        return this.sumOf(part, this.found(part), [], part.totals);
    }

    show(part, column, row) {
        const value = column.read(row);
        if (column.key === "limit" && row.is_limit_known === false) {
            return "?";
        }
        if (value === null || value === undefined || value === false) {
            return "";
        }
        if (column.kind === "amount") {
            return this.money(part, value);
        }
        if (column.kind === "date") {
            return this.date(value);
        }
        return column.key === "risk_class" && value === "none" ? "" : String(value);
    }

    money(part, value) {
        return value ? formatFloat(value, { digits: part.currency.digits }) : "–";
    }

    date(value) {
        return value ? showDate(deserializeDate(value)) : "";
    }

    titleOf(part) {
        return _t("%(company)s, as of %(day)s, in %(currency)s", {
            company: part.company,
            day: this.date(part.day),
            currency: part.currency.name,
        });
    }

    controlText(part) {
        const { is_exact: isExact, ledger, outside, nobody, difference } = part.control;
        if (!isExact) {
            return _t("Differs from the receivable accounts by %s. Print the control.", this.money(part, difference));
        }
        const sentences = [_t("Agrees with the receivable accounts, whose balance is %s.", this.money(part, ledger))];
        if (outside) {
            sentences.push(_t("On accounts that are not followed: %s.", this.money(part, outside)));
        }
        if (nobody) {
            sentences.push(_t("Without customer: %s.", this.money(part, nobody)));
        }
        return sentences.join(" ");
    }

    dueText(item) {
        const values = { date: this.date(item.due), days: item.late };
        return item.late && item.bucket !== null
            ? _t("due on %(date)s, %(days)s days late", values)
            : _t("due on %(date)s", values);
    }

    moreText(table) {
        return _t("Show more of the %s customers", table.found);
    }

    get togetherText() {
        const together = this.state.data.together;
        const values = { amount: this.money(together, together.total), currency: together.currency.name };
        return together.is_converted
            ? _t("All companies together: %(amount)s %(currency)s, converted at the rate of that day.", values)
            : _t("All companies together: %(amount)s %(currency)s.", values);
    }

    ariaSort(key) {
        return this.state.sort.key !== key ? "none" : this.state.sort.down ? "descending" : "ascending";
    }

    sortBy(key) {
        const sort = this.state.sort;
        Object.assign(sort, { key, down: sort.key === key ? !sort.down : key !== "partner" });
    }

    // What a click does

    showMore() {
        this.state.limit += 2 * STEP;
    }

    toggleGroup(key) {
        this.state.folded[key] = !this.state.folded[key];
    }

    async readItems(part, row) {
        const question = this.question([part.company_id]);
        return this.orm.call(REPORT, "action_read_items", [question, row.partner_id, row.path]);
    }

    async toggleItems(part, row) {
        const key = this.rowKey(part, row);
        if (this.state.items[key]) {
            delete this.state.items[key];
        } else {
            this.state.items[key] = await this.readItems(part, row);
        }
    }

    /** Opens the entries behind an amount of a customer. */
    async openEntries(part, row, column) {
        const items = (await this.readItems(part, row)).filter(
            (item) =>
                column.bucket === "all" ||
                (column.status ? item.status === column.status : item.bucket === column.bucket)
        );
        const ids = [...new Set(items.map((item) => item.own_line_id))];
        const action = await this.action.loadAction("debt_recovery.account_move_line_action_recovery_open_items");
        const name = `${row.partner} – ${column.label}`;
        await this.action.doAction({ ...action, name, display_name: name, domain: [["id", "in", ids]], context: {} });
    }

    openInvoice(item) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: item.move_id,
            views: [[false, "form"]],
        });
    }

    async openCustomer(row) {
        return this.action.doAction(await this.orm.call("res.partner", "action_open_recovery_debtor", [[row.partner_id]]));
    }

    async toggleChanges() {
        this.state.changes = this.state.changes
            ? null
            : await this.orm.call(REPORT, "action_read_changes", [this.question([this.state.data.parts[0].company_id])]);
    }

    // What leaves

    async makeWindow(part) {
        const { day, base, credits, group_by: splits, known } = this.state.options;
        const [id] = await this.orm.create(MODEL, [
            {
                company_id: part.company_id,
                day,
                base,
                credits,
                first_split: splits[0] || false,
                second_split: splits[1] || false,
                is_known_then: known,
                has_side: true,
                is_detailed: Object.keys(this.state.items).length > 0,
            },
        ]);
        return id;
    }

    /** Does with a part what a button of the window does: print, export, keep. */
    async act(method) {
        for (const part of this.state.data.parts) {
            const id = await this.makeWindow(part);
            await this.action.doAction(await this.orm.call(MODEL, method, [[id]]));
        }
    }

    async openWindow() {
        const id = await this.makeWindow(this.state.data.parts[0]);
        await this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: id,
            views: [[false, "form"]],
            target: "new",
            context: { dialog_size: "extra-large" },
        });
    }

    // Favourites

    async readFavourites() {
        const found = await this.orm.call("ir.filters", "get_filters", [MODEL]);
        this.state.favourites = found.map((favourite) => ({
            ...favourite,
            chosen: evaluateExpr(favourite.context || "{}").aged_balance || {},
        }));
    }

    apply(favourite) {
        const { options = {}, shown, sort } = favourite.chosen;
        Object.assign(this.state.options, { day: false }, options);
        this.state.shown = shown?.length ? [...shown] : SHOWN;
        Object.assign(this.state.sort, sort || { key: false, down: true });
    }

    async useFavourite(favourite) {
        this.apply(favourite);
        await this.read();
    }

    async saveFavourite() {
        const name = this.state.favouriteName.trim();
        if (!name) {
            return;
        }
        const { base, credits, group_by: splits, known } = this.state.options;
        const chosen = {
            options: { base, credits, group_by: [...splits], known },
            shown: [...this.state.shown],
            sort: { ...this.state.sort },
        };
        await this.orm.call("ir.filters", "create_filter", [
            { name, model_id: MODEL, user_ids: [user.userId], domain: "[]", context: { aged_balance: chosen } },
        ]);
        this.state.favouriteName = "";
        await this.readFavourites();
        this.notification.add(_t("“%s” is among your favourites.", name), { type: "success" });
    }

    async removeFavourite(favourite) {
        await this.orm.unlink("ir.filters", [favourite.id]);
        await this.readFavourites();
    }
}

registry.category("actions").add("recovery_aged_balance", AgedBalance);

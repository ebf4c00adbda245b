import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import {
    formatDate as showDate,
    formatDateTime as showMoment,
    deserializeDate,
    deserializeDateTime,
    serializeDate,
} from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { normalize } from "@web/core/l10n/utils";
import { evaluateExpr } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CheckBox } from "@web/core/checkbox/checkbox";

const MODEL = "recovery.aged.balance";
const REPORT = "recovery.ageing.report";
const STEP = 100;
const UNFOLDED = 20; // rows whose open items are read again for who comes back
const SHOWN = ["buckets", "credit", "total", "risk_class", "limitation_on"];

/** Amounts of some rows added up in cents: what a search leaves is summed here, the rest by the server. */
function addUp(rows, read, digits) {
    const scale = 10 ** digits;
    return rows.reduce((sum, row) => sum + Math.round((read(row) || 0) * scale), 0) / scale;
}

/** The aged balance of any day: sort, search, unfold, go to the entries. See `recovery.ageing.report.action_read`. */
export class AgedBalance extends Component {
    static template = "debt_recovery.AgedBalance";
    static components = { CheckBox, DateTimeInput, Dropdown, DropdownItem, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.names = new WeakMap(); // of each row, as a search compares it
        this.state = useState({
            data: null,
            isBusy: false,
            hasFailed: false,
            hasNewBound: false,
            boundsRound: 0,
            options: { day: false, base: "due", credits: "apart", group_by: [], known: false, bounds: [] },
            shown: SHOWN,
            search: "",
            sort: { key: false, down: true },
            folded: {},
            items: {},
            limit: STEP,
            changes: {},
            controls: {},
            favourites: [],
            favouriteName: "",
            ...this.props.state?.balance,
        });
        // who comes back from an entry finds the balance as it was left
        useSetupAction({ getLocalState: () => ({ balance: this.toKeep(), unfolded: Object.keys(this.state.items) }) });
        onWillStart(async () => {
            await this.readFavourites();
            const chosen = this.state.favourites.find((favourite) => favourite.is_default);
            if (chosen && !this.props.state?.balance) {
                this.apply(chosen);
            }
        });
        onMounted(() => this.start());
    }

    get display() {
        return { controlPanel: {} };
    }

    // What is read

    toKeep() {
        const { options, shown, search, sort, folded, limit } = this.state;
        return JSON.parse(JSON.stringify({ options, shown, search, sort, folded, limit }));
    }

    async start() {
        const limit = this.state.limit;
        if (await this.read()) {
            this.state.limit = limit;
            const keys = new Set((this.props.state?.unfolded || []).slice(0, UNFOLDED));
            for (const part of this.state.data.parts || []) {
                const rows = part.rows.filter((row) => keys.has(this.rowKey(part, row)));
                await Promise.all(rows.map((row) => this.toggleItems(part, row)));
            }
        }
    }

    /** Reads the balance; of two questions, the answer to the last one counts. Tells whether it was answered. */
    async read() {
        this.state.isBusy = true;
        const companies = user.activeCompanies.map((company) => company.id);
        try {
            const question = this.orm.call(REPORT, "action_read", [this.question(companies)]);
            const data = await this.keepLast.add(question);
            Object.assign(this.state, { data, items: {}, changes: {}, limit: STEP, hasFailed: false });
            if (data.parts?.length) {
                this.state.options.day = data.parts[0].day;
            }
        } catch (error) {
            this.state.hasFailed = true;
            throw error;
        } finally {
            this.state.isBusy = false;
        }
        return true;
    }

    question(companies) {
        return { ...this.state.options, company_ids: companies };
    }

    /** Chooses otherwise; what is refused is not kept, so that what is chosen is always what is shown. */
    async choose(values) {
        const before = { ...this.state.options };
        Object.assign(this.state.options, values);
        try {
            await this.read();
        } catch (error) {
            Object.assign(this.state.options, before);
            throw error;
        }
    }

    get day() {
        return this.state.options.day ? deserializeDate(this.state.options.day) : false;
    }

    chooseDay(value) {
        return value ? this.choose({ day: serializeDate(value) }) : undefined;
    }

    /** The days at which columns end, a field each, and one more where a column is being added. */
    get boundRows() {
        const days = [...(this.state.data.parts[0]?.bounds || []), ...(this.state.hasNewBound ? [""] : [])];
        return days.map((bound, index) => ({
            key: `${this.state.boundsRound}/${index}`,
            days: bound,
            label: _t("Column %s ends after (days)", index + 1),
        }));
    }

    addBound() {
        this.state.hasNewBound = true;
    }

    /** What is emptied takes its column away; what is refused shows again what stands. */
    changeBound(index, typed) {
        const bounds = [...(this.state.data.parts[0]?.bounds || [])];
        bounds.splice(index, 1, ...(typed ? [Number(typed)] : []));
        return this.chooseBounds(bounds);
    }

    /** Days at which columns end; none brings back those of the company. */
    async chooseBounds(bounds) {
        try {
            await this.choose({ bounds: [...new Set(bounds)].sort((one, two) => one - two) });
        } finally {
            this.state.hasNewBound = false;
            this.state.boundsRound += 1;
        }
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
            { ...plain("depreciation", _t("Impairment"), "amount"), isBeside: true },
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
        const wanted = normalize(this.state.search.trim());
        const { key, down } = this.state.sort;
        let rows = part.rows;
        if (wanted) {
            rows = rows.filter((row) => this.nameOf(row).includes(wanted));
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

    nameOf(row) {
        if (!this.names.has(row)) {
            this.names.set(row, normalize(`${row.partner} ${row.ref}`));
        }
        return this.names.get(row);
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

    moment(value) {
        return value ? showMoment(deserializeDateTime(value)) : "";
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
            return _t("Differs from the receivable accounts by %s.", this.money(part, difference));
        }
        const sentences = [_t("Agrees with the receivable accounts, whose balance is %s.", this.money(part, ledger))];
        if (outside) {
            sentences.push(_t("On accounts not followed up: %s.", this.money(part, outside)));
        }
        if (nobody) {
            sentences.push(_t("Without customer: %s.", this.money(part, nobody)));
        }
        return sentences.join(" ");
    }

    /** What is said of an open item beside its number: its age, its own currency, how it stands. */
    itemTexts(part, item) {
        const status = part.statuses.find(([name]) => name === item.status);
        return [this.dueText(part, item), item.foreign_text, item.status === "normal" ? "" : status?.[1]].filter(Boolean);
    }

    dueText(part, item) {
        const isByDue = part.base === "due";
        const date = this.date(isByDue ? item.due : item.date);
        if (!item.late || item.bucket === null) {
            return isByDue ? _t("due on %s", date) : _t("dated %s", date);
        }
        if (item.late === 1) {
            return isByDue ? _t("due on %s, 1 day late", date) : _t("dated %s, 1 day ago", date);
        }
        const values = { date, days: item.late };
        return isByDue ? _t("due on %(date)s, %(days)s days late", values) : _t("dated %(date)s, %(days)s days ago", values);
    }

    showItem(part, column, item) {
        if (column.key === "limitation_on") {
            return this.date(item.limitation_on);
        }
        if (column.key === "depreciation") {
            return item.depreciation ? this.money(part, item.depreciation) : "";
        }
        const isIts =
            column.key === "total" ||
            (column.bucket !== undefined && column.bucket === item.bucket) ||
            (column.status && column.status === item.status);
        return isIts ? this.money(part, item.residual_company) : "";
    }

    isLate(part, column, row) {
        return part.base === "due" && column.bucket > 0 && column.read(row);
    }

    hasChanges(part) {
        return Object.values(part.changes.counts).some(Boolean);
    }

    changeText(change) {
        const told = {
            posted: _t("Posted since"),
            matched: _t("Matched since"),
            unmatched: _t("Unmatched since"),
            withdrawn: _t("Withdrawn since"),
        };
        return told[change.kind];
    }

    /** Says how many changes are not named, where there are more than a screen names. */
    moreChangesText(part) {
        const count = Object.values(part.changes.counts).reduce((sum, number) => sum + number, 0);
        const more = count - this.state.changes[part.company_id].length;
        return more > 0 ? _t("And %s more.", more) : "";
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

    async toggleChanges(part) {
        const { changes } = this.state;
        if (changes[part.company_id]) {
            delete changes[part.company_id];
        } else {
            const question = this.question([part.company_id]);
            changes[part.company_id] = await this.orm.call(REPORT, "action_read_changes", [question]);
        }
    }

    toggleControl(part) {
        this.state.controls[part.company_id] = !this.state.controls[part.company_id];
    }

    // What leaves

    async makeWindow(part, partnerIds = []) {
        const { day, base, credits, group_by: splits, known } = this.state.options;
        const [id] = await this.orm.create(MODEL, [
            {
                company_id: part.company_id,
                day,
                base,
                credits,
                bounds: part.bounds.join(", "),
                first_split: splits[0] || false,
                second_split: splits[1] || false,
                is_known_then: known,
                has_side: true,
                is_detailed: Object.keys(this.state.items).length > 0,
                partner_ids: [[6, 0, partnerIds]],
            },
        ]);
        return id;
    }

    /** Does with each company what a button of the window does: print, export, keep. */
    async act(method) {
        for (const part of this.state.data.parts) {
            const id = await this.makeWindow(part);
            await this.action.doAction(await this.orm.call(MODEL, method, [[id]]));
        }
    }

    /** Prints or exports what is shown: of a search, the customers that it found. */
    async leave(method) {
        if (!this.state.search.trim()) {
            return this.act(method);
        }
        const found = this.state.data.parts.map((part) => [part, this.partnersOf(part)]).filter(([, ids]) => ids.length);
        if (!found.length) {
            this.notification.add(_t("No customer matches this search: there is nothing to print."), { type: "warning" });
        }
        for (const [part, ids] of found) {
            const id = await this.makeWindow(part, ids);
            await this.action.doAction(await this.orm.call(MODEL, method, [[id]]));
        }
    }

    partnersOf(part) {
        return [...new Set(this.found(part).map((row) => row.partner_id))].filter(Boolean);
    }

    async openWindow() {
        const part = this.state.data.parts[0];
        const id = await this.makeWindow(part, this.state.search.trim() ? this.partnersOf(part) : []);
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
        Object.assign(this.state.options, { day: false, bounds: [] }, options);
        this.state.shown = shown?.length ? [...shown] : SHOWN;
        Object.assign(this.state.sort, sort || { key: false, down: true });
    }

    async useFavourite(favourite) {
        this.apply(favourite);
        await this.read();
    }

    /** Keeps the choices under a name; the same name again replaces what it named. */
    async saveFavourite() {
        const name = this.state.favouriteName.trim();
        if (!name) {
            this.notification.add(_t("Give the favourite a name."), { type: "warning" });
            return;
        }
        const { base, credits, group_by: splits, known, bounds } = this.state.options;
        const chosen = {
            options: { base, credits, group_by: [...splits], known, bounds: [...bounds] },
            shown: [...this.state.shown],
            sort: { ...this.state.sort },
        };
        const vals = { name, domain: "[]", context: { aged_balance: chosen } };
        const replaced = this.state.favourites.find((favourite) => favourite.name === name && this.isMine(favourite));
        if (replaced) {
            await this.orm.write("ir.filters", [replaced.id], vals);
        } else {
            const owner = { model_id: MODEL, user_ids: [user.userId] };
            await this.orm.call("ir.filters", "create_filter", [{ ...vals, ...owner }]);
        }
        this.state.favouriteName = "";
        await this.readFavourites();
        this.notification.add(_t("“%s” is among your favourites.", name), { type: "success" });
    }

    isMine(favourite) {
        return favourite.user_ids.length === 1 && favourite.user_ids[0] === user.userId;
    }

    /** Makes a favourite the one that the screen opens with, or no longer. */
    async toggleDefault(favourite) {
        const others = this.state.favourites.filter((one) => this.isMine(one) && one.is_default).map((one) => one.id);
        if (others.length) {
            await this.orm.write("ir.filters", others, { is_default: false });
        }
        if (!favourite.is_default) {
            await this.orm.write("ir.filters", [favourite.id], { is_default: true });
        }
        await this.readFavourites();
    }

    async removeFavourite(favourite) {
        await this.orm.unlink("ir.filters", [favourite.id]);
        await this.readFavourites();
    }
}

registry.category("actions").add("recovery_aged_balance", AgedBalance);

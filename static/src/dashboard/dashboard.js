import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DashboardChart, openFigure } from "./chart";

const KEPT = "debt_recovery.dashboard"; // what the switches stand at, for who comes back
const ROWS = [
    [{ width: "col-12", names: ["headlines"] }],
    [
        { width: "col-md-6 col-xl-4", names: ["ageing"] },
        { width: "col-md-6 col-xl-4", names: ["dso"] },
        { width: "col-12 col-xl-4", names: ["changes"] },
    ],
    [
        { width: "col-lg-8", names: ["cash", "risk"] },
        { width: "col-lg-4", names: ["promises", "deadlines"] },
    ],
    [
        { width: "col-md-6", names: ["debtors"] },
        { width: "col-md-6", names: ["disputes"] },
    ],
];
const FIRST = 9; // key figures that are shown at once; the others unfold
const CHARTS = ["bar", "bars", "line", "cash"];

/** One panel: it loads by itself, and says when it holds nothing or could not be read. */
export class DashboardPanel extends Component {
    static template = "debt_recovery.DashboardPanel";
    static components = { DashboardChart };
    static props = { name: String, panel: [Object, { value: null }], error: Boolean, open: Function, retry: Function };

    get hasChart() {
        const { panel } = this.props;
        return CHARTS.includes(panel.kind) && !panel.is_empty;
    }

    get firstLines() {
        return this.props.panel.lines.slice(0, FIRST);
    }

    get otherLines() {
        return this.props.panel.lines.slice(FIRST);
    }

    sayPoint(value) {
        return value === null ? "–" : formatFloat(value, { digits: [16, 1] });
    }

    cellText(line, column, cell) {
        return _t("%(risk)s, %(band)s: %(count)s, %(amount)s", {
            risk: line.label,
            band: column.label,
            count: cell.count,
            amount: cell.amount,
        });
    }
}

/** The first thing that a manager looks at. See `recovery.dashboard`. */
export class Dashboard extends Component {
    static template = "debt_recovery.Dashboard";
    static components = { Layout, DashboardPanel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ frame: null, panels: {}, errors: {} });
        this.turn = 0;
        onWillStart(() => this.load(this.recall()));
    }

    /** Rows of columns of panels: a short panel stands above another one, so that no hole stays beside a long one. */
    get rows() {
        return ROWS;
    }

    get display() {
        return { controlPanel: {} };
    }

    recall() {
        try {
            return JSON.parse(browser.sessionStorage.getItem(KEPT)) || {};
        } catch {
            return {};
        }
    }

    async load(wanted) {
        let frame;
        try {
            frame = await this.orm.silent.call("recovery.dashboard", "action_read_frame", [], this.keep(wanted));
        } catch (error) {
            if (!wanted.company_id) {
                throw error;
            }
            // the company looked at last is not ticked any more
            frame = await this.orm.call("recovery.dashboard", "action_read_frame", [], this.keep({}));
        }
        this.state.frame = frame;
        if (!frame.closed) {
            browser.sessionStorage.setItem(KEPT, JSON.stringify(this.keep(frame)));
            this.loadPanels();
        }
    }

    keep({ company_id, collector, months }) {
        return { company_id: company_id || false, collector: collector || false, months: months || false };
    }

    /** Each panel is asked for by itself: what is quick shows at once, and what fails stops no other. */
    loadPanels() {
        this.turn += 1;
        this.state.panels = {};
        this.state.errors = {};
        for (const name of this.state.frame.panels) {
            this.loadPanel(name);
        }
    }

    async loadPanel(name) {
        const { turn } = this;
        const { company_id, collector, months } = this.state.frame;
        this.state.errors[name] = false;
        try {
            const args = [name, company_id, collector, months];
            const panel = await this.orm.silent.call("recovery.dashboard", "action_read_panel", args);
            if (turn === this.turn) {
                this.state.panels[name] = panel;
            }
        } catch {
            if (turn === this.turn) {
                this.state.errors[name] = true;
            }
        }
    }

    change(name, value) {
        const number = Number(value);
        const wanted = { ...this.state.frame, [name]: Number.isNaN(number) ? value : number };
        if (name === "company_id") {
            wanted.collector = false;
        }
        return this.load(wanted);
    }

    open(figure) {
        return openFigure(this.action, figure);
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("recovery_dashboard", Dashboard);

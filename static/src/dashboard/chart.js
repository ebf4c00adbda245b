import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";

const TONES = {
    good: "#2f8f83",
    1: "#e8c25a",
    2: "#e09a3e",
    3: "#d8702f",
    4: "#c0392b",
    5: "#7b241c",
    main: "#2f6f9f",
    soft: "#8fb8cf",
    target: "#c0392b",
    past: "#2f8f83",
    coming: "#2f6f9f",
    band: "#8fb8cf",
};

const ROWS = 400; // of a list that a figure opens: its foot adds up what it shows

/** Open the list behind a figure, on one page unless it is very long, so that its foot says the same sum. */
export async function openFigure(actionService, { xmlid, name, domain, context }) {
    const action = await actionService.loadAction(xmlid);
    await actionService.doAction({ ...action, name, display_name: name, domain, context, limit: ROWS, path: false });
}

/** A chart of the dashboard. The same figures stand beside it as text: it adds nothing for who cannot see it. */
export class DashboardChart extends Component {
    static template = "debt_recovery.DashboardChart";
    static props = { panel: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.render_();
                return () => this.destroy();
            },
            () => [this.props.panel]
        );
        onWillUnmount(() => this.destroy());
    }

    destroy() {
        this.chart?.destroy();
        this.chart = null;
    }

    get ink() {
        return cookie.get("color_scheme") === "dark" ? "#e4e6eb" : "#495057";
    }

    get config() {
        const { panel } = this.props;
        return { bar: () => this.bars(), bars: () => this.bars(true), line: () => this.lines(), cash: () => this.cash() }[
            panel.kind
        ]();
    }

    render_() {
        const { type, data, scales, plugins, axis } = this.config;
        this.chart = new window.Chart(this.canvas.el, {
            type,
            data,
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: axis || "x",
                scales,
                plugins: { legend: { display: false }, ...plugins },
                onClick: (event, elements) => this.click(elements),
                onHover: (event, elements) => {
                    event.native.target.style.cursor = elements.length ? "pointer" : "default";
                },
            },
        });
    }

    click(elements) {
        const { items } = this.props.panel;
        const item = elements.length && items ? items[elements[0].index] : null;
        if (item?.open) {
            this.props.open(item.open);
        }
    }

    axis(callback) {
        const format = new Intl.NumberFormat(user.lang || undefined, { notation: "compact" });
        return {
            beginAtZero: true,
            grid: { color: "rgba(128,128,128,.15)" },
            ticks: { color: this.ink, callback: callback || ((value) => format.format(value)) },
        };
    }

    get names() {
        return { grid: { display: false }, ticks: { color: this.ink } };
    }

    bars(isLying = false) {
        const { items, title } = this.props.panel;
        const dataset = {
            label: title,
            data: items.map((item) => item.value),
            backgroundColor: items.map((item) => TONES[item.tone] || TONES.main),
            borderRadius: 3,
            maxBarThickness: isLying ? 22 : 60,
        };
        const texts = { callbacks: { label: (point) => ` ${items[point.dataIndex].text}` } };
        return {
            type: "bar",
            axis: isLying ? "y" : "x",
            data: { labels: items.map((item) => item.label), datasets: [dataset] },
            scales: isLying ? { x: this.axis(), y: this.names } : { x: this.names, y: this.axis() },
            plugins: { tooltip: texts },
        };
    }

    lines() {
        const { labels, series } = this.props.panel;
        const shapes = { main: "circle", soft: "rect", target: "line" };
        return {
            type: "line",
            data: {
                labels: [...labels],
                datasets: series.map(({ label, values, tone }) => ({
                    label,
                    data: [...values],
                    borderColor: TONES[tone],
                    backgroundColor: TONES[tone],
                    borderDash: tone === "target" ? [6, 4] : tone === "soft" ? [2, 2] : [],
                    pointStyle: shapes[tone],
                    pointRadius: tone === "target" ? 0 : 3,
                    tension: 0.2,
                    spanGaps: true,
                })),
            },
            scales: { x: this.names, y: this.axis((value) => value) },
            plugins: { legend: { display: true, position: "bottom", labels: { color: this.ink, usePointStyle: true } } },
        };
    }

    cash() {
        const { items } = this.props.panel;
        const stripes = (context) => (items[context.dataIndex]?.is_past ? TONES.past : TONES.coming);
        const edge = (name) => items.map((item) => (item.is_past ? null : item[name] ?? null));
        const line = { type: "line", borderWidth: 1, pointRadius: 0, borderColor: TONES.band, tension: 0.2 };
        return {
            type: "bar",
            data: {
                labels: items.map((item) => item.label),
                datasets: [
                    { ...line, label: _t("Probably at most"), data: edge("high"), fill: false },
                    {
                        ...line,
                        label: _t("Probably at least"),
                        data: edge("low"),
                        fill: "-1",
                        backgroundColor: "rgba(143,184,207,.35)",
                    },
                    { label: _t("Cash"), data: items.map((item) => item.value), backgroundColor: stripes, borderRadius: 3 },
                ],
            },
            scales: { x: this.names, y: this.axis() },
            plugins: {
                tooltip: {
                    callbacks: {
                        label: (point) => {
                            const item = items[point.dataIndex];
                            return point.dataset.type === "line" ? "" : ` ${item.text} ${item.band || ""}`;
                        },
                    },
                },
            },
        };
    }
}

import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const WIDTH = 600;
const HEIGHT = 120;

/** The score of a debtor, each factor's part in it and its history: see `recovery.debtor._prepare_score_card`. */
export class ScoreCardField extends Component {
    static template = "debt_recovery.ScoreCard";
    static props = { ...standardFieldProps };

    get card() {
        return this.props.record.data[this.props.name];
    }

    /** The months with a score, placed on the graph. */
    get points() {
        const history = this.card.history;
        const step = history.length > 1 ? WIDTH / (history.length - 1) : 0;
        return history
            .map((row, index) => ({ ...row, x: index * step, y: HEIGHT - (HEIGHT * row.score) / 100 }))
            .filter((row) => row.score !== false);
    }

    get polyline() {
        return this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    }

    get graphText() {
        return this.points.map((point) => this.tell(point)).join(", ");
    }

    /** Returns what a point of the graph says: its month, its score and its class. */
    tell({ month, score, risk_class }) {
        return _t("%(month)s: %(score)s (%(class)s)", { month, score, class: risk_class });
    }

    /** Green when a factor speaks for the customer, red when against. */
    tone(points) {
        return points >= 65 ? "bg-success" : points >= 30 ? "bg-warning" : "bg-danger";
    }
}

export const scoreCardField = {
    component: ScoreCardField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
};

registry.category("fields").add("recovery_score_card", scoreCardField);

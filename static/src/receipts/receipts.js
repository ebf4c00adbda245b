import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { DashboardChart, openFigure } from "../dashboard/chart";

/** What is expected by week, how well the forecast did before, and the cash released: see `_compute_screen`. */
export class ReceiptsField extends Component {
    static template = "debt_recovery.Receipts";
    static components = { DashboardChart };
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.open = this.open.bind(this);
    }

    get screen() {
        return this.props.record.data[this.props.name];
    }

    open(figure) {
        return openFigure(this.action, figure);
    }
}

registry.category("fields").add("recovery_receipts", {
    component: ReceiptsField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
});

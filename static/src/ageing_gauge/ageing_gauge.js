import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What a debtor owes by age, as one bar; a click on an age opens its items: see `_prepare_ageing_gauge`. */
export class AgeingGaugeField extends Component {
    static template = "debt_recovery.AgeingGauge";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get gauge() {
        return this.props.record.data[this.props.name];
    }

    get drawn() {
        return this.gauge.segments.filter((segment) => segment.share > 0);
    }

    async open(segment) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_view_open_items", [[resId], segment.bucket]);
        await this.action.doAction(action);
    }
}

registry.category("fields").add("recovery_ageing_gauge", {
    component: AgeingGaugeField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
});

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * The exposure of a customer against the credit limit, as one bar: see `recovery.exposure._prepare_gauge`.
 * Each part opens the documents it is made of.
 */
export class ExposureGaugeField extends Component {
    static template = "debt_recovery.ExposureGauge";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get gauge() {
        return this.props.record.data[this.props.name];
    }

    get drawn() {
        return this.gauge.segments.filter((segment) => segment.share > 0);
    }

    get listed() {
        return this.gauge.segments.filter((segment) => !segment.empty);
    }

    async open(bucket) {
        const { resModel, resId, context } = this.props.record;
        if (!resId) {
            return;
        }
        const action = await this.orm.call(resModel, "action_open_recovery_bucket", [[resId], bucket], { context });
        return this.action.doAction(action);
    }
}

export const exposureGaugeField = {
    component: ExposureGaugeField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
};

registry.category("fields").add("recovery_exposure_gauge", exposureGaugeField);

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The exposure of a customer against the credit limit, as one bar: see `recovery.exposure._prepare_gauge`. */
export class ExposureGaugeField extends Component {
    static template = "debt_recovery.ExposureGauge";
    static props = { ...standardFieldProps };

    get gauge() {
        return this.props.record.data[this.props.name];
    }

    get drawn() {
        return this.gauge.segments.filter((segment) => segment.share > 0);
    }

    get listed() {
        return this.gauge.segments.filter((segment) => !segment.empty);
    }
}

export const exposureGaugeField = {
    component: ExposureGaugeField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
};

registry.category("fields").add("recovery_exposure_gauge", exposureGaugeField);

import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SHOWN = 12;

/** Every contact with a debtor, the newest first: see `recovery.debtor._compute_timeline`. */
export class TimelineField extends Component {
    static template = "debt_recovery.Timeline";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ isWhole: false });
    }

    get all() {
        return this.props.record.data[this.props.name] || [];
    }

    get entries() {
        return this.state.isWhole ? this.all : this.all.slice(0, SHOWN);
    }

    get hidden() {
        return this.all.length - this.entries.length;
    }

    open(entry) {
        if (entry.model) {
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: entry.model,
                res_id: entry.id,
                views: [[false, "form"]],
            });
        }
    }
}

registry.category("fields").add("recovery_timeline", {
    component: TimelineField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
});

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What holds of a debtor, until when, why and by whom, with the button that ends it: see `_compute_banner`. */
export class BannerField extends Component {
    static template = "debt_recovery.Banner";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get banner() {
        return this.props.record.data[this.props.name];
    }

    async undo(row) {
        const { record } = this.props;
        const action = await this.orm.call(record.resModel, "action_undo", [[record.resId], row.key], {
            context: record.context,
        });
        const reload = () => record.load();
        return action ? this.action.doAction(action, { onClose: reload }) : reload();
    }
}

registry.category("fields").add("recovery_banner", {
    component: BannerField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
});

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
    }

    get banner() {
        return this.props.record.data[this.props.name];
    }

    async undo(row) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_undo",
            args: JSON.stringify([row.key]),
            resModel: record.resModel,
            resId: record.resId,
            resIds: [record.resId],
            context: record.context,
            onClose: () => record.load(),
        });
    }
}

registry.category("fields").add("recovery_banner", {
    component: BannerField,
    supportedTypes: ["json"],
    extractProps: () => ({}),
});

import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

import { Component } from "@odoo/owl";

const CORE_LISTS = ["account.move", "account.move.line", "account.payment", "res.partner"];
const AUDITOR = "debt_recovery.group_recovery_auditor";
const USER = "debt_recovery.group_recovery_user";

/** Print the list on the screen, as it stands there: its filter, its columns, its order. */
export class PrintList extends Component {
    static template = "debt_recovery.PrintList";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    async onSelected() {
        const { resModel, domain } = this.env.searchModel;
        const order = (this.env.model?.root?.orderBy || []).map((term) => `${term.name}${term.asc ? "" : " desc"}`);
        await this.action.doAction("debt_recovery.recovery_list_print_action", {
            additionalContext: {
                default_res_model: resModel,
                default_view_id: this.env.config.viewId || 0,
                default_title: this.env.config.getDisplayName() || "",
                default_domain_text: JSON.stringify(domain),
                default_order_text: order.join(", "),
            },
        });
    }
}

registry.category("cogMenu").add(
    "debt-recovery-print-list",
    {
        Component: PrintList,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async ({ config, searchModel }) => {
            const model = searchModel?.resModel || "";
            if (config.viewType !== "list") {
                return false;
            }
            if (model.startsWith("recovery.")) {
                return (await user.hasGroup(USER)) || (await user.hasGroup(AUDITOR));
            }
            return CORE_LISTS.includes(model) && (await user.hasGroup(AUDITOR));
        },
    },
    { sequence: 15 }
);

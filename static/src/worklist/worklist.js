import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

const LETTERS = { print: "to_print", post: "to_post" };

/** Brings the figures up to date whenever the list is read: opened by any door, or left by a window that closes. */
export class WorklistModel extends RelationalModel {
    setup(params, services) {
        super.setup(params, services);
        this.refresh = () => services.orm.call("recovery.debtor", "action_refresh_worklist", []);
        this.figures = this.refresh();
        this.isFresh = true;
    }

    async _loadData(config) {
        if (config.isRoot && !this.isFresh) {
            this.figures = this.refresh();
        }
        this.isFresh = false;
        await this.figures;
        const data = await super._loadData(...arguments);
        if (config.isRoot) {
            this.bus.trigger("worklist:read");
        }
        return data;
    }
}

/** Above the worklist: today's counts, of which a click shows one kind and another click all, and its two orders. */
export class WorklistCounts extends Component {
    static template = "debt_recovery.WorklistCounts";
    static props = {
        resModel: String,
        fields: Object,
        domain: Array,
        model: Object,
        priority: String,
        onSwitch: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ kinds: [], toCorrect: 0 });
        onWillStart(() => this.count());
        useBus(this.props.model.bus, "worklist:read", () => this.count());
    }

    get filters() {
        return Object.values(this.env.searchModel.searchItems).filter((item) => item.type === "filter");
    }

    isActive(name) {
        const active = new Set(this.env.searchModel.query.map((element) => element.searchItemId));
        return this.filters.some((item) => item.name === name && active.has(item.id));
    }

    async count() {
        const domain = [["todo_kind", "!=", false]];
        if (this.isActive("mine")) {
            domain.push(["collector_id", "=", user.userId]);
        }
        await this.props.model.figures;
        this.state.toCorrect = await this.orm.searchCount("recovery.anomaly", []);
        // all that there is to do for a debtor counts, and not only what is most urgent
        const groups = await this.orm.formattedReadGroup(this.props.resModel, domain, ["todo_kinds"], ["__count"]);
        const counts = {};
        for (const group of groups) {
            for (const kind of (group.todo_kinds || "").split(",").filter(Boolean)) {
                counts[kind] = (counts[kind] || 0) + group.__count;
            }
        }
        // a letter waits whatever else is more urgent for its debtor
        for (const [kind, state] of Object.entries(LETTERS)) {
            counts[kind] = await this.orm.searchCount(this.props.resModel, [...domain, ["letter_state", "=", state]]);
        }
        this.state.kinds = this.props.fields.todo_kind.selection
            .filter(([kind]) => counts[kind])
            .map(([kind, label]) => ({ kind, label, count: counts[kind] }));
    }

    showToCorrect() {
        return this.action.doAction("debt_recovery.recovery_anomaly_action");
    }

    show(kind) {
        const wasActive = this.isActive(`todo_${kind}`);
        const chosen = wasActive ? "to_do" : `todo_${kind}`;
        for (const item of this.filters) {
            const isTodo = item.name === "to_do" || item.name === "nothing_to_do" || item.name?.startsWith("todo_");
            if (isTodo && this.isActive(item.name) !== (item.name === chosen)) {
                this.env.searchModel.toggleSearchItem(item.id);
            }
        }
    }
}

function withOrder(Controller) {
    return class extends Controller {
        static components = { ...Controller.components, WorklistCounts };

        get recoveryPriority() {
            return this.constructor.recoveryPriority;
        }

        /** What falls due, was promised or must be done, day by day. */
        async openRecoveryAgenda() {
            const action = await this.model.orm.call("recovery.debtor", "action_open_agenda", []);
            await this.actionService.doAction(action);
        }

        /** The other order, remembered for this user; the address of the screen says which one it is. */
        async switchRecoveryPriority(priority) {
            if (priority !== this.recoveryPriority) {
                const action = await this.model.orm.call("recovery.debtor", "action_switch_priority", [priority]);
                await this.actionService.doAction(action, {
                    clearBreadcrumbs: true,
                    viewType: this.env.config.viewType,
                });
            }
        }
    };
}

class WorklistController extends withOrder(ListController) {
    static template = "debt_recovery.WorklistView";
    static recoveryPriority = "risk";
}

class WorklistCashController extends WorklistController {
    static recoveryPriority = "cash";
}

class WorklistKanbanController extends withOrder(KanbanController) {
    static template = "debt_recovery.WorklistKanbanView";
    static recoveryPriority = "risk";
}

class WorklistKanbanCashController extends WorklistKanbanController {
    static recoveryPriority = "cash";
}

const buttonTemplate = "debt_recovery.WorklistButtons";
const shared = { Model: WorklistModel, buttonTemplate };
const views = registry.category("views");
views.add("recovery_worklist", { ...listView, ...shared, Controller: WorklistController });
views.add("recovery_worklist_cash", { ...listView, ...shared, Controller: WorklistCashController });
views.add("recovery_worklist_kanban", { ...kanbanView, ...shared, Controller: WorklistKanbanController });
views.add("recovery_worklist_kanban_cash", { ...kanbanView, ...shared, Controller: WorklistKanbanCashController });

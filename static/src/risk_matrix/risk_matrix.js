import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Probability (class) × exposure; each cell opens its debtors. See `recovery.debtor.action_read_risk_matrix`. */
export class RiskMatrix extends Component {
    static template = "debt_recovery.RiskMatrix";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ matrix: null });
        onWillStart(async () => {
            this.state.matrix = await this.orm.call("recovery.debtor", "action_read_risk_matrix", []);
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    cellText(line, column, cell) {
        return _t("%(risk)s, %(band)s: %(count)s, %(amount)s", {
            risk: line.label,
            band: column.label,
            count: cell.count,
            amount: cell.amount,
        });
    }

    async open(line, column, cell) {
        if (!cell.count) {
            return;
        }
        const action = await this.action.loadAction("debt_recovery.recovery_debtor_action_risk");
        const name = `${line.label}, ${column.label}`;
        await this.action.doAction({ ...action, name, display_name: name, domain: cell.domain, context: {} });
    }

    print() {
        window.print();
    }
}

registry.category("actions").add("recovery_risk_matrix", RiskMatrix);

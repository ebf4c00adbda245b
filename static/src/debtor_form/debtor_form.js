import { registry } from "@web/core/registry";
import { FormCompiler } from "@web/views/form/form_compiler";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { StatusBarButtons } from "@web/views/form/status_bar_buttons/status_bar_buttons";

/** The buttons of every day in one row; those of class `o_recovery_more` wait behind “More”. */
export class DebtorStatusBarButtons extends StatusBarButtons {
    static template = "debt_recovery.DebtorStatusBarButtons";

    get dailySlots() {
        return this.visibleSlotNames.filter((name) => !this.props.slots[name].isMore);
    }

    get moreSlots() {
        return this.visibleSlotNames.filter((name) => this.props.slots[name].isMore);
    }
}

export class DebtorFormCompiler extends FormCompiler {
    compileHeader(el, params) {
        const statusBar = super.compileHeader(el, params);
        for (const slot of statusBar.firstElementChild.children) {
            if (slot.firstElementChild?.getAttribute("className")?.includes("o_recovery_more")) {
                slot.setAttribute("isMore", "true");
            }
        }
        return statusBar;
    }
}

export class DebtorFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, StatusBarButtons: DebtorStatusBarButtons };
}

registry.category("views").add("recovery_debtor_form", {
    ...formView,
    Compiler: DebtorFormCompiler,
    Renderer: DebtorFormRenderer,
});

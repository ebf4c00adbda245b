import { onMounted, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { FormCompiler } from "@web/views/form/form_compiler";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";
import { StatusBarButtons } from "@web/views/form/status_bar_buttons/status_bar_buttons";

const GAP = 4; // between two buttons, in points
const MORE = 52; // room of “More”, with its gap

/** The buttons of every day in one row; those of class `o_recovery_more`, and what has no room, wait behind “More”. */
export class DebtorStatusBarButtons extends StatusBarButtons {
    static template = "debt_recovery.DebtorStatusBarButtons";

    setup() {
        super.setup();
        this.row = useRef("row");
        this.room = useState({ count: Infinity });
        const observer = new ResizeObserver(() => this.fit());
        onMounted(() => this.row.el && observer.observe(this.row.el.parentElement));
        onWillUnmount(() => observer.disconnect());
        useEffect(() => this.fit());
    }

    get dailySlots() {
        return this.visibleSlotNames.filter((name) => !this.props.slots[name].isMore);
    }

    get moreSlots() {
        const rest = this.visibleSlotNames.filter((name) => this.props.slots[name].isMore);
        return [...this.dailySlots.slice(this.room.count), ...rest];
    }

    /** Count the buttons that stand in one row: those that do not are there, unseen, to be measured again. */
    fit() {
        const row = this.row.el;
        if (!row) {
            return;
        }
        const style = getComputedStyle(row.parentElement);
        const width = row.parentElement.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const widths = [...row.querySelectorAll(":scope > .o_recovery_daily")].map((el) => el.offsetWidth + GAP);
        const all = widths.reduce((sum, each) => sum + each, 0);
        const hasMore = this.visibleSlotNames.some((name) => this.props.slots[name].isMore);
        let count = widths.length;
        if (all + (hasMore ? MORE : 0) > width) {
            let used = MORE;
            count = widths.findIndex((each) => (used += each) > width);
        }
        this.room.count = count;
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

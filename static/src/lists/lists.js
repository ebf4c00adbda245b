import { patch } from "@web/core/utils/patch";
import { ListRenderer } from "@web/views/list/list_renderer";

/**
 * Marks what core cuts in our lists and says nowhere else: headings that are wider than their column, and choices,
 * whose cells have no title. Both take a second line.
 */
patch(ListRenderer.prototype, {
    get isRecoveryList() {
        return this.props.list.resModel.startsWith("recovery.");
    },

    getColumnClass(column) {
        const names = super.getColumnClass(column);
        return this.isRecoveryList ? `${names} o_recovery_heading` : names;
    },

    getCellClass(column, record) {
        const names = super.getCellClass(column, record);
        const isChoice = this.isRecoveryList && this.fields[column.name]?.type === "selection";
        return isChoice ? `${names} o_recovery_choice` : names;
    },
});

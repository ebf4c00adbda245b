import { patch } from "@web/core/utils/patch";
import { ListRenderer } from "@web/views/list/list_renderer";

/**
 * Marks what core cuts in our lists and says nowhere else: headings that are wider than their column, and choices,
 * whose cells have no title. Both take a second line.
 */
patch(ListRenderer.prototype, {
    /** A list of ours, or of core's within a form of ours. */
    get isRecoveryList() {
        const { resModel, model } = this.props.list;
        return [resModel, model.root?.resModel].some((name) => name?.startsWith("recovery."));
    },

    getColumnClass(column) {
        const names = super.getColumnClass(column);
        // a box to tick is narrower than any word: its heading keeps the title that core gives it
        const isBox = this.fields[column.name]?.type === "boolean";
        return this.isRecoveryList && !isBox ? `${names} o_recovery_heading` : names;
    },

    getCellClass(column, record) {
        const names = super.getCellClass(column, record);
        const isChoice = this.isRecoveryList && this.fields[column.name]?.type === "selection";
        return isChoice ? `${names} o_recovery_choice` : names;
    },
});

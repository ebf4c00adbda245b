import { patch } from "@web/core/utils/patch";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Columns that a telephone shows side by side: a list of more stands there as rows of named values. */
const FITTING = 2;

/**
 * Marks what core cuts in our lists and says nowhere else: headings that are wider than their column, and choices,
 * whose cells have no title. Both take a second line. On a telephone each cell of a wide list says its heading.
 */
patch(ListRenderer.prototype, {
    /** A list of ours, or of core's within a form of ours. */
    get isRecoveryList() {
        const { resModel, model } = this.props.list;
        return [resModel, model.root?.resModel].some((name) => name?.startsWith("recovery."));
    },

    get isRecoveryTall() {
        const columns = this.columns.filter((column) => column.type === "field" && column.widget !== "handle");
        return this.isRecoveryList && columns.length > FITTING;
    },

    /** The heading that stands with a cell where the headings do not stand above. */
    getRecoveryLabel(column) {
        return this.isRecoveryTall && column.hasLabel ? column.label : undefined;
    },

    getColumnClass(column) {
        const names = this.isRecoveryTall
            ? `${super.getColumnClass(column)} o_recovery_tall`
            : super.getColumnClass(column);
        // a box to tick is narrower than any word: its heading keeps the title that core gives it
        const isBox = this.fields[column.name]?.type === "boolean";
        return this.isRecoveryList && !isBox ? `${names} o_recovery_heading` : names;
    },

    getCellClass(column, record) {
        const names = [super.getCellClass(column, record)];
        const type = this.isRecoveryList && this.fields[column.name]?.type;
        if (type === "selection") {
            names.push("o_recovery_choice");
        }
        const value = type && record.data[column.name];
        const isBlank = type && type !== "boolean" && (value === false || value === "" || value?.count === 0);
        if (isBlank && !record.isInEdition) {
            names.push("o_recovery_blank");
        }
        return names.join(" ");
    },
});

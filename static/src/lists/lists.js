import { patch } from "@web/core/utils/patch";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Marks the headings of our lists: one that is wider than its column takes a second line, none is cut. */
patch(ListRenderer.prototype, {
    getColumnClass(column) {
        const names = super.getColumnClass(column);
        return this.props.list.resModel.startsWith("recovery.") ? `${names} o_recovery_heading` : names;
    },
});

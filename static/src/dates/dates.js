import { ensureArray } from "@web/core/utils/arrays";
import { DateTimeField } from "@web/views/fields/datetime/datetime_field";
import { patch } from "@web/core/utils/patch";

/** A day that can no longer be changed shows what is kept: the picker's own state is empty once a first save closed it. */
patch(DateTimeField.prototype, {
    get values() {
        return this.props.readonly ? ensureArray(this.getRecordValue()) : super.values;
    },
});

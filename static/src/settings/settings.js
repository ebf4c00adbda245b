import { useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { patch } from "@web/core/utils/patch";
import { SearchableSetting } from "@web/webclient/settings_form_view/settings/searchable_setting";

/** What stands folded in our settings opens by itself: when it is searched for, linked to, or cannot be saved. */
patch(SearchableSetting.prototype, {
    setup() {
        super.setup(...arguments);
        const isLinked = Boolean(this.props.id) && browser.location.hash.substring(1) === this.props.id;
        useEffect(
            (text) => {
                for (const fold of this.settingRef.el?.querySelectorAll(".o_recovery_fold") || []) {
                    fold.open = Boolean(text) || isLinked;
                }
            },
            () => [this.state.search.value]
        );
        useEffect(() => {
            this.settingRef.el?.querySelector(".o_recovery_fold:not([open]):has(.o_field_invalid)")?.setAttribute("open", "");
        });
    },
});

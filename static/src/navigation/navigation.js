import { router } from "@web/core/browser/router";
import { patch } from "@web/core/utils/patch";
import { WebClient } from "@web/webclient/webclient";

const OURS = /^recovery[-.]/; // a path of a window, or the model of a record that a mail leads to

/** A window of ours that is opened by its address stands under its application's menu, whether an entry opens it or not. */
patch(WebClient.prototype, {
    async loadRouterState() {
        const first = router.current.actionStack?.[0];
        if (OURS.test(first?.action) || OURS.test(first?.model)) {
            const menu = this.menuService.getAll().find(({ xmlid }) => xmlid === "debt_recovery.recovery_menu");
            if (menu) {
                this.menuService.setCurrentMenu(menu.appID);
            }
        }
        return super.loadRouterState(...arguments);
    },
});

import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";

/** Open letters to print them; where the browser lets no page open any more, because making them took long, save them. */
function recoveryLetters(_env, action) {
    const { url } = action.params;
    const page = browser.open(url, "_blank");
    if (!page || page.closed) {
        const link = document.createElement("a");
        link.href = url;
        link.download = "";
        link.click();
    }
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("recovery_letters", recoveryLetters);

import { App } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { findFaint } from "./contrast";

const PATIENCE = 30000;
const SUCCESS = "every window was opened";

/** Opens windows one after the other, with every tab of a form and every filter of a search, and looks at each. */
class Walker {
    constructor(env, english) {
        this.env = env;
        this.action = env.services.action;
        this.english = new Set(english);
        this.pending = new Set();
        this.findings = [];
        this.faint = new Map(); // where each text too faint to be read was seen first
        this.shown = 0;
        rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => this.pending.add(detail.data.id));
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => this.pending.delete(detail.data.id));
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", () => this.shown++);
    }

    get isBusy() {
        return this.pending.size > 0 || [...App.apps].some((app) => app.scheduler.tasks.size > 0);
    }

    async settle(isReached = () => true) {
        const end = Date.now() + PATIENCE;
        let calm = 0;
        while (calm < 2) {
            await new Promise((resolve) => browser.setTimeout(resolve, 20));
            this.checkForErrors();
            calm = this.isBusy || !isReached() ? 0 : calm + 1;
            if (Date.now() > end) {
                throw new Error("the screen is never drawn");
            }
        }
    }

    checkForErrors() {
        const error = document.querySelector(
            ".o_error_dialog, .o_notification:has(.bg-danger), .o_dialog:has(.o_dialog_warning)"
        );
        if (error) {
            throw new Error(`an error is shown: ${error.textContent}`);
        }
    }

    /** Notes the terms of the module that are left in English on a French screen. */
    lookForEnglish(where) {
        const words = new Set();
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const parent = texts.currentNode.parentElement;
            if (!parent.closest("script, style, .o_main_navbar, .o-mail-Chatter")) {
                words.add(texts.currentNode.textContent.trim().replace(/\s+/g, " "));
            }
        }
        for (const name of ["title", "placeholder", "aria-label", "data-tooltip"]) {
            for (const element of document.querySelectorAll(`.o_action_manager [${name}], .o_dialog [${name}]`)) {
                words.add(element.getAttribute(name).trim());
            }
        }
        for (const word of words) {
            if (this.english.has(word)) {
                this.findings.push(`${where}: “${word}”`);
            }
        }
    }

    /** Notes the texts of our own styles that are too faint on their ground (WCAG 2, AA). */
    lookForFaint(where) {
        for (const text of findFaint()) {
            this.faint.set(text, this.faint.get(text) || where);
        }
    }

    async open(window) {
        const shown = this.shown;
        const options = { clearBreadcrumbs: true, viewType: window.mode };
        if (window.mode === "form" && "resId" in window) {
            options.props = { resId: window.resId };
        }
        if (window.mode === "client") {
            await this.action.doAction(window.name, { clearBreadcrumbs: true });
            return this.settle(() => this.shown > shown && document.querySelector(".o_action_manager .o_action"));
        }
        await this.action.doAction(window.action || window.name, window.dialog ? {} : options);
        await this.settle(() =>
            window.dialog
                ? document.querySelector(".o_dialog .o_form_view")
                : this.shown > shown && document.querySelector(`.o_action_manager .o_${window.mode}_view`)
        );
    }

    /** Opens each tab of the notebooks that stand here, and then of those that stand within it. */
    async openTabs(where, within = document.body) {
        const notebooks = () =>
            [...within.querySelectorAll(".o_notebook")].filter(
                (notebook) => !within.contains(notebook.parentElement.closest(".o_notebook"))
            );
        const tabs = (index) =>
            notebooks()[index]?.querySelectorAll(":scope > .o_notebook_headers .nav-link") || [];
        for (let index = 0; index < notebooks().length; index++) {
            for (let tab = 0; tab < tabs(index).length; tab++) {
                tabs(index)[tab].click();
                await this.settle();
                this.lookForEnglish(where);
                this.lookForFaint(where);
                await this.openTabs(where, notebooks()[index].querySelector(":scope > .o_notebook_content"));
            }
        }
    }

    async tryFilters(where) {
        const toggler = document.querySelector(".o_searchview_dropdown_toggler");
        if (!toggler) {
            return;
        }
        toggler.click();
        await this.settle(() => document.querySelector(".o_search_bar_menu"));
        this.lookForEnglish(where);
        const selector =
            ".o_filter_menu > .o_menu_item:not(.o_add_custom_filter), .o_group_by_menu > .o_menu_item:not(.o_add_custom_group_menu)";
        const count = document.querySelectorAll(selector).length;
        for (let index = 0; index < count; index++) {
            // on and off again: each of them alone
            for (let time = 0; time < 2; time++) {
                document.querySelectorAll(selector)[index]?.click();
                await this.settle();
            }
        }
        toggler.click();
        await this.settle();
    }

    async visit(window) {
        const where = `${window.name} (${window.mode}${window.resId === false ? ", new" : ""})`;
        try {
            await this.open(window);
            this.lookForEnglish(where);
            this.lookForFaint(where);
            if (window.mode === "form") {
                await this.openTabs(where);
            } else if (window.filters) {
                await this.tryFilters(where);
            }
            if (window.dialog) {
                document.querySelector(".o_dialog footer [special='cancel'], .o_dialog .btn-close").click();
                await this.settle(() => !document.querySelector(".o_dialog"));
            }
        } catch (error) {
            throw new Error(`${where}: ${error.message}`);
        }
        browser.console.log(`opened ${where}`);
    }
}

/** Opens each window of the module, on behalf of a test in Python: see tests/tours/test_every_action.py. */
registry.category("services").add("debt_recovery.open_everything", {
    dependencies: ["action"],
    start(env) {
        odoo.recoveryOpenEverything = async ({ windows, english }) => {
            const walker = new Walker(env, english);
            try {
                for (const window of windows) {
                    await walker.visit(window);
                }
            } catch (error) {
                browser.console.error(error.message);
                return;
            }
            if (walker.findings.length) {
                browser.console.error(`English on a French screen:\n${walker.findings.join("\n")}`);
            } else if (walker.faint.size) {
                const faint = [...walker.faint].map(([text, where]) => `${where}: ${text}`);
                browser.console.error(`Too faint to be read:\n${faint.join("\n")}`);
            } else {
                browser.console.log(SUCCESS);
            }
        };
    },
});

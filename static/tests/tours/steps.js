import { stepUtils } from "@web_tour/tour_utils";

const CONTAINS = ":contains(";

/**
 * Quotes the words of each `:contains()` of a selector.
 *
 * Bare, an apostrophe among them opens a quotation that nothing ends: the words are not read, and anything matches.
 */
export function worded(selector) {
    const at = selector.indexOf(CONTAINS);
    if (at < 0) {
        return selector;
    }
    const start = at + CONTAINS.length;
    let end = start;
    for (let open = 1; open; end++) {
        if (end >= selector.length) {
            throw new Error(`parentheses of ${selector}`);
        }
        open += { "(": 1, ")": -1 }[selector[end]] || 0;
    }
    const words = selector.slice(start, end - 1);
    return `${selector.slice(0, start)}"${words}")${worded(selector.slice(end))}`;
}

/** Says that the screen shows this: a selector of hoot, `:contains()` for the words. */
export function see(trigger, timeout) {
    return { content: `see ${trigger}`, trigger: worded(trigger), timeout };
}

export function click(trigger, timeout) {
    return { content: `click ${trigger}`, trigger: worded(trigger), run: "click", timeout };
}

/** Opens the Invoicing app. */
export function openInvoicing() {
    return [stepUtils.showAppsMenuItem(), click(".o_app[data-menu-xmlid='account.menu_finance']")];
}

/** Opens an entry of a menu of the bar; names without a module are ours. */
export function openMenu(section, entry, title) {
    const xmlid = (name) => (name.includes(".") ? name : `debt_recovery.${name}`);
    return [
        click(`.o_menu_sections [data-menu-xmlid='${xmlid(section)}']`),
        click(`.o-dropdown--menu [data-menu-xmlid='${xmlid(entry)}']`),
        see(`.o_breadcrumb:contains(${title})`),
    ];
}

/** Presses the button of a form, a list or a dialog that calls this method. */
export function press(name, where = ".o_form_view") {
    return click(`${where} button[name='${name}']:enabled`);
}

export function openTab(name) {
    return [click(`.o_notebook .nav-link[name='${name}']`), see(`.o_notebook .nav-link[name='${name}'].active`)];
}

/** Opens the first row that shows these words. */
export function openRow(words) {
    return click(`.o_list_view .o_data_row:contains(${words}) .o_data_cell:not(.o_list_button):first`);
}

/** Answers the window that asks for a reason. */
export function giveReason(reason) {
    return [
        see(".modal .o_form_label:contains(Motif)"),
        { content: "say why", trigger: ".modal [name='reason'] input", run: `edit ${reason}` },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
    ];
}

/** Says that a form is in this state, under this label if one is given. */
export function seeState(value, label, timeout) {
    const words = label ? `:contains(${label})` : "";
    return see(`.o_statusbar_status .o_arrow_button_current[data-value='${value}']${words}`, timeout);
}

/** Says that nothing on the screen matches. */
export function seeNo(trigger, within = ".o_action_manager") {
    return see(`${within}:not(:has(${trigger}))`);
}

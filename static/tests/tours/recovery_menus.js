import { registry } from "@web/core/registry";
import { click, see } from "./steps";

const open = (section) => click(`.o_menu_sections [data-menu-xmlid='${section}']`);
const ours = ".o-dropdown--menu:has([data-menu-xmlid^='debt_recovery.'])";

/** Says that the menu that is open shows the whole of each of its entries. */
function seeWhole(section) {
    return {
        content: `nothing of ${section} is cut`,
        trigger: ours,
        run({ anchor }) {
            if (anchor.scrollHeight > anchor.clientHeight || anchor.scrollWidth > anchor.clientWidth) {
                throw new Error(`${section} has to be scrolled`);
            }
            for (const entry of anchor.querySelectorAll(".dropdown-item, .dropdown-header")) {
                const { left, top, right, bottom } = entry.getBoundingClientRect();
                const isShown = left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
                if (!isShown || entry.scrollWidth > entry.clientWidth) {
                    throw new Error(`${entry.textContent} is cut`);
                }
            }
        },
    };
}

function press(key) {
    return { content: `press ${key}`, trigger: ours, run: `press ${key}` };
}

/** Says that the keys stand on this entry. */
const stand = (entry) => see(`.o-dropdown--menu .focus[data-menu-xmlid='debt_recovery.${entry}']`);

registry.category("web_tour.tours").add("recovery_menus", {
    steps: () => [
        see(".o_menu_brand:contains(Facturation)"),
        // a window that is still on its way shuts the menu when it comes
        see(".o_action_manager .o_list_view, .o_action_manager .o_view_nocontent"),
        ...["debt_recovery.recovery_menu", "account.menu_finance_reports", "account.menu_finance_configuration"].flatMap(
            (section) => [open(section), seeWhole(section), open(section), see("body:not(:has(.o-dropdown--menu))")]
        ),
        // with the keys alone, down one column and on to the next
        open("debt_recovery.recovery_menu"),
        press("ArrowDown"),
        press("ArrowDown"),
        stand("recovery_debtor_menu"),
        press("End"),
        stand("recovery_waiver_menu"),
        press("Home"),
        stand("recovery_dashboard_menu"),
        press("ArrowDown"),
        press("Enter"),
        see(".o_breadcrumb:contains(À relancer)"),
        see(".o_action_manager .o_list_view"),
        open("debt_recovery.recovery_menu"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_hearing_menu']"),
        see(".o_action_manager .o_list_view, .o_action_manager .o_view_nocontent"),
    ],
});

registry.category("web_tour.tours").add("recovery_menus_on_a_phone", {
    steps: () => [
        click(".o_menu_toggle"),
        click(".o_app_menu_sidebar [data-menu-xmlid='debt_recovery.recovery_promise_menu']"),
        see(".o_breadcrumb:contains(Promesses)"),
    ],
});

registry.category("web_tour.tours").add("recovery_menu_around", {
    steps: () => [
        see(".o_menu_brand:contains(Facturation)"),
        see(".o_menu_sections [data-menu-xmlid='debt_recovery.recovery_menu']"),
    ],
});

import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, see, seeNo } from "./steps";

const panel = (name) => `.o_recovery_dashboard_panel[data-panel='${name}']`;
const NAMES = ["ageing", "dso", "cash", "promises", "deadlines", "risk", "debtors", "disputes", "changes"];

/** Chooses an option of a switch, as the keyboard does. */
function choose(name, label) {
    return {
        content: `choose ${label}`,
        trigger: `.o_recovery_dashboard_switches select[name='${name}']`,
        run: `selectByLabel ${label}`,
    };
}

registry.category("web_tour.tours").add("recovery_dashboard", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_dashboard_menu", "Tableau de bord"),
        ...NAMES.map((name) => see(`${panel(name)} .o_recovery_dashboard_title`)),
        see(`${panel("ageing")} canvas`),
        see(`${panel("cash")} canvas`),
        see(`${panel("cash")} .o_recovery_dashboard_note:contains(éprouvée)`),
        see(`${panel("promises")} .o_recovery_dashboard_empty`),
        // a figure opens its list, and the way back leads to the dashboard
        click(`${panel("ageing")} .o_recovery_dashboard_rows .o_recovery_dashboard_figure:first`),
        see(".o_list_view .o_data_row:contains(Garage Lenoir)"),
        click(".breadcrumb a:first, .o_back_button:first"),
        see(`${panel("debtors")} tr:contains(Garage Lenoir)`),
        // the own portfolio only
        choose("collector", "Claire"),
        see(`${panel("debtors")} tr:contains(Garage Lenoir)`),
        seeNo(`${panel("debtors")} tr:contains(Traiteur Colin)`),
        choose("months", "6 mois"),
        see(`${panel("dso")} .o_recovery_dashboard_rows:contains(Objectif)`),
        // what was chosen is kept for who comes back
        click(`${panel("debtors")} .o_recovery_dashboard_rows .o_recovery_dashboard_figure`),
        see(".o_list_view .o_data_row:contains(Garage Lenoir)"),
        click(".breadcrumb a:first, .o_back_button:first"),
        see(".o_recovery_dashboard_switches select[name='collector'] option:checked:contains(Claire)"),
    ],
});

registry.category("web_tour.tours").add("recovery_dashboard_empty", {
    steps: () => [
        ...NAMES.map((name) => see(`${panel(name)} .o_recovery_dashboard_empty`)),
        seeNo(".o_recovery_dashboard_panel canvas"),
    ],
});

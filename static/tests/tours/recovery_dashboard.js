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
        see(".o_recovery_dashboard_switches select[name='collector']:has(option:checked:contains(Claire))"),
    ],
});

registry.category("web_tour.tours").add("recovery_dashboard_empty", {
    steps: () => [
        ...NAMES.map((name) => see(`${panel(name)} .o_recovery_dashboard_empty`)),
        seeNo(".o_recovery_dashboard_panel canvas"),
    ],
});

/** Clicks a figure, sees that it opens something, and comes back to the dashboard. */
const openAndReturn = (figure) => [
    click(figure),
    see(".o_list_view .o_data_row, .o_view_nocontent"),
    click(".breadcrumb a:first, .o_back_button:first"),
    see(`${panel("headlines")} .o_recovery_dashboard_tile`),
];

registry.category("web_tour.tours").add("recovery_dashboard_figures", {
    steps: () => [
        see(`${panel("headlines")} .o_recovery_dashboard_tile:nth-of-type(6)`),
        ...[1, 2, 3, 4, 5, 6].flatMap((place) =>
            openAndReturn(`${panel("headlines")} .o_recovery_dashboard_tile:nth-of-type(${place}) button`)
        ),
        ...["ageing", "dso", "cash", "promises", "deadlines", "debtors", "disputes"].flatMap((name) =>
            openAndReturn(`${panel(name)} .o_recovery_dashboard_rows button:first`)
        ),
        ...openAndReturn(`${panel("ageing")} details tr:nth-of-type(4) button`),
        ...openAndReturn(`${panel("promises")} li button:first`),
        ...openAndReturn(`${panel("risk")} .o_recovery_cell:enabled:first`),
        ...openAndReturn(`${panel("changes")} tbody button:first`),
        // the keyboard alone: a figure has the focus, and Enter opens it
        {
            content: "open a figure by the keyboard",
            trigger: `${panel("debtors")} .o_recovery_dashboard_rows button`,
            run({ anchor }) {
                anchor.focus();
                if (document.activeElement !== anchor) {
                    throw new Error("a figure cannot have the focus");
                }
                anchor.click();
            },
        },
        see(".o_list_view .o_data_row"),
    ],
});

registry.category("web_tour.tours").add("recovery_key_figures", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_reports", "recovery_kpi_value_menu", "Indicateurs"),
        see(".o_searchview_facet"),
        see(".o_list_view td[name='verdict'] .badge"),
        // what a figure is made of, down to the customer
        click(".o_list_view .o_data_row:contains(DSO) button[name='action_open_parts']:first"),
        see(".o_list_view td[name='part']"),
        see(".o_list_view tfoot td:contains(2)"),
        click(".o_list_view .o_data_row:contains(Garage Lenoir) td[name='partner_id']"),
        see(".o_form_view .o_last_breadcrumb_item:contains(Garage Lenoir), .o_form_view .o_breadcrumb:contains(Garage Lenoir)"),
        // the figures, their formulas and the months of one
        ...openMenu("account.menu_finance_configuration", "recovery_kpi_menu", "Indicateurs"),
        click(".o_list_view .o_data_row:first .o_list_record_open_form_view button, .o_list_view .o_data_row:first .o_list_record_open_form_view"),
        see(".o_form_view [name='formula']"),
        click(".o_form_view button[name='action_open_values']"),
        see(".o_list_view .o_data_row"),
        click(".o_switch_view.o_graph"),
        see(".o_graph_view canvas"),
        // a target of one's own judges at once
        ...openMenu("account.menu_finance_configuration", "recovery_kpi_target_menu", "Objectifs"),
        click(".o_list_button_add"),
        { trigger: ".o_selected_row [name='kpi_id'] input", run: "edit DSO" },
        click(".o-autocomplete--dropdown-item:contains(DSO):first a"),
        { trigger: ".o_selected_row [name='date_from'] input", run: "edit 01/01/2020" },
        { trigger: ".o_selected_row [name='value'] input", run: "edit 900" },
        click(".o_list_button_save"),
        see(".o_list_view .o_data_row:contains(900)"),
        ...openMenu("account.menu_finance_reports", "recovery_kpi_value_menu", "Indicateurs"),
        see(".o_list_view .o_data_row:contains(DSO) td[name='verdict'] .text-bg-success"),
        // the table of article D441-6
        click(".o_menu_sections [data-menu-xmlid='account.menu_finance_reports']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_payment_delay_report_menu']"),
        see(".modal .o_recovery_payment_delays table:nth-of-type(1)"),
        { trigger: ".modal [name='customer_terms'] input", run: "edit 30 jours fin de mois && press Tab" },
        see(".modal .o_recovery_payment_delays:contains(30 jours fin de mois)"),
        click(".modal button[name='action_export_xlsx']"),
        click(".modal .btn-close"),
        see("body:not(:has(.modal))"),
    ],
});

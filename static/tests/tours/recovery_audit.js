import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, press, see, seeNo } from "./steps";

const reports = "account.menu_finance_reports";
const fill = (selector, words) => ({ content: `fill ${selector}`, trigger: selector, run: `edit ${words}` });
const openWindow = (entry) => [
    click(`.o_menu_sections [data-menu-xmlid='${reports}']`),
    click(`.o-dropdown--menu [data-menu-xmlid='debt_recovery.${entry}']`),
];

registry.category("web_tour.tours").add("recovery_audit", {
    steps: () => [
        ...openInvoicing(),
        // from opening to closing, by account, then by customer
        ...openWindow("recovery_roll_forward_menu"),
        see(".modal .o_recovery_roll_forward tbody tr:contains(411100)"),
        see(".modal p:contains(Les mouvements mènent de l'ouverture au solde des comptes.)"),
        click(".modal [name='by'] .form-check:contains(Client) input"),
        see(".modal .o_recovery_roll_forward tbody tr:contains(Menuiserie Aubert)"),
        click(".modal .btn-close"),
        see("body:not(:has(.modal))"),
        // a sample
        ...openMenu(reports, "recovery_sample_menu", "Échantillons"),
        click(".o_control_panel button:contains(Tirer un échantillon)"),
        fill(".modal [name='size'] input", "3"),
        fill(".modal [name='answer_to'] textarea", "Cabinet Vérin, 1 rue de Rome, 75008 Paris"),
        press("action_draw", ".modal"),
        see(".o_form_view .o_field_widget[name='line_ids'] .o_data_row:eq(2)"),
        see(".o_form_view .o_field_widget[name='population_count']:contains(4)"),
        // its letters
        press("action_print_letters"),
        see(".o_form_view .o_field_widget[name='sent_count']:contains(3)", 60000),
        // and the answers
        ...openMenu(reports, "recovery_sample_line_menu", "Confirmations de soldes"),
        see(".o_list_view .o_data_row:eq(2)"),
        click(".o_list_view .o_data_row:first .o_data_cell[name='answer']"),
        click(".o_list_view .o_selected_row [name='answer'] .o_select_menu_toggler"),
        click(".o_select_menu_item:contains(Autre montant)"),
        fill(".o_list_view .o_selected_row [name='amount_answered'] input", "100"),
        fill(".o_list_view .o_selected_row [name='note'] input", "Avoir attendu"),
        click(".o_list_button_save"),
        see(".o_list_view .o_data_row [name='note']:contains(Avoir attendu)"),
    ],
});

registry.category("web_tour.tours").add("recovery_balance_issued", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu(reports, "recovery_aged_balance_menu", "Balance âgée"),
        see(".o_recovery_aged_balance .o_customer:contains(Menuiserie Aubert)"),
        click(".o_recovery_aged_balance button[data-act='keep']"),
        see(".o_notification:contains(conservée telle qu'émise)"),
        ...openMenu(reports, "recovery_ageing_snapshot_menu", "Balances émises"),
        click(".o_list_view .o_data_row:first button[name='action_check']"),
        see(".o_notification:contains(ceux qui ont été émis)"),
        openRow("Balance âgée"),
        press("action_compare"),
        see(".o_breadcrumb:contains(ce qui a changé depuis)", 30000),
        see(".o_view_nocontent_smiling_face:contains(Les comptes disent encore de ce jour ce qui a été émis)"),
        seeNo(".o_data_row"),
    ],
});

registry.category("web_tour.tours").add("recovery_balance_changed", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu(reports, "recovery_ageing_snapshot_menu", "Balances émises"),
        click(".o_list_view .o_data_row:first button[name='action_compare']"),
        see(".o_list_view .o_data_row [name='reason']:contains(Comptabilisé depuis)"),
        see(".o_list_view .o_data_row [name='reason']:contains(Retiré depuis)"),
        see(".o_list_view tfoot:contains(233,00)"), // 77 posted, 310 withdrawn
    ],
});

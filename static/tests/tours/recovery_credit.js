import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

const say = (field, text) => ({
    content: `say ${text}`,
    trigger: `.modal .o_field_widget[name='${field}'] :is(input, textarea)`,
    run: `edit ${text}`,
});

registry.category("web_tour.tours").add("recovery_invoice_refused", {
    steps: () => [
        see(".o_form_view .alert:contains(son plafond):contains(acompte)"),
        press("action_post"),
        see(".modal:contains(810,00)"),
        click(".modal .modal-footer button:contains(Demander une dérogation)"),
        see(".modal .o_field_widget[name='text']:contains(son plafond)"),
        say("reason", "Client fidèle depuis dix ans"),
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(".o_notification:contains(Traiteur Colin)"),
    ],
});

registry.category("web_tour.tours").add("recovery_override_granted", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_decision_menu", "Décisions"),
        openRow("Traiteur Colin"),
        see(".o_field_widget[name='figures_text']:contains(son plafond)"),
        press("action_grant"),
        ...giveReason("Accord de la direction"),
        seeState("granted", "Accord"),
    ],
});

registry.category("web_tour.tours").add("recovery_invoice_confirmed", {
    steps: () => [
        see(".o_form_view .alert:contains(Dérogation accordée)"),
        press("action_post"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='posted']"),
    ],
});

for (const [test, words] of [
    ["overdue", "échus"],
    ["age", "plus ancienne"],
    ["review", "aurait dû être revu"],
]) {
    registry.category("web_tour.tours").add(`recovery_refused_${test}`, {
        steps: () => [
            see(`.o_form_view .alert:contains(${words})`),
            press("action_post"),
            see(`.modal:contains(${words}):contains(Demander une dérogation)`),
            click(".modal .modal-footer button:last"),
            see(".o_statusbar_status .o_arrow_button_current[data-value='draft']"),
        ],
    });
}

registry.category("web_tour.tours").add("recovery_debtor_risk", {
    steps: () => [
        // a part of the exposure opens its documents
        ...openTab("exposure"),
        click(".o_recovery_gauge button[name='open_overdue']"),
        see(".o_list_view .o_data_row [name='amount_residual']:contains(310,00)"),
        click(".o_back_button"),
        // the limit
        ...openTab("exposure"),
        ...openTab("risk"),
        see(".o_field_widget[name='exposure_limit']:contains(500,00)"),
        press("action_ask_limit"),
        say("amount", "8000"),
        say("reason", "Bilan 2025 solide"),
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(".o_field_widget[name='exposure_limit']:contains(8)"),
        see(".o_field_widget[name='limit_request_ids'] .o_data_row:contains(Bilan 2025 solide)"),
        // a guarantee
        click(".o_field_widget[name='coverage_ids'] .o_field_x2many_list_row_add a"),
        say("amount", "300"),
        click(".modal .o_form_button_save"),
        see("body:not(:has(.modal))"),
        click(".o_form_button_save"),
        see(".o_form_status_indicator_buttons.invisible:not(:visible)"),
        see(".o_field_widget[name='exposure_own_risk']:contains(10,00)"),
    ],
});

registry.category("web_tour.tours").add("recovery_exposure_list", {
    steps: () => [
        ...openInvoicing(),
        click(".o_menu_sections [data-menu-xmlid='account.menu_finance_reports']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_exposure_report_menu']"),
        press("action_show", ".modal"),
        see(".o_list_view .o_data_row:contains(Traiteur Colin) [name='total']:contains(310,00)"),
        see(".o_list_view tfoot:contains(310,00)"),
        click(".o_list_view .o_data_row:contains(Traiteur Colin) .o_data_cell:first"),
        ...openTab("exposure"),
        see(".o_form_view .o_recovery_gauge"),
    ],
});

import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, press, see, seeState } from "./steps";

registry.category("web_tour.tours").add("recovery_hold", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Garage Lenoir"),
        press("action_hold"),
        see(".modal .o_field_widget[name='debtor_ids']:contains(Garage Lenoir)"),
        {
            content: "say why",
            trigger: ".modal [name='reason'] input",
            run: "edit Virement annoncé pour vendredi",
        },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        // it is in the list of suspensions, and ends there
        ...openMenu("recovery_menu", "recovery_hold_menu", "Suspensions"),
        see(".o_list_view .o_data_row:contains(Garage Lenoir):contains(Virement annoncé)"),
        openRow("Garage Lenoir"),
        see(".o_form_view button[name='action_release']:contains(Reprendre)"),
        press("action_release"),
        ...giveReason("Rien reçu vendredi"),
        see(".o_field_widget[name='release_reason']:contains(Rien reçu vendredi)"),
        see(".o_form_view:not(:has(button[name='action_release']))"),
    ],
});

registry.category("web_tour.tours").add("recovery_decision", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_decision_menu", "Décisions"),
        openRow("Imprimerie Faure"),
        see(".o_field_widget[name='amount']:contains(960,00)"),
        see(".o_form_view button[name='action_refuse']:contains(Refuser)"),
        press("action_grant"),
        ...giveReason("Client prévenu par le commercial"),
        seeState("granted", "Accord"),
        see(".o_field_widget[name='answer_reason']:contains(Client prévenu)"),
        ...openMenu("recovery_menu", "recovery_campaign_menu", "Campagnes"),
        click(".o_list_view .o_data_row:first .o_data_cell:first"),
        see(".o_field_widget[name='notice_ids'] .o_data_row:contains(Imprimerie Faure) [name='status']:contains(Valid)"),
    ],
});

const remind = (count) => see(`.o_recovery_counts [data-kind='remind']:contains(${count})`);

// the counts above the list follow the window that closes over it; so does the banner of the debtor's form
registry.category("web_tour.tours").add("recovery_banner", {
    steps: () => [
        remind(4),
        click(".o_list_view .o_data_row:contains(Garage Lenoir) .o_list_record_selector input"),
        click(".o_control_panel button[name='action_hold']"),
        { content: "say why", trigger: ".modal [name='reason'] input", run: "edit Virement annoncé" },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        remind(3),
        see(".o_list_view:not(:has(.o_data_row:contains(Garage Lenoir)))"),
        openRow("Traiteur Colin"),
        see(".o_form_view [name='next_level_id']:visible"),
        press("action_hold"),
        { content: "say why", trigger: ".modal [name='reason'] input", run: "edit Chèque annoncé" },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(".o_recovery_banner[data-kind='manual']:contains(Chèque annoncé):contains(Claire)"),
        see(".o_form_view [name='next_action_text']:contains(Chèque annoncé)"),
        see(".o_form_view:not(:has(.o_field_widget[name='next_level_id']))"),
        click(".o_recovery_banner_undo"),
        ...giveReason("Rien reçu"),
        see(".o_form_view:not(:has(.o_recovery_banner))"),
        see(".o_form_view .o_field_widget[name='next_level_id']"),
        click(".o_back_button"),
        remind(3),
    ],
});

import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

registry.category("web_tour.tours").add("recovery_promise", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Garage Lenoir"),
        // two clicks: the window opens with the overdue amount and a date
        press("action_promise"),
        see(".modal .o_field_widget[name='amount'] input:value(850,50)"),
        press("action_confirm", ".modal"),
        see(".o_notification:contains(aucune relance)"),
        see("body:not(:has(.modal))"),
        ...openMenu("recovery_menu", "recovery_promise_menu", "Promesses"),
        openRow("Garage Lenoir"),
        seeState("open", "Attendue"),
        see(".o_field_widget[name='line_ids'] .o_data_row"),
        see(".o_form_view button[name='action_renegotiate']:contains(Renégocier)"),
    ],
});

registry.category("web_tour.tours").add("recovery_payment_plan", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Menuiserie Aubert"),
        click(".o_recovery_more_toggle"),
        press("action_plan", ".o-dropdown--menu"),
        {
            content: "over four months",
            trigger: ".modal .o_field_widget[name='part_count'] input",
            run: "edit 4 && press Tab",
        },
        see(".modal .o_field_widget[name='preview']:contains(1 050,00)"),
        press("action_confirm", ".modal"),
        seeState("draft", "Brouillon"),
        see(".o_field_widget[name='line_date_ids'] .o_data_row:contains(1 050,00)"),
        press("action_propose"),
        seeState("proposed", "sign", 30000),
        see(".o_form_view button[name='action_open_agreement']:contains(Ouvrir)"),
        press("action_sign"),
        press("action_confirm", ".modal"),
        seeState("running", "Signé"),
        see(".alert:contains(exemplaire signé)"),
        ...openTab("documents"),
        see(".o_field_widget[name='document_id']:contains(.pdf)"),
    ],
});

registry.category("web_tour.tours").add("recovery_dispute", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Imprimerie Faure"),
        click(".o_recovery_more_toggle"),
        press("action_dispute", ".o-dropdown--menu"),
        see(".modal .o_field_widget[name='amount'] input:value(960,00)"),
        click(".modal .o_field_widget[name='reason_id'] input"),
        click(".o-autocomplete--dropdown-item:contains(Quantité)"),
        {
            content: "a part only",
            trigger: ".modal .o_field_widget[name='amount'] input",
            run: "edit 260 && press Tab",
        },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        ...openMenu("recovery_menu", "recovery_dispute_menu", "Litiges"),
        openRow("Imprimerie Faure"),
        press("action_resolve"),
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='resolution'] textarea",
            run: "edit Le bon de livraison est signé",
        },
        press("action_confirm", ".modal"),
        seeState("resolved", "Résolu"),
        see(".o_field_widget[name='outcome']:contains(Rejeté)"),
    ],
});

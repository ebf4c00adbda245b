import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

registry.category("web_tour.tours").add("recovery_formal", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_campaign_menu", "Campagnes"),
        click(".o_list_view .o_data_row:first .o_data_cell:first"),
        // what is missing shows before anything is validated
        see(".alert-danger:contains(pas encore partir)"),
        press("action_validate"),
        see(".o_field_widget[name='notice_ids'] .o_data_row:contains(Menuiserie Aubert) [name='status']:contains(Bloquée)"),
        see(".o_field_widget[name='notice_ids'] .o_data_row:contains(Imprimerie Faure) [name='status']:contains(Valid)"),
        press("action_view_blocked"),
        see("body:not(:has(.o_form_view))"),
        openRow("Menuiserie Aubert"),
        see(".alert-danger:contains(SIREN)"),
        ...openTab("check"),
        see(".o_field_widget[name='blocker_ids'] .o_data_row:contains(SIREN):contains(Bloque):contains(SIRET)"),
        // a proof is added without leaving
        press("action_add_proof"),
        { content: "its reference", trigger: ".modal [name='name'] input", run: "edit BC 4512" },
        { content: "its date", trigger: ".modal [name='date'] input, .modal [name='date'] button", run: "click" },
        click(".o_datetime_picker .o_today"),
        click(".modal .o_form_button_save"),
        see("body:not(:has(.modal))"),
        press("action_override"),
        ...giveReason("Association connue, sans SIREN"),
        seeState("validated", "Valid"),
        see(".o_field_widget[name='decision_id']:contains(SIREN)"),
    ],
});

import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, press, see, seeNo, seeState } from "./steps";

const openList = () => openMenu("account.menu_finance_reports", "recovery_audit_pack_menu", "Dossiers d'audit");
const writes = ".o_list_button_add, .o_form_button_create";

// An auditor asks for the file of the fiscal year that is over; it waits in the queue.
registry.category("web_tour.tours").add("recovery_audit_pack_ask", {
    steps: () => [
        ...openInvoicing(),
        ...openList(),
        see(".o_view_nocontent:contains(Aucun dossier d'audit)"),
        seeNo(writes),
        click(".o_control_panel button:contains(Constituer un dossier d'audit)"),
        see(".modal .o_field_daterange"),
        see(".modal:contains(balances âgées à l'ouverture)"),
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        seeState("queued", "Dans la file d'attente"),
        see(".alert-info:contains(en arrière-plan)"),
        see("button[name='action_give_up']:contains(Abandonner)"),
        seeNo("button[name='action_download'], .o_form_button_create"),
        ...openList(),
        see(".o_data_row .badge:contains(Dans la file d'attente)"),
    ],
});

// It is made: it is read again, checked, and found in the list; a part of another one is missing.
registry.category("web_tour.tours").add("recovery_audit_pack_made", {
    steps: () => [
        ...openInvoicing(),
        ...openList(),
        see(".o_data_row .badge:contains(Prêt)"),
        click(".o_data_row:first .o_data_cell[name='name']"),
        seeState("done", "Prêt"),
        see(".o_field_widget[name='archive_sha256']"),
        see(".o_field_widget[name='head_seal']"),
        see("button[name='action_download']:contains(Télécharger)"),
        press("action_verify"),
        see(".o_notification:contains(sont ceux qui ont été conservés)"),
        seeNo("button[name='action_retry'], button[name='action_give_up']"),
    ],
});

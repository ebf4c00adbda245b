import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, press, see, seeNo, seeState } from "./steps";

const REPORTS = "account.menu_finance_reports";

/** An auditor checks what is kept, opens what was changed, and reads the journal as a list that he may print. */
registry.category("web_tour.tours").add("recovery_integrity", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu(REPORTS, "recovery_integrity_menu", "Intégrité"),
        seeState("draft"),
        press("action_show"),
        seeState("found"),
        see(".alert-danger[role='alert']"),
        see(".o_field_widget[name='line_ids'] .o_data_row.text-danger:contains(Appel modifié)"),
        see(".o_field_widget[name='head_seal']"),
        click(".o_field_widget[name='line_ids'] .o_data_row:contains(Appel modifié) button[name='action_show']"),
        see(".o_form_view .o_field_widget[name='summary']:contains(Appel modifié)"),
        see(".o_form_view .o_field_widget[name='seal']"),
        seeNo(".o_form_button_save, .o_form_button_create"),
        // the journal: set-up and roles alone, printed or exported from the wheel
        ...openMenu(REPORTS, "recovery_event_menu", "Journal"),
        see(".o_list_view .o_data_row .o_data_cell[name='sealed_number']"),
        click(".o_cp_action_menus .o-dropdown.dropdown-toggle"),
        see(".o-dropdown--menu:contains(Imprimer la liste)"),
        see(".o-dropdown--menu .o_export_all_menu"),
        click(".o_breadcrumb"),
        ...openMenu(REPORTS, "recovery_journal_head_menu", "Têtes du journal"),
        see(".o_list_view .o_data_row:contains(Commissaire)"),
        seeNo(".o_list_button_add"),
    ],
});

/** An administrator who removes the module is offered the audit file, and says why. */
registry.category("web_tour.tours").add("recovery_removal", {
    steps: () => [
        press("button_uninstall_wizard"),
        see(".modal .alert-danger .o_field_widget[name='sent_count']"),
        see(".modal button[name='action_print'].btn-primary"),
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Autre logiciel",
        },
        press("action_confirm", ".modal"),
        see(".o_notification"),
        see("body:not(:has(.modal))"),
    ],
});

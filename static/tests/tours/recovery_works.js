import { registry } from "@web/core/registry";
import { click, openInvoicing, press, see, seeNo } from "./steps";

/** A campaign shows which range failed and why, has it done again, and cancels the rest. */
registry.category("web_tour.tours").add("recovery_work_failed", {
    steps: () => [
        see(".alert[name='failed_ranges']:contains(tranche)"),
        click(".o_notebook .nav-link[name='failed_ranges']"),
        see(".o_field_widget[name='failed_range_ids'] td[name='reason']:contains(imprimante)"),
        press("action_retry_ranges"),
        seeNo(".alert[name='failed_ranges']"),
        press("action_cancel_work"),
        click(".modal-footer .btn-primary"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='validated']"),
        seeNo("button[name='action_cancel_work']"),
    ],
});

/** The long works have their own list, from which one is looked at range by range. */
registry.category("web_tour.tours").add("recovery_works", {
    steps: () => [
        ...openInvoicing(),
        click(".o_menu_sections [data-menu-xmlid='debt_recovery.recovery_menu']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_work_menu']"),
        see(".o_list_view .o_data_row"),
        click(".o_data_row:first td[name='object_name']"),
        see(".o_form_view .o_field_widget[name='range_ids'] .o_data_row"),
        press("action_retry"),
        see(".o_form_view .o_arrow_button_current[data-value='running']"),
        press("action_cancel"),
        click(".modal-footer .btn-primary"),
        seeNo(".o_form_view button[name='action_cancel']"),
        press("action_open_document"),
        see(".o_form_view .o_statusbar_status .o_arrow_button_current[data-value='validated']"),
    ],
});

/** A long spreadsheet waits for who asked for it, and for nobody else. */
registry.category("web_tour.tours").add("recovery_spreadsheets", {
    steps: () => [
        ...openInvoicing(),
        click(".o_menu_sections [data-menu-xmlid='account.menu_finance_reports']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_spreadsheet_menu']"),
        see(".o_list_view .o_data_row button[name='action_download']"),
        seeNo(".o_list_button_add"),
        click(".o_data_row:first td[name='name']"),
        see(".o_form_view .o_arrow_button_current[data-value='done']"),
        see(".o_form_view button[name='action_download']"),
        see(".o_form_view .o_field_widget[name='archive_sha256']"),
        seeNo(".o_form_view button[name='action_give_up'], .o_form_view button[name='action_retry']"),
    ],
});

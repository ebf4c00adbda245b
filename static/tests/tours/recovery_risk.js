import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openTab, press, see } from "./steps";

registry.category("web_tour.tours").add("recovery_risk_matrix", {
    steps: () => [
        ...openInvoicing(),
        click(".o_menu_sections [data-menu-xmlid='debt_recovery.recovery_menu']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_risk_matrix_menu']"),
        see(".o_recovery_matrix_table tbody tr:nth-child(6)"),
        see(".o_recovery_cell:disabled"),
        click(".o_recovery_cell[data-class='none']:enabled:contains(1)"),
        see(".o_list_view .o_data_row:contains(Neuf et Fils)"),
        see(".o_list_view:not(:contains(Traiteur Colin))"),
        click(".o_list_view .o_data_row:contains(Neuf et Fils) .o_data_cell[name='display_name']"),
        ...openTab("exposure"),
        ...openTab("score"),
        see(".o_recovery_score .o_recovery_score_badge.o_recovery_class_none"),
        click(".breadcrumb a:first, .o_back_button:first"),
    ],
});

registry.category("web_tour.tours").add("recovery_score", {
    steps: () => [
        ...openTab("exposure"),
        ...openTab("score"),
        see(".o_recovery_score .o_recovery_score_badge.o_recovery_class_D"),
        see(".o_recovery_score tbody tr .progress"),
        see(".o_recovery_score_graph circle"),
        press("action_compute_score"),
        press("action_review_score"),
        ...giveReason("Bilan regardé"),
        see(".o-mail-Chatter, .o_form_view"),
        ...openTab("file"),
        press("action_prepare_file"),
        see(".o_field_widget[name='file_item_ids'] .o_data_row:nth-child(4)"),
        see(".o_field_widget[name='terms_in_force_id']"),
        press("action_open_file"),
        see(".o_list_view .o_data_row:nth-child(4)"),
        click(".o_list_view .o_data_row button[name='action_check']:first"),
        see(".o_list_view .o_data_row [name='state'] .text-bg-success"),
    ],
});

registry.category("web_tour.tours").add("recovery_review", {
    steps: () => [
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(Garage Lenoir)"),
        press("action_see_all"),
        see(".o_field_widget[name='seen_count']:not(:contains(0))"),
        press("action_finish"),
        ...giveReason("Plan proposé"),
        see(".o_arrow_button_current[data-value='done']"),
    ],
});

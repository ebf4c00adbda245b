import { registry } from "@web/core/registry";
import { click, openTab, press, see } from "./steps";

registry.category("web_tour.tours").add("recovery_customer", {
    steps: () => [
        // The customer's own form
        see("button[name='action_open_recovery_debtor']:contains(Échu):contains(310,00)"),
        ...openTab("recovery"),
        see(".o_recovery_gauge .o_recovery_gauge_total:contains(310,00)"),
        see(".o_recovery_gauge .o_recovery_gauge_overdue"),
        see(".o_recovery_gauge .o_recovery_gauge_limit"),
        see(".o_recovery_gauge:contains(Plafond):contains(500,00)"),
        see(".o_field_widget[name='recovery_debtor_id']:contains(Traiteur Colin)"),
        click("button[name='action_open_recovery_items']"),
        see(".o_breadcrumb:contains(Postes ouverts)"),
        see(".o_list_view .o_data_row [name='amount_residual']:contains(310,00)"),
        click(".o_back_button"),
        click("button[name='action_open_recovery_debtor']"),
        see(".o_form_view button[name='action_hold']:contains(Suspendre)"),
        press("action_open_partner"),
        see("button[name='action_open_recovery_debtor']"),
    ],
});

registry.category("web_tour.tours").add("recovery_invoice", {
    steps: () => [
        see("button[name='action_view_recovery_notices']:contains(Relances)"),
        ...openTab("recovery"),
        see(".o_field_widget[name='recovery_debtor_id']:contains(Menuiserie Aubert)"),
        see(".o_field_widget[name='recovery_level_id']:contains(Relance ferme)"),
        see(".o_field_widget[name='recovery_last_notice_id']:contains(Relance ferme)"),
        press("action_recovery_hold"),
        see(".modal .o_field_widget[name='move_id']"),
        click(".modal button[special='cancel']"),
        press("action_view_recovery_notices"),
        see(".o_list_view .o_data_row:nth-child(3)"),
    ],
});

registry.category("web_tour.tours").add("recovery_beyond_limit", {
    steps: () => [
        see(".o_form_view .alert:contains(1 310,00)"),
        press("action_post"),
        see(".o_notification:contains(Traiteur Colin):contains(500,00):contains(1 310,00)"),
        see(".o_form_view button[name='action_register_payment']"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='posted']"),
        click(".o_notification_close"),
    ],
});

import { registry } from "@web/core/registry";
import { click, openTab, press, see, seeState } from "./steps";

registry.category("web_tour.tours").add("recovery_charge_late_fees", {
    steps: () => [
        ...openTab("law"),
        ...openTab("late_fees"),
        see(".o_field_widget[name='late_fee_origin_text']:contains(scénario)"),
        press("action_charge_late_fees"),
        see(".modal .o_data_row:contains(Indemnité forfaitaire)"),
        see(".modal .o_field_widget[name='total_text']:contains(€)"),
        press("action_charge", ".modal"),
        // core's form of the draft, with the mark
        see(".o_form_view .o_field_widget[name='invoice_line_ids'] .o_data_row:contains(Pénalités de retard)"),
        see(".o_form_view button[name='action_post']"),
        press("action_post"),
        seeState("posted", "Comptabilisé"),
    ],
});

registry.category("web_tour.tours").add("recovery_waive_late_fees", {
    steps: () => [
        ...openTab("law"),
        ...openTab("late_fees"),
        press("action_waive_late_fees"),
        see(".modal .o_data_row:contains(Intérêts de retard)"),
        {
            content: "why",
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit Geste commercial && press Tab",
        },
        press("action_waive", ".modal"),
        seeState("asked", "À approuver"),
        see(".o_field_widget[name='fee_ids'] .o_data_row:contains(Indemnité forfaitaire)"),
        click(".o_form_view button[name='action_withdraw']"),
        {
            content: "a reason",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Erreur && press Tab",
        },
        press("action_confirm", ".modal"),
        seeState("cancelled", "Retiré"),
    ],
});

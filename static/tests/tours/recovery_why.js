import { registry } from "@web/core/registry";
import { click, see } from "./steps";

/** A day is simulated, then the manager reads why each instalment would be reminded, or not. */
registry.category("web_tour.tours").add("recovery_why", {
    steps: () => [
        click(".o_list_button_add"),
        click("button[name='action_simulate']:contains(Simuler)"),
        see(".alert:contains(rien n’est écrit)"),
        see("[name='amount_simulated']"),
        click("button[name='action_view_verdicts']:contains(Pourquoi)"),
        click(".o_group_header:contains(Dans une relance)"),
        click(".o_data_row [name='partner_id']:contains(Traiteur Colin)"),
        see(".o_form_view .alert:contains(Dans une relance)"),
        see(".o_form_view [name='amount_claimed']:contains(310)"),
    ],
});

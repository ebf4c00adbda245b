import { registry } from "@web/core/registry";

const see = (trigger) => ({ content: `see ${trigger}`, trigger });
const click = (trigger) => ({ content: `click ${trigger}`, trigger, run: "click" });

registry.category("web_tour.tours").add("recovery_takeover", {
    steps: () => [
        see(".modal .o_field_widget[name='preview']:contains(Échéances ouvertes mises au niveau)"),
        see(".modal .o_field_widget[name='step_ids'] .o_data_row:contains(Dernier avis)"),
        click(".modal button[name='action_confirm']"),
        see(".o_list_view .o_data_row:contains(Boulangerie Dupont), .o_form_view:contains(Boulangerie Dupont)"),
    ],
});

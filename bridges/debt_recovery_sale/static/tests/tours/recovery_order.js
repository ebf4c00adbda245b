import { registry } from "@web/core/registry";

const see = (trigger) => ({ content: `see ${trigger}`, trigger });
const click = (trigger) => ({ content: `click ${trigger}`, trigger, run: "click" });

registry.category("web_tour.tours").add("recovery_order_refused", {
    steps: () => [
        see(".o_form_view .alert:contains(son plafond)"),
        click(".o_statusbar_buttons button[name='action_confirm']:not(:disabled)"),
        see(".modal:contains(acompte)"),
        click(".modal .modal-footer button:contains(Demander une dérogation)"),
        see(".modal .o_field_widget[name='text']:contains(son plafond)"),
        { content: "say why", trigger: ".modal .o_field_widget[name='reason'] textarea", run: "edit Client fidèle" },
        click(".modal button[name='action_confirm']"),
        see("body:not(:has(.modal))"),
        see(".o_notification:contains(Demande)"),
    ],
});

registry.category("web_tour.tours").add("recovery_order_granted", {
    steps: () => [
        see(".o_form_view .alert:contains(Dérogation accordée)"),
        click(".o_statusbar_buttons button[name='action_confirm']:not(:disabled)"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='sale']"),
    ],
});

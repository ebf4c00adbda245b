import { registry } from "@web/core/registry";
import { click, openTab, press, see } from "./steps";

const line = ".o_field_widget[name='limitation_line_ids'] .o_data_row";

registry.category("web_tour.tours").add("recovery_limitation", {
    steps: () => [
        ...openTab("law"),
        ...openTab("limitation"),
        see(".tab-pane.active .tab-pane.active .alert:contains(mise en demeure)"),
        see(`${line}:contains(L110-4):contains(5 ans)`),
        // the carriage of goods: one year, and a reason
        press("action_limitation_choice"),
        click(".modal .o_field_widget[name='kind_id'] input"),
        click(".o-autocomplete--dropdown-item:contains(Transport)"),
        see(".modal .o_field_widget[name='period_text']:contains(1 an)"),
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Lettre de voiture && press Tab",
        },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(`${line}:contains(Lettre de voiture):contains(Prescrite)`),
        // evidence without a document proves nothing
        press("action_limitation_event"),
        click(".modal .o_field_widget[name='cause_id'] input"),
        click(".o-autocomplete--dropdown-item:contains(Reconnaissance)"),
        see(".modal .o_field_widget[name='article']:contains(2240)"),
        {
            content: "a day that has passed",
            trigger: ".modal .o_field_widget[name='date'] input",
            run: "edit 02/01/2024 && press Tab",
        },
        press("action_confirm", ".modal"),
        see(".o_error_dialog:contains(pièce), .modal:contains(pièce)"),
        click(".modal .btn:contains(Fermer), .o_error_dialog .btn-primary"),
    ],
});

import { registry } from "@web/core/registry";
import { atStage, inWindow, next } from "./case_steps";
import { click, openMenu, openRow, openTab, press, see } from "./steps";

const field = (name, part = "") => `.o_form_view .o_field_widget[name='${name}'] ${part}`;

function choose(name, words) {
    return [
        { content: `type in ${name}`, trigger: field(name, "input"), run: `edit ${words}` },
        click(`.o-autocomplete--dropdown-menu li:first-child .dropdown-item:contains(${words})`),
    ];
}

function today(name) {
    return [
        click(`.o_form_view [name='${name}'] input, .o_form_view [name='${name}'] button`),
        click(".o_datetime_picker .o_today"),
    ];
}

function save() {
    return [click(".o_form_button_save"), see(".o_form_view:not(:has(.o_form_button_save:visible))")];
}

registry.category("web_tour.tours").add("recovery_execution_story", {
    steps: () => [
        // a title is held: what is next is to have it carried out
        see(next("Demander un acte d'exécution")),
        press("action_next_step"),
        ...choose("kind_id", "Saisie-attribution"),
        ...choose("bailiff_id", "Étude Vidal"),
        ...today("made_on"),
        ...save(),
        ...openTab("deadlines"),
        see(".o_field_widget[name='deadline_ids'] .o_data_row:contains(R211-3)"),
        ...openTab("fees"),
        see(".o_field_widget[name='cost_ids'] .o_data_row:contains(Saisie-attribution)"),
        // reported in time
        ...today("reported_on"),
        ...save(),
        ...openTab("deadlines"),
        see(".o_field_widget[name='deadline_ids'] .o_data_row:contains(R211-3):contains(Respectée)"),
        see(".o_field_widget[name='deadline_ids'] .o_data_row:contains(R211-11)"),
        // the title says what is left of it, and how long it lives
        press("action_view_title"),
        ...openTab("left"),
        see(".o_field_widget[name='left_principal']:contains(600,00)"),
        see(".o_field_widget[name='life_text']:contains(L111-4)"),
        press("action_view_acts"),
        see(".o_list_view .o_data_row:contains(Saisie-attribution)"),
        // from the menus too
        ...openMenu("recovery_menu", "recovery_title_menu", "Titres"),
        openRow("Injonction de payer"),
        see(".o_field_widget[name='head_ids'] .o_data_row:contains(600,00)"),
    ],
});

registry.category("web_tour.tours").add("recovery_execution_paid", {
    steps: () => [
        press("action_close"),
        {
            content: "say why",
            trigger: inWindow("reason", "input"),
            run: "edit Saisie-attribution : tout est payé",
        },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        atStage("Soldé"),
    ],
});

import { registry } from "@web/core/registry";
import { click, see, seeNo } from "./steps";

const bands = ".o_field_widget[name='recovery_exposure_bands']";
const search = (words) => ({
    content: `search ${words}`,
    trigger: ".o_searchview_input",
    run: `edit ${words}`,
});

registry.category("web_tour.tours").add("recovery_settings", {
    steps: () => [
        click(".settings_tab .tab[data-key='account']", 40000),
        // what most need is there; the scenario in force stands where none is chosen
        see("#recovery_identity .o_field_widget[name='recovery_legal_form']"),
        see("#recovery_reminders .o_field_widget[name='recovery_scenario_id'] input:not([placeholder=''])"),
        see("#recovery_automatic .o_field_widget[name='recovery_auto']"),
        see("#recovery_who .o_field_widget[name='recovery_contact_id']"),
        // the rest is folded
        see("#recovery_day .o_recovery_fold:not([open]) > summary"),
        click("#recovery_day summary"),
        see("#recovery_day .o_recovery_fold[open] .o_field_widget[name='recovery_priority']"),
        // what is searched for unfolds
        search("Tranches d'encours"),
        see(`.o_recovery_fold[open] ${bands} input`),
        seeNo(".o_field_widget[name='recovery_legal_form']"),
        // rows, not a text: one more, typed as people write numbers, in its place; one less
        click(`${bands} .o_recovery_numbers_add`),
        { content: "type", trigger: `${bands} input:last`, run: "edit 75 000,50 && press Tab" },
        {
            content: "it stands in its place",
            trigger: `${bands} div:nth-child(4) input:value(/^75\\s?000,50$/)`,
        },
        click(`${bands} div:nth-child(5) button`),
        // the page is loaded anew once the settings are kept
        { ...click(".o_form_button_save"), expectUnloadPage: true },
        see("body:not(:has(.o_dirty_warning)) .o_main_navbar"),
    ],
});

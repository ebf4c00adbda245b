import { registry } from "@web/core/registry";
import { click, openTab, press, see } from "./steps";

const noModal = see("body:not(:has(.modal))", 30000);
const row = (words) => `.o_list_view .o_data_row:contains(${words})`;
const opened = (words) => click(`${row(words)} .o_data_cell:not(.o_list_button):first`);

/** A tour that fails where it takes more clicks than it may: what is only looked at costs none. */
function addCounted(name, most, steps) {
    const clicks = steps.filter((step) => `${step.run || ""}`.startsWith("click")).length;
    if (clicks > most) {
        throw new Error(`${name} takes ${clicks} clicks, and may take ${most}`);
    }
    registry.category("web_tour.tours").add(name, { steps: () => steps });
}

// The commonest tasks, from the worklist on.
addCounted("recovery_counted_remind", 3, [
    opened("Traiteur Colin"),
    press("action_send_now"),
    see(".modal [name='text_html']:contains(Traiteur Colin)"),
    press("action_send", ".modal"),
    noModal,
    see(".o_notification:contains(Relance 1)"),
]);

addCounted("recovery_counted_call", 4, [
    click(`${row("Imprimerie Faure")} button[name='action_call']`),
    see(".modal [name='open_line_ids'] .o_data_row"),
    click(".modal [name='result_id'] .o_selection_badge:contains(Promet de payer)"),
    press("action_confirm", ".modal"),
    see(".modal [name='amount'] input"),
    press("action_confirm", ".modal"),
    noModal,
]);

addCounted("recovery_counted_print", 3, [
    opened("Menuiserie Aubert"),
    press("action_send_now"),
    see(".modal [name='text_html']:contains(MISE EN DEMEURE)"),
    press("action_print_letters", ".modal"),
    noModal,
    see(".o_form_view button[name='action_mark_letters_posted']"),
]);

// What waits to be printed, on its line of the worklist: printed, posted, and said so.
addCounted("recovery_counted_post", 3, [
    click(`${row("Menuiserie Aubert")} button[name='action_print_letters']`),
    click(`${row("Menuiserie Aubert")} button[name='action_mark_letters_posted']`),
    click(".modal footer .btn-primary"),
    noModal,
    see(".o_notification:contains(remis)"),
]);

addCounted("recovery_counted_case", 3, [
    click(`${row("Garage Lenoir")} .o_list_record_selector`),
    click(".o_control_panel .o_cp_action_menus button:contains(Actions)"),
    click(".o-dropdown--menu .o-dropdown-item:contains(Ouvrir un dossier)"),
    see(".o_form_view .o_recovery_case, .o_form_view .o_field_widget[name='stage_id']"),
]);

// The keyboard alone: down the worklist, a call, its result, the promise that follows.
registry.category("web_tour.tours").add("recovery_by_keyboard", {
    steps: () => [
        { trigger: ".o_searchview_input", run: "edit Faure" },
        see(".o_searchview_autocomplete .o-dropdown-item:contains(Faure)"),
        { trigger: ".o_searchview_input", run: "press Enter" },
        see(".o_searchview_facet:contains(Faure)"),
        see(`.o_list_view tbody:not(:has(.o_data_row:contains(Menuiserie Aubert))) .o_data_row:contains(Imprimerie Faure)`),
        { trigger: ".o_searchview_input", run: "press ArrowDown" },
        { trigger: ".o_list_view thead *:focus", run: "press ArrowDown" },
        { trigger: ".o_list_view .o_data_row *:focus", run: "press ArrowRight" },
        { trigger: ".o_list_view .o_data_row .o_data_cell:focus", run: "press Enter" },
        see(".o_form_view [name='display_name']:contains(Imprimerie Faure)", 30000),
        { trigger: ".o_form_view", run: "press alt+shift+c" },
        see(".modal [name='result_id'] .o_selection_badge:focus"),
        { trigger: ".modal [name='result_id'] .o_selection_badge:focus", run: "press Enter" },
        see(".modal [name='result_id'] .o_selection_badge.active:contains(Promet de payer)"),
        { trigger: ".modal", run: "press alt+q" },
        see(".modal [name='amount'] input"),
        { trigger: ".modal", run: "press alt+q" },
        noModal,
    ],
});

// What is read is changed, and leaves as it was read.
registry.category("web_tour.tours").add("recovery_read_before", {
    steps: () => [
        opened("Traiteur Colin"),
        press("action_send_now"),
        see(".modal [name='text_html']:contains(310,00)"),
        press("action_open", ".modal .o_field_widget[name='notice_ids']"),
        see(".modal .o_recovery_reading [name='preview_html']:contains(Traiteur Colin)"),
        { trigger: ".modal [name='subject'] input", run: "edit Un oubli sans doute" },
        press("action_show", ".modal"),
        see(".modal [name='preview_html']:contains(Un oubli sans doute)"),
        press("action_list", ".modal"),
        see(".modal [name='text_html']:contains(Un oubli sans doute)"),
        press("action_send", ".modal"),
        noModal,
        ...openTab("timeline"),
        see(".o_recovery_timeline_entry:contains(Un oubli sans doute)"),
        // nothing more leaves today by the scenario: one's own words do
        press("action_send_now"),
        see(".modal .alert:contains(Rien ne peut)"),
        press("action_open", ".modal footer"),
        see(".modal [name='preview_html']:contains(Traiteur Colin)"),
        { trigger: ".modal [name='subject'] input", run: "edit Comme convenu" },
        press("action_send", ".modal"),
        noModal,
        ...openTab("timeline"),
        see(".o_recovery_timeline_entry:contains(Comme convenu)"),
    ],
});

registry.category("web_tour.tours").add("recovery_agenda", {
    steps: () => [
        click(".o_control_panel .o_recovery_agenda"),
        see(".o_calendar_view .fc-event"),
        click(".o_switch_view.o_list"),
        see(".o_list_view .o_data_row:contains(Traiteur Colin)"),
        click(".o_list_view .o_data_row:contains(Traiteur Colin) button[name='action_open_debtor']"),
        see(".o_form_view [name='display_name']:contains(Traiteur Colin)"),
    ],
});

registry.category("web_tour.tours").add("recovery_read_in_campaign", {
    steps: () => [
        click(`.o_field_widget[name='notice_ids'] .o_data_row:contains(Garage Lenoir) button[name='action_read']`),
        see(".modal .o_recovery_reading [name='preview_html']:contains(Garage Lenoir)"),
        { trigger: ".modal [name='subject'] input", run: "edit Dernier mot" },
        press("action_confirm", ".modal"),
        noModal,
    ],
});

import { click, press, see } from "./steps";

export const inWindow = (name, part = "") => `.modal .o_field_widget[name='${name}'] ${part}`;
export const deadline = (words) => `.o_field_widget[name='deadline_ids'] .o_data_row:contains(${words})`;

export function choose(name, words) {
    return [
        { content: `type in ${name}`, trigger: inWindow(name, "input"), run: `edit ${words}` },
        // first of what was found: the list of everything, shown before, is gone
        click(`.o-autocomplete--dropdown-menu li:first-child .dropdown-item:contains(${words})`),
    ];
}

export function today(name = "date") {
    return [
        click(`.modal [name='${name}'] input, .modal [name='${name}'] button`),
        click(".o_datetime_picker .o_today"),
    ];
}

/** Says in the window of the procedure that this happened today. */
export function happens(words) {
    return [
        see(".modal:contains(Ce qui s'est passé)"),
        ...choose("kind_id", words),
        ...today(),
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
    ];
}

export const next = (words) => `.o_statusbar_buttons button[name='action_next_step']:contains(${words})`;
export const atStage = (words) =>
    see(
        [".o_arrow_button_current", ".dropdown-toggle"]
            .map((part) => `.o_statusbar_status ${part}:contains(${words}):visible`)
            .join(", ")
    );

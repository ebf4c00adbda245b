import { registry } from "@web/core/registry";
import { click, openInvoicing, press, see } from "./steps";

// What the first day may ask of an administrator.
const MOST = { screens: 6, clicks: 40, typed: 15 };

const step = (name, part) => `.o_recovery_setup_step[data-step='${name}'] ${part}`;
const done = (name) => see(step(name, ".fa-check-circle:visible"));

function type(name, words) {
    return { content: name, trigger: `.modal [name='${name}'] input, .modal [name='${name}'] textarea`, run: `edit ${words}` };
}

/** A window that one has to find one's way in. */
function screen(trigger) {
    return { ...see(trigger), content: `screen ${trigger}` };
}

const walk = () => [
    ...openInvoicing(),
    click(".o_menu_sections [data-menu-xmlid='account.menu_finance_configuration']"),
    click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_setup_menu']"),
    screen(".o_form_view .o_recovery_setup_step[data-step='identity']"),
    see(step("identity", ".fa-circle-o:visible")),
    click(step("identity", "button[name='action_open']")),
    screen(".modal .o_form_view [name='recovery_legal_form']"),
    type("recovery_legal_form", "SAS"),
    type("recovery_share_capital", "50000"),
    type("company_registry", "732829320"),
    type("recovery_rcs_city", "Paris"),
    type("recovery_signatory_name", "Claire Martin"),
    type("street", "12 rue de la Paix"),
    type("zip", "75002"),
    type("city", "Paris"),
    type("email", "compta@example.com"),
    click(".modal [name='bank_ids'] .o_field_x2many_list_row_add a"),
    type("acc_number", "FR1420041010050500013M02606"),
    // core loads the page again when a company is written
    { ...click(".modal footer button[special='save']"), expectUnloadPage: true },
    see("body:not(:has(.modal))"),
    done("identity"),
    click(step("preset", "[name='preset_id'] input")),
    click(".o-autocomplete--dropdown-menu .dropdown-item:first"),
    click(step("preset", "button[name='action_apply']:visible")),
    done("preset"),
    press("action_campaign"),
    screen(".o_form_view button[name='action_validate']"),
    press("action_validate"),
    press("action_send"),
    see(".o_data_row:contains(En file d'envoi)"),
];

function count(steps) {
    return {
        screens: steps.filter((one) => (one.content || "").startsWith("screen")).length,
        clicks: steps.filter((one) => one.run === "click").length,
        typed: steps.filter((one) => String(one.run).startsWith("edit")).length,
    };
}

registry.category("web_tour.tours").add("recovery_setup", {
    steps: () => {
        const steps = walk();
        const found = count(steps);
        for (const [name, most] of Object.entries(MOST)) {
            if (found[name] > most) {
                throw new Error(`the first day asks for ${found[name]} ${name}: at most ${most}`);
            }
        }
        return steps;
    },
});

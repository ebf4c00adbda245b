import { registry } from "@web/core/registry";
import { choose, happens, inWindow, today } from "./case_steps";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

/** Chooses a word of a list of the window. */
function pick(name, words) {
    return [
        click(inWindow(name, ".o_select_menu_toggler")),
        click(`.o_select_menu_item:contains(${words})`),
        see(inWindow(name, `input:value(${words})`)),
    ];
}

/** Confirms the window, which closes. */
function confirm() {
    return [press("action_confirm", ".modal"), see("body:not(:has(.modal))")];
}

const type = (name, words) => ({
    content: `type ${name}`,
    trigger: inWindow(name, "input"),
    run: `edit ${words}`,
});

registry.category("web_tour.tours").add("recovery_insolvency_story", {
    steps: () => [
        // the judgment is recorded on the debtor
        click(".o_recovery_more_toggle"),
        press("action_record_insolvency", ".o-dropdown--menu"),
        ...pick("kind", "Redressement judiciaire"),
        ...today("date"),
        ...today("published_on"),
        ...choose("trustee_id", "SELARL Bernard"),
        ...confirm(),
        see(".o_form_view [name='banner']:contains(collective)"),
        // it is read from there, with what it stops
        press("action_view_insolvencies"),
        seeState("open", ""),
        ...openTab("effects"),
        see(".o_field_widget[name='effect_ids'] .o_data_row:contains(L622-21)"),
        // what we are owed is declared
        press("action_declare"),
        see(".o_field_widget[name='claim_ids'] .o_data_row:contains(FAC)"),
        see(".o_field_widget[name='declare_until']"),
        ...openTab("rank"),
        ...openTab("guarantors"),
        ...openTab("claims"),
        press("action_begin"),
        press("action_record"),
        ...happens("Créance déclarée"),
        press("action_record"),
        see(".modal:contains(Ce qui s'est passé)"),
        ...choose("kind_id", "Créance admise"),
        ...today(),
        type("amount", "1000,00"),
        ...confirm(),
        // the plan, with its dividends
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_insolvency_menu", "Procédures collectives"),
        openRow("Redressement judiciaire"),
        press("action_record"),
        ...pick("what", "Plan arrêté"),
        ...today("date"),
        ...confirm(),
        seeState("plan", ""),
        press("action_declare"),
        seeState("admitted", ""),
        press("action_plan_dividends"),
        ...today("first_on"),
        type("count", "4"),
        type("remitted_percent", "60"),
        ...confirm(),
        ...openTab("dividends"),
        see(".o_field_widget[name='dividend_ids'] .o_data_row:contains(100,00)"),
        see(".o_field_widget[name='amount_left']:contains(400,00)"),
    ],
});

registry.category("web_tour.tours").add("recovery_insolvency_payments", {
    steps: () => [
        press("action_look_for_payments"),
        see(".o_form_view .alert-danger:contains(Un paiement depuis le jugement)"),
        ...openTab("dividends"),
        see(".o_field_widget[name='dividend_ids'] .o_data_row.text-success:contains(100,00)"),
        press("action_view_payments"),
        openRow("300,00"),
        see(".o_form_view .alert-danger"),
        press("action_is_authorised"),
        ...giveReason("Ordonnance du juge-commissaire"),
        see(".o_field_widget[name='nature']:contains(Autorisé)"),
        see(".o_form_view:not(:has(.alert-danger))"),
    ],
});

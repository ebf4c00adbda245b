import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, press, see, seeNo } from "./steps";

const open = (entry) => [
    click(".o_menu_sections [data-menu-xmlid='account.menu_finance_reports']"),
    click(`.o-dropdown--menu [data-menu-xmlid='debt_recovery.${entry}']`),
];
const choose = (name, words) => [
    click(`.modal .o_field_widget[name='${name}'] .o_select_menu_toggler`),
    click(`.o_select_menu_item:contains(${words})`),
];
const close = [click(".modal-footer .btn[special='cancel'], .modal-footer button:contains(Fermer)"), see("body:not(:has(.modal))")];

// The auditor reads a list on the screen before it is printed.
registry.category("web_tour.tours").add("recovery_lists", {
    steps: () => [
        ...openInvoicing(),
        ...open("recovery_listing_menu"),
        see(".modal .o_field_widget[name='subject']"),
        ...choose("subject", "Promesses"),
        press("action_show", ".modal"),
        see(".modal .o_recovery_preview td:contains(Traiteur Colin)"),
        see(".modal .o_recovery_preview td:contains(Attendue)"),
        // another list: what is shown is no longer the answer
        ...choose("subject", "Litiges"),
        seeNo(".o_recovery_preview td", ".modal"),
        press("action_show", ".modal"),
        see(".modal .o_recovery_preview:contains(Rien dans cette liste)"),
        ...close,
    ],
});

// A manager holds a customer's data, hands them out, and looks at what would be erased.
registry.category("web_tour.tours").add("recovery_retention", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_reports", "recovery_retention_hold_menu", "Gels légaux"),
        openRow("Ancien client"),
        press("action_lift"),
        ...giveReason("Procédure abandonnée"),
        see(".o_field_widget[name='lift_reason']:contains(Procédure abandonnée)"),
        ...open("recovery_purge_wizard_menu"),
        see(".modal .o_field_widget[name='preview'] td:contains(Ancien client)"),
        ...choose("kind", "Dossiers clos"),
        see(".modal .o_field_widget[name='preview']:contains(Il n’y a rien à effacer)"),
        ...choose("kind", "Appels, visites"),
        see(".modal .o_field_widget[name='preview'] td:contains(Ancien client)"),
        { trigger: ".modal [name='reason'] input", run: "edit Effacement annuel" },
        press("action_confirm", ".modal"),
        click(".modal:contains(ne peut être) .modal-footer .btn-primary"),
        see("body:not(:has(.modal))"),
        ...openMenu("account.menu_finance_reports", "recovery_purge_menu", "Effacements"),
        openRow("Effacement annuel"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(Ancien client)"),
        // all that is held
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Menuiserie Aubert"),
        click(".o_recovery_more_toggle"),
        click("button[name='action_dossier']"),
        see(".modal .o_field_widget[name='record_count']"),
        see(".modal button[name='action_export_json']"),
        ...close,
        ...openMenu("account.menu_finance_configuration", "recovery_retention_rule_menu", "Durées de conservation"),
        openRow("Dossiers clos"),
        see(".o_form_view .o_field_widget[name='months']"),
    ],
});

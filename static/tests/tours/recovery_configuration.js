import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

const level = ".modal .o_form_view";

registry.category("web_tour.tours").add("recovery_configuration", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_configuration", "recovery_scenario_menu", "Scénarios"),
        see(".o_list_button_add"),
        openRow("Standard"),
        see(".o_field_widget[name='level_ids'] .o_data_row:contains(Mise en demeure):contains(45)"),
        see(".o_field_widget[name='level_ids'] .o_data_row:contains(Relance 1)"),
        click(".o_field_widget[name='level_ids'] .o_data_row:contains(Mise en demeure) [name='name']"),
        see(`${level} .o_field_widget[name='deadline_days']`),
        see(`${level} .nav-link.active[name='wording']`),
        see(`${level} .o_field_widget[name='subject'] input:value(/mettre|demeure/i)`),
        see(`${level} .o_field_widget[name='body']:contains(Madame, Monsieur)`),
        { content: "more time to pay", trigger: `${level} [name='deadline_days'] input`, run: "edit 20" },
        click(`${level} .o_field_widget[name='body'] .o_recovery_insert_field .o_select_menu_toggler`),
        see(".o_select_menu_item:contains(Somme réclamée, par devise)"),
        click(`${level} .o_field_widget[name='body'] .o_recovery_insert_field .o_select_menu_toggler`),
        click(".modal .o_form_button_save"),
        see("body:not(:has(.modal))"),
        click(".o_form_button_save"),
        see(".o_form_saved, .o_form_view:not(:has(.o_form_dirty))"),
        ...openMenu("account.menu_finance_configuration", "recovery_case_stage_menu", "Étapes"),
        openRow("Requête déposée"),
        see(".o_field_widget[name='kind']"),
        see(".o_field_widget[name='name'] input:value(Requête déposée)"),
    ],
});

const settings = "account.menu_finance_configuration";
const openWindow = [
    click(`.o_menu_sections [data-menu-xmlid='${settings}']`),
    click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_configuration_wizard_menu']"),
];

// The part of another database's file that differs.
const fromElsewhere = {
    format: "debt_recovery.configuration",
    version: 1,
    module: "19.0",
    currency: "EUR",
    languages: ["en_US", "fr_FR"],
    company: {},
    settings: {
        "recovery.scenario": [
            {
                ref: "debt_recovery.recovery_scenario_standard",
                title: "Standard",
                own: false,
                left: [],
                values: { cap_contacts: 5 },
            },
        ],
    },
};

registry.category("web_tour.tours").add("recovery_configuration_file", {
    steps: () => [
        ...openInvoicing(),
        ...openWindow,
        // out of here
        press("action_export_json", ".modal"),
        see(".modal .o_field_widget[name='file_out'] a"),
        // into here, changed
        {
            content: "choose the file of the other database",
            trigger: ".modal .o_field_widget[name='file'] input[type='file']:not(:visible)",
            async run() {
                const files = [new File([JSON.stringify(fromElsewhere)], "siege.json", { type: "application/json" })];
                await inputFiles(".modal .o_field_widget[name='file'] input[type='file']", files);
            },
        },
        see(".modal .o_field_widget[name='file'] input:value(siege.json)"),
        press("action_show", ".modal"),
        see(".modal .o_recovery_changed tr:contains(Standard):contains(5)"),
        press("action_apply", ".modal"),
        see(".o_form_view h1:contains(siege.json)"),
        seeState("applied"),
        press("action_undo"),
        ...giveReason("Mauvais fichier"),
        seeState("undone"),
        ...openMenu(settings, "recovery_configuration_change_menu", "Configurations"),
        see(".o_list_view .o_data_row:contains(siege.json)"),
    ],
});

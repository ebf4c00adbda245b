import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, openTab, see } from "./steps";

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
        click(`${level} .nav-link[name='placeholders']`),
        see(`${level} code:contains(object.amount_text)`),
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

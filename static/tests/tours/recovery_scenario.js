import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, openTab, see } from "./steps";

const field = (name, part = "") => `.o_form_view .o_field_widget[name='${name}'] ${part}`;

function choose(name, words) {
    return [
        { content: `type in ${name}`, trigger: field(name, "input"), run: `edit ${words}` },
        click(`.o-autocomplete--dropdown-menu .dropdown-item:contains(${words})`),
    ];
}

function save() {
    return [click(".o_form_button_save"), see(".o_form_view:not(:has(.o_form_button_save:visible))")];
}

registry.category("web_tour.tours").add("recovery_choose_scenario", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_configuration", "recovery_scenario_rule_menu", "Règles de choix"),
        see(".o_data_row:contains(Clients à l'étranger):contains(établis hors de France)"),
        see(".o_data_row:contains(Consommateurs):contains(dont la nature est Consommateur)"),
        click(".o_list_button_add"),
        { content: "name", trigger: field("name", "input"), run: "edit Gros impayés" },
        { content: "amount", trigger: field("overdue_min", "input"), run: "edit 4000" },
        ...choose("scenario_id", "Grand compte"),
        see(field("summary") + ":contains(en retard d'au moins 4 000,00):contains(« Grand compte »)"),
        { content: "before the others", trigger: field("sequence", "input"), run: "edit 1" },
        ...save(),
        see(".o_form_view button[name='action_view_debtors']:contains(1)"),
        click(".o_form_view button[name='action_view_debtors']"),
        see(".o_list_view .o_data_row:contains(Menuiserie Aubert)"),
        openRow("Menuiserie Aubert"),
        ...openTab("rank"),
        see(field("effective_scenario_id") + ":contains(Grand compte)"),
        see(field("scenario_origin_text") + ":contains(Gros impayés)"),
        // chosen by hand goes before the rule
        ...choose("scenario_id", "Petit débiteur"),
        ...save(),
        see(field("scenario_origin_text") + ":contains(Choisi à la main)"),
    ],
});

registry.category("web_tour.tours").add("recovery_wording", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("account.menu_finance_configuration", "recovery_level_menu", "Textes des niveaux"),
        openRow("Relance 1"),
        see(field("preview_html") + ":contains(Menuiserie Aubert), " + field("preview_debtor_id")),
        see(field("preview_html") + ":contains(Sauf erreur ou omission)"),
        // a good payer who is late for once reads other words
        click(field("preview_tone", ".o_select_menu_toggler")),
        click(".o_select_menu_item:contains(Bon payeur)"),
        see(field("preview_html") + ":contains(habituellement)"),
        click(field("preview_look", "label:contains(Courrier)")),
        see(field("preview_html") + ":contains(Claire Martin)"),
        // what is typed shows before it is saved
        {
            content: "type",
            trigger: field("body", ".odoo-editor-editable p:contains(\"Il s'agit\")"),
            run: "editor Merci de votre diligence.",
        },
        click(field("subject", "input")),
        see(field("preview_html") + ":contains(Merci de votre diligence)"),
        // a field is chosen by its name, and stands in the text as a chip that bears it
        click(field("body", ".o_recovery_insert_field .o_select_menu_toggler")),
        click(".o_select_menu_item:contains(payées à bonne date)"),
        see(field("body", "t[t-out='object.paid_on_time_text']")),
        {
            content: "the chip bears its name",
            trigger: field("body", "t[t-out='object.paid_on_time_text']"),
            run({ anchor }) {
                const shown = getComputedStyle(anchor, "::before").content;
                if (!shown.includes("payées à bonne date")) {
                    throw new Error(`the chip shows ${shown}`);
                }
            },
        },
        see("body:not(:has(.o_select_menu_item))"), // the list of the other text is closed
        click(field("subject", ".o_recovery_insert_field .o_select_menu_toggler")),
        click(".o_select_menu_item:contains(Nom du client)"),
        see(field("subject", "input:value(/{{ object.debtor_name }}/)")),
        ...save(),
    ],
});

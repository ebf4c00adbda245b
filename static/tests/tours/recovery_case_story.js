import { registry } from "@web/core/registry";
import { atStage, choose, deadline, happens, inWindow, next, today } from "./case_steps";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

registry.category("web_tour.tours").add("recovery_case_story", {
    steps: () => [
        // from the mise en demeure that has expired
        press("action_open_case"),
        see(".o_field_widget[name='amount_now']:contains(200,00)"),
        atStage("Pré-contentieux"),
        see(next("Contrôler s'il peut aller en justice")),
        // checked: each of them with its reason
        press("action_next_step"),
        see(".o_list_view .o_data_row:contains(mise en demeure)"),
        see(".o_list_view .o_data_row:contains(Personne n'a dit ce qui est espéré)"),
        see(".o_list_view .o_data_row:contains(S'y oppose):contains(amiables)"),
        click(".o_back_button"),
        // red: a manager decides, and says why
        see(".alert-danger:contains(Quelque chose s'oppose)"),
        ...openTab("gate"),
        press("action_override_gate"),
        ...giveReason("Trois appels, non notés"),
        see(next("Constituer le dossier")),
        press("action_next_step"),
        atStage("Dossier à constituer"),
        // the advisor lays all procedures beside each other
        see(next("Choisir la procédure")),
        press("action_next_step"),
        see(".modal .o_data_row:contains(Injonction de payer (tribunal de commerce)):contains(Ouvert)"),
        see(".modal .o_data_row:contains(Injonction de payer (tribunal judiciaire)):contains(Condition non remplie)"),
        see(".modal .o_data_row:contains(Référé-provision):contains(De mémoire)"),
        ...choose("type_id", "Injonction de payer (tribunal de commerce)"),
        { content: "say why", trigger: inWindow("reason", "textarea"), run: "edit Rien n'est contesté" },
        press("action_confirm", ".modal"),
        // the procedure: what happened is dated
        seeState("preparing", "En préparation"),
        press("action_record"),
        ...happens("Requête déposée"),
        seeState("running", "En cours"),
        press("action_record"),
        ...happens("Ordonnance rendue"),
        see(".o_form_view:contains(Ordonnance signifiée)"),
        // the case follows, with its deadline
        press("action_view_case"),
        atStage("Titre obtenu"),
        see(next("Noter ce qui s'est passé")),
        see(".o_field_widget[name='next_deadline_name']:contains(Signifier l)"),
        ...openTab("deadlines"),
        see(`${deadline("Signifier l")}:contains(CPC 1411)`),
        click(`${deadline("Signifier l")} [name='article']`),
        see(".modal .o_field_widget[name='why']:contains(3 mois)"),
        see(".modal .o_field_widget[name='sanction_text']:contains(non aven)"),
        click(".modal .btn-close"),
        see("body:not(:has(.modal))"),
        // met by what is recorded next
        press("action_next_step"),
        ...happens("Ordonnance signifiée"),
        ...openTab("deadlines"),
        see(`${deadline("Signifier l")}:contains(Respectée)`),
        see(`${deadline("Opposition du débiteur")}:contains(CPC 1416)`),
        // a cost
        ...openTab("costs"),
        see(".o_field_widget[name='cost_ids'] .o_data_row:contains(33,47)"),
        press("action_add_cost"),
        { content: "what it is", trigger: inWindow("name", "input"), run: "edit Signification" },
        { content: "how much", trigger: inWindow("amount", "input"), run: "edit 72,50" },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(".o_field_widget[name='cost_ids'] .o_data_row:contains(Signification):contains(72,50)"),
        // the chronology has it all
        ...openTab("chronology"),
        click(".o_field_widget[name='chronology'] button:contains(Tout afficher)"),
        see(".o_field_widget[name='chronology']:contains(Ordonnance signifiée):contains(Requête déposée)"),
        // the worklist and the board too
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_deadline_menu", "Échéances procédurales"),
        ...openMenu("recovery_menu", "recovery_case_menu", "Contentieux"),
        click(".o_kanban_record:contains(Menuiserie Aubert)"),
        // closed, and it says how
        press("action_close"),
        see(".modal .alert:contains(restent ouverts)"),
        click(`${inWindow("kind")} .o_radio_item:contains(Irrécouvrable) input`),
        { content: "why", trigger: inWindow("reason", "input"), run: "edit Liquidation judiciaire" },
        press("action_confirm", ".modal"),
        see("body:not(:has(.modal))"),
        see(".o_form_view .alert:contains(Liquidation judiciaire)"),
        atStage("Irrécouvrable"),
    ],
});

registry.category("web_tour.tours").add("recovery_case_law", {
    steps: () => [
        ...openInvoicing(),
        // a condition that ends on a day, by a manager
        ...openMenu("account.menu_finance_configuration", "recovery_procedure_type_menu", "Types de procédures"),
        see(".o_data_row:contains(créances commerciales incontestées)"),
        openRow("Référé-provision"),
        ...openTab("conditions"),
        click(".o_field_widget[name='condition_ids'] .o_data_row:contains(sérieusement) [name='reason']"),
        see(".modal .o_field_widget[name='fact']"),
        ...today("valid_to"),
        click(".modal .o_form_button_save"),
        see("body:not(:has(.modal))"),
        click(".o_form_button_save"),
        see(".o_form_saved, .o_form_view:not(:has(.o_form_dirty))"),
        ...openTab("events"),
        ...openTab("costs"),
        ...openTab("outcomes"),
        ...openTab("law"),
        // the rules of the time limits say their law too
        ...openMenu("account.menu_finance_configuration", "recovery_deadline_rule_menu", "Règles d"),
        see(".o_data_row:contains(CPC 1411 (décret 2026-96))"),
        openRow("CPC 1425"),
        see(".o_field_widget[name='article'] input:value(CPC 1425)"),
    ],
});

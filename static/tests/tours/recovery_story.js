import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

const notices = ".o_field_widget[name='notice_ids']";
const notice = (words) => `${notices} .o_data_row:contains(${words})`;

registry.category("web_tour.tours").add("recovery_story", {
    steps: () => [
        ...openInvoicing(),
        // À relancer: who matters most comes first
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        see(".o_list_view .o_data_row:first:contains(Menuiserie Aubert)"),
        see(".o_data_row:contains(Menuiserie Aubert) [name='amount_overdue']:contains(200,00)"),
        see(".o_data_row:contains(Menuiserie Aubert) [name='todo_text']:contains(Mise en demeure)"),
        see(".o_data_row:contains(Garage Lenoir) [name='amount_overdue']:contains(850,50)"),
        see(".o_data_row:last:contains(Traiteur Colin)"),
        openRow("Menuiserie Aubert"),
        see(".o_form_view [name='amount_overdue']:contains(200,00)"),
        see(".o_form_view button[name='action_hold']:contains(Suspendre)"),
        click(".o_back_button"),
        see(".o_list_view .o_data_row:contains(Menuiserie Aubert)"),
        // A campaign: proposed, looked at
        ...openMenu("recovery_menu", "recovery_campaign_menu", "Campagnes"),
        click(".o_list_button_add"),
        see(".o_form_view button[name='action_propose']:contains(Proposer)"),
        press("action_propose"),
        seeState("proposed", "À vérifier", 20000),
        see(`${notices}:not(:has(.o_data_row:nth-child(5))) .o_data_row:nth-child(4)`),
        see(`${notice("Menuiserie Aubert")} [name='level_id']:contains(Mise en demeure)`),
        see(`${notice("Imprimerie Faure")} [name='level_id']:contains(appel)`),
        click(`${notice("Garage Lenoir")} [name='debtor_id']`),
        see(".modal .o_field_widget[name='line_ids'] .o_data_row [name='amount_due']:contains(850,50)"),
        see(".modal .o_field_widget[name='addressee_id']:contains(Garage Lenoir)"),
        click(".modal .btn-close"),
        // One is taken out with a reason, then put back
        click(`${notice("Traiteur Colin")} button[name='action_exclude']`),
        ...giveReason("Accord commercial en cours"),
        see(`${notice("Traiteur Colin")} [name='status']:contains(Exclu)`),
        click(`${notice("Traiteur Colin")} [name='debtor_id']`),
        see(".modal .alert:contains(Accord commercial en cours)"),
        click(".modal .btn-close"),
        click(`${notice("Traiteur Colin")} button[name='action_restore']`),
        see(`${notice("Traiteur Colin")} button[name='action_exclude']`),
        ...openTab("left_out"),
        ...openTab("notices"),
        // Validated, sent
        see(".o_form_view button[name='action_validate']:contains(Valider)"),
        press("action_validate"),
        seeState("validated", "Valid"),
        see(".o_form_view button[name='action_send']:contains(Envoyer)"),
        press("action_send"),
        seeState("waiting", "", 60000), // two letters to print, a call to make
        see(".o_notification:contains(2)"),
        see(".alert [name='waiting_text']:contains(2)"),
        see(".o_form_view button[name='action_print_letters']:contains(Imprimer)"),
        see(`${notice("Menuiserie Aubert")} [name='status']:contains(pri)`),
        // The debtor remembers it, and what comes next is no longer what was sent
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        // the letters are still to print: their lines say so, the others wait behind the filter
        see(".o_recovery_counts [data-kind='print']:contains(2)"),
        see(".o_data_row:contains(Garage Lenoir) button[name='action_print_letters']"),
        click(".o_searchview_facet .o_facet_remove"),
        openRow("Menuiserie Aubert"),
        ...openTab("timeline"),
        see(".o_recovery_timeline_entry:contains(Lettre recommandée)"),
        see(".o_field_widget[name='notice_ids'] .o_data_row:first [name='level_id']:contains(Mise en demeure)"),
        see(".o_field_widget[name='notice_ids'] .o_data_row:first [name='status']:contains(pri)"),
        see(".o-mail-Chatter .o-mail-Message:contains(Menuiserie Aubert MED-)"),
        // it is to print: no deadline runs yet
        see(".o_field_widget[name='next_action_text']:contains(Mise en demeure MED/):contains(pri)"),
        see(".o_recovery_banner[data-kind='not_posted']:contains(pri):not(:contains(jusqu))"),
        see(".o_form_view:not(:has(.o_field_widget[name='amount_to_claim']))"),
    ],
});

registry.category("web_tour.tours").add("recovery_paid", {
    steps: () => [
        // from the invoice's own form
        press("action_register_payment"),
        press("action_create_payments", ".modal"),
        see("body:not(:has(.modal)) .o_form_view:not(:has(button[name='action_register_payment']))"),
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_campaign_menu", "Campagnes"),
        click(".o_list_button_add"),
        press("action_propose"),
        seeState("proposed", "À vérifier", 20000),
        see(`${notices}:not(:has(.o_data_row:nth-child(4))) .o_data_row:nth-child(3)`),
        see(`${notices}:not(:has(.o_data_row:contains(Menuiserie Aubert)))`),
    ],
});

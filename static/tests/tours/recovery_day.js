import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, openTab, press, see } from "./steps";

const order = (name) => `.o_recovery_order [data-order='${name}']`;
const result = (words) => `.modal [name='result_id'] .o_selection_badge:contains(${words})`;
const noModal = see("body:not(:has(.modal))", 30000);

registry.category("web_tour.tours").add("recovery_day", {
    steps: () => [
        ...openInvoicing(),
        // what there is to do, in the order that one chooses
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        see(".o_list_view .o_data_row:first:contains(Menuiserie Aubert)"),
        see(".o_recovery_counts [data-kind='remind']:contains(4)"),
        click(order("cash")),
        see(`${order("cash")}.active`),
        see(".o_list_view .o_data_row:first:contains(Imprimerie Faure)"),
        click(".o_switch_view.o_kanban"),
        see(".o_kanban_group:contains(À relancer) .o_kanban_record:first:contains(Imprimerie Faure)"),
        click(order("risk")),
        see(`.o_kanban_view ${order("risk")}.active`),
        see(".o_kanban_group:contains(À relancer) .o_kanban_record:first:contains(Menuiserie Aubert)"),
        click(".o_switch_view.o_list"),
        see(".o_list_view .o_data_row:first:contains(Menuiserie Aubert)"),
        click(".o_recovery_counts [data-kind='remind']"),
        see(".o_searchview_facet:contains(À relancer)"),
        // a call: the script and the advice, the result, the next call
        openRow("Garage Lenoir"),
        see(".o_recovery_ageing_gauge button[data-bucket='3']:contains(61)"),
        press("action_call"),
        see(".modal [name='script']:contains(Garage Lenoir)"),
        see(".modal [name='tips']:contains(Jamais)"),
        click(result("Pas de réponse")),
        see(".modal [name='next_step']:contains(Rappeler)"),
        see(".modal [name='next_date']"),
        { content: "note", trigger: ".modal [name='note'] textarea", run: "edit Sonne dans le vide" },
        press("action_confirm", ".modal"),
        noModal,
        ...openTab("timeline"),
        see(".o_recovery_timeline_entry:contains(Pas de réponse):contains(Sonne dans le vide)"),
        // what would leave, then it leaves
        click(".o_back_button"),
        openRow("Traiteur Colin"),
        press("action_send_now"),
        see(".modal .o_recovery_send_preview:contains(Relance 1):contains(310,00)"),
        press("action_send", ".modal"),
        noModal,
        see(".o_notification:contains(Relance 1)"),
        ...openTab("timeline"),
        see(".o_recovery_timeline_entry:contains(E-mail)"),
        // nothing more can leave today: the reasons, instalment by instalment
        press("action_send_now"),
        see(".modal .alert:contains(Rien ne peut)"),
        see(".modal .o_recovery_send_preview:contains(FAC)"),
        click(".modal footer [special='cancel']:visible, .modal .btn-close"),
        noModal,
        // a letter of one's own
        press("action_log_contact"),
        { content: "subject", trigger: ".modal [name='subject'] input", run: "edit Copie des factures" },
        press("action_confirm", ".modal"),
        noModal,
        see(".o_recovery_timeline_entry:first:contains(Copie des factures)"),
    ],
});

registry.category("web_tour.tours").add("recovery_worklist_by_address", {
    steps: () => [
        see(".o_list_view .o_data_row:first:contains(Menuiserie Aubert)"),
        see(".o_recovery_counts [data-kind='remind']:contains(4)"),
    ],
});

registry.category("web_tour.tours").add("recovery_worklist_by_address_later", {
    steps: () => [
        see(".o_list_view .o_data_row:first:contains(Imprimerie Faure)"),
        see(".o_list_view:not(:has(.o_data_row:contains(Menuiserie Aubert)))"),
        see(".o_recovery_counts [data-kind='remind']:contains(3)"),
    ],
});

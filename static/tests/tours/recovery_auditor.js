import { registry } from "@web/core/registry";
import { click, openInvoicing, openMenu, openRow, openTab, see, seeNo } from "./steps";

const writes = ".o_list_button_add, .o_form_button_create, .o-kanban-button-new";

registry.category("web_tour.tours").add("recovery_auditor", {
    steps: () => [
        ...openInvoicing(),
        // the worklist and a debtor, without a button that changes anything
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        see(".o_list_view .o_data_row:first:contains(Menuiserie Aubert)"),
        seeNo(writes),
        openRow("Menuiserie Aubert"),
        see(".o_form_view .o_field_widget[name='amount_overdue']:contains(200,00)"),
        seeNo(`button[name='action_call'], button[name='action_send_now'], button[name='action_hold'], button[name='action_open_case'], ${writes}`),
        // campaigns
        ...openMenu("recovery_menu", "recovery_campaign_menu", "Campagnes"),
        seeNo(writes),
        click(".o_list_view .o_data_row:first .o_data_cell:first"),
        see(".o_field_widget[name='notice_ids'] .o_data_row"),
        seeNo("button[name='action_send'], button[name='action_validate'], button[name='action_exclude']"),
        // cases
        ...openMenu("recovery_menu", "recovery_case_menu", "Contentieux"),
        see(".o_kanban_group"),
        seeNo(writes),
        // reports: the aged balance, what was sent, the journal
        click(".o_menu_sections [data-menu-xmlid='account.menu_finance_reports']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_aged_balance_menu']"),
        see(".o_recovery_aged_balance .o_recovery_ageing:contains(320,50)"),
        see(".o_recovery_aged_balance button[data-act='print']:contains(Imprimer)"),
        ...openMenu("account.menu_finance_reports", "recovery_open_items_menu", "Postes ouverts"),
        see(".o_list_view .o_data_row:contains(Menuiserie Aubert)"),
        ...openMenu("account.menu_finance_reports", "recovery_delivery_menu", "Envois"),
        see(".o_list_view .o_data_row:contains(Traiteur Colin)"),
        seeNo(writes),
        ...openMenu("account.menu_finance_reports", "recovery_event_menu", "Journal"),
        openRow("Traiteur Colin"),
        see(".o_form_view .o_field_widget[name='author_name']"),
        seeNo(writes),
        // the invoice behind it
        ...openMenu("account.menu_finance_reports", "recovery_open_items_menu", "Postes ouverts"),
        openRow("Menuiserie Aubert"),
        see(".o_form_view .o_field_widget[name='partner_id']:contains(Menuiserie Aubert)"),
        ...openTab("recovery"),
        see(".o_field_widget[name='recovery_level_id']:contains(Relance ferme)"),
        seeNo("button[name='action_recovery_hold']"),
    ],
});

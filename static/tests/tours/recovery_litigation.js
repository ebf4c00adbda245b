import { registry } from "@web/core/registry";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see } from "./steps";

const column = (title) => `.o_kanban_group:has(.o_column_title:contains(${title}))`;
const card = ".o_kanban_record:contains(Menuiserie Aubert)";

registry.category("web_tour.tours").add("recovery_litigation", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_debtor_menu", "À relancer"),
        openRow("Menuiserie Aubert"),
        see(".o_form_view button[name='action_open_case']:contains(Ouvrir un dossier)"),
        press("action_open_case"),
        click(".modal:contains(dossier) .modal-footer .btn-primary"),
        // the case
        see(".o_field_widget[name='amount_now']:contains(200,00)"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(FAC)"),
        see(".o_statusbar_status .o_arrow_button_current:contains(Pré-contentieux)"),
        // the first button is what is next: what stands against going to court
        see(".o_statusbar_buttons button[name='action_next_step']:contains(Contrôler)"),
        press("action_next_step"),
        see(".o_list_view .o_data_row:contains(La créance est certaine)"),
        see(".o_list_view .o_data_row:contains(si elle est contestée)"),
        // on the board
        ...openMenu("recovery_menu", "recovery_case_menu", "Contentieux"),
        see(`${column("Pré-contentieux")} ${card}:contains(200,00)`),
        {
            content: "take it to the next stage",
            trigger: `${column("Pré-contentieux")} ${card}`,
            run: (helpers) => helpers.drag_and_drop(column("Dossier à constituer")),
        },
        see(`${column("Dossier à constituer")} ${card}`),
        click(`${column("Dossier à constituer")} ${card}`),
        see(".o_statusbar_status .o_arrow_button_current:contains(Dossier à constituer)"),
        click(".o_statusbar_status .o_arrow_button:contains(Requête déposée)"),
        see(".o_statusbar_status .o_arrow_button_current:contains(Requête déposée)"),
        // the invoice says so
        press("action_view_moves"),
        see(".o_breadcrumb:contains(Factures)"),
        openRow("FAC"),
        ...openTab("recovery"),
        see(".o_field_widget[name='recovery_case_id']:contains(Menuiserie Aubert)"),
        see(".o_field_widget[name='recovery_hold_text']:contains(dossier)"),
        // the debtor too, and closing asks why
        ...openMenu("recovery_menu", "recovery_case_menu", "Contentieux"),
        click(card),
        press("action_close"),
        see(".modal .alert:contains(restent ouverts)"),
        ...giveReason("Liquidation judiciaire"),
        see(".o_form_view .alert:contains(Liquidation judiciaire)"),
    ],
});

import { registry } from "@web/core/registry";
import { inputFiles } from "@web/../tests/utils";
import { click, giveReason, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

const write = (name, value, within = ".modal") => ({
    content: `write ${name}`,
    trigger: `${within} .o_field_widget[name='${name}'] input`,
    run: `edit ${value} && press Tab`,
});

/** A manager reviews, an accountant posts: here one person is both. */
const reviewAndPost = () => [
    seeState("draft", "Proposé"),
    press("action_review"),
    seeState("reviewed", "Revu"),
    press("action_post"),
    seeState("posted", "Comptabilisé"),
];

/** Joins the document that proves it. */
const joinProof = (name) => [
    {
        content: "join the document",
        trigger: ".modal .o_field_widget[name='attachment_ids']",
        async run() {
            const files = [new File(["jugement"], name, { type: "text/plain" })];
            await inputFiles(".modal .o_field_widget[name='attachment_ids'] input[type='file']", files);
        },
    },
    see(`.modal .o_field_widget[name='attachment_ids']:contains(${name})`),
];

registry.category("web_tour.tours").add("recovery_doubtful_liquidation", {
    steps: () => [
        click(".o_recovery_more_toggle"),
        press("action_transfer_doubtful", ".o-dropdown--menu"),
        see(".modal .o_data_row:contains(200,00)"),
        write("reason", "Liquidation publiée au BODACC"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        press("action_view_claims"),
        seeState("doubtful", "Douteuse"),
        see(".o_field_widget[name='net_open']:contains(000,00)"),
        // the file proves the loss
        press("action_lose"),
        see(".modal .o_field_widget[name='loss_proof_id'] input:value(liquidation)"),
        see(".modal .o_field_widget[name='vat_until']:contains(31)"),
        ...joinProof("jugement.txt"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        press("action_view_claims"),
        seeState("lost", "Perdue"),
        see(".o_field_widget[name='vat_open']:contains(200,00)"),
        // its VAT
        press("action_recover_vat"),
        ...joinProof("jugement-tva.txt"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        see(".o_field_widget[name='mention']:contains(article 272 du CGI)"),
        see(".o_form_view button[name='action_print_duplicates']"),
    ],
});

/** Selects the claims of an entry in their list, and opens the window of a loss from there. */
const loseFromTheList = (name) => [
    press("action_view_claims"),
    see(".o_list_view .o_data_row:count(2)"),
    click(".o_list_view thead .o_list_record_selector input"),
    press(name, ".o_control_panel"),
    see(".modal .o_field_widget[name='doubtful_ids'] .o_tag:count(2)"),
];

registry.category("web_tour.tours").add("recovery_doubtful_two_taxes", {
    steps: () => [
        // a service of 20 % with VAT on receipts, and a sale of 5.5 % with VAT on debits
        click(".o_recovery_more_toggle"),
        press("action_transfer_doubtful", ".o-dropdown--menu"),
        see(".modal .o_data_row:contains(200,00)"),
        see(".modal .o_data_row:contains(055,00)"),
        write("reason", "Liquidation publiée au BODACC"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        // one loss for both, each without its VAT
        ...loseFromTheList("action_lose"),
        ...joinProof("jugement.txt"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        see(".o_field_widget[name='line_ids'] .o_data_row:count(2)"),
        see(".o_field_widget[name='amount']:contains(000,00)"),
        // the VAT of the sale comes back on the return; that of the service, never due, is cancelled instead
        ...loseFromTheList("action_recover_vat"),
        see(".modal p:contains(annulée)"),
        ...joinProof("jugement-tva.txt"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(200,00)"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(55,00)"),
        see(".o_field_widget[name='mention']:contains(article 272 du CGI)"),
        press("action_view_move"),
        ...openTab("aml_tab"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(44574):contains(200,00)"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(44571):contains(55,00)"),
    ],
});

registry.category("web_tour.tours").add("recovery_doubtful_closing", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_doubtful_closing_menu", "Clôtures"),
        click(".o_list_button_add"),
        write("day", "21/11/2026", ".o_form_view"),
        click(".o_form_button_save"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(Ateliers Rivoire)"),
        see(".o_field_widget.o_readonly_modifier[name='day']:contains(21)"),
        click(".o_field_widget[name='line_ids'] .o_data_row:first .o_data_cell[name='rate']"),
        {
            content: "another rate",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:first [name='rate'] input",
            run: "edit 40 && press Tab",
        },
        {
            content: "its justification",
            trigger: ".o_field_widget[name='line_ids'] .o_data_row:first [name='justification'] input",
            run: "edit Vend ses locaux",
        },
        click(".o_form_button_save"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(Vend ses locaux)"),
        press("action_review"),
        seeState("reviewed", "Revu"),
        press("action_book"),
        seeState("reviewed", "Revu"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(Vend ses locaux)"),
        press("action_post"),
        seeState("posted", "Comptabilisé"),
    ],
});

registry.category("web_tour.tours").add("recovery_doubtful_receipt", {
    steps: () => [
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_doubtful_menu", "Créances douteuses"),
        openRow("Ateliers Rivoire"),
        seeState("lost", "Perdue"),
        press("action_receive"),
        click(".modal .o_field_widget[name='line_id'] input"),
        click(".o-autocomplete--dropdown-item:contains(PBNK)"),
        see(".modal .o_field_widget[name='amount'] input:value(600,00)"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(500,00)"),
        // one button takes it back, with a reason
        press("action_reverse"),
        ...giveReason("Virement d'un autre client"),
        press("action_post"),
        seeState("reversed", ""),
        see(".o_field_widget[name='reversal_reason']:contains(Virement)"),
    ],
});

registry.category("web_tour.tours").add("recovery_doubtful_adopt", {
    steps: () => [
        ...openInvoicing(),
        click(".o_menu_sections [data-menu-xmlid='debt_recovery.recovery_menu']"),
        click(".o-dropdown--menu [data-menu-xmlid='debt_recovery.recovery_doubtful_adopt_wizard_menu']"),
        see(".modal .o_data_row:contains(F2024-118)"),
        see(".modal .o_field_widget[name='ledger_depreciation']:contains(400,00)"),
        click(".modal .o_data_row:contains(F2024-118) .o_data_cell[name='depreciated']"),
        {
            content: "what was booked of it",
            trigger: ".modal .o_data_row [name='depreciated'] input",
            run: "edit 400 && press Tab",
        },
        see(".modal .o_field_widget[name='gap']:contains(0,00)"),
        press("action_confirm", ".modal"),
        see(".o_notification:contains(F2024-118)"),
        ...openMenu("recovery_menu", "recovery_doubtful_menu", "Créances douteuses"),
        openRow("F2024-118"),
        seeState("doubtful", "Douteuse"),
        see(".o_field_widget[name='depreciated']:contains(400,00)"),
    ],
});

registry.category("web_tour.tours").add("recovery_set_off", {
    steps: () => [
        see(".alert:contains(300,00)"),
        click(".o_recovery_more_toggle"),
        press("action_set_off", ".o-dropdown--menu"),
        see(".modal .o_field_widget[name='amount'] input:value(300,00)"),
        press("action_confirm", ".modal"),
        ...reviewAndPost(),
    ],
});

import { registry } from "@web/core/registry";
import { inWindow } from "./case_steps";
import { click, openInvoicing, openMenu, openRow, openTab, press, see, seeState } from "./steps";

const pieces = ".o_field_widget[name='exhibit_ids']";
const missing = ".o_field_widget[name='missing_requirement_ids']";
const piece = (words) => `${pieces} .o_data_row:contains(${words})`;
const said = (words) => see(`.o_notification:contains(${words})`);

function upload(name) {
    return {
        content: `upload ${name}`,
        trigger: `${inWindow("attachment_ids")} input[type='file']:not(:visible)`,
        run() {
            const files = new DataTransfer();
            files.items.add(new File(["signed"], name, { type: "text/plain" }));
            this.anchor.files = files.files;
            this.anchor.dispatchEvent(new Event("change", { bubbles: true }));
        },
    };
}

registry.category("web_tour.tours").add("recovery_evidence", {
    steps: () => [
        // what the rooms know, in one click
        ...openTab("evidence"),
        see(".alert:contains(Factures telles qu'envoyées)"),
        press("action_collect_exhibits"),
        said("Pièces ajoutées"),
        see(piece("BC 12")),
        // what is required and missing has its button
        see(`${missing} .o_data_row:contains(Bon de livraison):contains(Requise)`),
        click(`${missing} .o_data_row:contains(Bon de livraison) button`),
        see(`${inWindow("name", "input")}:value(Bon de livraison ou réception signé)`),
        { content: "say where from", trigger: inWindow("origin", "input"), run: "edit Classeur du dépôt" },
        upload("bl.txt"),
        see(`${inWindow("attachment_ids")}:contains(bl.txt)`),
        press("action_add", ".modal"),
        said("Ni PDF ni image"),
        see(piece("Bon de livraison ou réception signé")),
        see(`${missing}:not(:contains(Bon de livraison))`),
        // left out, taken in
        click(`${piece("BC 12")} button[name='action_leave_out']`),
        click(`${piece("BC 12")} button[name='action_take_in']`),
        see(`${piece("BC 12")}:contains(À numéroter) button[name='action_leave_out']`),
        // looked at first: no number is given
        press("action_preview_bundle"),
        seeState("done", "Assemblé"),
        see(".o_form_view:has(.o_widget_web_ribbon:contains(Aperçu))"),
        click(".o_back_button"),
        // numbered for good, and the same when it is made again
        ...openTab("evidence"),
        press("action_bind"),
        click(".modal .modal-footer .btn-primary"),
        seeState("done", "Assemblé"),
        see(".o_field_widget[name='exhibit_ids'] .o_data_row:contains(BC 12)"),
        see(".alert:contains(Ni PDF ni image)"),
        press("action_verify"),
        said("identique, octet pour octet"),
        click(".o_back_button"),
        ...openTab("evidence"),
        see(`${piece("BC 12")}:contains(Numérotée)`),
        // a document: what it lacks is named, then it leaves
        press("action_new_document"),
        {
            content: "choose the template",
            trigger: ".o_field_widget[name='template_id'] input",
            run: "edit Lettre d'instruction",
        },
        see(".o-autocomplete--dropdown-menu li:nth-child(2):contains(Recherche avancée)"),
        click(".o-autocomplete--dropdown-menu li:first-child .dropdown-item:contains(Lettre d'instruction)"),
        see(".alert:contains(Manque avant le départ)"),
        { content: "say what", trigger: ".o_field_widget[name='requests'] textarea", run: "edit Prendre date" },
        click(".o_form_button_save"),
        see(".o_field_widget[name='preview_html']:contains(Prendre date)"),
        see(".o_form_view:not(:has(.alert:contains(Manque avant le départ)))"),
        ...openTab("text"),
        press("action_issue"),
        click(".modal .modal-footer .btn-primary"),
        seeState("issued", "Émis"),
        see(".o_field_widget[name='sha256']"),
        // all pieces, files and documents; what types require; the words of documents
        ...openInvoicing(),
        ...openMenu("recovery_menu", "recovery_exhibit_menu", "Pièces des dossiers"),
        openRow("BC 12"),
        see(".o_form_view .o_field_widget[name='sha256']"),
        ...openMenu("recovery_menu", "recovery_bundle_menu", "Dossiers de pièces"),
        ...openMenu("recovery_menu", "recovery_case_document_menu", "Documents des dossiers"),
        ...openMenu("account.menu_finance_configuration", "recovery_exhibit_requirement_menu", "Pièces requises"),
        see(".o_data_row:contains(Factures telles qu'envoyées)"),
        ...openMenu("account.menu_finance_configuration", "recovery_case_document_template_menu", "Modèles"),
        see(".o_list_view .o_data_row:contains(Chronologie de la créance)"),
        click(".o_list_view .o_data_row:contains(Lettre d'instruction) .o_data_cell[name='name']"),
        ...openTab("preview"),
        see(".o_field_widget[name='preview_html']:contains(Menuiserie Aubert)"),
    ],
});

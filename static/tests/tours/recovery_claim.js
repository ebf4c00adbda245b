import { registry } from "@web/core/registry";
import { click, press, see, seeNo } from "./steps";

/** Issues the statement that the open window shows, and comes back. */
function issue() {
    return [
        see(".modal [name='preview'] table"),
        press("action_issue", ".modal"),
        see(".o_form_view button[name='action_open_document']"),
        click(".o_back_button"),
    ];
}

registry.category("web_tour.tours").add("recovery_claim", {
    steps: () => [
        // the less daily buttons wait behind “More”; the daily ones are in the row
        see(".o_recovery_daily:not(.o_recovery_no_room) > button[name='action_open_case']"),
        seeNo(".o_recovery_daily button[name='action_claim_statement']"),
        click(".o_recovery_more_toggle"),
        click(".o-dropdown--menu button[name='action_claim_statement']"),
        ...issue(),
        see(".o_form_view button[name='action_view_claim_statements']"),
        // from a case
        press("action_open_case"),
        click(".modal:contains(dossier) .modal-footer .btn-primary"),
        see(".o_field_widget[name='line_ids'] .o_data_row:contains(FAC)"),
        press("action_claim_statement"),
        see(".modal .o_field_widget[name='case_id']:contains(Garage Lenoir)"),
        ...issue(),
        see(".o_form_view button[name='action_view_claim_statements']"),
    ],
});

import { registry } from "@web/core/registry";
import { click, press, see, seeNo } from "./steps";

/** A long sending shows how far it is, and ends with a sentence. */
registry.category("web_tour.tours").add("recovery_progress", {
    steps: () => [
        press("action_send"),
        see(".modal .o_recovery_progress .progress-bar", 20000),
        see(".modal .o_recovery_progress:contains(25)"),
        see(".o_notification:contains(25)", 60000),
        see("body:not(:has(.modal))"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='waiting']"),
        seeNo("button[name='action_send']"),
    ],
});

/** Whoever does not wait is told that the job goes on, and comes back to the bar. */
registry.category("web_tour.tours").add("recovery_progress_left", {
    steps: () => [
        press("action_send"),
        click(".modal:has(.o_recovery_progress) footer .btn-secondary, .modal-footer .btn-secondary", 20000),
        see("body:not(:has(.modal))"),
        see(".o_notification"),
        see(".o_statusbar_status .o_arrow_button_current[data-value='sending']"),
        press("action_reload"),
        see(".modal .o_recovery_progress", 20000),
        see(".o_statusbar_status .o_arrow_button_current[data-value='waiting']", 60000),
    ],
});

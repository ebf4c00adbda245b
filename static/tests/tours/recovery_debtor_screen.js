import { registry } from "@web/core/registry";
import { click, openRow, openTab, press, see } from "./steps";

/** What somebody does in so many clicks at most, what is typed left aside. */
function inClicks(most, ...steps) {
    const all = steps.flat();
    const clicks = all.filter((step) => step.run === "click").length;
    if (clicks > most) {
        throw new Error(`${clicks} clicks instead of ${most}`);
    }
    return all;
}

const invoice = ".o_field_widget[name='open_line_ids'] .o_data_row:first";
const noModal = see("body:not(:has(.modal))");

registry.category("web_tour.tours").add("recovery_suspend_an_invoice", {
    steps: () => [
        see(".o_list_view .o_data_row:contains(Garage Lenoir)"),
        ...inClicks(
            3,
            openRow("Garage Lenoir"),
            click(`${invoice} button[name='action_recovery_hold']`),
            see(".modal .o_field_widget[name='move_id']"),
            { content: "say why", trigger: ".modal [name='reason'] input", run: "edit Avoir à venir" },
            press("action_confirm", ".modal")
        ),
        noModal,
        see(`${invoice} [name='recovery_standing_text']:contains(Avoir à venir)`),
    ],
});

registry.category("web_tour.tours").add("recovery_why_not_reminded", {
    steps: () => [
        see(".o_list_view .o_data_row:contains(Garage Lenoir)"),
        // on the screen of the debtor itself, and campaign by campaign one click further
        ...inClicks(1, openRow("Garage Lenoir"), see(".o_form_view [name='next_action_text']:contains(retard)")),
        see(`${invoice} [name='recovery_standing_text']:contains(Relance)`),
        ...inClicks(1, press("action_view_verdicts")),
        see(".o_breadcrumb:contains(Pourquoi)"),
    ],
});

registry.category("web_tour.tours").add("recovery_print_and_post", {
    steps: () => [
        ...inClicks(
            3,
            press("action_print_letters"),
            press("action_mark_letters_posted"),
            click(".modal .modal-footer .btn-primary")
        ),
        noModal,
        see(".o_form_view:not(:has(button[name='action_mark_letters_posted']))"),
    ],
});

const isShown = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && left >= 0 && right <= window.innerWidth + 1;
};

registry.category("web_tour.tours").add("recovery_debtor_on_a_phone", {
    steps: () => [
        {
            content: "what matters fits the width",
            trigger: ".o_form_view .o_recovery_summary",
            run() {
                const sheet = document.querySelector(".o_form_view .o_form_sheet");
                if (sheet.scrollWidth > sheet.clientWidth) {
                    throw new Error("the sheet is wider than the screen");
                }
                for (const selector of [
                    "[name='display_name']",
                    "[name='phone']",
                    "[name='amount_overdue']",
                    "[name='next_level_id']",
                    "[name='next_action_text']",
                    ".o_recovery_ageing_track",
                    "[name='open_line_ids'] .o_kanban_record:not(.o_kanban_ghost)",
                ]) {
                    const element = sheet.querySelector(selector);
                    if (!element || !isShown(element)) {
                        throw new Error(`${selector} is not seen whole`);
                    }
                }
            },
        },
        ...openTab("timeline"),
    ],
});

registry.category("web_tour.tours").add("recovery_debtor_above_the_fold", {
    steps: () => [
        {
            content: "the first invoice is seen without scrolling",
            trigger: `.o_form_view ${invoice}`,
            run({ anchor }) {
                if (anchor.getBoundingClientRect().bottom > window.innerHeight) {
                    throw new Error("the first invoice stands below the fold");
                }
                const amounts = document.querySelector(".o_form_sheet").innerText.split("850,50").length - 1;
                if (amounts > 2) {
                    throw new Error(`the same amount stands ${amounts} times on the screen`);
                }
            },
        },
    ],
});

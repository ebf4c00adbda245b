import { registry } from "@web/core/registry";
import { BadgeSelectionField, badgeSelectionField } from "@web/views/fields/badge_selection/badge_selection_field";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Badges that are chosen by the keyboard too: Tab comes to them, arrows go from one to the next, Enter or Space chooses. */
export class ResultChoice extends BadgeSelectionField {
    static template = "debt_recovery.ResultChoice";

    isReached(option, index) {
        return this.value ? this.value === option[0] : index === 0;
    }

    onKeydown(event, option) {
        if (event.key === "Enter" || event.key === " ") {
            this.onChange(option[0]);
        } else if (event.key in STEPS) {
            const badges = [...event.target.parentElement.children];
            const next = badges.indexOf(event.target) + STEPS[event.key];
            badges[(next + badges.length) % badges.length].focus();
        } else {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
    }
}

registry.category("fields").add("recovery_result_choice", { ...badgeSelectionField, component: ResultChoice });

import { Component, reactive, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const PATIENCE = 1000; // what takes less shows no bar, only its sentence
const PAUSE = 500;
const IDLE_ROUNDS = 60; // somebody else has what is left: the scheduled job comes back to it

/** How far a long work is. Closing it leaves the rest to the scheduled job. */
export class ProgressDialog extends Component {
    static template = "debt_recovery.ProgressDialog";
    static components = { Dialog };
    static props = { title: String, figures: Object, close: Function };

    setup() {
        this.figures = useState(this.props.figures);
    }

    get share() {
        return this.figures.total ? Math.round((100 * this.figures.done) / this.figures.total) : 0;
    }

    get doneText() {
        return _t("%(done)s of %(total)s done", this.figures);
    }

    get leftText() {
        return _t("Left: %s", this.figures.remaining);
    }
}

/** Does a long work batch by batch, each one committed: see `recovery.campaign.action_go_on`. */
export async function recoveryProgress(env, action) {
    const { model, id, total } = action.params;
    const figures = reactive({ done: 0, remaining: total, total });
    let isLeft = false;
    let closeDialog;
    const timer = browser.setTimeout(() => {
        closeDialog = env.services.dialog.add(
            ProgressDialog,
            { title: action.name, figures },
            { onClose: () => (isLeft = true) }
        );
    }, PATIENCE);
    try {
        for (let idle = 0; !isLeft && idle < IDLE_ROUNDS; ) {
            const { remaining, next } = await env.services.orm.silent.call(model, "action_go_on", [[id]]);
            if (next) {
                return next;
            }
            if (remaining === figures.remaining) {
                idle++;
                await new Promise((resolve) => browser.setTimeout(resolve, PAUSE));
            } else {
                idle = 0;
            }
            figures.remaining = remaining;
            figures.done = Math.max(figures.total - remaining, 0);
        }
    } finally {
        browser.clearTimeout(timer);
        closeDialog?.();
    }
    return {
        type: "ir.actions.client",
        tag: "display_notification",
        params: {
            type: "info",
            message: _t("The scheduled job continues with the rest: this screen shows its progress."),
            next: { type: "ir.actions.act_window_close" },
        },
    };
}

registry.category("actions").add("recovery_progress", recoveryProgress);

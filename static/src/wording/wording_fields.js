import { HtmlField, htmlField } from "@html_editor/fields/html_field";
import { QWebPlugin } from "@html_editor/others/qweb_plugin";
import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** The list of the fields that a text may be filled with, by the names that people give them. */
export class InsertField extends Component {
    static template = "debt_recovery.InsertField";
    static components = { SelectMenu };
    static props = { placeholders: Array, onInsert: Function };

    get choices() {
        return this.props.placeholders.map(([value, label]) => ({ value, label }));
    }
}

/** Return the closed list of a text, as the server describes its field. */
function getPlaceholders(props) {
    return props.record.fields[props.name].placeholders || [];
}

/** A line with placeholders: one is inserted where the cursor stood, written as it is stored. */
export class WordingLine extends CharField {
    static template = "debt_recovery.WordingLine";
    static components = { ...CharField.components, InsertField };

    get placeholders() {
        return getPlaceholders(this.props);
    }

    /** The line as it reads: its words, and its fields by their names; nothing where it has no field. */
    get parts() {
        const names = new Map(this.placeholders.map(([name, label]) => [name, label]));
        const text = this.props.record.data[this.props.name] || "";
        const parts = text.split(/\{\{\s*object\.(\w+)\s*\}\}/);
        const read = parts.map((part, index) => (index % 2 ? { chip: names.get(part) || part } : { text: part }));
        return parts.length > 1 ? read.map((part, key) => ({ ...part, key })) : [];
    }

    insert(name) {
        const text = this.input.el.value;
        const before = text.slice(0, this.selectionStart);
        const after = text.slice(this.selectionStart);
        const written = `${/[^\s(«“'’]$/.test(before) ? " " : ""}{{ object.${name} }}`;
        this.selectionStart = before.length + written.length;
        return this.props.record.update({ [this.props.name]: before + written + after });
    }
}

let lastScope = 0;

/** A text with placeholders: they stand in their sentence as chips that bear their names. */
export class WordingText extends HtmlField {
    static template = "debt_recovery.WordingText";
    static components = { ...HtmlField.components, InsertField };

    setup() {
        super.setup();
        this.scope = `o_recovery_wording_${++lastScope}`;
        this.isEntered = false;
    }

    get placeholders() {
        return getPlaceholders(this.props);
    }

    /** What each chip shows: a rule of style, so that nothing is added to the text itself. */
    get chipStyle() {
        return this.placeholders
            .map(
                ([name, title]) =>
                    `.${this.scope} t[t-out="object.${name}"]::before { content: ${JSON.stringify(title)} !important; }`
            )
            .join("\n");
    }

    getConfig() {
        const config = super.getConfig();
        return { ...config, Plugins: [...config.Plugins, QWebPlugin] };
    }

    onFocusIn(ev) {
        this.isEntered ||= Boolean(ev.target.closest(".odoo-editor-editable"));
    }

    async insert(name) {
        const { dom, history, selection } = this.editor.shared;
        if (!this.isEntered) {
            selection.setCursorEnd(this.editor.editable.lastElementChild || this.editor.editable);
            this.isEntered = true;
        }
        const chip = this.editor.document.createElement("t");
        chip.setAttribute("t-out", `object.${name}`);
        dom.insert(chip);
        history.addStep();
        await this.commitChanges();
    }
}

registry.category("fields").add("recovery_wording_line", {
    ...charField,
    component: WordingLine,
    displayName: _t("Line with fields"),
    supportedTypes: ["char"],
});

registry.category("fields").add("recovery_wording", {
    ...htmlField,
    component: WordingText,
    displayName: _t("Text with fields"),
});

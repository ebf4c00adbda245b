import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A text of codes, shown and chosen by the names of what bears them: nobody types a code. */
export class CodeChoice extends Component {
    static template = "debt_recovery.CodeChoice";
    static components = { SelectMenu };
    static props = {
        ...standardFieldProps,
        model: { type: String },
        code: { type: String, optional: true },
        selection: { type: String, optional: true },
        several: { type: Boolean, optional: true },
        placeholder: { type: String, optional: true },
        required: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ choices: [] });
        onWillStart(async () => {
            this.state.choices = await this.loadChoices();
        });
    }

    async loadChoices() {
        const { model, selection, code = "code" } = this.props;
        if (selection) {
            const fields = await this.orm.call(model, "fields_get", [[selection], ["selection"]]);
            return fields[selection].selection.map(([value, label]) => ({ value, label }));
        }
        const rows = await this.orm.searchRead(model, [], [code, "name"], { context: { active_test: false } });
        const names = new Map(rows.map((row) => [row[code], row.name]));
        return [...names].map(([value, label]) => ({ value, label }));
    }

    get codes() {
        const text = this.props.record.data[this.props.name] || "";
        return text
            .split(",")
            .map((code) => code.trim())
            .filter(Boolean);
    }

    get choices() {
        const known = new Set(this.state.choices.map((choice) => choice.value));
        const others = this.codes.filter((code) => !known.has(code));
        return [...this.state.choices, ...others.map((code) => ({ value: code, label: code }))];
    }

    get value() {
        return this.props.several ? this.codes : this.codes[0] || null;
    }

    get names() {
        const names = new Map(this.choices.map((choice) => [choice.value, choice.label]));
        return this.codes.map((code) => names.get(code)).join(", ");
    }

    choose(value) {
        const text = this.props.several ? (value || []).join(", ") : value;
        this.props.record.update({ [this.props.name]: text || false });
    }
}

export const codeChoice = {
    component: CodeChoice,
    displayName: _t("Choice by name"),
    supportedTypes: ["char"],
    extractProps: ({ options, placeholder }, dynamicInfo) => ({
        model: options.model,
        code: options.code,
        selection: options.selection,
        several: Boolean(options.several),
        placeholder,
        required: dynamicInfo.required,
    }),
};

registry.category("fields").add("recovery_code_choice", codeChoice);

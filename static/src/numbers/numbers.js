import { Component, useState } from "@odoo/owl";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const UNITS = { days: _t("days"), months: _t("months"), percent: "%" };

/** A text of numbers, shown and changed as rows: nobody types what parts them. What they may be, the model says. */
export class NumbersField extends Component {
    static template = "debt_recovery.Numbers";
    static props = {
        ...standardFieldProps,
        separator: { type: String },
        unit: { type: String, optional: true },
        isFalling: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({ rows: [] });
        useRecordObserver((record) => {
            const text = record.data[this.props.name] || "";
            if (text !== this.written) {
                this.written = text;
                this.state.rows = this.split(text).map((number) => this.show(number));
            }
        });
    }

    get unit() {
        return UNITS[this.props.unit] || "";
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    split(text) {
        const words = text.split(this.props.separator).map((word) => word.trim());
        return words.filter((word) => word);
    }

    show(word) {
        const number = Number(word.replace(/\s/g, "").replace(",", "."));
        return Number.isNaN(number) ? word : formatFloat(number, { digits: [16, Number.isInteger(number) ? 0 : 2] });
    }

    /** Read a row as people type numbers in their language; what is none is left to the model, which says so. */
    read(row) {
        try {
            return parseFloat(row);
        } catch {
            return row;
        }
    }

    change(index, value) {
        this.state.rows[index] = value.trim();
        this.write();
    }

    add() {
        this.state.rows.push("");
    }

    remove(index) {
        this.state.rows.splice(index, 1);
        this.write();
    }

    write() {
        const numbers = this.state.rows.filter((row) => row).map((row) => this.read(row));
        if (numbers.every((number) => typeof number === "number")) {
            numbers.sort((one, other) => (this.props.isFalling ? other - one : one - other));
            this.state.rows = [
                ...numbers.map((number) => this.show(String(number))),
                ...this.state.rows.filter((row) => !row),
            ];
        }
        this.written = numbers.join(`${this.props.separator} `);
        this.props.record.update({ [this.props.name]: this.written || false });
        this.written ||= "";
    }
}

registry.category("fields").add("recovery_numbers", {
    component: NumbersField,
    displayName: _t("Numbers"),
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({
        separator: options.separator,
        unit: options.unit,
        isFalling: Boolean(options.falling),
    }),
});

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.misc import get_lang

from ..common.bounds import write_number
from .conditions import (
    AMOUNT,
    BOOL,
    CHOICE,
    FACTS,
    NO,
    NUMBERS,
    OPERATORS,
    UNKNOWN,
    Row,
    is_comparable,
    read_value,
)

_ANSWERS = [("bool.true", "Yes"), ("bool.false", "No")]
_CHOICES = [(f"{key}.{code}", label) for key, fact in FACTS.items() for code, label in fact.choices.items()]


class RecoveryCondition(models.AbstractModel):
    """One condition that data ask of a case: a fact, how it is compared, with what, and why in words.

    What it is compared with is typed, or is a legal parameter of the day: a ceiling of the law is held once.
    """

    _name = "recovery.condition"
    _description = "Recovery: condition on the facts of a case"
    _inherit = ["recovery.traced.settings"]
    _order = "sequence, id"
    _typed = (
        "sequence", "fact", "operator", "value", "choice", "number", "parameter_key", "reason", "is_advice",
        "alternative", "valid_from", "valid_to",
    )  # fmt: skip

    sequence = fields.Integer(default=10)
    fact = fields.Selection([(key, fact.label) for key, fact in FACTS.items()], required=True)
    fact_kind = fields.Char(compute="_compute_fact_kind")
    possible_operators = fields.Json(compute="_compute_fact_kind")
    possible_choices = fields.Json(compute="_compute_fact_kind")
    operator = fields.Selection([(key, label) for key, (label, _kinds) in OPERATORS.items()], required=True)
    value = fields.Char(
        "Comparison value", help="true or false, a number with a dot (5000.00), a code, or several separated by commas."
    )
    choice = fields.Selection(
        _ANSWERS + _CHOICES, string="Answer", compute="_compute_answer", inverse="_inverse_answer", readonly=False
    )
    number = fields.Float("Figure", compute="_compute_answer", inverse="_inverse_answer", readonly=False)
    parameter_key = fields.Char(
        "Legal parameter",
        help="Key of the legal parameter that gives the figure of the day, instead of an entered one.",
    )
    reason = fields.Char("Why", required=True, translate=True, help="What is required, in words, with its article.")
    is_advice = fields.Boolean(
        "Recommendation only",
        help="Advisable, but not required by law: if it is not met, the screen says so and blocks nothing.",
    )
    alternative = fields.Integer(
        "Alternative group", help="One is enough among conditions with the same number. 0: required on its own."
    )
    valid_from = fields.Date("In force from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A condition cannot end before it begins.",
    )

    @api.depends("fact")
    def _compute_fact_kind(self):
        for condition in self:
            kind = condition.fact_kind = FACTS[condition.fact].kind if condition.fact in FACTS else False
            condition.possible_operators = [key for key, (_label, kinds) in OPERATORS.items() if kind in kinds]
            condition.possible_choices = [
                key for key, _label in (_ANSWERS if kind == BOOL else _CHOICES) if self._is_of(key, condition.fact)
            ]

    @api.model
    def _is_of(self, choice, fact):
        """Tell whether an answer may be given to a fact."""
        return choice.split(".")[0] in ("bool", fact)

    @api.depends("fact", "operator", "value")
    def _compute_answer(self):
        for condition in self:
            condition.choice, condition.number = False, 0.0
            if not is_comparable(condition.fact, condition.operator, condition.value):
                continue
            first = read_value(condition.fact, condition.value)[0]
            kind = FACTS[condition.fact].kind
            if kind == BOOL:
                condition.choice = "bool.true" if first else "bool.false"
            elif kind == CHOICE and condition.operator in ("is", "is_not"):
                condition.choice = f"{condition.fact}.{first}"
            elif kind in NUMBERS:
                condition.number = float(first)

    def _inverse_answer(self):
        """Do nothing more: what is typed there has become the value before anything is checked."""

    @api.model
    def _prepare_creation(self, vals_list):
        return super()._prepare_creation([self._read_answer(vals, [vals.get("fact")]) for vals in vals_list])

    @api.model
    def _prepare_change(self, vals):
        facts = [vals["fact"]] if "fact" in vals else self.mapped("fact")
        return super()._prepare_change(self._read_answer(vals, facts))

    @api.model
    def _read_answer(self, vals, facts):
        """Return the values with the choice or the figure that was typed as what the fact is compared with."""
        choice, number = vals.get("choice"), vals.get("number")
        if isinstance(choice, str) and choice.count(".") == 1:
            return {**vals, "value": choice.split(".")[1]}
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if not is_number or vals.get("value") or vals.get("parameter_key"):
            return vals
        if all(isinstance(fact, str) and fact in FACTS and FACTS[fact].kind in NUMBERS for fact in facts):
            return {**vals, "value": f"{number:.2f}"}
        return self._read_written(vals, facts)

    @api.model
    def _read_written(self, vals, facts):
        """Return the values with a figure that was typed as a text: ``40,00`` is ``40.00``."""
        are_numbers = all(isinstance(fact, str) and fact in FACTS and FACTS[fact].kind in NUMBERS for fact in facts)
        if not facts or not are_numbers or not isinstance(vals.get("value"), str):
            return vals
        try:
            return {**vals, "value": write_number(vals["value"])}
        except ValueError:
            return vals

    @api.depends("fact", "operator", "value", "parameter_key")
    @api.depends_context("lang")
    def _compute_display_name(self):
        facts = dict(self._fields["fact"]._description_selection(self.env))
        operators = dict(self._fields["operator"]._description_selection(self.env))
        for condition in self:
            condition.display_name = self.env._(
                "%(fact)s: %(operator)s %(value)s",
                fact=facts.get(condition.fact, ""),
                operator=operators.get(condition.operator, ""),
                value=condition._get_value_in_words(),
            )

    def _get_value_in_words(self):
        """Return what the fact is compared with, as people read it."""
        self.ensure_one()
        if self.parameter_key:
            return self.parameter_key
        if not is_comparable(self.fact, self.operator, self.value):
            return self.value or ""
        choices = dict(self._fields["choice"]._description_selection(self.env))
        values = read_value(self.fact, self.value)
        kind = FACTS[self.fact].kind
        if kind == BOOL:
            return choices["bool.true" if values[0] else "bool.false"]
        if kind == CHOICE:
            return ", ".join(choices[f"{self.fact}.{value}"] for value in values)
        if kind in NUMBERS:
            number = f"{values[0]:,.2f}" if kind == AMOUNT else f"{values[0]:f}"
            return number.replace(",", "\N{NO-BREAK SPACE}").replace(".", get_lang(self.env).decimal_point or ".")
        return ", ".join(values)

    @api.constrains("fact", "operator", "value", "parameter_key")
    def _check_value(self):
        for condition in self:
            if condition.parameter_key:
                condition._check_parameter()
            elif not is_comparable(condition.fact, condition.operator, condition.value):
                labels = dict(self._fields["fact"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(fact)s” cannot be compared with “%(value)s” in this way: choose another operator, or a "
                        "value of the right type. %(advice)s",
                        fact=labels[condition.fact],
                        value=condition.value or "",
                        advice=condition._get_advice_on_value(),
                    )
                )

    def _check_parameter(self):
        rows = self.env["recovery.legal.parameter"].sudo().search([("key", "=", self.parameter_key)])
        if not rows or any(not is_comparable(self.fact, self.operator, row.value) for row in rows):
            raise ValidationError(
                self.env._("“%s” is not a legal parameter with which this can be compared.", self.parameter_key)
            )

    def _get_advice_on_value(self):
        """Return what may be typed for the fact."""
        self.ensure_one()
        fact = FACTS[self.fact]
        if fact.kind == BOOL:
            return self.env._("Enter true or false.")
        if fact.kind == CHOICE:
            choices = dict(self._fields["choice"]._description_selection(self.env))
            known = (f"{code} ({choices[f'{self.fact}.{code}']})" for code in fact.choices)
            return self.env._("Enter one of these codes: %s.", ", ".join(known))
        if fact.kind in NUMBERS:
            return self.env._("Enter a number (5000.00).")
        return self.env._("Enter a code.")

    def _get_rows(self, day):
        """Return the conditions in force on that day as rows to judge, with the legal figures of that day."""
        in_force = self.filtered(
            lambda condition: (
                (not condition.valid_from or condition.valid_from <= day)
                and (not condition.valid_to or condition.valid_to >= day)
            )
        )
        keys = set(filter(None, in_force.mapped("parameter_key")))
        read = self.env["recovery.legal.parameter"]._read_rows(keys) if keys else None
        return [
            Row(
                condition.fact,
                condition.operator,
                condition._read_figure(read, day) if condition.parameter_key else condition.value,
                condition.reason,
                condition.is_advice,
                condition.alternative,
                condition,
            )
            for condition in in_force
        ]

    def _read_figure(self, read, day):
        """Return the legal figure of the day, None if there is none: the condition is then not known to hold."""
        try:
            return read(self.parameter_key, day).value
        except UserError:
            return None

    def _describe_reasons(self, reasons):
        """Return reasons of an answer as sentences, those that rest on a date with it.

        A condition says what is asked: of one that is not met, or wise and not known to be, the sentence says so.
        """
        return [self._describe_reason(reason) for reason in reasons]

    @api.model
    def _describe_reason(self, reason):
        condition, text = reason.row.source, reason.text
        if not condition:
            return text
        if condition.valid_from:
            text = self.env._(
                "%(reason)s (since %(day)s)", reason=text, day=format_date(self.env, condition.valid_from)
            )
        if reason.verdict == NO:
            return self.env._("Not met: %s", text)
        if reason.verdict == UNKNOWN and reason.row.is_advice:
            return self.env._("To be checked: %s", text)
        return text

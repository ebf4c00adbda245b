from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import get_lang

from ..common.bounds import AMOUNT, COUNT, is_jump, write_number
from ..common.recovery_bounded import MissingSetting
from .limitation import UNITS, Period

DENOMINATOR = "day_denominator"  # what days of interest are divided by: never 0


class RecoveryLegalParameter(models.Model):
    """A legal figure that is not a rate, with its article, its source and its days of validity.

    Nothing legal is a constant in the code: what the law changes is changed here, by a
    new row from the day of the change.
    """

    _name = "recovery.legal.parameter"
    _description = "Legal parameter"
    _inherit = ["mail.thread", "recovery.legal.source", "recovery.doubted"]
    _order = "article, key, valid_from, id"
    _moves = ("key", "value", "unit", "valid_from", "valid_to", "date_basis", "active")
    _carried_key = ("key", "date_basis", "valid_from")
    _typed = ("name", "key", "value", "unit", "article", "valid_from", "valid_to", "date_basis", "active")

    name = fields.Char("What it is", required=True, translate=True)
    active = fields.Boolean(default=True)
    key = fields.Char(required=True, index=True, tracking=True, help="The name by which the module reads it.")
    value = fields.Char(required=True, tracking=True)
    value_text = fields.Char("Value as read", compute="_compute_value_text")
    unit = fields.Selection(
        [
            ("eur", "€"),
            ("points", "percentage points"),
            ("percent", "%"),
            ("times", "times"),
            ("days", "days"),
            ("days_eom", "days, end of month"),
            ("months", "months"),
            ("years", "years"),
            ("years_next_january", "years from the following 1 January"),
            ("employees", "employees"),
            ("yes_no", "yes or no"),
        ],
        required=True,
    )
    article = fields.Char(required=True, tracking=True)
    confidence = fields.Selection(tracking=True)
    valid_from = fields.Date("In force from", tracking=True, help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", tracking=True, help="Empty: still in force.")
    date_basis = fields.Selection(
        [
            ("event", "Day of the event"),
            ("order_date", "Date of the order"),
            ("claim_date", "Date of the court claim"),
            ("uncertain_start", "Day of the event (starting point uncertain)"),
        ],
        string="Comparable with",
        required=True,
        default="event",
        help="The date that decides whether this row applies.",
    )

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A parameter cannot end before it begins.",
    )

    @api.model
    def _prepare_creation(self, vals_list):
        return super()._prepare_creation([self._read_figure(vals) for vals in vals_list])

    @api.model
    def _prepare_change(self, vals):
        return super()._prepare_change(self._read_figure(vals))

    @api.model
    def _read_figure(self, vals):
        """Return the values with the figure as it is kept, however it was typed: ``40,00`` is ``40.00``."""
        if not isinstance(vals.get("value"), str):
            return vals
        try:
            return {**vals, "value": write_number(vals["value"])}
        except ValueError:
            answers = {"oui": "true", "yes": "true", "vrai": "true", "non": "false", "no": "false", "faux": "false"}
            typed = vals["value"].strip().lower()
            return {**vals, "value": answers.get(typed, typed if typed in ("true", "false") else vals["value"])}

    @api.depends("value", "unit")
    @api.depends_context("lang")
    def _compute_value_text(self):
        lang = get_lang(self.env)
        answers = {"true": self.env._("Yes"), "false": self.env._("No")}
        for parameter in self:
            value = parameter.value or ""
            is_answer = parameter.unit == "yes_no"
            parameter.value_text = (
                answers.get(value, value) if is_answer else value.replace(".", lang.decimal_point or ".")
            )

    @api.depends("name", "value_text", "unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for parameter in self:
            parts = [parameter.value_text]
            if parameter.unit != "yes_no":
                parts.append(units.get(parameter.unit, ""))
            parameter.display_name = f"{parameter.name or ''} – {' '.join(parts)}"

    @api.constrains("value", "unit")
    def _check_value(self):
        for parameter in self:
            try:
                value = parameter._get_value()
                if (
                    value < 0
                    or value > (COUNT if parameter.unit in UNITS else AMOUNT)
                    or (parameter.key == DENOMINATOR and not value)
                ):
                    raise InvalidOperation(parameter.value)
            except (InvalidOperation, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "“%(value)s” is not a valid value for “%(name)s”: enter a number (5000.00), or yes or no "
                        "for a question.",
                        value=parameter.value,
                        name=parameter.name,
                    )
                ) from error

    @api.constrains("key", "valid_from", "valid_to", "active")
    def _check_no_overlap(self):
        for parameter in self.filtered("active"):
            if parameter._has_other_version("key"):
                raise ValidationError(
                    self.env._(
                        "“%s” already has a value on some of these days: end one the day before the other.",
                        parameter.name,
                    )
                )

    @api.depends("key", "value", "unit", "date_basis", "valid_from")
    def _compute_doubt_text(self):
        return super()._compute_doubt_text()

    def _get_doubts(self):
        """Return whether the value jumps from the one that was in force before."""
        doubts = super()._get_doubts()
        before = self._find_version_before()
        try:
            jumps = before and self.unit != "yes_no" and is_jump(before._get_value(), self._get_value())
        except (InvalidOperation, KeyError, TypeError):
            return doubts  # no value yet
        if jumps:
            doubts.append(
                self.env._(
                    "The previous value was %(before)s: %(value)s is a big jump. Check the source and the decimal "
                    "point.",
                    before=before.value_text,
                    value=self.value_text,
                )
            )
        return doubts

    def _find_version_before(self):
        """Return the version that was in force until this one, if any."""
        if not self.valid_from or not self.key:
            return self.browse()
        domain = Domain("key", "=", self.key) & Domain("date_basis", "=", self.date_basis)
        domain &= Domain("unit", "=", self.unit) & Domain("valid_to", "<", self.valid_from)
        return self.search(domain & Domain("id", "!=", self._origin.id), order="valid_to desc", limit=1)

    def _get_value(self):
        """Return the value as a Decimal, or as a boolean for a yes or no."""
        self.ensure_one()
        if self.unit == "yes_no":
            return {"true": True, "false": False}[self.value]
        value = Decimal(self.value)
        if not value.is_finite():
            raise InvalidOperation(self.value)
        return value

    def _as_period(self):
        """Return the value as a length of time."""
        self.ensure_one()
        return Period(int(self._get_value()), self.unit)

    @api.model
    def _get(self, key, day):
        """Return the value of a parameter on a day, or refuse: there is no default.

        :param day: the date that the row's ``date_basis`` names.
        """
        return self._read_values([key])(key, day)

    @api.model
    def _read_values(self, keys):
        """Return a function ``(key, day) -> value`` over these parameters, read once."""
        get_row = self._read_rows(keys)
        return lambda key, day: get_row(key, day)._get_value()

    @api.model
    def _check_length(self, key):
        """Refuse a key under which no parameter gives a length of time."""
        rows = self.sudo().search([("key", "=", key)])
        if not rows or any(row.unit not in UNITS for row in rows):
            raise ValidationError(
                self.env._(
                    "“%s” is not a legal parameter that gives a length of time: choose one in days, months or years.",
                    key,
                )
            )

    @api.model
    def _read_rows(self, keys):
        """Return a function ``(key, day) -> record`` over these parameters, read once; it refuses a missing one."""
        rows = self.sudo().with_context(active_test=True).search([("key", "in", list(keys))]).grouped("key")

        def get(key, day):
            for row in rows.get(key, ()):
                if row._is_in_force(day):
                    return row
            raise MissingSetting(
                self.env._(
                    "The legal parameter “%(key)s” has no value on %(day)s. A recovery manager enters it in "
                    "Invoicing / Configuration / Recovery / Legal parameters.",
                    key=key,
                    day=format_date(self.env, day),
                )
            )

        return get

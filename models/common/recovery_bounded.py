import logging
from collections.abc import Collection

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from . import bounds
from .shapes import is_values

_logger = logging.getLogger(__name__)


class MissingSetting(UserError):
    """A figure of the law or of the settings is not there: what needs it says so, all else goes on."""


class RecoveryBounded(models.AbstractModel):
    """Values that people type have a kind and bounds, whatever the way in: screen, import, RPC, settings.

    A field may declare its own with ``bounds``; all others have those of their type. A row that got in all the
    same, by SQL or before there were bounds, blanks what is reckoned from it and nothing else: it is named.
    """

    _name = "recovery.bounded"
    _description = "Recovery: bounded values"

    _guarded_prefix = ""  # on core's models, only our own fields are looked at
    _bounded_too = ()  # and those of core that we bound too
    _reckoned_with = ()  # those of core with which we reckon; every class that extends a model declares its own

    def _valid_field_parameter(self, field, name):
        return name == "bounds" or super()._valid_field_parameter(field, name)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse values of another kind or out of bounds."""
        self._check_shape(vals_list)
        vals_list = (
            [self._read_numbers(vals) for vals in vals_list] if isinstance(vals_list, list | tuple) else vals_list
        )
        given = self._get_given_values()
        for vals in vals_list:
            self._check_bounds({**given, **vals})
        return super().create(vals_list)

    def write(self, vals):
        """Refuse values of another kind or out of bounds."""
        self._check_shape(vals)
        vals = self._read_numbers(vals)
        self._check_bounds(vals)
        return super().write(vals)

    def web_save_multi(self, vals_list, specification):
        """Refuse what is not the values of each of these records."""
        self._check_shape(vals_list)
        if not isinstance(vals_list, list | tuple) or len(vals_list) != len(self):
            raise self._get_confusion()
        return super().web_save_multi(vals_list, specification)

    def onchange(self, values, field_names, fields_spec):
        """Refuse values of another kind or out of bounds, before anything is reckoned from them."""
        self._check_shape(values)
        values = self._read_numbers(values)
        names = field_names if self else values
        self._check_bounds({name: values[name] for name in names if name in values}, partly=True)
        return super().onchange(values, field_names, fields_spec)

    def copy_data(self, default=None):
        """Refuse a copy with values of fields that are not there."""
        self._check_shape(default or {})
        return super().copy_data(default)

    @api.model
    def default_get(self, fields):
        """Refuse defaults of another kind or out of bounds."""
        self._check_names(fields)
        given = self._get_given_values()
        self._check_bounds({name: given[name] for name in fields if name in given}, partly=True)
        return super().default_get(fields)

    @api.model
    def load(self, fields, data):
        """Refuse a file whose columns are no fields, before core reads it."""
        self._check_names(fields)
        known = {*self._fields, ".id"}
        if not isinstance(data, list | tuple) or not all(isinstance(row, list | tuple) for row in data):
            raise self._get_confusion()
        if not self._guarded_prefix and any(name.partition("/")[0] not in known for name in fields if name):
            raise self._get_confusion()
        return super().load(fields, self._read_columns(fields, data))

    def _check_access(self, operation):
        """Refuse in the user's language, whatever the caller's context lacks."""
        lang = not self.env.lang and not self.env.su and self.env.user.lang
        return super(RecoveryBounded, self.with_context(lang=lang) if lang else self)._check_access(operation)

    # ------------------------------------------------------------
    # Numbers as people write them
    # ------------------------------------------------------------
    @api.model
    def _read_numbers(self, vals):
        """Return values with their numbers read as people write them: ``40,00`` is 40."""
        read = {
            name: self._read_typed(self._fields[name], vals[name])
            for name in self._get_bounded([name for name in vals if isinstance(vals[name], str)])
            if self._fields[name].type in ("integer", "float", "monetary")
        }
        return {**vals, **read} if read else vals

    @api.model
    def _read_typed(self, field, text):
        """Return a text as the number that it is; as it stands where it is none."""
        try:
            number = bounds.to_number(text)
            return int(number) if field.type == "integer" and number.is_integer() else number
        except (OverflowError, ValueError):
            return text

    @api.model
    def _read_columns(self, names, data):
        """Return the rows of a file with the numbers of its columns as core reads them."""
        numbers = []
        for position, name in enumerate(names):
            model, field = self, None
            for part in name.split("/"):
                field = model._fields.get(part)
                if field is None or not field.relational:
                    break
                model = self.env[field.comodel_name]
            ours = field is not None and issubclass(self.pool[field.model_name], self.pool["recovery.bounded"])
            if ours and field.type in ("integer", "float", "monetary"):
                numbers.append((position, field))
        if not numbers:
            return data
        rows = [[*row] for row in data]
        for row in rows:
            for position, field in numbers:
                if position < len(row) and isinstance(row[position], str) and row[position].strip():
                    read = self._read_typed(field, row[position])
                    row[position] = read if isinstance(read, str) else f"{read}"
        return rows

    @api.model
    def _get_given_values(self):
        """Return the defaults that somebody gave: a hook."""
        return {}

    # ------------------------------------------------------------
    # What is looked at
    # ------------------------------------------------------------
    @api.model
    def _get_bounded(self, names):
        """Return which of these fields people type."""
        ours = [name for name in names if name.startswith(self._guarded_prefix) or name in self._bounded_too]
        return [name for name in ours if (field := self._fields.get(name)) and not field.readonly]

    @api.model
    def _get_bounds(self, name):
        """Return the lowest and the highest value of a field; those of what it stands for, if it is related."""
        field = self._fields[name]
        while field.related and field.related_field:
            field = field.related_field
        digits = field.get_digits(self.env) if field.type == "float" else None
        return bounds.get_bounds(field.type, field.name, getattr(field, "bounds", None), digits)

    @api.model
    def _get_reckoned(self):
        """Return ``{name: (lowest, highest)}`` of the stored numbers and dates with which we reckon.

        What people type has its bounds, what is worked out those of any reckoning; what stands for a field of
        another record is looked at there.
        """
        typed = set(self._get_bounded(self._fields))
        named = {*self._bounded_too}.union(*(base.__dict__.get("_reckoned_with", ()) for base in type(self).__mro__))
        reckoned = {}
        for name, field in self._fields.items():
            is_ours = name in named or (name.startswith(self._guarded_prefix) and name not in models.MAGIC_COLUMNS)
            if not is_ours or not field.store or field.related or field.type not in bounds.RECKONED:
                continue
            if name in typed:
                low, high = self._get_bounds(name)
            elif field.type != "integer":  # what is counted is counted
                low, high = bounds.get_widest(field.type)
            else:
                continue
            reckoned[name] = bounds.get_moments(low, high) if field.type == "datetime" else (low, high)
        return reckoned

    @api.model
    def _get_reckoned_domain(self, company):
        """Return which rows are a root company's, or shared by all: a hook."""
        if "company_id" not in self._fields:
            return Domain.TRUE
        return Domain("company_id", "=", False) | Domain("company_id", "child_of", company.id)

    @api.model
    def _check_shape(self, vals_list):
        """Refuse what is not values of fields that are there, of one record or of several."""
        for vals in vals_list if isinstance(vals_list, list | tuple) else [vals_list]:
            is_closed = not self.env.su and not self._guarded_prefix
            if not is_values(vals) or (is_closed and not vals.keys() <= self._fields.keys()):
                raise self._get_confusion()

    @api.model
    def _check_names(self, names):
        """Refuse what is no list of names of fields."""
        is_many = isinstance(names, Collection) and not isinstance(names, str)
        if not is_many or not all(isinstance(name, str) for name in names):
            raise self._get_confusion()

    @api.model
    def _speak(self):
        """Return the environment in the user's language, whatever the caller's context lacks."""
        return self.env if self.env.lang else self.with_context(lang=self.env.user.lang).env

    @api.model
    def _get_confusion(self):
        env = self._speak()
        return ValidationError(env._("The data sent could not be understood: reload the page and try again."))

    @api.model
    def _check_bounds(self, vals, partly=False):
        """Raise unless each value has the kind of its field and lies within its bounds.

        :param partly: the values are still being typed: none is missing yet.
        """
        for name in self._get_bounded(vals):
            self._check_value_of(self._fields[name], vals[name], partly)

    @api.model
    def _check_value_of(self, field, value, partly):
        try:
            self._read_value(field, value, partly)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise ValidationError(
                self.env._(
                    "“%(field)s”: %(advice)s",
                    field=field._description_string(self.env) or field.name,
                    advice=self._get_advice(field),
                )
            ) from error
        is_empty = value is None or value is False or value == ""
        if is_empty and field.required and not partly and field.type not in ("boolean", "integer", "float", "monetary"):
            raise ValidationError(
                self.env._("“%s” is required: fill it in.", field._description_string(self.env) or field.name)
            )

    @api.model
    def _read_value(self, field, value, partly):
        """Read a value as the field would; any error says that it cannot be."""
        match field.type:
            case "integer" | "float" | "monetary":
                number = bounds.read_number(value, *self._get_bounds(field.name))
                if field.type == "integer":
                    int(value or 0)
                return number
            case "date" | "datetime":
                return bounds.read_day(value, field.to_date if field.type == "date" else field.to_datetime)
            case "char" | "text" | "html":
                return bounds.read_text(value, bounds.LENGTHS[field.type])
            case "selection":
                if value and value not in field.get_values(self.env):
                    raise ValueError(value)
            case "binary":
                return bounds.read_file(value)
            case "many2one" if not partly and isinstance(value, dict | list | tuple | str | float) and value:
                raise TypeError(value)
        return value

    @api.model
    def _get_advice(self, field):
        """Return what may be typed there, in the user's words."""
        match field.type:
            case "integer" | "float" | "monetary":
                low, high = (formatLang(self.env, limit, digits=0) for limit in self._get_bounds(field.name))
                return self.env._("enter a number from %(low)s to %(high)s.", low=low, high=high)
            case "date" | "datetime":
                low, high = (format_date(self.env, limit) for limit in self._get_bounds(field.name))
                return self.env._("enter a date from %(low)s to %(high)s.", low=low, high=high)
            case "char" | "text" | "html":
                longest = formatLang(self.env, bounds.LENGTHS[field.type], digits=0)
                return self.env._("enter a text of at most %s characters.", longest)
            case "selection" | "many2one":
                return self.env._("choose one of the values in the list.")
        return self.env._("choose the file again: it did not arrive complete.")

    # ------------------------------------------------------------
    # What got in all the same
    # ------------------------------------------------------------
    def _compute_field_value(self, field):
        """Leave empty what cannot be reckoned from a row that got past the bounds, name it, and go on."""
        try:
            return super()._compute_field_value(field)
        except MissingSetting as error:
            if field.store or not field.name.startswith(self._guarded_prefix):
                raise
            _logger.warning("%s of %s is left empty: %s", field, self, error)
            for record in self:
                record._leave_empty(field)
            return None
        except (ArithmeticError, ValueError) as error:
            if not field.name.startswith(self._guarded_prefix) or not bounds.is_unreckonable(error):
                raise
            if len(self) == 1:
                _logger.warning("%s of %s is left empty: look at its dates and numbers (%s)", field, self, error)
        if len(self) == 1:
            return self._leave_empty(field)
        for record in self:
            record._compute_field_value(field)
        return None

    def _leave_empty(self, field):
        """Leave empty all that one method works out for this record."""
        for other in self.pool.field_computed[field]:
            self[other.name] = False

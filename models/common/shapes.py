"""What the values of records look like, and the look at them before anything reads them (no ORM)."""

import sys
from functools import wraps


def is_values(value):
    """Tell whether a value is what one record is given: names of fields, each with its value."""
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def is_values_of_records(value):
    """Tell whether a value is what one record or several are given."""
    return all(map(is_values, value)) if isinstance(value, list | tuple) else is_values(value)


def is_values_of_copy(value):
    """Tell whether a value is what a copy is given, which may be nothing."""
    return value is None or value is False or is_values(value)


#: The methods that take values, and how to tell them.
SHAPES = {"create": is_values_of_records, "write": is_values, "copy_data": is_values_of_copy}


def look_first(package):
    """Let every ``create``, ``write`` and ``copy_data`` of a module refuse what is no values, before it reads them.

    The rooms extend these methods of our models, and of core's, above one another: which one runs first is nobody's
    choice, and each may look into the values before it goes on.

    :param package: name of the module in Python, once all of it is imported.
    """
    modules = [module for name, module in sys.modules.items() if name.startswith(f"{package}.")]
    for module in modules:
        for model in vars(module).values():
            if isinstance(model, type) and model.__module__ == module.__name__ and hasattr(model, "_inherit"):
                _look_at(model)


def _look_at(model):
    for name, is_shape in SHAPES.items():
        method = vars(model).get(name)
        if method and not hasattr(method, "looks_first"):
            setattr(model, name, _look(method, is_shape))


def _look(method, is_shape):
    @wraps(method)
    def look(self, *args, **kwargs):
        if not all(map(is_shape, (*args, *kwargs.values()))):
            raise self.env["recovery.bounded"]._get_confusion()
        return method(self, *args, **kwargs)

    look.looks_first = True
    return look

"""What a room adds, said where it stands: a mark on a method, collected over all the classes of its model."""

from inspect import isfunction


def mark(role, key=None):
    """Return the decorator that gives a method a role; ``key`` names it among those that play it."""

    def decorate(method):
        method._recovery_marks = {**getattr(method, "_recovery_marks", {}), role: key or method.__name__}
        return method

    return decorate


def get_marked(model, role):
    """Return ``{key: name}`` of the methods of a model that play a role, room by room.

    Who extends a marked method needs no mark of its own.
    """
    return {
        method._recovery_marks[role]: name
        for base in reversed(type(model).__mro__)
        for name, method in vars(base).items()
        if isfunction(method) and role in getattr(method, "_recovery_marks", ())
    }


# The dialog that asks for a reason may call this method with it.
takes_reason = mark("reason")

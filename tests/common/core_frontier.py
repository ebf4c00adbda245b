import inspect
from contextlib import contextmanager
from unittest.mock import patch

OURS = ("odoo.addons.debt_recovery", "odoo.addons.debt_recovery_sale")


class CoreFrontier:
    """Say in one sentence what Odoo moved, and which of our files rests on it."""

    frontier = ""

    def at(self, frontier):
        """Name the file that the rest of the test is about."""
        self.frontier = frontier

    def holds(self, found, sentence):
        """Fail with a sentence unless Odoo still does what our file rests on."""
        self.assertTrue(found, f"{sentence}: look at {self.frontier}")

    def get_core_method(self, model, method):
        """Return core's own method, as our overrides and core's callers know it."""
        classes = [cls for cls in self.env.registry[model].__mro__ if not cls.__module__.startswith(OURS)]
        found = next((vars(cls)[method] for cls in classes if method in vars(cls)), None)
        self.holds(found, f"Odoo's {model} has no {method} any more")
        return found

    def is_overridden(self, model, method, *names):
        """Check the parameters that our override of core's method repeats: none may come, go or move."""
        found = list(inspect.signature(self.get_core_method(model, method)).parameters)[1:]
        self.holds(found == list(names), f"Odoo's {model}.{method} takes {found}, no longer {list(names)}")

    def is_called(self, model, method, *args, **kwargs):
        """Check that core's method may be called with what we hand it."""
        signature = inspect.signature(self.get_core_method(model, method))
        try:
            signature.bind(None, *args, **kwargs)
        except TypeError as error:
            self.fail(f"Odoo's {model}.{method}{signature} is no longer called as we do ({error}): {self.frontier}")

    @contextmanager
    def reaches(self, model, method):
        """Check that what is done meanwhile comes through a method of ours; yields the arguments of each call."""
        calls, cls = [], self.env.registry[model]
        ours = getattr(cls, method)

        def noted(records, *args, **kwargs):
            calls.append(args)
            return ours(records, *args, **kwargs)

        with patch.object(cls, method, noted):
            yield calls
        self.holds(calls, f"Odoo no longer comes through {model}.{method}")

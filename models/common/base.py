"""The old door of an aside, for ``hooks.py``."""

from .core_access import UNINSTALLING

__all__ = ["UNINSTALLING"]

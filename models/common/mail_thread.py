"""The old door of an aside, for the desk."""

from .core_mail import TOLD_ELSEWHERE

__all__ = ["TOLD_ELSEWHERE"]

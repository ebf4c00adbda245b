"""What people must give: a reason that can be kept, a period that ends after it begins."""

from odoo.exceptions import ValidationError


def require_reason(env, reason):
    """Return a reason without the spaces around it; refuse an empty one."""
    reason = (reason or "").strip()
    if not reason:
        raise ValidationError(env._("Give a reason: it is kept in the journal."))
    return reason


def require_period(env, first, last):
    """Refuse a period that ends before it begins, or lacks one of its days."""
    if not first or not last or first > last:
        raise ValidationError(env._("The period ends before it begins."))

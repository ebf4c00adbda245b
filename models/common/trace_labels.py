"""How the figures kept by the journal and by decisions are shown: translated names, no empty value."""

from datetime import date

from odoo.tools import format_date


def describe(env, details):
    """Return the kept figures as lines of text in the reader's language.

    :param dict details: JSON values under the English keys below; unknown keys show as they are.
    """
    labels = {
        "amount": env._("Amount"),
        "announced": env._("Announced"),
        "announced invoices": env._("Invoices announced"),
        "at opening": env._("At opening"),
        "address": env._("Address"),
        "before": env._("Before"),
        "case": env._("Case"),
        "channel": env._("Channel"),
        "channels": env._("Channels"),
        "covered": env._("Covered"),
        "currency": env._("Currency"),
        "date": env._("Date"),
        "debtors": env._("Debtors"),
        "error": env._("Error"),
        "exposure": env._("Exposure"),
        "feedback": env._("Feedback"),
        "fields": env._("Fields"),
        "format": env._("Format"),
        "invoice": env._("Invoice"),
        "invoices": env._("Invoices"),
        "level": env._("Level"),
        "limit before": env._("Limit before"),
        "missing": env._("Missing"),
        "notice": env._("Notice"),
        "notices": env._("Notices"),
        "now": env._("Now"),
        "origin": env._("Origin"),
        "orders": env._("Orders to invoice"),
        "overdue": env._("Overdue"),
        "own risk": env._("Own risk"),
        "reason": env._("Reason"),
        "received": env._("Received"),
        "report": env._("Report"),
        "sha256": env._("SHA-256"),
        "subject": env._("Subject"),
        "suspended for": env._("Suspended for"),
        "source": env._("Source"),
        "until": env._("Until"),
        "verdict": env._("Credit control"),
        "verdicts": env._("Verdicts"),
        "warning": env._("Warning"),
    }
    return "\n".join(
        env._("%(label)s: %(value)s", label=labels.get(key, key), value=_show(env, key, value))
        for key, value in (details or {}).items()
        if value not in (None, False, "", {}, [])
    )


def _show(env, key, value):
    if key in ("channel", "channels"):
        names = dict(env["recovery.delivery"]._fields["channel"]._description_selection(env))
        return ", ".join(names.get(code.strip(), code) for code in value.split(","))
    if key == "origin":
        return dict(env["recovery.hold"]._fields["origin"]._description_selection(env)).get(value, value)
    if key == "until":
        return format_date(env, date.fromisoformat(value))
    return value

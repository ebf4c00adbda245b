"""How the figures kept by the journal and by decisions are shown: translated names, no empty value."""

from datetime import date

from odoo.tools import format_date


def describe(env, details):
    """Return the kept figures as lines of text in the reader's language.

    :param dict details: JSON values under English keys; a key that no class declares shows as it is.
    """
    words = env["recovery.event"]._get_words()
    return "\n".join(
        env._("%(label)s: %(value)s", label=env._(words[key]) if key in words else key, value=_show(env, key, value))
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

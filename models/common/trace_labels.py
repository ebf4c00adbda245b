"""How the figures kept by the journal and by decisions are shown: translated names, no empty value."""

import re
from datetime import date

from odoo.tools import format_date
from odoo.tools.misc import formatLang

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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
    return _write(env, value)


def _write(env, value):
    """Return a kept value as the reader writes it: numbers with decimals, days and several values."""
    if isinstance(value, bool):
        return env._("yes") if value else env._("no")
    if isinstance(value, float):
        return formatLang(env, value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return format_date(env, date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(str(_write(env, part)) for part in value)
    return value

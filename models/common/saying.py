"""What a button says once it has worked: one sentence, then what comes next."""

CLOSE = {"type": "ir.actions.act_window_close"}
#: What a stored window is found by.
ADDRESS = ("id", "xml_id", "path")


def say(env, sentence, then=None, kind="success"):
    """Return the action that says what was done, then goes on: by default closes the window, or reads the screen again.

    :param then: an action.
    :param str kind: ``success``, ``info``, ``warning`` or ``danger``.
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"message": sentence, "type": kind, "next": complete(then or CLOSE)},
    }


def complete(action):
    """Return an action that another one goes on with, with its views: nobody adds them to what is inside another."""
    if action["type"] != "ir.actions.act_window" or "views" in action:
        return dict(action)
    modes = action.get("view_mode", "list,form").split(",")
    return {**action, "views": [(action.get("view_id", False), modes[0]), *((False, mode) for mode in modes[1:])]}


def entitle(action, title, **changes):
    """Return a stored window under a title of its own.

    The screen shows ``display_name``, a dialog and a menu of favourites ``name``: one without the other is not seen.

    :param changes: what else it has otherwise, as its domain.
    """
    return {**action, **changes, "name": title, "display_name": title}


def narrow(action, **changes):
    """Return a stored window on some of its rows, which has no address of its own.

    Its address would open it on all rows. Without one it is read again on the same rows, and what is sent to somebody
    else leads to the record that it was opened from.

    :param changes: its domain, and what else it has otherwise.
    """
    return {name: value for name, value in action.items() if name not in ADDRESS} | changes


def is_said(action):
    """Tell whether an action says something, or shows what it made."""
    if not isinstance(action, dict):
        return False
    return action["type"] != CLOSE["type"]

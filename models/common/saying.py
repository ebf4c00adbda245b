"""What a button says once it has worked: one sentence, then what comes next."""

CLOSE = {"type": "ir.actions.act_window_close"}


def say(env, sentence, then=None, kind="success"):
    """Return the action that says what was done, then goes on: by default closes the window, or reads the screen again.

    :param then: an action.
    :param str kind: ``success``, ``info``, ``warning`` or ``danger``.
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {"message": sentence, "type": kind, "next": then or dict(CLOSE)},
    }


def is_said(action):
    """Tell whether an action says something, or shows what it made."""
    if not isinstance(action, dict):
        return False
    return action["type"] != CLOSE["type"]

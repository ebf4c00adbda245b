"""Installation and removal on a database with deadlines."""


def post_init_hook(env):
    """Put what runs already into the calendars."""
    Deadline = env["recovery.deadline"]
    Deadline.search(Deadline._get_shown_domain())._follow_in_calendars()


def uninstall_hook(env):
    """Take out of the calendars what nothing would follow any more."""
    env["recovery.deadline"].search([("calendar_event_id", "!=", False)])._leave_calendars()

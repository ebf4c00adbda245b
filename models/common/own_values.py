"""The module's own values: what it makes of core's records takes none from the client's context."""

from odoo.tools.misc import clean_context


def without_defaults(records):
    """Return the records without the default values of the context, which any client may send.

    A mail, a task, a document or an invoice that the module makes with elevated rights would
    take from there what the module does not say: another addressee, another state.
    """
    return records.with_env(records.env(context=clean_context(records.env.context)))

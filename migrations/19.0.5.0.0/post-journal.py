"""Entries of before say which debtor they were about, so that the seal covers it."""


def migrate(cr, version):
    """Keep the debtor at which each entry points now: merges of before are done."""
    cr.execute("UPDATE recovery_event SET first_debtor = COALESCE(debtor_id, 0), sealed_number = 0")

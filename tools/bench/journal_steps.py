"""Steps of the journal that are timed: many entries, as the program writes them, sealed and checked."""

from datetime import timedelta

ENTRIES = 100_000


def add_entries(env, company, moment):
    """Write entries below the ORM: only the seal is timed."""
    debtors = env["recovery.debtor"].search([("company_id", "=", company.id)], limit=500) or [None]
    ids = [debtor.id if debtor else None for debtor in debtors]
    columns = {
        "date": [moment + timedelta(seconds=number // 100) for number in range(ENTRIES)],
        "company_id": [company.id] * ENTRIES,
        "user_id": [env.uid] * ENTRIES,
        "author_name": ["Claire Martin"] * ENTRIES,
        "kind": ["queued"] * ENTRIES,
        "debtor_id": [ids[number % len(ids)] for number in range(ENTRIES)],
        "first_debtor": [ids[number % len(ids)] or 0 for number in range(ENTRIES)],
        "debtor_name": [f"Client {number % 500}" for number in range(ENTRIES)],
        "object_name": [f"REL/2026/{number:06}" for number in range(ENTRIES)],
        "summary": [f"Relance de {number} euros" for number in range(ENTRIES)],
        "sealed_number": [0] * ENTRIES,
    }
    env["recovery.bulk"]._insert_columns("recovery.event", columns, with_ids=False)
    env.flush_all()

"""Which contact receives a kind of reminder, in plain Python (no ORM)."""

# from the softest to the hardest
DUNNING_KINDS = ("courtesy", "reminder", "call", "final", "formal_notice", "handover")


def pick_contact(ranges: dict[int, tuple[int, int]], kind: str | None) -> int | None:
    """Return the contact whose range of kinds covers this one, the narrowest range first, then the oldest contact.

    :param ranges: ``{contact id: (first position, last position)}`` in ``DUNNING_KINDS``.
    """
    if kind not in DUNNING_KINDS:
        return None
    position = DUNNING_KINDS.index(kind)
    covering = [(last - first, contact_id) for contact_id, (first, last) in ranges.items() if first <= position <= last]
    return min(covering)[1] if covering else None

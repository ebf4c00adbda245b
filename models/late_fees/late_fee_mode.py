"""What is done with late-payment interest and flat indemnities, without the ORM."""

from typing import NamedTuple


class LateFeeMode(NamedTuple):
    """The treatment of one debtor's late fees: ``show``, ``charge`` or ``waive``, head by head.

    ``origin`` is ``debtor`` (decided on the debtor), ``scenario`` (its scenario), ``law`` (waiving
    is forbidden) or ``default`` (no scenario: shown).
    """

    interest: str = "show"
    indemnity: str = "show"
    origin: str = "default"

    @property
    def waived(self):
        """The heads that are neither shown nor claimed."""
        return frozenset(head for head in ("interest", "indemnity") if getattr(self, head) == "waive")

    def may_charge(self, head):
        """Tell whether a document may charge this head; costs and clauses follow the indemnity."""
        return (self.interest if head == "interest" else self.indemnity) == "charge"

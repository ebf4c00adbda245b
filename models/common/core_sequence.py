"""What the module knows of core's numbers: how a sequence opens a year."""

from odoo import models


class IrSequence(models.Model):
    _name = "ir.sequence"
    _inherit = ["ir.sequence", "recovery.traced.core"]
    _traced_core = (
        "name", "code", "active", "implementation", "prefix", "suffix", "number_next", "number_increment", "padding",
        "use_date_range", "company_id",
    )  # fmt: skip

    def _recovery_tells_births(self):
        """The program makes a company's own series when it is first needed; a person changes something."""
        return not self.env.su

    def _recovery_is_ours(self):
        return (self.code or "").startswith("recovery.")

    def _create_date_range_seq(self, date):
        """Open a year of one of our sequences; two who take its first number at once do not collide.

        They are serialised on purpose: who comes second starts again, and finds the year open.
        """
        if (self.code or "").startswith("recovery."):
            self.env["recovery.bulk"]._serialize_transactions(self, "padding")
        return super()._create_date_range_seq(date)

from odoo import api, models

from ...common.legal.interest import judgment_schedule
from ...common.legal.schedule_cuts import chained_schedule


class RecoveryClaim(models.AbstractModel):
    """From a judgment on, the legal rate and its increase take the place of the penalties (C. civ. 1231-7)."""

    _inherit = "recovery.claim"

    @api.model
    def _choose_schedule(self, line, nature, terms, due, options, reading):
        regime, origin, schedule = super()._choose_schedule(line, nature, terms, due, options, reading)
        enforceable = options.judgment_on
        if not enforceable or regime == "exempt" or enforceable < due:
            return regime, origin, schedule
        after = judgment_schedule(
            reading.book,
            enforceable,
            reading.get("judgment_majoration", enforceable),
            int(reading.get("judgment_majoration_delay", enforceable)),
        )
        if origin is None or origin >= enforceable:
            return "judgment", enforceable, after
        return "judgment", origin, chained_schedule(schedule, after, enforceable)

from odoo import fields, models
from odoo.fields import Domain


class RecoveryLegalSource(models.AbstractModel):
    """Legal data that say where they were read, and how sure that reading is."""

    _name = "recovery.legal.source"
    _description = "Recovery: legal data with their source"
    _inherit = ["recovery.traced.settings"]
    _typed = ("source", "confidence")

    source = fields.Char(required=True, translate=True)
    confidence = fields.Selection(
        [
            ("text", "Text read"),
            ("official", "Official page"),
            ("secondary", "Professional publication"),
            ("third_party", "Third-party reading"),
            ("memory", "From memory: to be checked"),
        ],
        required=True,
        default="official",
    )

    def _is_in_force(self, day):
        """Tell whether it holds on a day; without a first or a last one it always did, or still does."""
        self.ensure_one()
        return (not self.valid_from or self.valid_from <= day) and (not self.valid_to or self.valid_to >= day)

    def _has_other_version(self, *names):
        """Tell whether another row, the same in these fields, is in force on some of the days of this one."""
        self.ensure_one()
        domain = Domain("id", "!=", self.id)
        for name in names:
            domain &= Domain(name, "=", self._fields[name].convert_to_write(self[name], self))
        if self.valid_to:
            domain &= Domain("valid_from", "=", False) | Domain("valid_from", "<=", self.valid_to)
        if self.valid_from:
            domain &= Domain("valid_to", "=", False) | Domain("valid_to", ">=", self.valid_from)
        return bool(self.search_count(domain, limit=1))

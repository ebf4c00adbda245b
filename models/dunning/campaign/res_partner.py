from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...common.roles import READERS
from .addressee import DUNNING_KINDS


class ResPartner(models.Model):
    """The contacts of a customer who receive its reminders."""

    _inherit = "res.partner"
    _typed = ("recovery_kind_from", "recovery_kind_to", "recovery_contact_ids")

    type = fields.Selection(selection_add=[("recovery", "Recovery")], ondelete={"recovery": "set default"})
    recovery_kind_from = fields.Selection(
        selection=lambda self: self.env["recovery.notice"]._selection_kind(),
        string="Reminders from level",
        groups=READERS,
        help="The first kind of reminder that this contact receives. Empty: from the first.",
    )
    recovery_kind_to = fields.Selection(
        selection=lambda self: self.env["recovery.notice"]._selection_kind(),
        string="Reminders up to level",
        groups=READERS,
        help="The last kind of reminder that this contact receives. Empty: to the last.",
    )

    recovery_contact_ids = fields.One2many(
        "res.partner", "parent_id", string="Recovery contacts", domain=[("type", "=", "recovery")], groups=READERS
    )

    @api.constrains("type", "recovery_kind_from", "recovery_kind_to")
    def _check_recovery_kinds(self):
        for partner in self.sudo().filtered(lambda partner: partner.type == "recovery"):
            first, last = partner._get_recovery_range()
            if first > last:
                raise ValidationError(
                    self.env._("%s: the first kind of reminder comes after the last one.", partner.display_name)
                )

    def _get_recovery_range(self):
        """Return the positions of the first and the last kind of reminder that this contact receives."""
        self.ensure_one()
        return (
            DUNNING_KINDS.index(self.recovery_kind_from or DUNNING_KINDS[0]),
            DUNNING_KINDS.index(self.recovery_kind_to or DUNNING_KINDS[-1]),
        )

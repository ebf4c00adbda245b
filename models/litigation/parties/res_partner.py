from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...common.roles import READERS
from .courts import COURTS, PARTIES


class ResPartner(models.Model):
    _inherit = "res.partner"
    _typed = ("recovery_party_kind", "recovery_court_kind")

    recovery_party_kind = fields.Selection(
        PARTIES,
        string="Role in litigation",
        index="btree_not_null",
        groups=READERS,
        help="What this contact is in a case: it is then offered wherever such a party is chosen.",
    )
    recovery_court_kind = fields.Selection(
        COURTS,
        string="Kind of court",
        index="btree_not_null",
        groups=READERS,
        help="A commercial court that has become an economic activities court (TAE) counts as one for the duration of "
        "the experiment.",
    )
    recovery_mandate_ids = fields.One2many(
        "recovery.mandate", "partner_id", string="Mandates", readonly=True, groups=READERS
    )

    @api.constrains("recovery_party_kind", "recovery_court_kind")
    def _check_recovery_court_kind(self):
        for partner in self.sudo():
            if partner.recovery_court_kind and partner.recovery_party_kind != "court":
                raise ValidationError(self.env._("%s: only a court has a kind of court.", partner.display_name))

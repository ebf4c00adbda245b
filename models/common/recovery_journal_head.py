from odoo import api, fields, models
from odoo.exceptions import UserError

from .aside import Aside
from .sealing import Head, digest_head

NOTING = Aside("noting a head of the journal")


class RecoveryJournalHead(models.Model):
    """Where the chain of a company's journal stood: noted at each sealing, and whenever it left the house.

    A chain that is cut or made anew does not end where these say; what left is also kept by those who received it.
    """

    _name = "recovery.journal.head"
    _description = "Journal head"
    _inherit = ["recovery.lasting"]
    _order = "id desc"
    _rec_name = "seal"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    reason = fields.Selection(
        [
            ("sealed", "Sealed"),
            ("shown", "Printed"),
            ("mailed", "Sent by e-mail"),
            ("packed", "In an audit file"),
            ("uninstalled", "Removal of the module"),
        ],
        required=True,
        readonly=True,
    )
    first_number = fields.Integer("First entry", readonly=True)
    number = fields.Integer("Last entry", required=True, readonly=True)
    seal = fields.Char(required=True, readonly=True)
    noted_on = fields.Datetime("On", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    addressee = fields.Char("To", readonly=True)
    digest = fields.Char("Digest of this note", required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse whatever the engine does not note itself."""
        if self.env.su and not NOTING.heard:
            raise UserError(self.env._("The journal is written by the module itself; nobody can add to it manually."))
        return super().create(vals_list)

    @api.model
    def _explain_lasting(self):
        return self.env._("The journal is append-only: an entry is never changed or deleted.")

    @api.model
    @api.private
    def _note(self, company, reason, number, seal, first=0, addressee=None):
        """Note where the chain of a root company stands."""
        moment = fields.Datetime.now()
        with NOTING.say():
            return self.sudo().create(
                {
                    "company_id": company.id,
                    "reason": reason,
                    "first_number": first,
                    "number": number,
                    "seal": seal,
                    "noted_on": moment,
                    "user_id": self.env.user.id,
                    "addressee": addressee,
                    "digest": digest_head(company.id, first, number, seal, moment),
                }
            )

    def _to_heads(self):
        """Return these notes for the check, see :class:`sealing.Head`."""
        return [
            Head(row.number, row.seal, row.noted_on, row.first_number, row.digest, row.addressee or "") for row in self
        ]

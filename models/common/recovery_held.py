from odoo import api, models
from odoo.fields import Domain


class RecoveryHeld(models.AbstractModel):
    """Records for which somebody answers: their holder leaves, and the next in line takes over.

    Each class declares the fields that name who answers now. Authors of what was done are history: they stay.
    """

    _name = "recovery.held"
    _description = "Recovery: records with a responsible person"

    _held_by = ()  # fields that name users; every class that extends a model declares its own

    @api.model
    def _get_held_fields(self):
        """Return the fields that name who answers for these records: what the classes declare, room by room."""
        return dict.fromkeys(name for base in type(self).__mro__ for name in base.__dict__.get("_held_by", ()))

    @api.model
    def _get_open_domain(self):
        """Return the domain of the records that somebody still has to answer for; hook."""
        return Domain.TRUE

    def _get_held_company(self):
        """Return the company in which the holder works: the root of the record's own; none for what is shared."""
        return self.company_id._recovery_root()

    def _get_able(self, name):
        """Return those of the holders of this record who may go on; hook."""
        self.ensure_one()
        return self.env["recovery.responsible"]._get_keepers(self[name], self._get_held_company())

    def _get_heir(self, name):
        """Return who takes over from a holder who left, nobody if there is none; hook."""
        self.ensure_one()
        return self._recovery_get_responsible()

    def _pass_on(self, name, leaver, heir):
        """Write who answers for these records now; hook."""
        self.write({name: heir.id})

    @api.model
    def _describe_held(self, name):
        """Return what the holder is told that they take over; hook."""
        return self.env["ir.model"]._get(self._name).name

    @api.model
    def _is_left_blank(self, name):
        """Tell whether the field is emptied where nobody may take over, instead of naming who left; hook."""
        return False

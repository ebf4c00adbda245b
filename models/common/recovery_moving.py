from odoo import api, models
from odoo.tools import ormcache


class RecoveryMoving(models.AbstractModel):
    """Rows from which the stored figures of debtors are worked out: to change one makes these stale.

    Each class of a model declares the fields that count, as it declares those that people write; a room to come
    declares its own. What is stale is noted in one statement, whatever the number of debtors, and worked out again
    for whoever reads next.
    """

    _name = "recovery.moving"
    _description = "Recovery: rows affecting figures"

    _moves = ()  # fields whose change makes figures stale; every class that extends a model declares its own

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._get_moving_fields():
            records._note_moved()
        return records

    def write(self, vals):
        names = [name for name in self._get_moving_fields() if name in vals]
        if not names:
            return super().write(vals)
        before, owners = self._read_moving(names), self._find_moved()
        result = super().write(vals)
        after = self._read_moving(names)
        if changed := self.browse(id_ for id_ in before if before[id_] != after[id_]):
            changed._note_moved(owners)
        return result

    def unlink(self):
        owners = self._find_moved() if self._get_moving_fields() else ()
        result = super().unlink()
        if owners:
            self._note_stale(owners)
        return result

    @api.model
    @ormcache()
    def _get_moving_fields(self):
        """Return the fields whose change makes figures stale: what the classes of the model declare, room by room."""
        return {name for base in type(self).__mro__ for name in base.__dict__.get("_moves", ())}

    def _read_moving(self, names):
        return {record.id: [record[name] for name in names] for record in self.sudo()}

    def _find_moved(self):
        """Return whose figures rest on these rows, as ``{(commercial partner id, root company id)}``.

        False for the partner stands for everybody of the company, False for the company for all of them. By default
        the debtors of the rows, else the companies that these are of; a row of no company is of all.
        """
        rows = self.sudo()
        if "debtor_id" in self._fields:
            return {(debtor.partner_id.id, debtor.company_id.id) for debtor in rows["debtor_id"]}
        if "company_id" in self._fields:
            return {(False, row.company_id.root_id.id) for row in rows}
        return {(False, False)} if rows else set()

    def _note_moved(self, also=frozenset()):
        """Note that the figures that rest on these rows are stale.

        :param also: those that rested on them before, see :meth:`_find_moved`.
        """
        self._note_stale(self._find_moved() | also)

    @api.model
    def _note_stale(self, owners):
        """Note whose stored figures are stale; hook of the room that keeps the notes.

        :param owners: ``{(commercial partner id, root company id)}``, see :meth:`_find_moved`.
        """

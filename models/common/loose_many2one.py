from odoo import fields


class LooseMany2one(fields.Many2one):
    """A many2one that the database does not check at each insertion, for rows written by the hundred thousand.

    A foreign key costs more than the row itself: it locks, and so rewrites, the row it
    points at. What the database would do at a deletion, ``recovery.bulk._forget`` does
    instead, called by the ``unlink`` of the models pointed at; merges of partners know
    these columns through ``_get_fk_on``.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the database without a foreign key: links are emptied by ``recovery.bulk._forget``."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

BATCH = 5000


class RecoveryBulk(models.AbstractModel):
    """Write many rows of any model in a few statements.

    For tables without chatter nor stored computed fields that the rows do not carry: it
    runs no override, no constraint in Python and no recomputation.
    """

    _name = "recovery.bulk"
    _description = "Recovery: bulk writing"

    @api.model
    def _insert(self, model_name, field_names, rows, ignore_conflicts=False):
        """Insert rows and return their ids in order.

        :param list field_names: stored fields; author and time stamps are added.
        :param list rows: tuples of column values in the order of ``field_names``.
        :param bool ignore_conflicts: leave out the rows that a unique index refuses; the
            ids returned are then only those of the rows inserted. A row that another
            transaction has just written makes PostgreSQL ask for a retry, which core does.
        """
        Model = self.env[model_name]
        if not rows:
            return []
        uid, now = self.env.uid, fields.Datetime.now()
        columns = [*field_names, "create_uid", "create_date", "write_uid", "write_date"]
        Model.flush_model()
        ids = []
        for batch in split_every(BATCH, rows):
            ids += self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s) VALUES %s %s RETURNING id",
                    SQL.identifier(Model._table),
                    SQL(", ").join(map(SQL.identifier, columns)),
                    SQL(", ").join(SQL("%s", (*row, uid, now, uid, now)) for row in batch),
                    SQL("ON CONFLICT DO NOTHING") if ignore_conflicts else SQL(""),
                )
            )
        Model.invalidate_model()
        return [row_id for (row_id,) in ids]

    @api.model
    def _update(self, model_name, field_names, rows):
        """Set fields of many records at once.

        :param list rows: tuples ``(id, value, …)`` in the order of ``field_names``.
        """
        Model = self.env[model_name]
        if not rows:
            return
        Model.flush_model()
        types = [SQL(Model._fields[name].column_type[1].split("(")[0]) for name in field_names]
        for batch in split_every(BATCH, rows):
            self.env.execute_query(
                SQL(
                    "UPDATE %s AS target SET %s FROM (VALUES %s) AS source (id, %s)"
                    " WHERE target.id = source.id::integer RETURNING target.id",
                    SQL.identifier(Model._table),
                    SQL(", ").join(
                        SQL("%s = source.%s::%s", SQL.identifier(name), SQL.identifier(name), column_type)
                        for name, column_type in zip(field_names, types, strict=True)
                    ),
                    SQL(", ").join(SQL("%s", tuple(row)) for row in batch),
                    SQL(", ").join(map(SQL.identifier, field_names)),
                )
            )
        Model.invalidate_model(field_names)

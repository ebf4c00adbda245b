import gc
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from itertools import repeat

from psycopg2 import sql

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from .loose_many2one import LooseMany2one
from .sentence import Sentence, Worded

BATCH = 5000
IN_MEMORY = 1.1  # what reading a page anywhere costs, against the next one, where tables lie in memory
CHUNK = 1 << 16  # bytes handed to the server at a time
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# How PostgreSQL's COPY wants each type of value.
ENCODERS = {
    type(None): lambda _value: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    str: lambda value: value.translate(ESCAPES),
    date: date.isoformat,
    datetime: lambda value: value.isoformat(" "),
}


@contextmanager
def no_cycle_search():
    """Suspend the search for cycles of objects while very many plain rows are made, which have none.

    Core's ``odoo.tools.gc.disabling_gc`` does not resume it after an error.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class RecoveryBulk(models.AbstractModel):
    """Write many rows of any model in a few statements.

    For tables without chatter nor stored computed fields that the rows do not carry: it
    runs no override, no constraint in Python and no recomputation.
    """

    _name = "recovery.bulk"
    _description = "Recovery: bulk writing"

    @api.model
    def _expect_some_of_many(self):
        """Let PostgreSQL plan the rest of this transaction for some customers of many, beside others at work.

        What is read of them lies in memory, or soon does: by its default costs, which are those of slow disks, the
        server would read the whole ledger for each range, and take helpers for that whom the other workers need.
        """
        self.env.execute_query(
            SQL(
                """
                SELECT set_config('random_page_cost',
                                  LEAST(current_setting('random_page_cost')::float8, %s)::text, TRUE),
                       set_config('max_parallel_workers_per_gather', '0', TRUE)
                """,
                IN_MEMORY,
            )
        )

    @api.model
    def _insert(self, model_name, field_names, rows, ignore_conflicts=False, with_ids=True):
        """Insert rows and return their ids in order.

        :param list field_names: stored fields; author and time stamps are added.
        :param list rows: tuples of column values in the order of ``field_names``.
        :param bool ignore_conflicts: leave out the rows that a unique index refuses; the
            ids returned are then only those of the rows inserted. A row that another
            transaction has just written makes PostgreSQL ask for a retry, which core does.
        :param bool with_ids: False when nobody needs the ids: quicker, and nothing is returned.
        """
        if not rows:
            return []
        if not ignore_conflicts:
            columns = dict(zip(field_names, zip(*rows, strict=True), strict=True))
            return self._insert_columns(model_name, columns, with_ids)
        Model = self.env[model_name]
        Model.flush_model()
        ids = self._insert_values(Model, field_names, rows, self._get_stamps(Model))
        Model.invalidate_model()
        return ids

    @api.model
    def _insert_columns(self, model_name, columns, with_ids=True):
        """Insert rows given as columns, the quickest way to hand over very many: see :meth:`_insert`.

        :param dict columns: per stored field, the values of all the rows in order.
        """
        Model = self.env[model_name]
        columns = {name: self._keep_sentences(Model._fields[name], values) for name, values in columns.items()}
        count = len(next(iter(columns.values())))
        if not count:
            return []
        Model.flush_model()
        ids = self._draw_ids(Model, count) if with_ids else []
        self._copy(Model, {"id": ids, **columns} if with_ids else columns, count, self._get_stamps(Model))
        Model.invalidate_model()
        return ids

    @api.model
    def _keep_sentences(self, field, values):
        """Return the values of a column as the table keeps them: of a sentence, what it is made of."""
        if not isinstance(field, Sentence):
            return values
        return [value.kept if isinstance(value, Worded) else value for value in values]

    @api.model
    def _get_stamps(self, Model):
        """Return the author and the time that core writes in each row of a table, if it does."""
        uid, now = self.env.uid, fields.Datetime.now()
        stamps = {"create_uid": uid, "create_date": now, "write_uid": uid, "write_date": now}
        return stamps if Model._log_access else {}

    @api.model
    def _draw_ids(self, Model, count):
        """Return that many new ids of a table."""
        sequence = self.env.execute_query(SQL("SELECT pg_get_serial_sequence(%s, 'id')", Model._table))[0][0]
        sequence = sequence or f"{Model._table}_id_seq"
        drawn = self.env.execute_query(SQL("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", sequence, count))
        return [row_id for (row_id,) in drawn]

    @api.model
    def _copy(self, Model, columns, count, constants):
        """Insert columns by COPY: the fastest way into a table, its constraints kept.

        :param dict constants: what every row holds, per field.
        """
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(Model._table), sql.SQL(", ").join(map(sql.Identifier, [*columns, *constants]))
        )
        end = "".join("\t" + self._encode(value) for value in constants.values()) + "\n"
        for start in range(0, count, BATCH):
            parts = [values[start : start + BATCH] for values in columns.values()]
            lines = zip(*map(self._encode_column, parts), strict=True)
            text = end.join(map("\t".join, lines)) + end
            self.env.cr.copy_expert(statement, BytesIO(text.encode()), CHUNK)

    @api.model
    def _encode_column(self, values):
        """Return the values of one column as COPY reads them, without asking each for its type."""
        types = set(map(type, values))
        if types - ENCODERS.keys():  # a subclass, such as Markup
            return map(self._encode, values)
        if len(types - {type(None)}) <= 1:
            distinct = set(values)
            if len(distinct) == 1:
                return repeat(self._encode(values[0]), len(values))
            if 2 * len(distinct) < len(values):
                return map({value: ENCODERS[type(value)](value) for value in distinct}.__getitem__, values)
        if len(types) == 1:
            (kind,) = types
            if kind is str:
                return "\0".join(values).translate(ESCAPES).split("\0")  # no text of PostgreSQL holds a zero
            return map(ENCODERS[kind], values)
        return [ENCODERS[type(value)](value) for value in values]

    @api.model
    def _encode(self, value):
        """Return one value as COPY reads it."""
        encode = next((ENCODERS[cls] for cls in type(value).__mro__ if cls in ENCODERS), None)
        return encode(value) if encode else str(value).translate(ESCAPES)

    @api.model
    def _insert_values(self, Model, field_names, rows, constants):
        """Insert the rows that no unique index refuses; return the ids of those."""
        types = [SQL(Model._fields[name].column_type[1].split("(")[0]) for name in field_names]
        ids = []
        for batch in split_every(BATCH, rows, list):
            arrays = [
                SQL("%s::%s[]", self._to_array(self._keep_sentences(Model._fields[name], values)), column_type)
                for name, values, column_type in zip(field_names, zip(*batch, strict=True), types, strict=True)
            ]
            ids += self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s) SELECT * FROM unnest(%s) CROSS JOIN (VALUES %s) AS same"
                    " ON CONFLICT DO NOTHING RETURNING id",
                    SQL.identifier(Model._table),
                    SQL(", ").join(map(SQL.identifier, [*field_names, *constants])),
                    SQL(", ").join(arrays),
                    SQL("%s", tuple(constants.values())),
                )
            )
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
        if any(isinstance(Model._fields[name], Sentence) for name in field_names):
            ids, *columns = zip(*rows, strict=True)
            kept = [
                self._keep_sentences(Model._fields[name], values)
                for name, values in zip(field_names, columns, strict=True)
            ]
            rows = list(zip(ids, *kept, strict=True))
        names = SQL(", ").join(map(SQL.identifier, field_names))
        for batch in split_every(BATCH, rows, list):
            ids, *columns = zip(*batch, strict=True)
            arrays = [SQL("%s::integer[]", self._to_array(ids))]
            arrays += [
                SQL("%s::%s[]", self._to_array(values), column_type)
                for values, column_type in zip(columns, types, strict=True)
            ]
            self.env.cr.execute(
                SQL(
                    "UPDATE %s AS target SET %s FROM unnest(%s) AS source (id, %s) WHERE target.id = source.id",
                    SQL.identifier(Model._table),
                    SQL(", ").join(
                        SQL("%s = source.%s", SQL.identifier(name), SQL.identifier(name)) for name in field_names
                    ),
                    SQL(", ").join(arrays),
                    names,
                )
            )
        Model.invalidate_model(field_names)

    @api.model
    def _to_array(self, values):
        """Return values as the text of an array of PostgreSQL, which reads it quicker than as many expressions."""
        return "{%s}" % ",".join(map(self._to_element, values))  # noqa: UP031 # braces stand for themselves

    @api.model
    def _to_element(self, value):
        if value is None:
            return "NULL"
        if isinstance(value, str):
            return '"%s"' % value.replace("\\", r"\\").replace('"', r"\"")  # noqa: UP031
        return self._encode(value)

    @api.model
    def _set(self, model_name, domain, values):
        """Give all the rows of a domain the same values, in one statement, below access checks and overrides.

        What is worked out from these fields is worked out again. Where core's automation rules listen to the model,
        its records are written, so that they hear of it.

        :param dict values: per stored field, as the database keeps it.
        :return: the ids of the rows.
        """
        Model = self.env[model_name].sudo().with_context(active_test=False)
        if self._is_overheard(Model, "write"):
            records = Model.search(domain, order="id")
            records.write({name: False if value is None else value for name, value in values.items()})
            records.flush_recordset(values)
            return records.ids
        Model.flush_model()
        query = Model._search(domain, order="id")
        stamps = {"write_uid": self.env.uid, "write_date": fields.Datetime.now()} if Model._log_access else {}
        statement = SQL(
            "UPDATE %s SET %s WHERE id IN %s RETURNING id",
            SQL.identifier(Model._table),
            SQL(", ").join(SQL("%s = %s", SQL.identifier(name), value) for name, value in (values | stamps).items()),
            query.subselect(),
        )
        self.env.flush_query(statement)  # what the domain reads of other models
        ids = [row_id for (row_id,) in self.env.execute_query(statement)]
        Model.invalidate_model([*values, *stamps])
        Model.browse(ids).modified(values)
        return ids

    @api.model
    def _is_overheard(self, Model, method):
        """Tell whether core's automation rules listen to a model: they have put a method of theirs before its own."""
        return hasattr(getattr(type(Model), method), "origin")

    @api.model
    def _serialize_transactions(self, records, field_name):
        """Serialise on purpose: whoever does the same with these records at this moment comes after.

        A field is written with the value that it has. PostgreSQL then sends back the transaction that comes second,
        and core starts it again on what the first one leaves.
        """
        self._update(records._name, [field_name], [(record.id, record[field_name]) for record in records])

    @api.model
    def _delete(self, model_name, domain):
        """Delete the rows of a domain in one statement, below access checks and overrides; return their number."""
        Model = self.env[model_name].sudo().with_context(active_test=False)
        Model.flush_model()
        query = Model._search(domain, order="id")
        statement = SQL("DELETE FROM %s WHERE id IN %s", SQL.identifier(Model._table), query.subselect())
        self.env.flush_query(statement)  # what the domain reads of other models
        self.env.cr.execute(statement)
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count

    @api.model
    def _unlink_rows(self, records, name):
        """Forget what a many2many field of these records names, below access checks and overrides."""
        field = records._fields[name]
        records.flush_recordset([name])
        if records:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE %s IN %s",
                    SQL.identifier(field.relation),
                    SQL.identifier(field.column1),
                    tuple(records.ids),
                )
            )
        records.invalidate_recordset([name])

    @api.model
    def _read(self, model_name, field_names, domain, order=None):
        """Return the rows of a domain as tuples of what the database keeps: no record is made of them.

        :param str order: by default that of the model.
        """
        Model = self.env[model_name].sudo().with_context(active_test=False)
        Model.flush_model()
        query = Model._search(domain, order=order or Model._order)
        columns = (SQL.identifier(Model._table, name) for name in field_names)
        return self.env.execute_query(query.select(*columns))

    @api.model
    def _read_last(self, model_name, key, field_names, domain):
        """Return the last row per value of ``key``, by id: ``{key: (value, …)}``.

        :param str key: a stored many2one.
        """
        Model = self.env[model_name].sudo().with_context(active_test=False)
        Model.flush_model()
        query = Model._search(domain, order="id")
        table = SQL.identifier(Model._table)
        columns = SQL(", ").join(SQL("%s.%s", table, SQL.identifier(name)) for name in field_names)
        key = SQL("%s.%s", table, SQL.identifier(key))
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT ON (%s) %s, %s FROM %s WHERE %s ORDER BY %s, %s.id DESC",
                key,
                key,
                columns,
                query.from_clause,
                query.where_clause or SQL("TRUE"),
                key,
                table,
            )
        )
        return {row[0]: row[1:] for row in rows}

    # ------------------------------------------------------------
    # Links without a foreign key
    # ------------------------------------------------------------
    @api.model
    def _get_loose_columns(self, table):
        """Return ``(model, field)`` of the links to that table that the database does not check."""
        return [
            (Model, field)
            for Model in map(self.env.__getitem__, self.env.registry)
            if Model._auto and Model._name.startswith("recovery.")
            for field in Model._fields.values()
            if isinstance(field, LooseMany2one) and field.store and self.env[field.comodel_name]._table == table
        ]

    @api.model
    def _forget(self, records):
        """Empty the links to records about to be deleted, or drop the rows, as a foreign key would."""
        if not records:
            return
        for Model, field in self._get_loose_columns(records._table):
            Model.flush_model([field.name])
            table, column = SQL.identifier(Model._table), SQL.identifier(field.name)
            if field.ondelete == "cascade":
                self.env.cr.execute(SQL("DELETE FROM %s WHERE %s IN %s", table, column, tuple(records.ids)))
            else:
                self.env.cr.execute(
                    SQL("UPDATE %s SET %s = NULL WHERE %s IN %s", table, column, column, tuple(records.ids))
                )
            Model.invalidate_model()

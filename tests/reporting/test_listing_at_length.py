from collections import defaultdict
from itertools import count

from odoo.tests import freeze_time, tagged

from ..common import RecoveryCommon
from ..one_of_each import OneOfEach

# What the rows of each list are made of: each of these is there once per row, of another customer each time.
MADE_OF = {
    "sendings": ("recovery.delivery", "recovery.notice.line", "recovery.registered.letter"),
    "decisions": ("recovery.decision", "recovery.procedure"),
    "fees": ("recovery.charge", "recovery.waiver", "recovery.late.fee"),
    "promises": ("recovery.promise", "recovery.agreement.line"),
    "plans": ("recovery.payment.plan", "recovery.payment.plan.line", "recovery.settlement"),
    "disputes": ("recovery.dispute",),
    "cases": (
        *("recovery.case", "recovery.case.line", "recovery.title", "recovery.execution.act", "recovery.case.document"),
        *("recovery.bundle", "recovery.insolvency", "recovery.insolvency.declaration", "recovery.doubtful"),
        *("recovery.doubtful.entry", "recovery.doubtful.entry.line"),
    ),
    "limits": ("recovery.limit.request", "recovery.event"),
    "setup": ("recovery.event",),
    "journal": ("recovery.event",),
    "samples": ("recovery.sample", "recovery.sample.line"),
}
MOMENT, DAY = "2026-11-20 09:00:00", "2026-11-20"
# What puts the rows into the period and into the list.
SET = {
    "recovery.bundle": {"state": "done", "is_draft": False, "built_on": MOMENT},
    "recovery.case": {"opened_on": DAY, "closed_on": None},
    "recovery.case.document": {"issued_on": MOMENT, "state": "issued"},
    "recovery.case.line": {"removed_on": None, "is_final": False},
    "recovery.charge": {"create_date": MOMENT},
    "recovery.decision": {"asked_on": MOMENT},
    "recovery.delivery": {"queued_on": MOMENT},
    "recovery.dispute": {"opened_on": DAY},
    "recovery.doubtful": {"state": "doubtful"},
    "recovery.doubtful.entry": {"day": DAY},
    "recovery.execution.act": {"ordered_on": DAY},
    "recovery.insolvency": {"judgment_on": DAY},
    "recovery.limit.request": {"asked_on": MOMENT},
    "recovery.payment.plan": {"proposed_on": DAY, "signed_on": DAY},
    "recovery.procedure": {"opened_on": DAY, "override_reason": "Quand même"},
    "recovery.promise": {"given_on": DAY},
    "recovery.sample": {"day": DAY},
    "recovery.settlement": {"talks_from": DAY, "agreed_on": DAY},
    "recovery.title": {"date": DAY},
    "recovery.waiver": {"create_date": MOMENT},
}
OWN = ("res.partner", "recovery.debtor", "account.move", "account.move.line", "account.account")
KINDS = {"setup": "configured", "limits": "limit_exceeded"}  # of the entries of the journal that a list tells
SUFFIXES = count(1)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestListingAtLength(OneOfEach, RecoveryCommon):
    """A long list is read with as many queries as a short one, whatever it lists."""

    def multiply(self, names, times):
        """Put that many rows of these models beneath the program, each with a customer and documents of its own."""
        for _row in range(times):
            made = {}
            for name in names:
                self.double(self.one(name), made)

    def double(self, record, made):
        """Return the id of a copy of a row, with copies of what it hangs on; ``made`` are those of the same row."""
        key = (record._name, record.id)
        if key in made:
            return made[key]
        made[key] = record.id  # what it hangs on in turn keeps pointing at the first one
        columns = {}
        for field in record._fields.values():
            if not (field.store and field.column_type) or field.name == "id":
                continue
            columns[field.name] = f'"{field.name}"'
            value = record[field.name]
            is_own = field.type == "many2one" and (
                field.comodel_name in OWN[:4]
                or (field.comodel_name.startswith("recovery.") and self.is_work(field.comodel_name))
            )
            if is_own and value and field.name != "parent_id":
                columns[field.name] = str(self.double(value, made))
            elif field.name in self.get_unique(record._name) and value and field.type == "char":
                columns[field.name] = f"\"{field.name}\" || '-{next(SUFFIXES)}'"
        self.env.cr.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [record._table])
        made[key] = self.env.cr.fetchone()[0]
        columns["id"] = str(made[key])
        if record._name == "res.partner":
            columns["commercial_partner_id"] = columns["id"]
        if record._name == "recovery.event":
            columns["kind"] = f"'{self.kind}'"
        for name, value in SET.get(record._name, {}).items():
            columns[name] = "NULL" if value is None else f"'{value}'"
        names = ", ".join(f'"{name}"' for name in columns)
        self.env.flush_all()
        self.env.cr.execute(
            f'INSERT INTO "{record._table}" ({names}) SELECT {", ".join(columns.values())} FROM "{record._table}"'
            " WHERE id = %s",
            [record.id],
        )
        return made[key]

    def is_work(self, name):
        """Tell whether rows of this model are somebody's, and no setting that all share."""
        Model = self.env[name]
        return "debtor_id" in Model._fields or "case_id" in Model._fields or name in self.children

    kind = "contact"
    children = ("recovery.doubtful.entry", "recovery.sample", "recovery.notice", "recovery.charge")
    unique = defaultdict(lambda: ("number", "number_key", "name", "source_key", "suggestion_key", "sequence_prefix"))

    def get_unique(self, name):
        return self.unique[name]

    def count_queries(self, subject):
        self.env.invalidate_all()
        window = self.env["recovery.listing"].with_user(self.recovery_auditor).create({"subject": subject})
        window._get_tables()  # what is read once per process
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        tables = window._get_tables()
        return self.env.cr.sql_log_count - before, sum(len(table.rows) for table in tables)

    def test_a_hundred_rows_are_read_with_the_queries_of_ten(self):
        grown, short = {}, {}
        for subject, names in MADE_OF.items():
            self.kind = KINDS.get(subject, "contact")
            self.multiply(names, 10)
            few, rows = self.count_queries(subject)
            self.multiply(names, 90)
            many, all_rows = self.count_queries(subject)
            if many > few:
                grown[subject] = (few, many)
            if all_rows - rows < 90:
                short[subject] = (rows, all_rows)
        self.assertEqual((grown, short), ({}, {}))

    def test_each_list_that_has_rows_of_its_own_is_measured(self):
        subjects = set(self.env["recovery.activity"]._get_subjects())
        self.assertEqual(subjects - {"books", "settings"}, set(MADE_OF), "these two are read by account and by setting")

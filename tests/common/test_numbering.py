from odoo.tests import tagged

from ..english import InEnglish
from .common import RecoveryCommon


@tagged("post_install", "-at_install")
class TestNumbering(InEnglish, RecoveryCommon):
    """Each number was given to a document, or the list says which were not, and why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.lines = [cls.receivable_of(cls.make_invoice(days_overdue=60)) for _number in range(3)]

    def missing(self, model="recovery.case"):
        kind = self.env["ir.model"]._get(model).name
        self.env.flush_all()
        self.env.invalidate_all()
        return [row for row in self.env["recovery.numbering"]._find_missing(self.company) if row.kind == kind]

    def open_case(self, line):
        return self.env["recovery.case"]._open_for(self.debtor, line, self.today)

    def test_no_gap_where_none_is(self):
        self.open_case(self.lines[0])
        self.assertEqual(self.missing(), [])

    def test_a_number_drawn_for_nothing_is_named_with_its_reason(self):
        first = self.open_case(self.lines[0])
        lost = self.env["recovery.case"]._next_name(self.company, self.today)
        second = self.open_case(self.lines[1])
        (gap,) = self.missing()
        self.assertEqual(gap.gap.text, lost)
        self.assertTrue(first.name < lost < second.name)
        self.assertFalse(gap.is_grave)
        self.assertIn("rolled back", gap.reason)
        last = self.env["recovery.case"]._next_name(self.company, self.today)
        self.assertEqual([row.gap.text for row in self.missing()], [lost, last], "drawn last, used by nobody")

    def test_a_document_deleted_beneath_the_program_is_grave(self):
        first = self.open_case(self.lines[0])
        self.open_case(self.lines[1])
        name = first.name
        self.env.flush_all()
        self.env.cr.execute("UPDATE recovery_case SET name = 'X' WHERE id = %s", (first.id,))
        self.env.invalidate_all()
        (gap,) = [row for row in self.missing() if row.is_grave]
        self.assertEqual(gap.gap.text, name)
        self.assertIn("journal mentions", gap.reason)

    def test_each_kind_of_number_is_looked_at(self):
        models = {name for name, _field, _code in self.env["recovery.numbering"]._get_numbered()}
        self.assertLessEqual({"recovery.notice", "recovery.claim.statement", "recovery.case"}, models)
        codes = {code for _name, _field, code in self.env["recovery.numbering"]._get_numbered()}
        shipped = set(self.env["ir.sequence"].search([("code", "=like", "recovery.%")]).mapped("code"))
        self.assertEqual(shipped - codes, {"recovery.campaign"}, "a campaign that was not validated may be deleted")

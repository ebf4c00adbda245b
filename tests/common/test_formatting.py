from markupsafe import Markup

from odoo.tests import TransactionCase, tagged

from ...models.common.formatting import name_run, split_last_paragraph
from ...models.common.recovery_xlsx_mixin import Column, count_head_lines
from ...models.common.table_widths import share_out


@tagged("post_install", "-at_install")
class TestFormatting(TransactionCase):
    """How several things are said, and shared out on a page."""

    def test_few_invoices_are_named_and_many_by_the_first_and_the_last(self):
        names = [f"F{number}" for number in range(1, 9)]
        self.assertEqual(name_run(self.env, names[:3]), "F1, F2, F3")
        self.assertEqual(name_run(self.env, names), "F1 to F8 (8 invoices)")

    def test_the_last_paragraph_of_a_text_is_told_apart(self):
        text = Markup("<p>Un <b>deux</b>.</p>\n<p>Salutations,</p>")
        self.assertEqual(
            split_last_paragraph(text), (Markup("<p>Un <b>deux</b>.</p>\n"), Markup("<p>Salutations,</p>"))
        )
        for whole in (Markup("<p>Un.</p>"), Markup("<p>Un.</p><ul><li>a</li></ul>"), Markup("")):
            self.assertEqual(split_last_paragraph(whole), (whole, Markup()))

    def test_a_column_that_would_be_cut_takes_its_room_from_the_others(self):
        shares = share_out([14, 60, 60, 60, 14], [6.6, 0, 0, 0, 7.4])
        self.assertGreaterEqual(shares[0], 6.6)
        self.assertGreaterEqual(shares[-1], 7.4)
        self.assertAlmostEqual(sum(shares), 100, delta=0.1)
        wide = share_out([10] * 5 + [40] * 5, [6.6] * 5 + [0] * 5)
        self.assertEqual(wide[:5], [6.6] * 5)
        self.assertAlmostEqual(sum(wide), 100, delta=0.1)
        self.assertEqual(share_out([10, 30], [0, 0]), [25, 75])

    def test_a_long_head_of_a_spreadsheet_has_the_lines_that_it_needs(self):
        def count(title, width):
            return count_head_lines(Column(title, width=width))

        self.assertEqual(count("Montant", 14), 1)
        self.assertEqual(count("Payment plan or settlement", 15), 3)
        self.assertEqual(count("En litige ou en cours de négociation", 15), 3)
        self.assertEqual(count("", 4), 1)

    def test_entries_that_say_the_same_at_one_moment_are_one_on_paper(self):
        entry = dict.fromkeys(("day", "time", "state", "title", "details", "author"), "x")
        gathered = self.env["recovery.chronology"]._gather([entry, entry, {**entry, "title": "y"}, entry])
        self.assertEqual([row["repeated"] for row in gathered], ["(2 times)", "", ""])

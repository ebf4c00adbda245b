from odoo.tests import BaseCase, tagged

from ...models.common.table_widths import HEAD, SIZES, find_words, lay_out, measure

PAGE, BESIDE = 993.0, 8.0


@tagged("post_install", "-at_install")
class TestTableWidths(BaseCase):
    """Columns of lists on paper: no word is cut in two, neither of a head nor of what stands below it."""

    def lay(self, columns):
        """Lay out ``[(width, title, texts, is number)]``."""
        return lay_out(
            [column[0] for column in columns],
            [column[1] for column in columns],
            [find_words(column[2], column[3]) for column in columns],
            [column[3] for column in columns],
        )

    def assert_whole(self, layout, columns):
        beside = [column for place, column in enumerate(columns) if place not in layout.below]
        self.assertEqual(len(beside), len(layout.shares))
        self.assertLessEqual(sum(layout.shares), 100.5)
        for share, (_width, title, texts, is_whole) in zip(layout.shares, beside, strict=True):
            words = [measure(word, HEAD, True) for word in title.split()]
            words += [
                measure(word, layout.size) for text in texts for word in ([text] if is_whole else text.split(" "))
            ]
            self.assertLessEqual(max(words) + BESIDE, share * PAGE / 100, title)

    def test_heads_and_references_stand_on_one_line(self):
        columns = [
            (4, "Dossier", ["CTX/2026/0004", "CTX/2026/0018"], False),
            (60, "Observations", ["Le débiteur a promis de payer avant la fin du mois, par écrit."], False),
            (3, "Réponses", ["oui"], False),
            (3, "Indemnité", ["40,00\xa0€", "128\u202f400,00\xa0€"], True),
        ]
        layout = self.lay(columns)
        self.assertEqual((layout.size, layout.below), (SIZES[0], []))
        self.assert_whole(layout, columns)

    def test_letters_get_smaller_before_anything_leaves_its_place(self):
        columns = [(10, f"Étape {rank}", ["CTX/2026/0004/REC"], False) for rank in range(9)]
        layout = self.lay(columns)
        self.assertLess(layout.size, SIZES[0])
        self.assertEqual(layout.below, [])
        self.assert_whole(layout, columns)

    def test_what_no_width_holds_is_told_below_its_row_and_numbers_stay(self):
        columns = [
            *((10, "Montant", ["1\u202f128\u202f400,00\xa0€"], True) for _rank in range(6)),
            *((10, "Référence", ["FAC/2026/000044-BIS-A"], False) for _rank in range(8)),
        ]
        layout = self.lay(columns)
        self.assertTrue(layout.below)
        self.assertGreaterEqual(min(layout.below), 6)
        self.assert_whole(layout, columns)

    def test_an_address_or_a_digest_makes_no_column_wide(self):
        self.assertEqual(find_words(["0" * 64, "compta@" + "a" * 30 + ".example", "Lyon"]), ["Lyon"])
        self.assertEqual(find_words(["12\xa0345,00\xa0€ dus"]), ["12\xa0345,00\xa0€", "dus"])

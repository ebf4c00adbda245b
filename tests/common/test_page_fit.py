import io

from pypdf import PdfWriter

from odoo.tests import TransactionCase, tagged

from ...models.common.page_fit import (
    LONG,
    SETTING,
    SIZES,
    Piece,
    count_height,
    count_pages,
    find_size,
    make_table,
    print_on_one_page,
    write_size,
)

PARAGRAPH = "<p>" + "Nos relances sont restées sans effet à ce jour. " * 6 + "</p>"


def make_pdf(count):
    """Return a PDF of blank pages."""
    writer, stream = PdfWriter(), io.BytesIO()
    for _rank in range(count):
        writer.add_blank_page(595, 842)
    writer.write(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestPageFit(TransactionCase):
    """A letter is set as large as one page allows, and no smaller."""

    def test_a_short_letter_is_set_in_a_size_that_is_read_at_ease(self):
        self.assertEqual(find_size([Piece(PARAGRAPH), make_table(1), Piece(height=7)]), SIZES[0])
        self.assertGreaterEqual(SIZES[0], 10.5)

    def test_each_row_more_leaves_the_size_or_lowers_it_until_no_page_holds_them(self):
        sizes = [find_size([Piece(PARAGRAPH * 4), make_table(count), Piece(height=7)]) for count in range(1, 90)]
        tightened = sizes[: sizes.index(SIZES[-1]) + 1]
        self.assertEqual(tightened, sorted(tightened, reverse=True))
        self.assertGreater(len(set(tightened)), 4, "it shrinks by steps")
        self.assertEqual(sizes[-1], LONG, "what takes two pages anyway is not tightened")
        self.assertGreater(LONG, SIZES[-1])

    def test_more_words_never_make_a_letter_larger(self):
        sizes = [find_size([Piece(PARAGRAPH * count), make_table(5)]) for count in range(1, 12)]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        self.assertLess(sizes[-1], SIZES[0])

    def test_paragraphs_count_as_they_break(self):
        one = count_height(Piece("<p>Madame, Monsieur,</p>"), 10)
        self.assertAlmostEqual(count_height(Piece("<p>Madame,</p><p>Monsieur,</p>"), 10), 2 * one)
        self.assertAlmostEqual(count_height(Piece("<ul><li>un</li><li>deux</li></ul>"), 10), 2 * one)
        self.assertAlmostEqual(count_height(Piece("a<br/>b"), 10), 2 * one)
        self.assertEqual(count_height(Piece("<p> </p>"), 10), 0)
        self.assertEqual(count_height(Piece(False), 10), 0)
        wide, narrow = Piece(PARAGRAPH), Piece(PARAGRAPH, width=0.4)
        self.assertGreater(count_height(narrow, 10), 2 * count_height(wide, 10))
        self.assertLess(count_height(Piece(PARAGRAPH, scale=0.5), 10), count_height(wide, 10) / 2)

    def test_a_letter_that_took_more_pages_than_reckoned_is_printed_once_more(self):
        records = self.env["res.partner"].create([{"name": name} for name in ("court", "long", "very long")])
        short, longer, longest = records
        calls = []

        def printing(printed):
            calls.append(printed)
            for record in printed:
                text = PARAGRAPH * (30 if record == longest else 4)
                SETTING.heard.find_size(record, [Piece(text)])
            is_again = len(calls) > 1
            return {record: make_pdf(1 if is_again or record == short else 2) for record in printed}

        printed = print_on_one_page(printing, records)
        self.assertEqual(calls, [records, longer], "the very long one takes two pages anyway")
        self.assertEqual([count_pages(printed[record]) for record in records], [1, 1, 2])
        self.assertFalse(SETTING.heard)

    def test_it_is_then_set_smaller(self):
        partner, pieces = self.env["res.partner"].create({"name": "short"}), [Piece(PARAGRAPH), make_table(1)]
        sizes = []

        def printing(printed):
            sizes.append(SETTING.heard.find_size(partner, pieces))
            return {partner: make_pdf(1 if len(sizes) > 1 else 2)}

        print_on_one_page(printing, partner)
        self.assertEqual(sizes, [write_size(SIZES[0]), write_size(SIZES[2])], "however short it was reckoned")

    def test_nothing_is_printed_again_that_cannot_be_smaller(self):
        partner, calls = self.env["res.partner"].create({"name": "full"}), []
        [pieces] = [
            pieces
            for pieces in ([Piece(PARAGRAPH * 4), make_table(count), Piece(height=7)] for count in range(1, 90))
            if find_size(pieces, sizes=SIZES[:-1], long=None) is None and find_size(pieces, long=None)
        ][:1]

        def printing(printed):
            calls.append(SETTING.heard.find_size(partner, pieces))
            return {partner: make_pdf(2)}

        print_on_one_page(printing, partner)
        self.assertEqual(calls, [write_size(SIZES[-1])])

    def test_a_letter_that_is_no_shorter_the_second_time_keeps_its_first_size(self):
        partner, calls = self.env["res.partner"].create({"name": "long"}), []

        def printing(printed):
            calls.append(make_pdf(2))
            SETTING.heard.find_size(partner, [Piece(PARAGRAPH)])
            return {partner: calls[-1]}

        self.assertIs(print_on_one_page(printing, partner)[partner], calls[0])
        self.assertEqual(len(calls), 2, "never a third time")

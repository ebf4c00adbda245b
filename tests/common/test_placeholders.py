from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ...models.common.placeholders import UnknownPlaceholder, parse_html, parse_line
from .hostile import make_lines, make_pages

VALUES = {"amount_text": "1\u202f200,00\xa0€", "debtor_name": "Dupont & fils", "empty_text": ""}


@tagged("post_install", "-at_install")
class TestPlaceholders(BaseCase):
    """A text is cut at its placeholders and filled; nothing else that it holds is more than text."""

    def fill_line(self, text, **values):
        return parse_line(text).fill(VALUES | values)

    def fill_html(self, text, **values):
        return parse_html(text).fill(VALUES | values)

    # ------------------------------------------------------------
    # What is filled
    # ------------------------------------------------------------
    def test_both_ways_of_writing_are_filled_in_a_line_and_in_html(self):
        for written in (
            "{{ object.amount_text }}",
            "{{object.amount_text}}",
            "{{\xa0 object.amount_text\t}}",
            "{{\ufeffobject.amount_text\u200b}}",
            '<t t-out="object.amount_text"/>',
            "<t t-out='object.amount_text' />",
            '<t t-out=" object.amount_text "></t>',
            '<t t-out="object.amount_text">rien</t>',
        ):
            with self.subTest(written=written):
                self.assertEqual(self.fill_line(f"Dû : {written} !"), f"Dû : {VALUES['amount_text']} !")
                self.assertEqual(self.fill_html(f"<p>Dû : {written} !</p>"), f"<p>Dû : {VALUES['amount_text']} !</p>")

    def test_words_stand_where_there_is_nothing_to_say(self):
        written = '<t t-out="object.empty_text"> R & D </t>'
        self.assertEqual(self.fill_line(f"a {written}."), "a R & D.")
        self.assertEqual(self.fill_html(f"<p>a {written}.</p>"), "<p>a R &amp; D.</p>")
        self.assertEqual(
            self.fill_html('<p>a<t t-out="object.empty_text"/>b {{ object.empty_text }}</p>'), "<p>ab </p>"
        )

    def test_values_are_escaped_in_html_and_in_no_line(self):
        name = "<script>alert(\"1\")</script> & 'fils'"
        self.assertEqual(self.fill_line("{{ object.debtor_name }}", debtor_name=name), name)
        filled = self.fill_html("<p>{{ object.debtor_name }}</p>", debtor_name=Markup(name))
        self.assertIsInstance(filled, Markup)
        self.assertEqual(filled, "<p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;fils&#39;</p>")

    def test_a_value_is_never_read_as_a_text(self):
        for name in (
            "{{ object.amount_text }}",
            '<t t-out="object.amount_text"/>',
            "placeholder-0-0.",
            "%(x)s {0} \\1",
        ):
            text = "{{ object.debtor_name }}|{{ object.debtor_name }}"
            self.assertEqual(self.fill_line(text, debtor_name=name), f"{name}|{name}")
            filled = self.fill_html(f"<p>{text}</p>", debtor_name=name)
            self.assertEqual(filled, Markup("<p>%s|%s</p>") % (name, name))

    def test_a_line_stays_one_line(self):
        self.assertEqual(self.fill_line("a\r\nBcc: {{ object.debtor_name }}", debtor_name="b\nc"), "a Bcc: b c")

    def test_what_means_nothing_stays_as_it_was_typed(self):
        for text in (
            "100 % {0} %(x)s %s {a} } }} { { $5 # \\1 \\g<0>",
            "a < b, t > c",
            "placeholder-0-0. ⟦1⟧",
            "",
            "  ",
        ):
            self.assertEqual(self.fill_line(text), text)
            self.assertEqual(self.fill_html(Markup("<p>%s</p>") % text), Markup("<p>%s</p>") % text)
        self.assertEqual(self.fill_line(False), "")
        self.assertEqual(self.fill_html(None), "")

    def test_html_keeps_its_form(self):
        for text in (
            "<p>a&nbsp;b<br>c</p>\n<ul><li>é</li></ul>",
            '<p style="color: red" class="x">a</p><img src="/a.png"><hr>',
            "<!-- [if mso] --><p></p><td></td>",
            "sans <b>paragraphe</b> ",
            '<a href="https://example.com/?a=1&amp;b=%20#c">a</a>',
        ):
            self.assertEqual(self.fill_html(text), text)

    def test_nothing_is_lost_behind_the_end_of_a_page(self):
        text = "<html><body><p>a</p></body></html><p>{{ object.debtor_name }}</p>"
        self.assertEqual(self.fill_html(text), "<p>a</p><p>Dupont &amp; fils</p>")

    # ------------------------------------------------------------
    # What is refused
    # ------------------------------------------------------------
    def test_hostile_lines_are_unknown_and_never_filled(self):
        lines = make_lines()
        self.assertGreater(len(lines), 60)
        for line in lines:
            with self.subTest(line=line):
                text = parse_line(line)
                self.assertTrue(text.find_unknown(VALUES))
                with self.assertRaises(UnknownPlaceholder):
                    text.fill(VALUES)

    def test_hostile_pages_are_unknown_and_never_filled(self):
        pages = make_pages()
        self.assertGreater(len(pages), 300)
        for page in pages:
            with self.subTest(page=page):
                text = parse_html(page)
                self.assertTrue(text.find_unknown(VALUES))
                with self.assertRaises(UnknownPlaceholder):
                    text.fill(VALUES)

    def test_what_is_found_is_named_as_it_is_written(self):
        for page, found in (
            ("<p>{{ object.env }}</p>", ["{{ object.env }}"]),
            ("<p>&#123;&#123; object.secret }}</p>", ["{{ object.secret }}"]),
            ('<p><t t-out="object.env.user"/></p>', ['<t t-out="object.env.user">']),
            ('<p><t t-out="object.secret"/></p>', ['<t t-out="object.secret"/>']),
            ('<p t-esc="user">a</p>', ['t-esc="user"']),
            ("<p>{{ a }} {{ b }} {{ a }}</p>", ["{{ a }}", "{{ b }}"]),
            ("<!-- {{ a }} -->", ["{{ a }}"]),
        ):
            self.assertEqual(parse_html(page).find_unknown(VALUES), found)
        self.assertLess(len(parse_line("{{ x" + "y" * 1000).find_unknown(VALUES)[0]), 81)

    def test_a_megabyte_of_nonsense_is_read_in_no_time(self):
        for piece in (
            "{",
            "{{ object.",
            "<t ",
            "<div>",
            '<t t-out="object.a">',
            "<!--",
            "{{ object.amount_text }}",
            "&#123;",
        ):
            for parse in (parse_line, parse_html):
                parse(piece * (1_000_000 // len(piece))).find_unknown(VALUES)

import hashlib
from datetime import datetime, timedelta

from odoo.tests import BaseCase, tagged

from ...models.common.numbering import find_gaps, split_number
from ...models.common.sealing import (
    Check,
    Entry,
    Head,
    chain,
    describe_ranges,
    digest_content,
    digest_head,
    get_start,
    parse_head,
    read_ranges,
)

NOON = datetime(2026, 11, 3, 12)
COMPANY = 7


def make_entries(count, company=COMPANY):
    """Return a chain of that many entries, one per minute."""
    seal, entries = get_start(company), []
    for number in range(1, count + 1):
        content = digest_content(f"entry {number}")
        seal = chain(seal, number, content)
        entries.append(Entry(number + 100, number, content, content, seal, NOON + timedelta(minutes=number)))
    return entries


def find(entries, **options):
    check = Check(COMPANY, **options)
    check.take(entries)
    return [found.code for found in check.finish()]


@tagged("post_install", "-at_install")
class TestSealing(BaseCase):
    """The chain says what was changed, taken, added or moved, and stays silent where nothing was."""

    def test_a_whole_chain_is_whole_in_any_number_of_helpings(self):
        entries = make_entries(20)
        self.assertEqual(find(entries), [])
        check = Check(COMPANY)
        for entry in entries:
            check.take([entry])
        self.assertEqual((check.finish(), check.number, check.seal), ([], 20, entries[-1].seal))

    def test_the_seal_is_what_the_documentation_says(self):
        def sha(text):
            return hashlib.sha256(text.encode()).hexdigest()

        start = sha("debt_recovery journal 1\n7")
        content = sha('["x",{"a":1,"b":"é"}]')
        self.assertEqual(digest_content("x", {"b": "é", "a": 1}), content)
        self.assertEqual(chain(start, 1, content), sha(f"{start}\n1\n{content}"))

    def test_each_way_of_tampering_has_its_name(self):
        entries = make_entries(9)
        forged = digest_content("forged")
        third = entries[2]
        again = Entry(999, 4, forged, forged, chain(third.seal, 4, forged), NOON)
        cases = {
            "changed": [*entries[:2], third._replace(content=forged), *entries[3:]],
            "missing": [*entries[:2], *entries[3:]],
            "broken": [*entries[:2], third._replace(content=forged, kept=forged), *entries[3:]],
            "blanked": [*entries[:2], third._replace(content="", is_blanked=True), *entries[3:]],
            "foreign": [*entries[:2], third._replace(is_stamped=False), *entries[3:]],
            "moved": [*entries[:2], third._replace(debtor=5, first_debtor=4), *entries[3:]],
            "doubled": [*entries[:4], again, *entries[4:]],
        }
        for code, tampered in cases.items():
            with self.subTest(code=code):
                self.assertIn(code, find(tampered, debtors={4, 5}))
        swapped = [*entries]
        swapped[2], swapped[5] = (
            entries[5]._replace(number=3, seal=entries[2].seal),
            entries[2]._replace(number=6, seal=entries[5].seal),
        )
        self.assertEqual(find(swapped).count("broken"), 2)

    def test_a_blanked_text_is_lawful_where_the_journal_says_so(self):
        entries = make_entries(5)
        entries[1] = entries[1]._replace(content="", is_blanked=True)
        self.assertEqual(find(entries, blanked={2}), [])
        self.assertEqual(find(entries, blanked={3}), ["blanked"])

    def test_a_merge_moves_an_entry_lawfully(self):
        entries = make_entries(3)
        entries[1] = entries[1]._replace(debtor=5, first_debtor=4)
        self.assertEqual(find(entries, debtors={5}, unions={5}), [])
        self.assertEqual(find(entries, debtors={4, 5}, unions={5}), ["moved"], "the first one is still there")
        self.assertEqual(find(entries, debtors={5}, unions={6}), ["moved"], "nobody was merged into that one")

    def test_what_was_noted_outlives_a_chain_made_anew(self):
        entries = make_entries(6)
        head = Head(6, entries[-1].seal, NOON + timedelta(hours=1))
        self.assertEqual(find(entries, heads=[head]), [])
        self.assertEqual(find(entries[:4], heads=[head]), ["shortened"])
        anew, seal = [], get_start(COMPANY)
        for entry in entries:
            content = digest_content(f"anew {entry.number}")
            seal = chain(seal, entry.number, content)
            anew.append(entry._replace(content=content, kept=content, seal=seal))
        self.assertEqual(find(anew), [], "by itself it is whole")
        self.assertEqual(find(anew, heads=[head]), ["rewritten"])

    def test_a_note_that_was_changed_is_found(self):
        entries = make_entries(3)
        moment = NOON + timedelta(hours=1)
        whole = Head(3, entries[-1].seal, moment, 1, digest_head(COMPANY, 1, 3, entries[-1].seal, moment))
        self.assertEqual(find(entries, heads=[whole]), [])
        self.assertEqual(find(entries, heads=[whole._replace(moment=NOON)]), ["seal_changed"])

    def test_what_is_older_than_the_seal_before_it_was_added_later(self):
        entries = make_entries(4)
        heads = [Head(2, entries[1].seal, NOON + timedelta(days=9))]
        day = timedelta(days=1)
        self.assertEqual(find(entries, heads=heads, tolerance=day), ["inserted", "inserted"])
        waiting = Entry(500, 0, digest_content("x"), "", "", NOON)
        self.assertEqual(find([*entries[:2], waiting], heads=heads, tolerance=day), ["inserted"])
        fresh = waiting._replace(date=NOON + timedelta(days=9))
        self.assertEqual(find([*entries[:2], fresh], heads=heads, tolerance=day), [])

    def test_a_head_is_read_however_it_is_pasted(self):
        seal = "9f" * 32
        for text in (f"12 {seal}", f"Entry 12\nSeal {seal}", f"N° 12 : {seal.upper()}.", f"12;{seal}"):
            with self.subTest(text=text):
                self.assertEqual(parse_head(text), Head(12, seal))
        for text in ("", "12", seal, f"12 {seal[:-1]}", f"12 {seal} {seal}"):
            with self.subTest(text=text):
                self.assertIsNone(parse_head(text))

    def test_numbers_are_written_and_read_in_ranges(self):
        for numbers in ([], [4], [1, 2, 3], [1, 3, 4, 5, 9]):
            with self.subTest(numbers=numbers):
                self.assertEqual(read_ranges(describe_ranges(numbers)), set(numbers))
        self.assertEqual(describe_ranges([9, 1, 3, 4, 5]), "1, 3-5, 9")

    def test_gaps_of_a_series(self):
        numbers = ["MED/2026/0002", "MED/2026/0005", "MED/2025/0001", "brouillon", None, "MED/2026/0003"]
        texts = [gap.text for gap in find_gaps(numbers, {"MED/2026/": 7})]
        self.assertEqual(texts, ["MED/2026/0001", "MED/2026/0004", "MED/2026/0006 – MED/2026/0007"])
        self.assertEqual(split_number("DOS-12/B"), ("DOS-", 12, 2, "/B"))
        self.assertEqual(find_gaps(["A1", "A2", "A3"]), [])

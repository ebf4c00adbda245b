import hashlib
import io
import json
import zipfile

from PIL import Image

from odoo.tests import BaseCase, tagged

from ....models.common.paper import plain
from ....models.litigation.evidence import assembly, manifest, numbering, paper, reading
from .common import make_encrypted, make_image, make_pdf, read_bookmarks, read_pdf, read_texts

WORDS = paper.Words(
    title="Dossier de pièces",
    list_title="Bordereau de pièces",
    number="N°",
    day="Date",
    description="Désignation",
    pages="Pages",
    place="Page",
    total="Total",
    piece="Pièce n° %s",
    page_of="p. %s/%s",
    missing="Le fichier est dans l’archive.",
    problems={"encrypted": "Protégé", "broken": "Illisible", "other": "Autre", "empty": "Vide"},
    as_of="Pièces au 21/11/2026",
)


class Files:
    """Files by number, and the bundle that they make."""

    def __init__(self, **files):
        self.files = {int(number.lstrip("n")): content for number, content in files.items()}
        self.names = {}

    def build(self, headings=(("Créancier", "Alpha"),), words=WORDS, notes=(), libraries=None, titles=None):
        pieces = []
        for number, content in self.files.items():
            read = reading.read_file(content)
            name = self.names.get(number, "piece.pdf")
            title = (titles or {}).get(number, f"Facture {number}")
            digest = manifest.digest(content)
            pieces.append(
                manifest.Piece(
                    number,
                    "invoice",
                    title,
                    "2026-10-05",
                    f"2026-11-0{number % 9 + 1}",
                    name,
                    digest,
                    len(content),
                    read.pages,
                    read.problem,
                )  # fmt: skip
            )
        return manifest.build(headings, words._asdict(), notes, pieces, libraries or reading.get_libraries())

    def bind(self, **kwargs):
        return assembly.assemble(self.build(**kwargs), self.open_piece)

    def open_piece(self, piece):
        content = self.files[piece.number]
        return content, reading.read_file(content).made


@tagged("post_install", "-at_install")
class TestBundleFiles(BaseCase):
    """The files of a bundle, made by plain Python from pieces and a manifest."""

    def test_the_total_of_the_list_never_stands_alone_on_a_page(self):
        for count in (1, 2, *range(26, 38), 75):
            with self.subTest(count=count):
                rows = [paper.Row(number, "01/01/2026", f"Bon {number}", "", 1, number) for number in range(count)]
                texts = read_texts(paper.print_list((("Créancier", "Alpha"),), rows, WORDS))
                self.assertIn(f"Bon {count - 1}", texts[-1])
                self.assertIn("Total", texts[-1])

    def test_the_whole_has_cover_list_stamped_pages_and_bookmarks(self):
        bundle = Files(n1=make_pdf("un", "deux"), n2=make_pdf("trois"), n3=make_image()).bind()
        texts = read_texts(bundle.whole)
        self.assertEqual(len(texts), 6)
        self.assertEqual(bundle.page_count, 6)
        self.assertIn("Alpha", texts[0])
        self.assertIn("Bordereau de pièces", texts[1])
        self.assertIn("Pièce n° 1 – p. 2/2 – Page 4", texts[3], "as the list of pieces names it")
        self.assertIn("deux", texts[3], "what the page says is still there")
        self.assertIn("Pièce n° 3", texts[5])
        self.assertEqual(
            read_bookmarks(bundle.whole),
            [
                ("Dossier de pièces", 1),
                ("Bordereau de pièces", 2),
                ("Pièce n° 1 – Facture 1", 3),
                ("Pièce n° 2 – Facture 2", 5),
                ("Pièce n° 3 – Facture 3", 6),
            ],
        )

    def test_the_list_says_how_many_pages_and_where_they_begin(self):
        bundle = Files(n1=make_pdf("un", "deux"), n2=make_pdf("trois")).bind()
        inside, alone = (
            " ".join(text.split()) for text in (read_texts(bundle.whole)[1], read_texts(bundle.listing)[0])
        )
        self.assertIn("1 05/10/2026 Facture 1 2 3 2 05/10/2026 Facture 2 1 5 Total 3", inside)
        self.assertIn("1 05/10/2026 Facture 1 2 2 05/10/2026 Facture 2 1 Total 3", alone, "it names no page elsewhere")

    def test_a_long_list_keeps_its_places_right(self):
        files = Files(**{f"n{number}": make_pdf(f"contenu {number}") for number in range(1, 91)})
        bundle = files.bind()
        marks = read_bookmarks(bundle.whole)
        first = marks[2][1]
        self.assertGreater(first, 3, "the list is longer than a page")
        texts = read_texts(bundle.whole)
        for title, page in marks[2:]:
            self.assertIn(title.split(" – ")[0], texts[page - 1])
        listing = " ".join(" ".join(texts[1 : first - 1]).split())
        self.assertIn(f"90 05/10/2026 Facture 90 1 {first + 89}", listing)

    def test_a_page_is_stamped_where_it_is_seen_whatever_its_turn_and_size(self):
        for turn in (0, 90, 180, 270):
            for size in ((595, 842), (842, 595), (2384, 3370), (200, 300)):
                with self.subTest(turn=turn, size=size):
                    bundle = Files(n7=make_pdf("texte", turn=turn, size=size)).bind()
                    page = read_pdf(bundle.whole).pages[2]
                    self.assertIn("Pièce n° 7", page.extract_text())
                    self.assertEqual(page.get("/Rotate", 0), turn)
                    read = []
                    page.extract_text(visitor_text=lambda *args, read=read: read.append(args))
                    spots = [place[4:6] for text, place, *_rest in read if "Pièce" in text]
                    (x, y), (wide, high) = spots[0], page.mediabox[2:]
                    self.assertTrue(0 < x < wide and 0 < y < high, "inside the page")
                    corner = {0: (1, 1), 90: (0, 1), 180: (0, 0), 270: (1, 0)}[turn]
                    self.assertEqual((x > wide / 2, y > high / 2), tuple(map(bool, corner)))

    def test_made_again_it_is_the_same_byte_for_byte(self):
        files = Files(n1=make_pdf("un"), n2=make_image("PNG"), n3=make_encrypted(), n4=b"PK\x03\x04 office")
        one, other = files.bind(), files.bind()
        self.assertEqual(one.whole, other.whole)
        self.assertEqual(one.listing, other.listing)
        self.assertEqual(one.archive, other.archive)

    def test_dates_and_identifiers_come_from_the_manifest(self):
        one = Files(n1=make_pdf("un"), n2=make_pdf("deux")).bind()
        reader = read_pdf(one.whole)
        self.assertEqual(reader.metadata["/CreationDate"], "D:20261103000000Z", "the day of the last piece")
        self.assertIn(manifest.digest(manifest.serialise(one.manifest)), reader.metadata["/Keywords"])
        self.assertIn("pypdf", reader.metadata["/Producer"])
        other = Files(n1=make_pdf("un"), n2=make_pdf("trois")).bind()
        self.assertNotEqual(reader.trailer["/ID"][0], read_pdf(other.whole).trailer["/ID"][0])
        with zipfile.ZipFile(io.BytesIO(one.archive)) as archive:
            self.assertEqual({info.date_time for info in archive.infolist()}, {(2026, 11, 3, 0, 0, 0)})

    def test_what_differs_is_told(self):
        files = Files(n1=make_pdf("un"), n2=make_pdf("deux"), n3=make_pdf("trois"))
        before = files.build()
        self.assertEqual(manifest.compare(before, files.build()), [])
        changed = Files(n1=make_pdf("autre"), n2=make_pdf("deux"), n4=make_pdf("quatre"))
        after = changed.build(titles={2: "Bon"}, headings=[("Créancier", "Bêta")], libraries={"pypdf": "9"})
        told = {(change.what, change.subject) for change in manifest.compare(before, after)}
        self.assertLessEqual(
            {
                ("content", "1"), ("title", "2"), ("removed", "3"), ("added", "4"), ("printed", "Créancier"),
                ("library", "pypdf"), ("library", "Pillow"),
            },
            told,
        )  # fmt: skip

    def test_other_words_are_a_change_too(self):
        files = Files(n1=make_pdf("un"))
        other = files.build(words=WORDS._replace(total="Somme"), notes=["Une note."])
        told = {change.subject for change in manifest.compare(files.build(), other)}
        self.assertEqual(told, {"(total)", "(notes)"})
        self.assertNotEqual(files.bind().whole, assembly.assemble(other, files.open_piece).whole)

    def test_what_cannot_be_shown_is_named_and_stands_in_the_archive(self):
        cases = {
            "encrypted": make_encrypted(),
            "broken": b"%PDF-1.7 nothing more",
            "other": b"PK\x03\x04 a text of an office suite",
            "empty": b"",
        }
        for problem, content in cases.items():
            with self.subTest(problem=problem):
                files = Files(n1=make_pdf("un"), n2=content, n3=make_pdf("trois"))
                files.names[2] = "contrat.docx"
                bundle = files.bind()
                self.assertEqual(bundle.problems, {2: problem})
                texts = read_texts(bundle.whole)
                self.assertEqual(len(texts), 5, "a sheet stands in its place")
                self.assertIn("Pièce n° 2", texts[3])
                self.assertIn(WORDS.problems[problem], texts[3])
                self.assertIn("Pièce n° 3", texts[4])
                with zipfile.ZipFile(io.BytesIO(bundle.archive)) as archive:
                    self.assertEqual(archive.read("pieces/002 - Facture 2.docx"), content)

    def test_a_pdf_that_anybody_may_read_is_shown_whatever_its_owner_forbids(self):
        self.assertEqual(reading.read_file(make_encrypted(owner_only=True)), reading.Reading(1))
        bundle = Files(n1=make_encrypted(owner_only=True)).bind()
        self.assertIn("secret", read_texts(bundle.whole)[2])

    def test_each_image_makes_pages(self):
        for kind in ("JPEG", "PNG", "TIFF", "GIF", "BMP", "WEBP"):
            with self.subTest(kind=kind):
                read = reading.read_file(make_image(kind))
                self.assertEqual((read.pages, read.problem), (1, ""))
                self.assertEqual(len(read_pdf(read.made).pages), 1)

    def test_a_scan_of_several_pages_makes_as_many(self):
        buffer = io.BytesIO()
        pages = [Image.new("1", (400, 600), color) for color in (0, 1, 1)]
        pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
        read = reading.read_file(buffer.getvalue())
        self.assertEqual(read.pages, 3)
        self.assertEqual(len(read_pdf(read.made).pages), 3)

    def test_the_digests_of_the_archive_are_those_of_its_files(self):
        bundle = Files(n1=make_pdf("un"), n2=make_image()).bind()
        with zipfile.ZipFile(io.BytesIO(bundle.archive)) as archive:
            self.assertIsNone(archive.testzip())
            sums = dict(line.split("  ")[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())
            self.assertEqual(set(sums), set(archive.namelist()) - {"SHA256SUMS"})
            for name, digest in sums.items():
                self.assertEqual(hashlib.sha256(archive.read(name)).hexdigest(), digest, name)
            rows = json.loads(archive.read("manifest.json"))["pieces"]
            bound = [sums[name] for name in sorted(sums) if "pieces/" in name]
            self.assertEqual([row["sha256"] for row in rows], bound)
            self.assertEqual(archive.read("bordereau.pdf"), bundle.listing)

    def test_names_in_the_archive_are_safe(self):
        for title, name, expected in (
            ("Facture / été\\n°1", "../../etc/passwd", "pieces/001 - Facture _ ete_n1"),
            ("x" * 300, "a.PDF", f"pieces/001 - {'x' * 94}.pdf"),
            ("", "contrat signé.pdf", "pieces/001 - contrat signe.pdf"),
        ):
            piece = manifest.Piece(1, "other", title, "", "", name, "", 0, 1)
            self.assertEqual(assembly.get_file_name(piece), expected)

    def test_links_and_programs_of_a_piece_do_not_follow(self):
        writer = reading.pypdf.PdfWriter()
        writer.append(io.BytesIO(make_pdf("un")))
        writer.add_js("app.alert('x')")
        link = reading.pypdf.generic.DictionaryObject()
        for key, value in (("/Type", "/Annot"), ("/Subtype", "/Link")):
            link[reading.pypdf.generic.NameObject(key)] = reading.pypdf.generic.NameObject(value)
        writer.pages[0][reading.pypdf.generic.NameObject("/Annots")] = reading.pypdf.generic.ArrayObject([link])
        buffer = io.BytesIO()
        writer.write(buffer)
        whole = read_pdf(Files(n1=buffer.getvalue()).bind().whole)
        self.assertNotIn("/Annots", whole.pages[2])
        self.assertNotIn("/Names", whole.trailer["/Root"])

    def test_the_progress_is_told_piece_by_piece(self):
        seen = []
        files = Files(n1=make_pdf("un"), n2=make_pdf("deux"))
        assembly.assemble(files.build(), files.open_piece, seen.append)
        self.assertEqual(seen, [1, 2])

    def test_letters_without_a_font_are_written_without_their_marks(self):
        self.assertEqual(plain("Čapek – 12\u202f€ 漢"), "Capek – 12\xa0€ ?")


@tagged("post_install", "-at_install")
class TestNumbers(BaseCase):
    """A number is given once."""

    def test_numbers_go_on_after_all_that_were_ever_given(self):
        self.assertEqual(numbering.number_next([], "ab"), {"a": 1, "b": 2})
        self.assertEqual(numbering.number_next([1, 5, 3], "ab"), {"a": 6, "b": 7})

    def test_gaps_are_the_numbers_of_what_was_withdrawn(self):
        self.assertEqual(numbering.find_gaps([1, 2, 5]), [3, 4])
        self.assertEqual(numbering.find_gaps([]), [])

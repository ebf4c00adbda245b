"""Assembly of a bundle, without the ORM: one PDF with cover, list, stamped pieces and bookmarks, and one archive.

Pages are taken as they are: nothing of their content is decoded, a stamp is written after it. Dates and identifiers
come from the manifest, never from the clock.
"""

import io
import re
import unicodedata
import zipfile
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth

from ...common.paper import plain
from . import manifest as manifests
from .paper import Row, Words, print_cover, print_list, print_sheet
from .reading import BROKEN, Unreadable, open_pdf, pypdf

STAMP, LISTING = "/RecoveryStamp", "bordereau.pdf"
HEIGHT, PADDING, MARGIN, SIZE = 16, 5, 14, 9
# Of a page: what leads elsewhere, runs something or describes what is gone once it stands among others.
DROPPED = ("/AA", "/B", "/Thumb", "/PieceInfo", "/Metadata", "/StructParents", "/Tabs", "/PresSteps", "/Trans", "/Dur")
RUNNING = ("/A", "/AA", "/Dest", "/PA", "/Parent", "/Popup", "/IRT", "/P", "/StructParent")

_G = pypdf.generic


class Bundle(NamedTuple):
    """The files of a bundle; ``problems`` are ``{number: code}`` of the pieces whose pages could not be shown."""

    whole: bytes
    listing: bytes
    archive: bytes
    manifest: dict
    problems: dict
    page_count: int


def get_file_name(piece):
    """Return the name of a piece in the archive, sorted by number and safe on any system."""
    stem, dot, extension = piece.name.rpartition(".")
    stem, extension = (stem, extension) if dot and len(extension) <= 5 else (piece.name, "")
    letters = unicodedata.normalize("NFKD", f"{piece.number:03d} - {piece.title or stem}")
    bare = re.sub(r"[^A-Za-z0-9 .,()'-]", "_", letters.encode("ascii", "ignore").decode())
    safe = re.sub(r"_+", "_", bare).strip(" ._")[:100].strip(" ._")
    return f"pieces/{safe}" + (f".{re.sub(r'[^A-Za-z0-9]', '', extension).lower()}" if extension else "")


def assemble(manifest, open_piece, follow=None):
    """Return the :class:`Bundle` of a manifest: of it and of the pieces alone.

    :param open_piece: takes a :class:`manifest.Piece`, returns ``(its file, the PDF of its pages)``: the second is
        None where the file is that PDF, or has no pages.
    :param follow: called with the number of pieces done.
    """
    words, headings, notes = Words(**manifest["words"]), manifest["headings"], manifest["notes"]
    pieces = manifests.get_pieces(manifest)
    problems = {piece.number: piece.problem for piece in pieces if piece.problem}
    sheets = len(open_pdf(print_list(headings, _list_rows(pieces, 0), words, notes)).pages)
    whole, archive = _Whole(manifest, words), _Archive(manifest)
    whole.add_sheets(print_cover(headings, words), words.title)
    whole.add_sheets(print_list(headings, _list_rows(pieces, 2 + sheets), words, notes, first=2), words.list_title)
    for count, piece in enumerate(pieces, 1):
        content, pages = open_piece(piece)
        archive.add(get_file_name(piece), content)
        whole.add_piece(piece, b"" if piece.problem else pages or content)
        if follow:
            follow(count)
    listing = print_bordereau(manifest)
    archive.add(LISTING, listing)
    return Bundle(whole.finish(words.title), listing, archive.finish(), manifest, problems, whole.count)


def print_bordereau(manifest):
    """Return the PDF of the list of pieces alone."""
    words = Words(**manifest["words"])
    rows = _list_rows(manifests.get_pieces(manifest), None)
    alone = _Whole(manifest, words)
    alone.add_sheets(print_list(manifest["headings"], rows, words, manifest["notes"]), words.list_title)
    return alone.finish(words.list_title)


def _list_rows(pieces, first):
    """Return the rows of the list, with the page at which each piece begins if ``first`` is that of the first one."""
    rows, place = [], first
    for piece in pieces:
        details = piece.origin
        rows.append(Row(piece.number, _write_day(piece.day), piece.title, details, piece.pages, place))
        place = place if place is None else place + (piece.pages or 1)
    return rows


def _write_day(day):
    return "/".join(day.split("-")[::-1]) if day else ""


class _Whole:
    """One PDF that is being written."""

    def __init__(self, manifest, words):
        self.manifest, self.words, self.count = manifest, words, 0
        self.writer = pypdf.PdfWriter()
        self.font = self.writer._add_object(
            _dictionary(
                Type=_G.NameObject("/Font"),
                Subtype=_G.NameObject("/Type1"),
                BaseFont=_G.NameObject("/Helvetica-Bold"),
                Encoding=_G.NameObject("/WinAnsiEncoding"),
            )
        )
        self.opening = self._add_stream(b"q\n")

    def _add_stream(self, content):
        stream = _G.DecodedStreamObject()
        stream.set_data(content) if hasattr(stream, "set_data") else setattr(stream, "_data", content)
        return self.writer._add_object(stream)

    def add_sheets(self, content, title):
        """Add sheets of ours, unstamped, with a bookmark."""
        first = self.count
        for page in open_pdf(content).pages:
            self.writer.add_page(page)
            self.count += 1
        self.writer.add_outline_item(title, first)

    def add_piece(self, piece, content):
        """Add the pages of a piece, stamped; a sheet that names it where they cannot be had."""
        stamp = self.words.piece % piece.number
        first = self.count
        try:
            if not content:
                raise Unreadable(piece.problem or BROKEN)
            pages = [*open_pdf(content).pages]
        except Unreadable as error:
            sentences = [piece.title, piece.name, self.words.problems.get(str(error), str(error)), self.words.missing]
            pages = [*open_pdf(print_sheet(stamp, [*sentences, f"SHA-256: {piece.sha256}"])).pages]
        for number, page in enumerate(pages, 1):
            text = f"{stamp} – {self.words.page_of % (number, len(pages))}" if len(pages) > 1 else stamp
            # the page in the whole file, as the list of pieces names it
            self._stamp(self._add_page(page), f"{text} – {self.words.place} {self.count}")
        self.writer.add_outline_item(f"{stamp} – {piece.title}"[:200], first)

    def _add_page(self, page):
        for key in DROPPED:
            page.pop(key, None)
        annotations = page.get("/Annots")
        annotations = annotations.get_object() if annotations is not None else ()
        kept = _G.ArrayObject()
        for reference in annotations or ():
            annotation = reference.get_object()
            if isinstance(annotation, _G.DictionaryObject) and annotation.get("/Subtype") not in ("/Link", "/Popup"):
                for key in RUNNING:
                    annotation.pop(key, None)
                kept.append(reference)
        page.pop("/Annots", None)
        if kept:
            page[_G.NameObject("/Annots")] = kept
        added = self.writer.add_page(page) or self.writer.pages[self.count]
        self.count += 1
        return added

    def _stamp(self, page, text):
        """Write a text in the upper right corner of a page as it is seen, whatever its turn and its size."""
        written = plain(text).encode("cp1252", "replace")
        left, bottom, right, top = _get_box(page)
        turn = _get_turn(page)
        scale = min(max(min(right - left, top - bottom) / A4[0], 0.4), 4)
        width = _measure(written) * SIZE / 1000 + 2 * PADDING
        across, up = (width + MARGIN) * scale, (HEIGHT + MARGIN) * scale
        matrix = {
            0: (1, 0, 0, 1, right - across, top - up),
            90: (0, 1, -1, 0, left + up, top - across),
            180: (-1, 0, 0, -1, left + across, bottom + up),
            270: (0, -1, 1, 0, right - up, bottom + across),
        }[turn]
        numbers = " ".join(f"{number:.3f}" for number in matrix)
        body = re.sub(rb"([\\()])", rb"\\\1", written)
        drawing = (
            f"\nQ\nq {numbers} cm {scale:.3f} 0 0 {scale:.3f} 0 0 cm 1 g 0.75 0.1 0.1 RG 0.8 w "
            f"0 0 {width:.2f} {HEIGHT} re B 0.75 0.1 0.1 rg BT {STAMP} {SIZE} Tf {PADDING} 5 Td ("
        ).encode() + body + b") Tj ET Q\n"  # fmt: skip
        contents = page.get("/Contents")
        present = contents.get_object() if contents is not None else None
        if isinstance(present, _G.ArrayObject):
            present = [*present]
        else:
            present = [page.raw_get("/Contents")] if present is not None else []
        page[_G.NameObject("/Contents")] = _G.ArrayObject([self.opening, *present, self._add_stream(drawing)])
        self._give_font(page)

    def _give_font(self, page):
        resources = page.get("/Resources")
        resources = resources.get_object() if resources is not None else None
        if not isinstance(resources, _G.DictionaryObject):
            resources = _G.DictionaryObject()
            page[_G.NameObject("/Resources")] = resources
        fonts = resources.get("/Font")
        fonts = fonts.get_object() if fonts is not None else None
        if not isinstance(fonts, _G.DictionaryObject):
            fonts = _G.DictionaryObject()
            resources[_G.NameObject("/Font")] = fonts
        fonts[_G.NameObject(STAMP)] = self.font

    def finish(self, title):
        """Return the bytes of the PDF: dated and identified by the manifest."""
        day = self.manifest["day"].replace("-", "")
        made_of = manifests.digest(manifests.serialise(self.manifest) + title.encode())
        self.writer.add_metadata(
            {
                "/Title": title,
                "/Producer": ", ".join(f"{tool} {version}" for tool, version in self.manifest["libraries"].items()),
                "/Creator": "debt_recovery",
                "/CreationDate": f"D:{day}000000Z",
                "/ModDate": f"D:{day}000000Z",
                "/Keywords": f"SHA-256 {manifests.digest(manifests.serialise(self.manifest))}",
            }
        )
        identifier = _G.ByteStringObject(bytes.fromhex(made_of[:32]))
        self.writer._ID = _G.ArrayObject([identifier, identifier])
        buffer = io.BytesIO()
        self.writer.write(buffer)
        return buffer.getvalue()


def _dictionary(**values):
    return _G.DictionaryObject({_G.NameObject(f"/{key}"): value for key, value in values.items()})


def _get_box(page):
    box = page.cropbox
    left, right = sorted((float(box.left), float(box.right)))
    bottom, top = sorted((float(box.bottom), float(box.top)))
    return (left, bottom, right, top) if right > left and top > bottom else (0.0, 0.0, *A4)


def _get_turn(page):
    turn = page.get("/Rotate", 0)
    turn = turn.get_object() if hasattr(turn, "get_object") else turn
    return round(int(turn or 0) / 90) * 90 % 360


def _measure(written):
    """Return the width of a text in thousandths of its size, in bold Helvetica."""
    return stringWidth(written.decode("cp1252"), "Helvetica-Bold", 1000)


class _Archive:
    """One archive that is being written, with the digest of each of its files."""

    def __init__(self, manifest):
        self.manifest, self.buffer, self.digests, self.names = manifest, io.BytesIO(), [], set()
        self.zip = zipfile.ZipFile(self.buffer, "w")
        year, month, day = (int(part) for part in manifest["day"].split("-"))
        self.moment = (max(year, 1980), month, day, 0, 0, 0)

    def add(self, name, content):
        """Add a file as it is."""
        if name in self.names:
            raise ValueError(name)
        self.names.add(name)
        self.digests.append((manifests.digest(content), name))
        self._store(name, content)

    def _store(self, name, content):
        info = zipfile.ZipInfo(name, self.moment)
        info.create_system, info.external_attr = 3, 0o644 << 16
        self.zip.writestr(info, content, zipfile.ZIP_STORED)

    def finish(self):
        """Return the bytes of the archive, its manifest and the list of digests in it."""
        self.add("manifest.json", manifests.serialise(self.manifest))
        self._store("SHA256SUMS", "".join(f"{digest}  {name}\n" for digest, name in sorted(self.digests)).encode())
        self.zip.close()
        return self.buffer.getvalue()

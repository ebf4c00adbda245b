"""Reading of the files of pieces, without the ORM: how many pages, and why they cannot be shown if they cannot."""

import io
import zlib
from typing import NamedTuple

import reportlab
from PIL import Image, ImageOps, ImageSequence, TiffImagePlugin, WebPImagePlugin
from PIL import __version__ as pillow_version
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

try:
    import pypdf
except ImportError:  # what core ran on before
    import PyPDF2 as pypdf

A4 = (595.28, 841.89)
MARGIN = 36
SHARPEST = 2480  # pixels across an A4 page at 300 points per inch
# Core loads few formats: importing a format's module is what makes it known.
IMAGES = ("JPEG", "PNG", "GIF", "BMP", TiffImagePlugin.TiffImageFile.format, WebPImagePlugin.WebPImageFile.format)
MOST_PIXELS = 120_000_000
MOST_FRAMES = 200

ENCRYPTED, BROKEN, OTHER, EMPTY = "encrypted", "broken", "other", "empty"


class Reading(NamedTuple):
    """What a file gives: the number of its pages and, if it had to be made into one, the PDF of them."""

    pages: int
    problem: str = ""
    made: bytes | None = None


def get_libraries():
    """Return ``{tool: version}`` of what reads pieces and writes bundles."""
    return {
        "pypdf": f"{pypdf.__name__} {pypdf.__version__}",
        "Pillow": pillow_version,
        "reportlab": reportlab.Version,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def read_file(content):
    """Return the :class:`Reading` of a file: a PDF's own pages, those made of an image, or why there are none."""
    if not content:
        return Reading(0, EMPTY)
    if content[:1024].lstrip()[:5] == b"%PDF-" or b"%PDF-" in content[:1024]:
        try:
            return Reading(len(open_pdf(content).pages))
        except Unreadable as error:
            return Reading(0, str(error))
    return _read_image(content)


class Unreadable(ValueError):
    """A PDF whose pages cannot be had; its message is the code of the reason."""


def open_pdf(content):
    """Return a reader of a PDF, opened without a password where its owner asks for none to read it.

    :raises Unreadable: it wants a password, is broken, or has no page.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(ENCRYPTED)
        pages = [page for page in reader.pages if page.mediabox is not None]
    except Unreadable:
        raise
    except Exception as error:  # the library raises whatever a broken file makes it trip over
        raise Unreadable(ENCRYPTED if "crypt" in type(error).__name__.lower() + str(error).lower() else BROKEN) from (
            error
        )
    if not pages:
        raise Unreadable(EMPTY)
    return reader


def _read_image(content):
    """Return the pages made of an image, one per frame, each as large as an A4 page lets it be."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.format not in IMAGES:
                return Reading(0, OTHER)
            if image.width * image.height > MOST_PIXELS or getattr(image, "n_frames", 1) > MOST_FRAMES:
                return Reading(0, OTHER)
            pages = 1 if image.format in ("GIF", "WEBP", "PNG") else getattr(image, "n_frames", 1)
            frames = (frame for number, frame in enumerate(ImageSequence.Iterator(image)) if number < pages)
            return Reading(pages, "", _print_frames(frames))
    except Image.UnidentifiedImageError:
        return Reading(0, OTHER)
    except Exception:  # the library raises whatever a broken file makes it trip over
        return Reading(0, BROKEN)


def _print_frames(frames):
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
    for frame in frames:
        picture = ImageOps.exif_transpose(frame).convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        white.thumbnail((SHARPEST, SHARPEST * 2))
        page = A4 if white.height >= white.width else A4[::-1]
        scale = min((page[0] - 2 * MARGIN) / white.width, (page[1] - 2 * MARGIN) / white.height)
        width, height = white.width * scale, white.height * scale
        jpeg = io.BytesIO()
        white.save(jpeg, "JPEG", quality=88)
        jpeg.seek(0)
        canvas.setPageSize(page)
        canvas.drawImage(ImageReader(jpeg), (page[0] - width) / 2, (page[1] - height) / 2, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()

"""Reading of the files of pieces, without the ORM: how many pages, and why they cannot be shown if they cannot."""

import io
import zlib
from typing import NamedTuple

import reportlab
from PIL import Image, ImageOps, ImageSequence, TiffImagePlugin, WebPImagePlugin
from PIL import __version__ as pillow_version

try:
    import pypdf
except ImportError:  # what core ran on before
    import PyPDF2 as pypdf

A4 = (595.28, 841.89)
MARGIN = 36
SHARPEST = 2480  # pixels across an A4 page at 300 points per inch
# Core loads few formats: importing a format's module is what makes it known.
IMAGES = ("JPEG", "PNG", "GIF", "BMP", TiffImagePlugin.TiffImageFile.format, WebPImagePlugin.WebPImageFile.format)
SPACES = {"RGB": "DeviceRGB", "L": "DeviceGray"}  # of a picture's mode, in a PDF
ORIENTATION = 0x0112  # the tag that says how a camera was held
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
            if _is_plain(image):
                image.load()  # it is whole
                return Reading(1, "", _write_pdf([_Picture(content, image.width, image.height, image.mode)]))
            pages = 1 if image.format in ("GIF", "WEBP", "PNG") else getattr(image, "n_frames", 1)
            frames = (frame for number, frame in enumerate(ImageSequence.Iterator(image)) if number < pages)
            return Reading(pages, "", _write_pdf([_draw(frame) for frame in frames]))
    except Image.UnidentifiedImageError:
        return Reading(0, OTHER)
    except Exception:  # the library raises whatever a broken file makes it trip over
        return Reading(0, BROKEN)


class _Picture(NamedTuple):
    """A JPEG picture with its size in pixels."""

    content: bytes
    width: int
    height: int
    mode: str


def _is_plain(image):
    """Tell whether a picture stands in a PDF as it is: nothing of it is then decoded or lost."""
    return (
        image.format == "JPEG"
        and image.mode in SPACES
        and image.getexif().get(ORIENTATION, 1) == 1
        and max(image.width, image.height) <= 2 * SHARPEST
    )


def _draw(frame):
    """Return a frame upright, on white and no sharper than paper is."""
    picture = ImageOps.exif_transpose(frame).convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    white.thumbnail((SHARPEST, SHARPEST * 2))
    buffer = io.BytesIO()
    white.save(buffer, "JPEG", quality=88)
    return _Picture(buffer.getvalue(), white.width, white.height, "RGB")


def _write_pdf(pictures):
    """Return a PDF with a page for each picture: written by hand, nothing of a picture is held twice."""
    count = len(pictures)
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(count))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()]
    for number, picture in enumerate(pictures):
        wide, high = A4 if picture.height >= picture.width else A4[::-1]
        scale = min((wide - 2 * MARGIN) / picture.width, (high - 2 * MARGIN) / picture.height)
        width, height = picture.width * scale, picture.height * scale
        left, bottom = (wide - width) / 2, (high - height) / 2
        drawing = f"q {width:.3f} 0 0 {height:.3f} {left:.3f} {bottom:.3f} cm /Im Do Q".encode()
        first = 3 + 3 * number
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {first + 1} 0 R"
            f" /Resources << /XObject << /Im {first + 2} 0 R >> >> >>".encode(),
            _write_stream(f"<< /Length {len(drawing)} >>", drawing),
            _write_stream(
                f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height}"
                f" /ColorSpace /{SPACES[picture.mode]} /BitsPerComponent 8 /Filter /DCTDecode"
                f" /Length {len(picture.content)} >>",
                picture.content,
            ),
        ]
    buffer = io.BytesIO()
    buffer.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(buffer.tell())
        buffer.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = buffer.tell()
    buffer.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    buffer.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    buffer.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return buffer.getvalue()


def _write_stream(head, content):
    return head.encode() + b"\nstream\n" + content + b"\nendstream"

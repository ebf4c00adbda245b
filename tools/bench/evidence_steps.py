"""Steps of the evidence that are timed: a file of 200 pieces and 500 pages, PDF and scans, bound and made again."""

import io
import random

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

PIECES, PAGES, SCANS = 200, 500, 40
SECONDS, MEGABYTES = 60, 300  # what a bundle of that size may cost


def _draw(drawing, number, count):
    """Return a PDF of so many pages of text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    for page in range(count):
        canvas.setFont("Helvetica", 9)
        for line in range(55):
            canvas.drawString(50, 800 - line * 13, f"Piece {number}, page {page}: {drawing.random():.15f} " * 2)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _scan(drawing):
    """Return a scanned page, as noisy as a scan is."""
    picture = Image.frombytes("L", (413, 585), drawing.randbytes(413 * 585)).resize((1654, 2339))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def make_files(seed):
    """Return ``[(name, content)]`` of the pieces: scans of one page, the other pages shared out over PDF files."""
    drawing = random.Random(seed)
    texts, left = PIECES - SCANS, PAGES - SCANS
    files = []
    for number in range(texts):
        count = left // (texts - number)
        left -= count
        files.append((f"piece{number}.pdf", _draw(drawing, number, count)))
    return files + [(f"scan{number}.jpg", _scan(drawing)) for number in range(SCANS)]


def add_pieces(case, files, day):
    """Add the files to the case."""
    rows = [
        {"kind": "other", "name": name, "date": day, "origin": "bench", "content": content, "file_name": name}
        for name, content in files
    ]
    return case.env["recovery.exhibit"]._add(case, rows, day)


def bind(case, exhibits, day):
    """Number the pieces and bind them now, as the job in the background does."""
    bundle = case.env["recovery.bundle"]._ask(case, exhibits, day)
    if bundle.state == "queued":
        bundle._build()
    return bundle

import io

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ....models.litigation.evidence.reading import pypdf
from ..procedure.common import ProcedureCommon


def make_pdf(*pages, turn=0, size=(595, 842)):
    """Return a PDF with one page of each text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    for text in pages:
        canvas.setPageRotation(turn)
        canvas.drawString(60, 400, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_encrypted(owner_only=False):
    """Return a PDF that wants a password to be read, or only to be changed."""
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(make_pdf("secret")))
    writer.encrypt("" if owner_only else "secret", "owner")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def make_image(kind="JPEG", size=(900, 600)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


def read_pdf(content):
    return pypdf.PdfReader(io.BytesIO(content))


def read_texts(content):
    """Return the text of each page."""
    return [page.extract_text() for page in read_pdf(content).pages]


def read_bookmarks(content):
    """Return ``[(title, page from 1)]`` of the bookmarks."""
    reader = read_pdf(content)
    places = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)}
    return [(mark.title, places[mark.raw_get("/Page").idnum]) for mark in reader.outline]


class EvidenceCommon(ProcedureCommon):
    """A case whose invoices, proofs and letters are there to be collected."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Exhibit = cls.env["recovery.exhibit"]
        cls.Bundle = cls.env["recovery.bundle"]
        cls.company.partner_id.lang = "en_US"

    def make_file(self, name="piece.pdf", content=None):
        """Return a file that somebody uploaded."""
        return self.env["ir.attachment"].create({"name": name, "raw": content or make_pdf("piece")})

    def make_proof(self, kind="order", **vals):
        """Return a proof of the invoices, with its document."""
        return self.env["recovery.proof"].create(
            {
                "name": "BC 4512",
                "kind": kind,
                "date": self.today,
                "company_id": self.company.id,
                "move_ids": [(6, 0, (self.old | self.recent).ids)],
                "attachment_ids": [(6, 0, self.make_file("commande.pdf", make_pdf("Bon de commande", "suite")).ids)],
                **vals,
            }
        )

    def add(self, *contents, case=None, user=None, **vals):
        """Add pieces by the window and return them."""
        case = case or self.case
        env = self.env(user=user) if user else self.env
        before = case.exhibit_ids
        for number, content in enumerate(contents, 1):
            name, content = content if isinstance(content, tuple) else (f"piece{number}.pdf", content)
            file = env["ir.attachment"].create({"name": name, "raw": content})
            window = env["recovery.exhibit.wizard"].create(
                {
                    "case_id": case.id,
                    "name": f"Piece {number}",
                    "origin": "Binder",
                    "date": self.today,
                    "attachment_ids": [(6, 0, file.ids)],
                    **vals,
                }
            )
            self.said = window.action_add()["params"]["message"]
        case.invalidate_recordset()
        return case.exhibit_ids - before

    def bind(self, case=None, is_draft=False):
        case = case or self.case
        return self.Bundle._ask(case, case._get_used_exhibits(), self.today, is_draft)

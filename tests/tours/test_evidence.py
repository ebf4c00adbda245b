import io

from odoo import Command
from odoo.tests import tagged

from ...models.litigation.evidence.reading import pypdf
from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestEvidence(RecoveryTourCase):
    """The file of a case on the screen: collected, completed, bound, compared, and what is written from it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        debtor = cls.debtor_of(cls.at_formal_notice)
        debtor.write({"nature": "merchant", "nature_confirmed": True})
        env = cls.env(context={**cls.env.context, "lang": "fr_FR"})  # what is kept in words is in those of its author
        cls.case = env["recovery.case"].browse(debtor.with_env(env).action_open_case()["res_id"])
        cls.case.lawyer_id = cls.make_partner("Cabinet Roux", recovery_party_kind="lawyer")
        buffer = io.BytesIO()
        writer = pypdf.PdfWriter()
        writer.add_blank_page(595, 842)
        writer.write(buffer)
        order = cls.env["ir.attachment"].create({"name": "commande.pdf", "raw": buffer.getvalue()})
        cls.env["recovery.proof"].create(
            {
                "name": "BC 12",
                "kind": "order",
                "date": cls.day(140),
                "company_id": cls.company.id,
                "move_ids": [Command.set(cls.formal_invoice.ids)],
                "attachment_ids": [Command.set(order.ids)],
            }
        )

    def test_a_file_from_its_first_piece_to_what_is_written_from_it(self):
        url = f"/odoo/recovery-cases/{self.case.id}"
        self.tour("recovery_evidence", self.recovery_manager, url, timeout=180)
        added = self.case.exhibit_ids.filtered("is_typed")
        self.assertEqual(
            (added.kind, added.origin, added.added_by_id), ("delivery", "Classeur du dépôt", self.recovery_manager)
        )
        self.assertEqual(added.problem, "other")
        self.assertEqual(set(self.case.exhibit_ids.mapped("state")), {"filed"})
        self.assertEqual(sorted(self.case.bundle_ids.mapped("is_draft")), [False, True])
        self.assertEqual((self.case.document_ids.state, self.case.document_ids.kind), ("issued", "instruction"))
        self.assertTrue(self.case.document_ids._is_intact())

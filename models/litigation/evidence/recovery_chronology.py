from odoo import api, models

from ...common.recovery_chronology import Told, tells_chronology

INTERNAL = ("exhibit", "bundle", "case_document")
PIECES = ("declaration", "settlement")  # the others are requests, or are written to our own counsel


class RecoveryChronology(models.AbstractModel):
    """Documents issued stand in the story of a case; the making of its file does not."""

    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"document": (self.env._("Document"), "fa-file-text-o")}

    @api.model
    def _tell_events(self, scope):
        """Leave out what is told here, and how the file was made."""
        return [row for row in super()._tell_events(scope) if row.record.kind not in INTERNAL]

    @tells_chronology("documents")
    @api.model
    def _tell_documents(self, scope):
        """Tell the documents issued in the cases that the chronology is about."""
        if scope.subject._name != "recovery.case":
            return []
        documents = self.env["recovery.case.document"].search(
            [("case_id", "in", scope.subject.ids), ("state", "=", "issued")]
        )
        return [
            Told(
                document.issued_on,
                "document",
                document.subject,
                document.issued_by_id.name,
                document.addressee_id.name or "",
                record=document,
                file=document.attachment_id,
                piece="document" if document.kind in PIECES else "",
            )
            for document in documents
        ]

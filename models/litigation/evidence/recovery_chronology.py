from odoo import api, models

from ...common.recovery_chronology import NOT_DONE, SPOKEN, WRITTEN, Told, tells_chronology

INTERNAL = ("exhibit", "bundle", "case_document")
# What others may read: the rest is our own business, or stands between us and our counsel.
SHOWN = ("invoice", "payment", "settled", "contact", "procedure", "title", "act", "insolvency")
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
                sha256=document.sha256 or "",
            )
            for document in documents
        ]

    @api.model
    def _read_for_others(self, scope):
        """Return the rows that may be shown outside, the oldest first: neither our own notes nor what is secret."""
        rows = [row for row in self._read_rows(scope) if row.kind in SHOWN and self._took_place(row)]
        rows = [row._replace(text=self._name_outside(row)) for row in rows]
        rows += [row for row in self._offer_replies(scope) if not row.file]
        return sorted(rows, key=lambda row: row.moment)

    @api.model
    def _took_place(self, row):
        """Tell whether a row is no contact, or one that reached the debtor: letters to our counsel have no record."""
        delivery = row.record
        return row.kind != "contact" or bool(
            delivery and delivery.state not in NOT_DONE and delivery.channel in (*WRITTEN, *SPOKEN)
        )

    @api.model
    def _offer_replies(self, scope):
        """Leave out what our counsel, the other parties and colleagues write in the thread of a case: it is no proof.

        Letters between a client and its lawyer are secret (law of 31 December 1971, art. 66-5).
        """
        rows = super()._offer_replies(scope)
        if scope.subject._name != "recovery.case":
            return rows
        cases = scope.subject.sudo()
        parties = self.env["recovery.case.party"].sudo().search([("case_id", "in", cases.ids)])
        ours = (cases.lawyer_id | cases.procedure_ids.lawyer_id).commercial_partner_id
        return [row for row in rows if not self._is_ours(row.record, parties, ours)]

    @api.model
    def _is_ours(self, mail, parties, firms):
        """Tell whether a mail comes from somebody who acts in the case, or from a colleague."""
        author = mail.author_id.sudo()
        is_colleague = any(not user.share for user in author.user_ids)
        return is_colleague or author.commercial_partner_id in firms or any(p._is_author(mail) for p in parties)

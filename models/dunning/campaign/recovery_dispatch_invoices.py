from odoo import api, models

MAX_INVOICES = 50
MAX_BYTES = 10 * 1024 * 1024


class RecoveryDispatch(models.AbstractModel):
    """The invoices that go with a mail: as core stored them, made once if they never were."""

    _inherit = "recovery.dispatch"

    @api.model
    def _collect_invoices(self, notices):
        """Return the claimed invoices' PDFs of the levels that attach them, and the notices that have too many.

        :return: ``({notice: attachments}, notices)``; the second ones attach none, and say so.
        """
        wanted = notices.filtered(lambda notice: notice.level_id.sudo().attach_invoices)
        moves_of = {notice: self._get_attachable_moves(notice) for notice in wanted}
        left_out = wanted.filtered(lambda notice: len(moves_of[notice]) > MAX_INVOICES)
        self._make_invoice_documents(self.env["account.move"].union(*(moves_of[n] for n in wanted - left_out)))
        found = {}
        for notice in wanted - left_out:
            documents = moves_of[notice].sudo().invoice_pdf_report_id
            if sum(documents.mapped("file_size")) > MAX_BYTES:
                left_out |= notice
            else:
                found[notice] = documents
        return found, left_out

    @api.model
    def _get_attachable_moves(self, notice):
        moves = notice.sudo()._get_subject_lines().move_id
        return moves.filtered(lambda move: move.move_type == "out_invoice" and move.state == "posted")

    @api.model
    def _make_invoice_documents(self, moves):
        """Have core make the PDFs that do not exist yet, all of one company in one print."""
        Send = self.env["account.move.send"].sudo()
        missing = moves.sudo().filtered(lambda move: not move.invoice_pdf_report_id)
        for _company, group in missing.grouped("company_id").items():
            settings = {
                move: Send._get_default_sending_settings(move, sending_methods=[], extra_edis=[]) for move in group
            }
            Send._generate_invoice_documents(settings)
            Send._hook_if_errors({move: data for move, data in settings.items() if data.get("error")})

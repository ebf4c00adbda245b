from odoo import http
from odoo.http import content_disposition, request
from odoo.tools.pdf import merge_pdf


class RecoveryLetters(http.Controller):
    @http.route("/debt_recovery/letters/<int:run_id>", type="http", auth="user", readonly=True)
    def print_letters(self, run_id):
        """Return the letters of a campaign as one PDF, made of the files that were stored."""
        run = request.env["recovery.run"].browse(run_id).exists()
        if not run:
            return request.not_found()
        run.check_access("read")
        deliveries = run.notice_ids.delivery_ids.filtered(
            lambda delivery: delivery.channel in ("letter", "registered") and delivery.state != "cancelled"
        )
        stored = [file for d in deliveries.sudo() for file in (d.attachment_id, *d.enclosure_ids)]
        documents = [document.raw for document in dict.fromkeys(stored) if document.raw]
        if not documents:
            return request.not_found()
        content = merge_pdf(documents)
        name = request.env._("Letters of %s.pdf", run.name.replace("/", "-"))
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name, disposition_type="inline")),
            ],
        )

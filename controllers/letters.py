from odoo import http
from odoo.http import content_disposition, request
from odoo.tools.pdf import merge_pdf

MOST = 5000


class RecoveryLetters(http.Controller):
    @http.route("/debt_recovery/letters/<int:campaign_id>", type="http", auth="user", readonly=True)
    def print_letters(self, campaign_id):
        """Return the letters of a campaign as one PDF, made of the files that were stored."""
        campaign = request.env["recovery.campaign"].browse(campaign_id).exists()
        if not campaign:
            return request.not_found()
        campaign.check_access("read")
        name = request.env._("Letters of %s.pdf", campaign.name.replace("/", "-"))
        return self._merge(campaign.notice_ids.delivery_ids, name)

    @http.route("/debt_recovery/letters", type="http", auth="user", readonly=True)
    def print_chosen_letters(self, ids=""):
        """Return these letters as one PDF, made of the files that were stored.

        :param ids: ids of deliveries, with commas between them.
        """
        chosen = [int(part) for part in ids.split(",") if part.isascii() and part.isdigit() and len(part) < 10]
        deliveries = request.env["recovery.delivery"].browse(chosen[:MOST]).exists()
        deliveries.check_access("read")
        return self._merge(deliveries, request.env._("Letters.pdf"))

    @http.route("/debt_recovery/confirmations/<int:sample_id>", type="http", auth="user", readonly=True)
    def print_confirmations(self, sample_id):
        """Return the letters of a sample as one PDF, made of the files that were stored."""
        sample = request.env["recovery.sample"].browse(sample_id).exists()
        if not sample:
            return request.not_found()
        sample.check_access("read")
        letters = [letter.raw for letter in sample._get_letters()]
        return self._send(letters, request.env._("Balance confirmations.pdf"))

    def _merge(self, deliveries, name):
        deliveries = deliveries.filtered(
            lambda delivery: delivery.channel in ("letter", "registered") and delivery.state != "cancelled"
        )
        stored = [file for d in deliveries.sudo() for file in (d.attachment_id, *d.enclosure_ids)]
        return self._send([document.raw for document in dict.fromkeys(stored) if document.raw], name)

    def _send(self, documents, name):
        if not documents:
            return request.not_found()
        content = merge_pdf(documents)
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name, disposition_type="inline")),
            ],
        )

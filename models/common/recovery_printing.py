import io

from odoo import api, models


class RecoveryPrinting(models.AbstractModel):
    """Print documents with core's engine, many in one call, and hand each one's PDF out."""

    _name = "recovery.printing"
    _description = "Recovery: printing of documents"

    @api.model
    def _render_pdf(self, report, records):
        """Print documents together and split them: one heading of the first rank each lets core do it.

        Should core be unable to split (an unpatched wkhtmltopdf makes no outline), each
        document is printed alone: slower, never wrong.
        """
        if not records:
            return {}
        streams = self._prepare_streams(report, records.ids)
        if set(streams) != set(records.ids):
            streams = {}
            for record in records:
                streams[record.id] = self._prepare_streams(report, record.ids)[record.id]
        return {record: streams[record.id] for record in records}

    @api.model
    def _prepare_streams(self, report, ids):
        """Return ``{id: PDF bytes}`` of what core prints and splits: fewer than asked if it could not split.

        Core's door hands out pages in HTML where core itself does not print: under test, unless it is asked to.
        """
        Report = self.env["ir.actions.report"].sudo()
        collected, kind = Report._pre_render_qweb_pdf(report, res_ids=ids)
        if kind != "pdf":
            return Report._get_splitted_report(report, collected, kind)
        return {
            res_id: data["stream"].getvalue()
            for res_id, data in collected.items()
            if isinstance(data["stream"], io.BytesIO)
        }

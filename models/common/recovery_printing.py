import io

from odoo import api, models
from odoo.exceptions import UserError

from .core_print import hear_missing


class RecoveryPrinting(models.AbstractModel):
    """Print documents with core's engine, many in one call, and hand each one's PDF out."""

    _name = "recovery.printing"
    _description = "Recovery: document printing"

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

        :raises UserError: it was not rendered whole; what leaves is kept for good, and never made again.
        """
        Report = self.env["ir.actions.report"].sudo()
        with hear_missing() as missing:
            collected, kind = Report._pre_render_qweb_pdf(report, res_ids=ids)
        if missing:
            self._refuse_in_part(missing[0])
        if kind != "pdf":
            return Report._get_splitted_report(report, collected, kind)
        return {
            res_id: data["stream"].getvalue()
            for res_id, data in collected.items()
            if isinstance(data["stream"], io.BytesIO)
        }

    @api.model
    def _refuse_in_part(self, error):
        raise UserError(
            self.env._(
                "The document was not rendered completely: its style sheet or an image could not be fetched (%s). "
                "Check the address by which the server reaches itself (system parameter report.url), then try "
                "again.",
                error[:200],
            )
        )

from os import SEEK_END

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RecoveryExport(http.Controller):
    @http.route("/debt_recovery/xlsx/<string:model>/<int:record_id>", type="http", auth="user", readonly=True)
    def download_xlsx(self, model, record_id):
        """Send the spreadsheet of one of our report wizards, to the user who filled it in."""
        if not self._is_report_wizard(model):
            raise request.not_found()
        wizard = request.env[model].browse(record_id).exists()
        if not wizard:
            raise request.not_found()
        wizard._check_reader()
        return request.make_response(
            wizard._get_xlsx(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(wizard._get_xlsx_filename())),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route("/debt_recovery/dossier/<int:record_id>", type="http", auth="user", readonly=True)
    def download_dossier(self, record_id):
        """Send all that is held on a debtor as JSON, to the user who asked for it."""
        window = request.env["recovery.debtor.dossier"].browse(record_id).exists()
        if not window:
            raise request.not_found()
        return request.make_response(
            window._get_json(),
            headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Disposition", content_disposition(f"{window.display_name}.json")),
                ("Cache-Control", "no-store"),
            ],
        )

    @http.route("/debt_recovery/dossier/<int:record_id>/zip", type="http", auth="user", readonly=True)
    def download_dossier_archive(self, record_id):
        """Send all that is held on a debtor with its documents, from the disk, to the user who asked for it."""
        window = request.env["recovery.debtor.dossier"].browse(record_id).exists()
        if not window:
            raise request.not_found()
        stored = window._make_archive()
        size = stored.seek(0, SEEK_END)
        stored.seek(0)
        response = request.make_response(
            wrap_file(request.httprequest.environ, stored),
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", str(size)),
                ("Content-Disposition", content_disposition(f"{window.display_name}.zip")),
                ("Cache-Control", "no-store"),
            ],
        )
        response.direct_passthrough = True
        return response

    def _is_report_wizard(self, model):
        """Tell whether the model is one of ours that exports: nothing else leaves by this door."""
        registry = request.env.registry
        return (
            model in registry
            and issubclass(registry[model], registry["recovery.xlsx.mixin"])
            and not registry[model]._abstract
        )

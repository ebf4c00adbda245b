import json
from datetime import date, datetime
from shutil import copyfileobj

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.common.recovery_table_window import Table
from ...models.common.recovery_xlsx_mixin import Column
from ...models.common.roles import require_reader
from ...models.reporting import pack
from ...models.reporting.recovery_dossier import Money


class RecoveryDebtorDossier(models.TransientModel):
    """All that is held on one debtor, for who asks (RGPD art. 15): on paper, as a spreadsheet, as JSON, the same.

    The documents themselves go along in an archive, each with its digest.
    """

    _name = "recovery.debtor.dossier"
    _description = "All data held on a customer"
    _inherit = ["recovery.table.window"]

    debtor_id = fields.Many2one("recovery.debtor", string="Customer", required=True)
    company_id = fields.Many2one(related="debtor_id.company_id", required=False, default=None, domain=[])
    reason = fields.Char("Requested by, and why", help="For example: access request of 3 November (GDPR art. 15).")
    record_count = fields.Integer("Records", compute="_compute_record_count")

    @api.depends("debtor_id")
    def _compute_record_count(self):
        for window in self:
            parts = self.env["recovery.dossier"]._read(window.debtor_id) if window.debtor_id else []
            window.record_count = sum(len(rows) for _title, _model, rows in parts)

    @api.depends("debtor_id")
    def _compute_display_name(self):
        for window in self:
            window.display_name = self.env._("All data held on %s", window.debtor_id.display_name or "")

    def _check_reader(self):
        require_reader(self.env)
        return super()._check_reader()

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_debtor_dossier"

    def _get_subtitle(self):
        return self.reason or ""

    def _log_printed(self, kind):
        """Tell on the debtor who handed out what is held on it, how, and why."""
        self.env["recovery.event"]._log(
            "exported",
            self.debtor_id,
            self.env._("All data held was disclosed (%s)", kind),
            {"format": kind, "reason": self.reason or False, "records": self.record_count},
        )

    def _get_tables(self):
        self.ensure_one()
        currencies, dossier = self._get_currencies(), self.env["recovery.dossier"]
        columns = [
            Column(self.env._("Held"), width=24, key="record"),
            Column(self.env._("Subject"), width=24, key="what"),
            Column(self.env._("Value"), width=72, key="value"),
        ]
        return [
            Table(
                f"{number} {title}",
                title,
                columns,
                [
                    (row["name"] if not place else "", name, self._say_value(value, currencies))
                    for row in rows
                    for place, (name, value) in enumerate(dossier._list_words(row["values"]))
                ],
            )
            for number, (title, _model, rows) in enumerate(dossier._read(self.debtor_id), 1)
        ]

    def _get_data(self, most=None):
        """Return what the document prints: each record once, all that it says below its name."""
        self.ensure_one()
        currencies, dossier = self._get_currencies(), self.env["recovery.dossier"]
        columns = [{"title": self.env._("Held"), "width": 100, "is_number": False}]
        return {
            "title": self._get_title(),
            "subtitle": self._get_subtitle(),
            "tables": [
                {
                    "title": f"{number} {title}",
                    "note": "",
                    "is_flow": True,
                    "count": len(rows),
                    "is_cut": bool(most) and len(rows) > most,
                    "columns": columns,
                    "rows": [[(row["name"], False)] for row in rows[:most]],
                    "below": [
                        [(title, self._say_value(value, currencies)) for title, value in dossier._list_words(told)]
                        for told in (row["values"] for row in rows[:most])
                    ],
                    "totals": [],
                }
                for number, (title, _model, rows) in enumerate(dossier._read(self.debtor_id), 1)
            ],
        }

    @api.model
    def _get_currencies(self):
        """Return ``{code: currency}``, those that are no longer used too."""
        currencies = (
            self.env["res.currency"].with_context(active_test=False).search_fetch([("name", "!=", False)], ["name"])
        )
        return {currency.name: currency for currency in currencies}

    @api.model
    def _say_value(self, value, currencies):
        """Return a value as the reader writes it."""
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, Money):
            return formatLang(self.env, value.amount, currency_obj=currencies.get(value.currency))
        if isinstance(value, datetime):
            return f"{format_date(self.env, value.date())} {value:%H:%M}"
        if isinstance(value, date):
            return format_date(self.env, value)
        if isinstance(value, float):
            return formatLang(self.env, value, digits=2)
        return str(value)

    # ------------------------------------------------------------
    # JSON
    # ------------------------------------------------------------
    def action_export_json(self):
        """Download all that is held as JSON, and note it in the journal.

        The file is what :meth:`_get_json` says; its keys are the same in every language.
        """
        self.ensure_one()
        self._check_reader()
        self._log_printed("JSON")
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/dossier/{self.id}", "target": "download"}

    def _get_json(self):
        """Return the bytes of the JSON file.

        It holds ``customer``, ``company``, ``made_on``, ``made_by``, ``reason`` and ``parts``: each part has a
        ``title``, a ``model`` and ``records`` (``id``, ``name``, ``values``); a value has its ``field``, its ``title``
        and its ``value``: a text, a number, a truth, an ISO date or moment in the company's time, or an amount as
        ``{"amount", "currency"}``.
        """
        self.ensure_one()
        self._check_reader()
        parts = [
            {
                "title": title,
                "model": model,
                "records": [
                    {**row, "values": [{**v._asdict(), "value": self._write_value(v.value)} for v in row["values"]]}
                    for row in rows
                ],
            }
            for title, model, rows in self.env["recovery.dossier"]._read(self.debtor_id)
        ]
        data = {
            "customer": self.debtor_id.display_name,
            "company": self.company_id._recovery_root().name,
            "made_on": self.company_id._recovery_local_datetime(fields.Datetime.now()).isoformat(),
            "made_by": self.env.user.name,
            "reason": self.reason or "",
            "parts": parts,
        }
        return json.dumps(data, ensure_ascii=False, indent=1).encode()

    # ------------------------------------------------------------
    # With the files
    # ------------------------------------------------------------
    def action_export_zip(self):
        """Download all that is held with the documents themselves, and note it in the journal."""
        self.ensure_one()
        self._check_reader()
        self._log_printed("ZIP")
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/dossier/{self.id}/zip", "target": "download"}

    def _make_archive(self):
        """Return an archive on disk, open at its beginning: the document, the JSON, each file, and their digests.

        What is too long to be printed stands there as a spreadsheet. No file is read into memory whole.
        """
        self.ensure_one()
        self._check_reader()
        dossier = self.env["recovery.dossier"]
        archive = pack.Archive(fields.Datetime.now())
        try:
            archive.add("dossier.json", self._get_json())
            if self._count_lines() > self._max_printed_lines:
                archive.add("dossier.xlsx", self._get_xlsx())
            else:
                report = self.env.ref(self._get_report_xmlid())
                archive.add("dossier.pdf", self.env["ir.actions.report"]._render_qweb_pdf(report, self.ids)[0])
            for path, file in dossier._get_files(self.debtor_id, dossier._read(self.debtor_id)):
                with file._recovery_open() as stored, archive.open_member(path) as target:
                    copyfileobj(stored, target, pack.CHUNK)
            return archive.seal()
        except Exception:
            archive.close()
            raise

    @api.model
    def _write_value(self, value):
        if isinstance(value, Money):
            return value._asdict()
        return value.isoformat() if isinstance(value, date) else value

import json

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ...models.common import recovery_xlsx_mixin
from ...models.common.recovery_table_window import Table
from ...models.common.recovery_xlsx_mixin import Column
from ...models.common.roles import require_reader

#: Lists of core that an auditor reads through our menus.
CORE_LISTS = ("account.move", "account.move.line", "account.payment", "res.partner")
WIDTHS = {"date": 11, "datetime": 15, "boolean": 7, "integer": 9, "float": 11, "monetary": 14, "text": 40, "html": 40}
HIDDEN = ("1", "True", "true")
MOST = 100_000


class RecoveryListPrint(models.TransientModel):
    """Any list that somebody sees on a screen of ours, on paper or as a spreadsheet: its columns, its rows, its order.

    What is not readable for this person is not there either: rows, fields and companies are asked for as on the screen.
    """

    _name = "recovery.list.print"
    _description = "Screen list"
    _inherit = ["recovery.table.window"]

    res_model = fields.Char("Record model", required=True)
    view_id = fields.Integer(bounds=(0, 2**31 - 1))
    title = fields.Char()
    domain_text = fields.Text("Filter", help="The filter of the screen, as JSON.")
    order_text = fields.Char("Order")
    row_count = fields.Integer("Rows", compute="_compute_row_count")

    @api.depends("res_model", "domain_text")
    def _compute_row_count(self):
        for window in self:
            Model = window._get_model()
            window.row_count = Model.search_count(window._get_domain()) if Model is not None else 0

    @api.depends("title", "res_model")
    def _compute_display_name(self):
        for window in self:
            window.display_name = window.title or self.env["ir.model"].sudo()._get(window.res_model or "").name or ""

    def _check_reader(self):
        require_reader(self.env)
        return super()._check_reader()

    def _get_report_xmlid(self):
        return "debt_recovery.action_report_recovery_list_print"

    def _count_lines(self):
        return self.row_count

    def _is_long_xlsx(self):
        return self.row_count > recovery_xlsx_mixin.LONG

    def _get_subtitle(self):
        return self.env._("%s rows", self.row_count)

    def _get_model(self):
        """Return the model of the list, or None where the reader has no such list."""
        name = self.res_model or ""
        is_ours = name.startswith("recovery.") or name in CORE_LISTS
        if not is_ours or name not in self.env:
            return None
        Model = self.env[name]
        return Model if not Model._abstract and not Model._transient and Model.has_access("read") else None

    def _get_domain(self):
        try:
            return Domain(json.loads(self.domain_text or "[]"))
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._("The filter of this list could not be understood: open the list again.")
            ) from error

    # ------------------------------------------------------------
    # Columns and rows
    # ------------------------------------------------------------
    def _get_tables(self):
        self.ensure_one()
        Model = self._get_model()
        if Model is None:
            raise UserError(self.env._("This is not a list that you may print."))
        names = self._get_columns(Model)
        records = Model.search(self._get_domain(), order=self._get_order(Model), limit=MOST)
        kinds = {"date": "date", "datetime": "moment", "integer": "integer", "float": "rate", "monetary": "amount"}
        columns = [
            Column(
                title,
                kinds.get(Model._fields[name].type, "text"),
                WIDTHS.get(Model._fields[name].type, 22),
            )
            for name, title in names
        ]
        records.fetch([name for name, _title in names])
        rows = [tuple(self._read_cell(record, name) for name, _title in names) for record in records]
        return [Table(self.display_name[:31] or "List", self.display_name, columns, rows)]

    def _get_columns(self, Model):
        """Return ``[(field, title)]`` of the list view, as its reader sees them."""
        arch = etree.fromstring(Model.get_view(self.view_id or None, "list")["arch"])
        columns = []
        for node in arch:
            name = node.get("name")
            if node.tag != "field" or name not in Model._fields or name in dict(columns):
                continue
            if node.get("column_invisible") in HIDDEN or node.get("optional") == "hide":
                continue
            field = Model._fields[name]
            if field.type in ("binary", "json", "properties"):
                continue
            columns.append((name, node.get("string") or field._description_string(self.env) or name))
        return columns or [("display_name", self.env._("Name"))]

    def _get_order(self, Model):
        """Return the order of the screen: fields that are stored, or the model's own."""
        terms = []
        for term in (self.order_text or "").split(","):
            name, _space, way = term.strip().partition(" ")
            field = Model._fields.get(name)
            if field and field.store and Model._has_field_access(field, "read"):
                terms.append(f"{name} desc" if way.strip().lower().startswith("desc") else name)
        return ", ".join([*terms, "id"]) if terms else None

    def _read_cell(self, record, name):
        """Return a value as the spreadsheet has it: dates in the company's time, amounts with their currency."""
        field, value = record._fields[name], record[name]
        match field.type:
            case "monetary":
                currency = record[field.get_currency_field(record)] or self.company_id.currency_id
                return (value, currency)
            case "datetime":
                return self.company_id._recovery_local_datetime(value) if value else None
            case "date":
                return value or None
            case "boolean":
                return self.env._("yes") if value else ""
            case "selection":
                return dict(field._description_selection(self.env)).get(value, value or "")
            case "many2one":
                return value.sudo().display_name or ""
            case "one2many" | "many2many":
                return ", ".join(value.sudo().mapped("display_name"))
            case "html":
                return " ".join(html2plaintext(value or "").split())
            case "integer" | "float":
                return value
        return "" if value is False or value is None else str(value)

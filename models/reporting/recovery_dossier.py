from datetime import date, datetime

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

# Fields of the machinery, that say nothing of anybody.
LEFT_OUT = {"id", "create_uid", "write_uid", "write_date", "access_token", "activity_ids", "message_ids"}
TECHNICAL = ("binary", "json", "one2many", "many2one_reference", "properties", "properties_definition")
MESSAGES = ("email", "email_outgoing", "comment", "notification")
PARTNER_FIELDS = (
    *("name", "ref", "vat", "company_registry", "street", "street2", "zip", "city", "country_id", "email", "phone"),
    *("function", "comment", "lang", "category_id", "user_id", "create_date"),
)
MOVE_FIELDS = ("name", "ref", "invoice_date", "invoice_date_due", "amount_total", "amount_residual", "payment_state")
PAYMENT_FIELDS = ("name", "date", "amount", "memo", "state")


class RecoveryDossier(models.AbstractModel):
    """All that is held on one debtor, found by what points at it and not by a list: what a room adds is in it.

    It is read as the user: what this person may not see is not handed out by this person.
    """

    _name = "recovery.dossier"
    _description = "Recovery: all that is held on a debtor"

    @api.model
    @api.private
    def _read(self, debtor):
        """Return ``[(title, model, rows)]``; a row is ``{"id", "name", "values": {label: value}}``, in plain words."""
        debtor.check_access("read")
        debtor.company_id._recovery_check_open()
        partners = (
            self.env["res.partner"].with_context(active_test=False).search([("id", "child_of", debtor.partner_id.ids)])
        )
        moves = self.env["account.move"].search(
            Domain("commercial_partner_id", "=", debtor.partner_id.id)
            & Domain("company_id", "child_of", debtor.company_id.id)
            & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            order="invoice_date, id",
        )
        payments = self.env["account.payment"].search(
            Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "child_of", debtor.company_id.id)
            & Domain("partner_type", "=", "customer"),
            order="date, id",
        )
        parts = [
            self._read_part(partners, PARTNER_FIELDS),
            self._read_part(debtor),
            self._read_part(moves, MOVE_FIELDS),
            self._read_part(payments, PAYMENT_FIELDS),
        ]
        threads = {debtor._name: debtor}
        for name, records in self._find_records(debtor, partners):
            threads[name] = records
            parts.append(self._read_part(records))
        parts += [self._read_messages(threads), self._read_files(threads)]
        return [part for part in parts if part[2]]

    @api.model
    def _find_records(self, debtor, partners):
        """Yield ``(model, records)`` of all that points at the debtor, or at one of its contacts, and their lines."""
        found = {}
        for name, Model in sorted(self.env.registry.items()):
            if not name.startswith("recovery.") or Model._abstract or Model._transient or name == debtor._name:
                continue
            model = self.env[name].with_context(active_test=False)
            if not model.has_access("read"):
                continue
            links = [
                Domain(field.name, "in", debtor.ids if field.comodel_name == debtor._name else partners.ids)
                for field in Model._fields.values()
                if field.type == "many2one"
                and field.store
                and field.comodel_name in (debtor._name, "res.partner")
                and model._has_field_access(field, "read")
            ]
            if not links:
                continue
            domain = Domain.OR(links)
            if "company_id" in Model._fields:
                domain &= Domain("company_id", "in", [False]) | Domain("company_id", "child_of", debtor.company_id.id)
            if records := model.search(domain, order="id"):
                found[name] = records
        yield from found.items()
        for name, records in self._find_lines(found):
            yield name, records

    @api.model
    def _find_lines(self, found):
        """Yield what hangs on the records found, without a link of its own to the debtor."""
        for name, Model in sorted(self.env.registry.items()):
            if not name.startswith("recovery.") or Model._abstract or Model._transient or name in found:
                continue
            model = self.env[name].with_context(active_test=False)
            owners = [
                Domain(field.name, "in", found[field.comodel_name].ids)
                for field in Model._fields.values()
                if field.type == "many2one"
                and field.store
                and field.ondelete == "cascade"
                and field.comodel_name in found
            ]
            if owners and model.has_access("read") and (records := model.search(Domain.OR(owners), order="id")):
                yield name, records

    # ------------------------------------------------------------
    # In words
    # ------------------------------------------------------------
    @api.model
    def _read_part(self, records, names=None):
        fields_shown = [
            field
            for field in records._fields.values()
            if (field.name in names if names else field.store and field.name not in LEFT_OUT)
            and field.type not in TECHNICAL
            and records._has_field_access(field, "read")
        ]
        title = self.env["ir.model"].sudo()._get(records._name).name
        rows = []
        for record in records:
            values = {
                field._description_string(self.env) or field.name: said
                for field in fields_shown
                if (said := self._say(record, field)) not in ("", None)
            }
            details = getattr(record, "details_text", "") or getattr(record, "figures_text", "")
            if details:
                values[self.env._("Details")] = details
            rows.append({"id": record.id, "name": record.display_name or "", "values": values})
        return title, records._name, rows

    @api.model
    def _say(self, record, field):
        """Return a value as a plain word, number or ISO date: the same on paper and in JSON."""
        value = record[field.name]
        if field.type == "boolean":
            return value
        if value is False or value is None:
            return None
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.relational:
            return ", ".join(value.sudo().mapped("display_name"))
        if field.type == "html":
            return html2plaintext(value).strip()
        if field.type == "monetary":
            currency = record[field.get_currency_field(record)]
            return f"{value:.{currency.decimal_places if currency else 2}f} {currency.name or ''}".strip()
        if isinstance(value, datetime | date):
            return value.isoformat()
        return value

    @api.model
    def _read_messages(self, threads):
        """Return the mails and remarks of the debtor's thread and of those of its records."""
        domain = Domain.OR(
            Domain("model", "=", name) & Domain("res_id", "in", records.ids) for name, records in threads.items()
        )
        domain &= Domain("message_type", "in", MESSAGES)
        rows = [
            {
                "id": message.id,
                "name": message.subject or message.record_name or "",
                "values": {
                    self.env._("Date"): message.date.isoformat(),
                    self.env._("From"): message.author_id.sudo().display_name or message.email_from or "",
                    self.env._("Text"): html2plaintext(message.body or "").strip(),
                    self.env._("Documents"): ", ".join(message.sudo().attachment_ids.mapped("name")),
                },
            }
            for message in self.env["mail.message"].search(domain, order="date, id")
            if html2plaintext(message.body or "").strip() or message.subject
        ]
        return self.env._("Messages"), "mail.message", rows

    @api.model
    def _read_files(self, threads):
        """Return the documents kept with the debtor and its records, each with its SHA-256."""
        domain = Domain.OR(
            Domain("res_model", "=", name) & Domain("res_id", "in", records.ids) for name, records in threads.items()
        )
        rows = [
            {
                "id": file.id,
                "name": file.name,
                "values": {
                    self.env._("Date"): file.create_date.isoformat(),
                    self.env._("Size"): file.file_size,
                    "SHA-256": file.sudo()._recovery_digest(),
                },
            }
            for file in self.env["ir.attachment"].search(domain & Domain("res_field", "=", False), order="id")
        ]
        return self.env._("Documents"), "ir.attachment", rows

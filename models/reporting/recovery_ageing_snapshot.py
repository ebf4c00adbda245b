import gzip
import hashlib
import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

from ..common.own_values import without_defaults
from ..common.roles import require_reader
from ..common.saying import entitle
from ..ledger.ageing_status import NORMAL

_lt = LazyTranslate(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What is kept of each open item, in this order; its status comes last.
KEPT = (
    *("own_line_id", "line_id", "move_id", "move_name", "partner_id", "account_id", "currency_id", "due", "date"),
    *("residual", "residual_company"),
)
PLACE = ("partner_id", "account_id", "due")  # what says where an item stands in the balance


class RecoveryAgeingSnapshot(models.Model):
    """An aged balance as it was issued: its figures and its spreadsheet, with their digests.

    It is never made anew. What the books say later of that day is compared with it, and each difference is told by
    what was posted, matched, unmatched or withdrawn since.
    """

    _name = "recovery.ageing.snapshot"
    _description = "Aged balance as issued"
    _inherit = ["recovery.guarded"]
    _order = "day desc, id desc"
    _journal_words = {"balance": _lt("Balance"), "sheet_sha256": _lt("SHA-256 of the spreadsheet")}
    _digested = {"attachment_id": "sha256", "sheet_id": "sheet_sha256"}

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("As of", required=True, readonly=True)
    taken_at = fields.Datetime("Issued on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Issued by", required=True, readonly=True, ondelete="restrict")
    amount = fields.Monetary("Total", currency_field="company_currency_id", readonly=True)
    overdue = fields.Monetary(currency_field="company_currency_id", readonly=True)
    item_count = fields.Integer("Open items", readonly=True)
    choice = fields.Char("Reporting basis", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", string="Figures", readonly=True, ondelete="restrict")
    sha256 = fields.Char("SHA-256 of the figures", readonly=True)
    sheet_id = fields.Many2one("ir.attachment", string="Spreadsheet", readonly=True, ondelete="restrict")
    sheet_sha256 = fields.Char("SHA-256 of the spreadsheet", readonly=True)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        raise UserError(self.env._("A balance that was issued cannot be deleted: the audit trail must be kept."))

    # ------------------------------------------------------------
    # Issuing
    # ------------------------------------------------------------
    @api.model
    def _keep(self, company, day, data, name, sheet, choice):
        """Keep a balance as it is issued, with the open items that it rests on.

        :param dict data: what :class:`RecoveryAgeingReport` returned, told of what is known now.
        :param str name: what its files are called.
        :param bytes sheet: its spreadsheet.
        :param str choice: how it is told, in words.
        """
        require_reader(self.env)
        root = company._recovery_root()
        items = self.env["recovery.ledger"]._read_items(root, day=day, as_of=day)
        statuses = self.env["recovery.ledger.status"]._read(root, items, day)
        moment = self.env.cr.now()
        seen = self.env["recovery.ledger.past"]._read_seen(root, moment)
        content = self._write_content(data, items, statuses, seen)
        snapshot = self.sudo().create(
            {
                "name": self.env._("Aged balance on %s", format_date(self.env, day)),
                "company_id": root.id,
                "day": day,
                "taken_at": moment,
                "user_id": self.env.uid,
                "amount": data["totals"]["total"],
                "overdue": self._sum_overdue(data, items),
                "item_count": len(items),
                "choice": choice,
                "sha256": hashlib.sha256(content).hexdigest(),
                "sheet_sha256": hashlib.sha256(sheet).hexdigest(),
            }
        )
        stored = without_defaults(self.env["ir.attachment"].sudo())
        of_record = {"res_model": self._name, "res_id": snapshot.id}
        figures, table = stored.create(
            [
                {"name": f"{name}.json.gz", "raw": gzip.compress(content, mtime=0), **of_record},
                {"name": f"{name}.xlsx", "raw": sheet, "mimetype": XLSX, **of_record},
            ]
        )
        snapshot.write({"attachment_id": figures.id, "sheet_id": table.id})
        self.env["recovery.event"]._log(
            "printed",
            snapshot,
            lambda record: self.env._("%s kept as issued", record.name),
            lambda record: {
                "balance": record.company_currency_id.format(record.amount),
                "sha256": record.sha256,
                "sheet_sha256": record.sheet_sha256,
            },
        )
        return snapshot.with_env(self.env)

    @api.model
    def _sum_overdue(self, data, items):
        """Return what is late: the columns after the first one, unless days count from the invoice date."""
        if data["base"] == "due":
            return sum(data["totals"]["buckets"][1:])
        return sum(item.residual_company for item in items if item.residual_company > 0 and item.due < data["day"])

    @api.model
    def _write_content(self, data, items, statuses, seen):
        """Return the figures as one text that is always the same: what the digest is of."""
        report = self.env["recovery.ageing.report"]
        kept = {
            "balance": report._prepare_json({**data, "rows": [{**row, "items": []} for row in data["rows"]]}),
            "items": [
                [
                    *(self._make_plain(getattr(item, name)) for name in KEPT),
                    self._get_status(statuses, item),
                ]
                for item in items
            ],
            "seen": seen,
        }
        return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()

    @api.model
    def _make_plain(self, value):
        return self.env["recovery.ageing.report"]._make_plain(value)

    def _read_content(self):
        """Return the text of the figures as it is stored."""
        self.ensure_one()
        try:
            return gzip.decompress(self.sudo().attachment_id._recovery_content())
        except (EOFError, OSError) as error:
            raise UserError(
                self.env._("The figures of this balance cannot be read: their file was changed.")
            ) from error

    def _digest_document(self, name):
        """Return the digest of the figures themselves: their file is packed."""
        if name != "attachment_id":
            return super()._digest_document(name)
        try:
            return hashlib.sha256(self._read_content()).hexdigest()
        except UserError:
            return self.env._("none: the file cannot be read")

    def _is_intact(self):
        """Tell whether the figures and the spreadsheet are still those that were issued."""
        self.ensure_one()
        try:
            figures = hashlib.sha256(self._read_content()).hexdigest()
        except UserError:
            return False
        return figures == self.sha256 and self.sudo().sheet_id._recovery_digest() == self.sheet_sha256

    # ------------------------------------------------------------
    # Comparison
    # ------------------------------------------------------------
    def _compare(self):
        """Return what the balance of that day is now otherwise than issued, explained.

        What had begun when it was issued, and was committed after it, has a moment before the issue: it was not seen.

        :return: list of dicts: ``line_id, name, partner_id, before, after, reason, other, moment, amount``, one per
            reason of each item, whose amounts make up the difference; what nothing recorded explains has the reason
            ``unknown``.
        """
        self.ensure_one()
        kept = json.loads(self._read_content())
        then = {row[0]: row for row in kept["items"]}
        day, root = self.day, self.company_id._recovery_root()
        items = self.env["recovery.ledger"]._read_items(root, day=day, as_of=day)
        now = {item.own_line_id: item for item in items}
        statuses = self.env["recovery.ledger.status"]._read(root, items, day)
        reasons = defaultdict(list)
        past = self.env["recovery.ledger.past"]
        for change in past._read_changes(root, day, self.taken_at, seen=kept.get("seen")):
            reasons[change.line_id].append((change.kind, change.other_name, change.moment, change.amount, change))
            if change.other_line_id:
                reasons[change.other_line_id].append((change.kind, change.name, change.moment, -change.amount, change))
        rows = []
        for line_id in sorted({*then, *now, *reasons} - {None}):
            item = now.get(line_id)
            status = self._get_status(statuses, item) if item else None
            rows += self._explain(line_id, then.get(line_id), item, status, reasons[line_id], root.currency_id)
        return rows

    @api.model
    def _get_status(self, statuses, item):
        """Return what weighs most of how an item stood."""
        return statuses[item.line_id][0].status if item.line_id in statuses else NORMAL

    def _explain(self, line_id, then, now, status, reasons, currency):
        """Return the differences of one item.

        :param status: how it stood that day, as is known now.
        """
        before = then[KEPT.index("residual_company")] if then else 0.0
        after = now.residual_company if now else 0.0
        known = {
            "line_id": line_id,
            "name": now.move_name if now else then[KEPT.index("move_name")] if then else None,
            "partner_id": now.partner_id if now else then[KEPT.index("partner_id")] if then else None,
            "before": before,
            "after": after,
        }
        rows = [
            {
                **known,
                "name": known["name"] or change.name,
                "partner_id": known["partner_id"] or change.partner_id,
                "reason": kind,
                "other": other,
                "moment": moment,
                "amount": currency.round(amount),
            }
            for kind, other, moment, amount, change in reasons
        ]
        rest = currency.round(after - before - sum(row["amount"] for row in rows))
        if not currency.is_zero(rest):
            rows.append({**known, "reason": "unknown", "other": None, "moment": None, "amount": rest})
        told_otherwise = {**known, "other": None, "moment": None, "amount": 0.0}
        if then and now and not self._is_placed_alike(then, now):
            rows.append({**told_otherwise, "reason": "moved"})
        if then and now and then[-1] != status:
            titles = dict(self.env["recovery.ageing.report"]._get_status_titles())
            rows.append({**told_otherwise, "reason": "status", "other": f"{titles[then[-1]]} → {titles[status]}"})
        return rows

    def _is_placed_alike(self, then, now):
        """Tell whether an item stands where it stood: same customer, account and due date."""
        return all(then[KEPT.index(name)] == self._make_plain(getattr(now, name)) for name in PLACE)

    def action_compare(self):
        """Open the list of what the balance of that day is now otherwise than issued."""
        self.ensure_one()
        self.check_access("read")
        rows = self._compare()
        self.env["recovery.ageing.difference"].sudo().search(
            [("snapshot_id", "=", self.id), ("create_uid", "=", self.env.uid)]
        ).unlink()
        columns = ("snapshot_id", "company_id", "name", "partner_id", "reason", "other", "moment", "amount")
        columns += ("is_begun",)
        self.env["recovery.bulk"]._insert(
            "recovery.ageing.difference",
            [*columns, "amount_before", "amount_after"],
            [
                (
                    self.id,
                    self.company_id.id,
                    row["name"],
                    row["partner_id"],
                    row["reason"],
                    row["other"],
                    row["moment"],
                    row["amount"],
                    bool(row["moment"]) and row["moment"] < self.taken_at,
                    row["before"],
                    row["after"],
                )
                for row in rows
            ],
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_ageing_difference_action")
        name = self.env._("%(balance)s: what has changed since", balance=self.name)
        return entitle(action, name, domain=[("snapshot_id", "=", self.id)])

    def action_check(self):
        """Say whether the files are still those that were issued."""
        self.ensure_one()
        self.check_access("read")
        is_intact = self._is_intact()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_intact else "danger",
                "sticky": not is_intact,
                "message": self.env._(
                    "The figures and the spreadsheet are those issued on %s.",
                    format_datetime(self.env, self.taken_at),
                )
                if is_intact
                else self.env._("The figures or the spreadsheet are no longer those that were issued."),
            },
        }

    def action_open_sheet(self):
        """Download the spreadsheet as it was issued."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/web/content/{self.sheet_id.id}?download=true"}

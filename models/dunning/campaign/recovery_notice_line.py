from odoo import api, fields, models
from odoo.fields import Domain

from ...common.loose_many2one import LooseMany2one
from ..scenario.ladder import Reached

# What a notice takes to a level of its scenario; the rest of the account and the credits are for information.
OWN_ROLES = ("claimed", "announced")


class RecoveryNoticeLine(models.Model):
    """The frozen picture of one instalment, or of one unused credit, in a notice."""

    _name = "recovery.notice.line"
    _description = "Instalment in a notice"
    _inherit = ["recovery.guarded"]
    _order = "notice_id, role, due_date, id"
    _rec_name = "move_name"
    _log_access = False  # those of the notice
    _moves = ("engaged", "claimed_on", "deadline_date", "level_id", "move_line_id", "debtor_id")

    notice_id = LooseMany2one("recovery.notice", required=True, readonly=True, index=True, ondelete="cascade")
    debtor_id = LooseMany2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = LooseMany2one("res.company", required=True, readonly=True, ondelete="restrict")
    move_line_id = LooseMany2one(
        "account.move.line", string="Instalment", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = LooseMany2one("account.move", readonly=True, index="btree_not_null", ondelete="set null")
    role = fields.Selection(
        [
            ("claimed", "Claimed"),
            ("announced", "Announced"),
            ("information", "Rest of the account"),
            ("credit", "Unused credit"),
        ],
        required=True,
        readonly=True,
        help="What is announced falls due later: its courtesy reminder is done, and nothing of it is claimed.",
    )
    level_id = LooseMany2one("recovery.level", readonly=True, ondelete="restrict")
    level_kind = fields.Char(readonly=True)
    level_rank = fields.Integer(readonly=True, help="Days after the due date at which the level came, at that time.")
    engaged = fields.Boolean(
        "Committed", readonly=True, help="The notice is validated and not cancelled: the instalment is at this level."
    )
    claimed_on = fields.Date(readonly=True)
    departure = fields.Char("Why it was taken out of the notice", readonly=True)
    deadline_date = fields.Date("Deadline date", readonly=True)
    currency_id = LooseMany2one("res.currency", required=True, readonly=True, ondelete="restrict")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    move_name = fields.Char("Invoice", readonly=True)
    move_ref = fields.Char("Reference", readonly=True)
    invoice_date = fields.Date("Invoice date", readonly=True)
    due_date = fields.Date("Due date", readonly=True)
    days_late = fields.Integer("Days late", readonly=True)
    amount_total = fields.Monetary("Amount", readonly=True)
    amount_residual = fields.Monetary("Open in the accounts", readonly=True)
    amount_credit = fields.Monetary("Credits and payments set against it", readonly=True)
    amount_due = fields.Monetary("Due", readonly=True)
    amount_due_company = fields.Monetary("Due (company currency)", currency_field="company_currency_id", readonly=True)

    _claimed_once_per_level = models.UniqueIndex(
        "(move_line_id, level_id) WHERE engaged IS TRUE", "This instalment was already claimed at this level."
    )

    def _find_moved(self):
        """Return the debtors of what counts as claimed: a proposal moves nothing."""
        return super(RecoveryNoticeLine, self.sudo().filtered("engaged"))._find_moved()

    @api.model
    def _read_reached(self, company, debtors=None, without=None, before=None, line_ids=None):
        """Return the last step at which each open instalment was claimed or announced.

        Cost follows the open instalments: settled ones are left out by the query.

        :param debtors: only theirs; None reads all.
        :param without: notices that must not count (they are being looked at again).
        :param before: only what was claimed before that day, settled instalments included.
        :param line_ids: only these journal items: what is read follows them, and not all that was ever claimed.
        :return: dict of :class:`ladder.Reached` per journal item id.
        """
        domain = Domain("company_id", "=", company.root_id.id) & Domain("engaged", "=", True)
        if before:
            domain &= Domain("claimed_on", "<", before)
        if line_ids is not None:
            domain &= Domain("move_line_id", "in", line_ids)
        elif not before:
            domain &= Domain("move_line_id.recovery_is_open", "=", True)
        if debtors is not None:
            domain &= Domain("debtor_id", "in", debtors.ids)
        if without:
            domain &= Domain("notice_id", "not in", without.ids)
        names = ["level_id", "level_kind", "level_rank", "claimed_on", "deadline_date"]
        rows = self.env["recovery.bulk"]._read_last(self._name, "move_line_id", names, domain)
        return {line_id: Reached(line_id, *row) for line_id, row in rows.items()}

    def _get_settled(self):
        """Return what was paid, credited or set aside on the instalment, in its currency."""
        self.ensure_one()
        return self.currency_id.round(self.amount_total - self.amount_due)

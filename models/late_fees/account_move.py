from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..common.roles import READERS
from ..common.saying import entitle

#: As core lays invoices out, in mm: their margin, and a line of the sender's address beyond those that it holds.
MARGIN, HELD, LINE = 52, 3, 6


def _measure_head(company):
    """Return how high the sender's logo and address stand, or 0 where core's margin holds them."""
    if company.is_company_details_empty:
        lines = company.partner_id._display_address(without_company=True).splitlines()
        count = 1 + sum(map(bool, map(str.strip, lines)))
    else:
        count = len(list(filter(str.strip, html2plaintext(company.company_details).splitlines())))
    return MARGIN + LINE * (count - HELD) if count > HELD else 0


class AccountMove(models.Model):
    _inherit = "account.move"
    _accompanied = {"state": "_recovery_change_charged"}

    recovery_charge_id = fields.Many2one(
        "recovery.charge",
        string="Charge of late fees",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=READERS,
    )

    @api.model
    def _explain_kept(self, names):
        if "recovery_charge_id" in names:
            return self.env._("The late fees mark is set by the module itself.")
        return super()._explain_kept(names)

    @contextmanager
    def _recovery_change_charged(self, _vals):
        yield
        self._recovery_get_charges()._follow_document()

    def unlink(self):
        charges = self._recovery_get_charges()
        result = super().unlink()
        charges._follow_document()
        return result

    def _recovery_get_charges(self):
        """Return the charges whose documents these are, or are reversed by these."""
        moves = self.sudo()
        marked = (moves | moves.reversed_entry_id).filtered("recovery_is_penalty")
        return marked.recovery_charge_id

    def _recovery_get_head_height(self):
        """Return how high the head of our debit notes is on paper, in mm, where core's margin would cut it."""
        if not self or not all(self.sudo().mapped("recovery_is_penalty")):
            return None
        return max(map(_measure_head, self.company_id.sudo())) or None

    def _recovery_is_mark_loose(self):
        return super()._recovery_is_mark_loose() and not self.sudo().recovery_charge_id

    def button_draft(self):
        """Refuse to take back an invoice of which late fees were charged or waived: their base would change."""
        fees = self.env["recovery.late.fee"].sudo().search([("move_id", "in", self.ids), ("is_live", "=", True)])
        if fees:
            names = sorted(set((fees.charge_id.mapped("number")) + fees.waiver_id.mapped("number")))
            raise UserError(
                self.env._(
                    "Late fees of %(invoices)s were charged or waived: cancel or reverse %(names)s first.",
                    invoices=", ".join(sorted(set(fees.mapped("move_name")))),
                    names=", ".join(names),
                )
            )
        return super().button_draft()

    def action_recovery_late_fees(self):
        """Open the window that charges the late fees of these invoices."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_late_fee_wizard_action_move")
        context = {"active_model": self._name, "active_ids": self.ids, "dialog_size": "extra-large"}
        return dict(action, context=context)

    def action_recovery_waive_late_fees(self):
        """Open the window that waives late fees of this invoice."""
        self.ensure_one()
        action = self.action_recovery_late_fees()
        context = dict(action["context"], default_purpose="waive")
        return entitle(action, self.env._("Waive late fees"), context=context)

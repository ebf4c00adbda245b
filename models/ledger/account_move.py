from contextlib import contextmanager

from odoo import api, fields, models

from ..common.roles import READERS


class AccountMove(models.Model):
    _inherit = "account.move"
    _accompanied = {"state": "_recovery_change_books"}

    recovery_is_penalty = fields.Boolean(
        "Charges late fees",
        readonly=True,
        copy=False,
        groups=READERS,
        help="This document charges late-payment interest, indemnities or recovery costs: it is claimed as the rest, "
        "but it bears neither interest nor indemnity, and is no part of the payment delays, of the turnover, nor of "
        "the use of the credit limit.",
    )

    _recovery_is_penalty_idx = models.Index("(id) WHERE recovery_is_penalty")

    @api.model
    def _explain_kept(self, names):
        if "recovery_is_penalty" in names:
            return self.env._("The mark of late fees is set by the module itself.")
        return super()._explain_kept(names)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        reverses = super()._reverse_moves(default_values_list, cancel)
        # the credit note of late fees is no credit on sales either
        marked = reverses.sudo().filtered(lambda move: move.reversed_entry_id.recovery_is_penalty)
        marked.write({"recovery_is_penalty": True})
        return reverses

    @contextmanager
    def _recovery_change_books(self, _vals):
        self.env["recovery.debtor.touch"]._touch_lines(self.line_ids)
        yield

    def unlink(self):
        self.env["recovery.bulk"]._forget(self)
        return super().unlink()

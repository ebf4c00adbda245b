from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.common.insolvency import CLOSED, CONFIDENTIAL, CONVERSIONS, CONVERTED, KINDS
from ...models.common.recovery_window import once
from ...models.common.roles import MANAGER, require_user

OPENED, CORRECTED = "opened", "corrected"


class RecoveryInsolvencyWizard(models.TransientModel):
    """Record insolvency proceedings of a debtor, or what followed in them."""

    _name = "recovery.insolvency.wizard"
    _description = "Record insolvency proceedings"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    insolvency_id = fields.Many2one("recovery.insolvency", string="In", readonly=True)
    company_id = fields.Many2one(related="debtor_id.company_id")
    what = fields.Selection(
        [
            (OPENED, "Proceedings opened"),
            (CONVERTED, "Converted"),
            ("planned", "Plan adopted"),
            ("plan_changed", "Plan changed"),
            (CLOSED, "Closed"),
            (CORRECTED, "Correction of the date, or of a kind previously unknown"),
        ],
        string="What happened",
        required=True,
        default=OPENED,
    )
    kind = fields.Selection(selection="_selection_kind", string="Kind of the proceedings")
    closing = fields.Selection(selection="_selection_closing", string="How")
    date = fields.Date("Judgment of")
    published_on = fields.Date("Published in the BODACC on")
    announcement = fields.Char("BODACC announcement")
    court_id = fields.Many2one("res.partner", check_company=True)
    judge = fields.Char("Judge (juge-commissaire)")
    trustee_id = fields.Many2one("res.partner", string="Mandataire or liquidator", check_company=True)
    administrator_id = fields.Many2one("res.partner", check_company=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Documents")
    note = fields.Text("Note or reason")

    @api.model
    def _selection_kind(self):
        """Return the kinds; amicable ones are secret: managers alone record them."""
        kinds = self.env["recovery.insolvency"]._fields["kind"]._description_selection(self.env)
        if self.env.su or self.env.user.has_group(MANAGER):
            return kinds
        return [(code, label) for code, label in kinds if code not in CONFIDENTIAL]

    @api.model
    def _selection_closing(self):
        return self.env["recovery.insolvency"]._fields["closing"]._description_selection(self.env)

    @api.model
    def _open(self, debtor, proceedings):
        """Return the action that records what followed in proceedings, or opens some where there are none."""
        wizard = self.create(
            {
                "debtor_id": debtor.id,
                "insolvency_id": proceedings.id,
                "what": CONVERTED if proceedings and proceedings.kind in CONVERSIONS else OPENED,
            }
        )
        return wizard._get_dialog(self.env._("Insolvency proceedings"))

    @once
    def action_confirm(self):
        """Record it."""
        self.ensure_one()
        require_user(self.env)
        self.debtor_id.check_access("write")
        self.attachment_ids.check_access("read")
        day = self.company_id._recovery_today()
        if self.what == OPENED:
            record = self._record_opening(day)
        elif not self.insolvency_id:
            raise UserError(self.env._("Record first that proceedings were opened."))
        elif self.what == CORRECTED:
            record = self.insolvency_id
            record._correct(self.date, day, self.note, self.kind or None)
        else:
            value = {CONVERTED: self.kind, CLOSED: self.closing}.get(self.what) or ""
            if self.what in (CONVERTED, CLOSED) and not value:
                raise UserError(self.env._("Enter the new kind, or the outcome."))
            record = self.insolvency_id._add_step(
                self.what, self.date, day, value, note=self.note, attachments=self.attachment_ids
            )
        return self._say(
            self.env._(
                "%(what)s: recorded for %(debtor)s.", what=record.display_name, debtor=self.debtor_id.display_name
            )
        )

    def _record_opening(self, day):
        if self.kind not in dict(KINDS):
            raise UserError(self.env._("Say which proceedings were opened."))
        return self.env["recovery.insolvency"]._open_for(
            self.debtor_id,
            self.kind,
            self.date,
            day,
            published_on=self.published_on,
            announcement=self.announcement,
            court_id=self.court_id.id,
            judge=self.judge,
            trustee_id=self.trustee_id.id,
            administrator_id=self.administrator_id.id,
            attachment_ids=[fields.Command.set(self.attachment_ids.ids)],
        )

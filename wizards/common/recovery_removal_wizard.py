from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import split_every

from ...models.common.recovery_window import once
from ...models.common.recovery_xlsx_mixin import Column

BATCH = 5000


class RecoveryRemovalWizard(models.TransientModel):
    """Ask an administrator why the module is removed, after it was said what goes with it, and what to take along."""

    _name = "recovery.removal.wizard"
    _description = "Removal of debt recovery"
    _inherit = ["recovery.window", "recovery.xlsx.mixin"]

    company_id = fields.Many2one("res.company", required=True, readonly=True, default=lambda self: self.env.company)
    reason = fields.Text("Why is it being removed?")
    is_file_taken = fields.Boolean("Audit file taken", compute="_compute_state")
    sent_count = fields.Integer("Letters and e-mails sent", compute="_compute_state")

    @api.depends("reason")
    def _compute_state(self):
        removal = self.env["recovery.removal"]
        self.update({"sent_count": removal._count_sent(), "is_file_taken": removal._is_file_taken()})

    @api.depends("create_date")
    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Debt recovery: journal and journal heads")

    @once
    def action_confirm(self):
        """Keep the reason: the module may be removed during one day."""
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give the reason for removing the module: it is kept."))
        self.env["recovery.removal"]._ask(self.reason)
        return self._say(
            self.env._("This is recorded. The module can be removed within one day: click on Uninstall again.")
        )

    def action_print(self):
        """Take along what goes: the head of each journal leaves, and it is noted that it was taken."""
        self.ensure_one()
        self._check_reader()
        for company in self._get_companies():
            self.env["recovery.journal"]._hand_out(company, "packed", self.env.user.name)
        self.invalidate_recordset(["is_file_taken"])
        return self._get_file_action()

    def _get_file_action(self):
        """Return what hands over the audit file; hook of who makes more of it."""
        return self.action_export_xlsx()

    # ------------------------------------------------------------
    # The journal, as one spreadsheet
    # ------------------------------------------------------------
    def _check_reader(self):
        """Refuse all but the administrator who opened the window: the whole journal leaves with it."""
        result = super()._check_reader()
        self.env["recovery.removal"]._check_administrator()
        return result

    @api.model
    def _get_companies(self):
        return self.env["recovery.traced.changes"]._get_sharing_companies()

    def _log_printed(self, kind):
        """Tell the journal of each company that it was taken along."""
        for company in self._get_companies():
            self.env["recovery.event"]._log(
                "printed",
                self,
                self.env._("%(report)s printed (%(format)s)", report=self.display_name, format=kind),
                {"format": kind},
                company=company,
            )

    def _fill_book(self, book):
        heads = self.env["recovery.journal.head"].sudo().search([("reason", "!=", "sealed")], order="company_id, id")
        reasons = dict(heads._fields["reason"]._description_selection(self.env))
        book.add_sheet(
            self.env._("Heads"),
            self.env._("Journal Heads"),
            [self.env._("Whoever keeps this file can prove what the journal contained.")],
            [
                Column(self.env._("Company"), width=28),
                Column(self.env._("On"), "moment", 18),
                Column(self.env._("Reason"), width=20),
                Column(self.env._("Last entry"), "integer", 12),
                Column(self.env._("Seal"), width=68),
                Column(self.env._("To"), width=30),
            ],
            [
                (head.company_id.name, head.noted_on, reasons[head.reason], head.number, head.seal, head.addressee)
                for head in heads
            ],
        )
        book.add_sheet(
            self.env._("Journal"),
            self.env._("Journal"),
            [self.env._("Each line with its seal; times are in UTC.")],
            [
                Column(self.env._("Company"), width=28),
                Column(self.env._("No."), "integer", 9),
                Column(self.env._("Date"), "moment", 18),
                Column(self.env._("Kind"), width=26),
                Column(self.env._("Debtor"), width=28),
                Column(self.env._("Record concerned"), width=28),
                Column(self.env._("Summary"), width=60),
                Column(self.env._("Details"), width=60),
                Column(self.env._("Author"), width=22),
                Column(self.env._("Digest of the content"), width=68),
                Column(self.env._("Seal"), width=68),
            ],
            self._read_journal(),
        )

    def _read_journal(self):
        """Yield the rows of the journal, company by company, in the order of their seals."""
        Event = self.env["recovery.event"].sudo()
        kinds = dict(Event._fields["kind"]._description_selection(self.env))
        for ids in split_every(BATCH, Event.search(Domain.TRUE, order="company_id, sealed_number, id").ids):
            events = Event.browse(ids)
            for event in events:
                yield (
                    event.company_id.name,
                    event.sealed_number,
                    event.date,
                    kinds.get(event.kind, event.kind),
                    event.debtor_name,
                    event.object_name,
                    event.summary,
                    event.details_text,
                    event.author_name,
                    event.content_sha256,
                    event.seal,
                )
            events.invalidate_recordset(flush=False)

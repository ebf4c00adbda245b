from odoo import api, fields, models
from odoo.exceptions import UserError

from .trace_labels import describe


class RecoveryEvent(models.Model):
    """Append-only journal of the module.

    The text of debtor and object is frozen at the moment of the event, so that a merge,
    a renaming or a deletion elsewhere never changes what the auditor reads.
    """

    _name = "recovery.event"
    _description = "Recovery journal entry"
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _rec_name = "summary"

    date = fields.Datetime(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Author", required=True, readonly=True, ondelete="restrict")
    author_name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("proposed", "Campaign proposed"),
            ("validated", "Campaign validated"),
            ("excluded", "Notice excluded"),
            ("restored", "Notice put back"),
            ("queued", "Sending queued"),
            ("delivered", "Delivery done"),
            ("failed", "Delivery failed"),
            ("bounced", "Mail came back"),
            ("fallback", "Letter instead of an e-mail"),
            ("reply", "Reply received"),
            ("correction", "Correction sent"),
            ("cancelled", "Cancelled"),
            ("hold", "Reminders suspended"),
            ("release", "Reminders resumed"),
            ("asked", "Decision asked"),
            ("granted", "Decision granted"),
            ("refused", "Decision refused"),
            ("printed", "Document printed"),
            ("merged", "Debtors merged"),
            ("configured", "Set-up changed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    debtor_id = fields.Many2one("recovery.debtor", readonly=True, index=True, ondelete="restrict")
    debtor_name = fields.Char(readonly=True)
    res_model = fields.Char("Object type", readonly=True)
    res_id = fields.Many2oneReference("Object id", model_field="res_model", readonly=True)
    object_name = fields.Char("Object", readonly=True)
    summary = fields.Char(required=True, readonly=True)
    details = fields.Json(readonly=True)
    details_text = fields.Text("Details as text", compute="_compute_details_text")

    _date_company_idx = models.Index("(company_id, date DESC)")

    @api.depends("details")
    @api.depends_context("lang")
    def _compute_details_text(self):
        for event in self:
            event.details_text = describe(self.env, event.details)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("The journal is written by the module itself; nobody adds to it by hand."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The journal is append-only: an entry is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The journal is append-only: an entry is never deleted."))

    @api.model
    @api.private
    def _log(self, kind, records, summary, details=None, debtors=None, company=None):
        """Write one journal entry per record: the only way into the journal.

        :param str kind: a value of the ``kind`` selection.
        :param records: the objects concerned, all of one model with a ``company_id``.
        :param summary: translated sentence, or a callable that takes one record.
        :param details: JSON-serialisable dict, or a callable that takes one record.
        :param debtors: the debtor field's value, or a callable; by default the
            record itself if it is a debtor, else its ``debtor_id``.
        :param company: whose root's journal it is, by default that of each record.
        :return: the entries, in the order of ``records``.
        """
        now = fields.Datetime.now()
        user = self.env.user
        vals_list = []
        for record in records:
            if callable(debtors):
                debtor = debtors(record)
            elif debtors is not None:
                debtor = debtors
            elif record._name == "recovery.debtor":
                debtor = record
            else:
                debtor = record["debtor_id"] if "debtor_id" in record._fields else None
            vals_list.append(
                {
                    "date": now,
                    "company_id": (company or record.company_id).root_id.id,
                    "user_id": user.id,
                    "author_name": user.name,
                    "kind": kind,
                    "debtor_id": debtor.id if debtor else False,
                    "debtor_name": debtor.display_name if debtor else False,
                    "res_model": record._name,
                    "res_id": record.id,
                    "object_name": record.display_name,
                    "summary": summary(record) if callable(summary) else summary,
                    "details": details(record) if callable(details) else details,
                }
            )
        return self.sudo().create(vals_list)

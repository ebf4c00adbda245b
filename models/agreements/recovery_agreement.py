from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ..common import calendar
from ..common.roles import USER
from ..common.standing import Undo


class RecoveryAgreement(models.AbstractModel):
    """What promises, payment plans, disputes and settlements have in common.

    Each covers instalments of one debtor and suspends their reminders by holds of its own
    origin; states and figures change through buttons and checks, never by writing them.
    """

    _name = "recovery.agreement"
    _description = "Recovery: agreement with a debtor"
    _inherit = ["recovery.guarded", "recovery.held", "mail.thread", "mail.activity.mixin"]
    _held_by = ("user_id",)
    _open_states = ()  # those in which somebody has something to do with it
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True
    _check_rank = 50  # lower ones are checked first

    _hold_origin = None  # the holds' origin; their link back is the field <origin>_id
    _typed = ("user_id",)

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(USER).ids),
            ("share", "=", False),
        ],
    )

    # ------------------------------------------------------------
    # Who answers for it
    # ------------------------------------------------------------
    @api.model
    def _get_open_domain(self):
        return Domain("state", "in", self._open_states)

    def _recovery_get_responsible(self):
        """Return the owner, else who follows the debtor."""
        named = self.debtor_id.collector_id
        return self.env["recovery.responsible"]._find_owner(self.company_id, self.user_id, named)

    # ------------------------------------------------------------
    # Who may change what
    # ------------------------------------------------------------
    def write(self, vals):
        if not self.env.su:
            closed = {name for name in vals if not name.startswith(("message_", "activity_"))}
            for record in self:
                if closed - record._get_editable_fields():
                    raise AccessError(
                        self.env._("%s: once agreed, this can only be changed with the buttons.", record.display_name)
                    )
        return super().write(vals)

    def _get_editable_fields(self):
        """Return the fields that a user of the module may write on this record."""
        return {"user_id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("An agreement is cancelled with a reason, never deleted: the audit trail must be kept.")
        )

    # ------------------------------------------------------------
    # Suspension of reminders
    # ------------------------------------------------------------
    def _suspend(self, day, reason, until=None):
        """Take the covered instalments out of the reminders, each by a hold of its own."""
        self.env["recovery.hold"].sudo().create(
            [
                {
                    "debtor_id": record.debtor_id.id,
                    "origin": self._hold_origin,
                    f"{self._hold_origin}_id": record.id,
                    "move_id": line.move_id.id,
                    "line_id": line.line_id.id,
                    "date_from": day,
                    "date_until": until,
                    "reason": reason,
                }
                for record in self
                for line in record.line_ids
                if line.line_id
            ]
        )

    def _resume(self, day, reason):
        """End the suspensions: reminders go on at the next step."""
        holds = self.sudo().hold_ids.filtered(lambda hold: not hold.released_on)
        if holds:
            holds._release(day, reason)

    def _prepare_undo(self):
        """Return the button that ends what the agreement suspends, on the debtor's banner."""
        self.ensure_one()
        method, label = self._get_ending()
        return Undo(self, method, label, USER)

    def _get_ending(self):
        """Return the method that ends the agreement before its time, and its name for people."""
        return "action_cancel", self.env._("Cancel it")

    # ------------------------------------------------------------
    # Trace
    # ------------------------------------------------------------
    def _trace(self, kind, summary, details=None):
        """Write the journal, and tell it in the debtor's thread.

        :param summary: function from one record to a sentence.
        """
        self.env["recovery.event"]._log(kind, self, summary, details or (lambda record: record._get_trace()))
        for record in self:
            record.debtor_id.sudo().message_post(
                body=record._get_html_link(title=summary(record)), subtype_xmlid="mail.mt_note"
            )

    def _get_trace(self):
        """Return the figures that the journal keeps."""
        self.ensure_one()
        return {
            "amount": self.amount,
            "currency": self.currency_id.name,
            "invoices": ", ".join(dict.fromkeys(filter(None, self.line_ids.mapped("move_name")))),
        }

    def _alert(self, activity_type, day, summary, note=None):
        """Give the debtor's collector a task, due on the first business day from ``day`` on."""
        self.ensure_one()
        debtor, company = self.debtor_id.sudo(), self.company_id
        debtor.activity_schedule(
            f"debt_recovery.{activity_type}",
            date_deadline=calendar.next_business_day(day, company.recovery_alsace_moselle),
            summary=summary,
            note=note,
            user_id=debtor._get_responsible().id,
        )

    def _format_amount(self, amount):
        self.ensure_one()
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _format_date(self, day):
        return format_date(self.env, day) if day else ""

    # ------------------------------------------------------------
    # Regular check
    # ------------------------------------------------------------
    @api.model
    def _check_all(self, company, day, partners=None):
        """Look at every agreement in force again: was the money received, did its date pass?

        :param partners: only those of these customers; None for all.
        """
        company = company._recovery_root()
        if partners is not None and not partners:
            return
        for name in self._get_kinds():
            Model = self.env[name].sudo()
            self.env["recovery.ledger"]._do_for_customers(
                Model, company, lambda some, Model=Model: Model._check(company, day, some), partners
            )

    @api.model
    def _get_kinds(self):
        """Return the names of the models of agreements, in the order in which they are checked."""
        kinds = [
            Model
            for Model in self.pool.values()
            if issubclass(Model, self.pool["recovery.agreement"]) and not Model._abstract
        ]
        return [Model._name for Model in sorted(kinds, key=lambda Model: Model._check_rank)]

    @api.model
    def _cron_check(self):
        """Check the agreements of every company, one committed company after the other."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, day: mine._check_all(company, day)
        )

    @api.model
    def _get_domain(self, company, states, partners=None):
        domain = [("company_id", "=", company.id), ("state", "in", states)]
        if partners is not None:
            domain.append(("debtor_id.partner_id", "in", partners.ids))
        return domain

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from .marks import takes_reason
from .retention import CONTACTS, Retained
from .roles import USER, require_user
from .sentence import Sentence
from .standing import Standing, Undo

_lt = LazyTranslate(__name__)

BY_HAND = ("manual", "excluded", "left")  # origins of what a person decides, and may resume


class RecoveryHold(models.Model):
    """The only suspension that the dunning engine reads.

    Right-hand rooms create and release theirs, with their own origin.
    """

    _name = "recovery.hold"
    _description = "Suspension of reminders"
    _retained = Retained(CONTACTS, "released_on", ("reason", "release_reason"))
    _inherit = ["recovery.guarded"]
    _order = "date_from desc, id desc"
    _rec_name = "reason"
    _check_company_auto = True
    _unlinked_first = True
    _typed_once = ("debtor_id", "move_id", "line_id", "amount", "date_from", "date_until", "reason")
    _journal_words = {"origin": _lt("Origin"), "suspended for": _lt("Suspended for")}

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    origin = fields.Selection(
        [
            ("manual", "By hand"),
            ("insolvency", "Insolvency proceedings"),
            ("excluded", "Excluded from a campaign"),
            ("returned", "Letter returned"),
            ("promise", "Promise"),
            ("plan", "Payment plan"),
            ("dispute", "Dispute"),
            ("settlement", "Mediation or settlement"),
            ("case", "Litigation case"),
            ("left", "Left unpaid by a closed case"),
        ],
        required=True,
        default="manual",
        readonly=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: the suspension covers the whole debtor.",
    )
    line_id = fields.Many2one("account.move.line", string="Instalment", index="btree_not_null", ondelete="cascade")
    amount = fields.Monetary(
        currency_field="currency_id", help="Part of the amount that is suspended; zero suspends all of it."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id", store=True)
    date_from = fields.Date("Date from", required=True)
    date_until = fields.Date(
        "Date until", help="Last day of the suspension; it ends automatically the day after. Empty: until released."
    )
    insolvency_id = fields.Many2one(
        "recovery.insolvency",
        string="Insolvency proceedings",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    born_before = fields.Date(
        "For claims that arose before",
        readonly=True,
        help="The judgment opening the insolvency proceedings: what arose later receives reminders as usual.",
    )
    reason = Sentence(required=True)
    user_id = fields.Many2one(
        "res.users", string="Author", required=True, readonly=True, default=lambda self: self.env.user
    )
    released_on = fields.Date("Released on", readonly=True)
    released_by_id = fields.Many2one("res.users", string="Released by", readonly=True)
    release_reason = fields.Char("Release reason", readonly=True)
    is_running = fields.Boolean("Running", compute="_compute_is_running", search="_search_is_running")

    _dates_check = models.Constraint(
        "CHECK(date_until IS NULL OR date_until >= date_from)", "A suspension cannot end before it begins."
    )

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends("move_id", "line_id", "debtor_id")
    def _compute_currency_id(self):
        for hold in self:
            hold.currency_id = (
                hold.line_id.currency_id or hold.move_id.currency_id or hold.debtor_id.company_currency_id
            )

    @api.depends("date_from", "date_until", "released_on")
    def _compute_is_running(self):
        for hold in self:
            today = hold.company_id._recovery_today()
            hold.is_running = hold._covers(today)

    @api.model
    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["res.company"]._recovery_search_own_day(lambda company, day: self._get_running_domain(day))

    def _covers(self, day):
        """Tell whether the suspension is in force on that day."""
        self.ensure_one()
        if not self.date_from or self.date_from > day or (self.released_on and self.released_on <= day):
            return False
        return not self.date_until or self.date_until >= day

    def _concerns(self, born_on):
        """Tell whether the suspension bears on a claim born on that day."""
        self.ensure_one()
        return not self.born_before or born_on < self.born_before

    @api.model
    def _get_running_domain(self, day):
        """Return the domain of the suspensions in force on that day."""
        return (
            Domain("date_from", "<=", day)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
            & (Domain("released_on", "=", False) | Domain("released_on", ">", day))
        )

    # ------------------------------------------------------------
    # What holds, in words
    # ------------------------------------------------------------
    @api.model
    def _get_cause_fields(self):
        """Return the fields that name what makes a suspension, a case or an agreement: a room adds its own; hook."""
        return ["insolvency_id"]

    def _get_cause(self):
        """Return what made the suspension, and ends it; itself where a person did."""
        self.ensure_one()
        return next((self[name] for name in self._get_cause_fields() if self[name]), self)

    def _is_of_something_open(self):
        """Tell whether what is suspended is still owed: what was paid since holds nobody."""
        self.ensure_one()
        lines = self.line_id or (self._get_instalments() if self.move_id else self.line_id)
        return not lines or any(not line.reconciled for line in lines)

    def _prepare_standing(self):
        """Return the one :class:`standing.Standing` of suspensions that have the same cause."""
        cause = self[0]._get_cause()
        until = None if any(not hold.date_until for hold in self) else max(self.mapped("date_until"))
        return Standing(
            f"{cause._name},{cause.id}", self[0].origin, self._describe_standing(until), until, cause._prepare_undo()
        )

    def _describe_standing(self, until):
        """Return what suspends the reminders: until when, why and by whom."""
        values = {"reason": self._describe_reason(), "date": format_date(self.env, until) if until else ""}
        if self[0].origin not in BY_HAND:
            text = (
                self.env._("%(reason)s, reminders suspended until %(date)s", **values)
                if until
                else self.env._("%(reason)s, reminders suspended", **values)
            )
        else:
            values["what"] = self._describe_scope()
            text = (
                self.env._("%(what)s until %(date)s: %(reason)s", **values)
                if until
                else self.env._("%(what)s: %(reason)s", **values)
            )
        return self._say_author(text, self[0].user_id)

    def _describe_reason(self):
        """Return why, of suspensions with the same cause; hook: what made them may say more than it did then."""
        return ", ".join(dict.fromkeys(self.mapped("reason")))

    def _describe_scope(self):
        """Return what a person suspended."""
        invoices = ", ".join(filter(None, dict.fromkeys((self.move_id | self.line_id.move_id).mapped("name"))))
        if self[0].origin == "excluded":
            if invoices:
                return self.env._("%s excluded from the campaigns", invoices)
            return self.env._("Excluded from the campaigns")
        return self.env._("Reminders of %s suspended", invoices) if invoices else self.env._("Reminders suspended")

    @api.model
    def _say_author(self, text, user):
        """Add to a sentence who did it; the jobs of the night are nobody."""
        if not user or user.id == SUPERUSER_ID:
            return text
        return self.env._("%(text)s – by %(user)s", text=text, user=user.sudo().name)

    def _prepare_undo(self):
        """Return the :class:`standing.Undo` of a suspension made by hand.

        What else makes suspensions has a method of this name, which gives its own button.
        """
        self.ensure_one()
        if self.origin in BY_HAND:
            return Undo(self, "action_release", self.env._("Resume reminders"), USER)
        return super()._prepare_undo()

    @api.constrains("move_id", "line_id", "debtor_id", "amount")
    def _check_scope(self):
        for hold in self:
            if hold.line_id and hold.move_id and hold.line_id.move_id != hold.move_id:
                raise ValidationError(self.env._("The instalment does not belong to that invoice."))
            partner = hold.line_id.partner_id or hold.move_id.partner_id
            if partner and partner.commercial_partner_id != hold.debtor_id.partner_id:
                raise ValidationError(self.env._("That invoice belongs to another customer."))
            if hold.amount < 0:
                raise ValidationError(self.env._("The suspended amount cannot be negative."))
            if hold.amount and len(hold.line_id or hold._get_instalments()) != 1:
                raise ValidationError(self.env._("To suspend part of an amount, choose the instalment concerned."))

    def _get_instalments(self):
        """Return the instalments of the invoice that is suspended."""
        self.ensure_one()
        return self.sudo().move_id.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    @api.model
    def _explain_kept(self, names):
        return self.env._("A manual suspension says whom it concerns, until when and why, nothing more.")

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        self.env["recovery.event"]._log(
            "hold",
            holds,
            lambda hold: self.env._("Reminders suspended: %(reason)s", reason=hold.reason),
            lambda hold: {
                "origin": hold.origin,
                "invoice": hold.move_id.name or hold.line_id.move_id.name or False,
                "until": str(hold.date_until or ""),
            },
        )
        holds.debtor_id._tell_moved()
        return holds

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A suspension is released with a reason, never deleted: the audit trail must be kept.")
        )

    def _release(self, date, reason):
        """End the suspensions on that day, for a reason that stays in the journal."""
        running = self.sudo().filtered(lambda hold: not hold.released_on)
        running.write({"released_on": date, "released_by_id": self.env.user.id, "release_reason": reason})
        self.env["recovery.event"]._log(
            "release",
            running,
            lambda hold: self.env._("Reminders resumed: %(reason)s", reason=reason),
            lambda hold: {"suspended for": hold.reason},
        )
        self.debtor_id._tell_moved()

    def action_release(self):
        """Ask for the reason and end a suspension made by hand, or by an exclusion from a campaign."""
        self._check_by_hand()
        return self.env["recovery.reason.wizard"]._open(self, "_release_by_hand", self.env._("Resume reminders"))

    def _check_by_hand(self):
        if self.filtered(lambda hold: hold.origin not in BY_HAND):
            raise UserError(
                self.env._(
                    "This suspension was created by a case or an agreement: close that, and it ends automatically."
                )
            )

    @takes_reason
    def _release_by_hand(self, reason):
        require_user(self.env)
        self._check_by_hand()
        for company, holds in self.grouped("company_id").items():
            holds._release(company._recovery_today(), reason)

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.calendar import shift
from ...common.retention import CONTACTS, Retained
from ...common.roles import MANAGER, require_user
from ...common.saying import say
from ...common.sentence import word
from ...common.standing import Undo
from .tracking import is_usual_number, normalize_number

_lt = LazyTranslate(__name__)

# What is entered of the carrier's tracking: its changes are told to the journal.
TRACKED = {"number", "posted_on", "presented_on", "outcome", "outcome_on", "note"}
RETURNED = "debt_recovery.mail_activity_type_guarantor_returned"


class RecoveryRegisteredLetter(models.Model):
    """One registered letter, from the counter of the post office to its receipt.

    A letter that was refused or not collected keeps its effect (Cass. 1re civ.,
    2021-01-20, n° 19-20.680); one sent to a wrong address does not.
    """

    _name = "recovery.registered.letter"
    _description = "Registered letter"
    _retained = Retained(CONTACTS, "posted_on", ("note",), stays=("number", "number_key", "receipt_ids"))
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "posted_on desc, id desc"
    _check_company_auto = True
    _unlinked_first = True
    _typed = ("number", "posted_on", "presented_on", "outcome", "outcome_on", "receipt_ids", "note")
    _journal_words = {
        "note": _lt("Note"),
        "number": _lt("Tracking number"),
        "outcome": _lt("Outcome"),
        "outcome_on": _lt("Outcome on"),
        "posted_on": _lt("Posted on"),
        "presented_on": _lt("First presentation"),
    }

    delivery_id = fields.Many2one("recovery.delivery", readonly=True, required=True, index=True, ondelete="restrict")
    notice_id = fields.Many2one(related="delivery_id.notice_id", store=True, index="btree_not_null")
    debtor_id = fields.Many2one(related="delivery_id.debtor_id", store=True, index=True)
    company_id = fields.Many2one(related="delivery_id.company_id", store=True, index=True)
    addressee_id = fields.Many2one(related="delivery_id.addressee_id", store=True)
    address = fields.Char(related="delivery_id.address")
    subject = fields.Char(related="delivery_id.subject", string="About")
    interest_from = fields.Date(related="notice_id.interest_from")
    next_step = fields.Char(related="notice_id.next_step")
    document_id = fields.Many2one(related="delivery_id.attachment_id", string="Letter")
    kind = fields.Selection(
        [("paper", "Paper"), ("electronic", "Electronic")], required=True, default="paper", readonly=True
    )
    number = fields.Char("Tracking number", copy=False, index="trigram", help="As printed on the carrier's receipt.")
    number_key = fields.Char(compute="_compute_number_key", store=True, index="btree_not_null")
    number_warning = fields.Char("Check", compute="_compute_number_warning")
    posted_on = fields.Date("Posted on", help="Handed to the carrier.")
    presented_on = fields.Date("First presentation", help="First time the carrier presented it at the address.")
    outcome = fields.Selection(
        [
            ("delivered", "Delivered"),
            ("refused", "Refused"),
            ("unclaimed", "Not collected"),
            ("wrong_address", "Wrong address"),
        ],
        help="If refused or not collected, it keeps its effect. If sent to a wrong address, it has none.",
    )
    outcome_on = fields.Date("Outcome on")
    state = fields.Selection(
        [
            ("to_post", "To post"),
            ("posted", "In the post"),
            ("presented", "Presented"),
            ("delivered", "Delivered"),
            ("refused", "Refused"),
            ("unclaimed", "Not collected"),
            ("wrong_address", "Wrong address"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    receipt_ids = fields.Many2many("ir.attachment", help="The scanned receipt, or a file.")
    deadline_date = fields.Date(related="notice_id.deadline_date", string="Printed deadline")
    expires_on = fields.Date(
        "Expires on",
        compute="_compute_expires_on",
        store=True,
        help="The later of the printed deadline and the first presentation plus the days to pay.",
    )
    note = fields.Char()

    _delivery_uniq = models.UniqueIndex("(delivery_id)", "This letter is already tracked.")
    _number_uniq = models.UniqueIndex(
        "(company_id, number_key) WHERE number_key IS NOT NULL", "Another letter already has this tracking number."
    )

    @api.depends("number", "debtor_id")
    def _compute_display_name(self):
        for letter in self:
            about = letter.number or letter.notice_id.number or letter.subject or ""
            letter.display_name = f"{about} {letter.debtor_id.display_name}"

    @api.depends("number")
    def _compute_number_key(self):
        for letter in self:
            letter.number_key = normalize_number(letter.number) or False

    @api.depends("number", "kind")
    def _compute_number_warning(self):
        for letter in self:
            unusual = letter.number and letter.kind == "paper" and not is_usual_number(letter.number)
            letter.number_warning = unusual and self.env._("unusual number: 2 characters and 11 digits expected")

    @api.depends("posted_on", "presented_on", "outcome", "delivery_id.state")
    def _compute_state(self):
        for letter in self:
            if letter.delivery_id.state == "cancelled" and not letter.posted_on:
                letter.state = "cancelled"
            elif letter.outcome:
                letter.state = letter.outcome
            else:
                letter.state = "presented" if letter.presented_on else "posted" if letter.posted_on else "to_post"

    @api.depends("presented_on", "outcome", "notice_id.deadline_date", "notice_id.level_id")
    def _compute_expires_on(self):
        for letter in self:
            printed = letter.notice_id.deadline_date
            days = letter.notice_id.level_id.deadline_days
            if letter.outcome == "wrong_address" or not printed:
                letter.expires_on = False
            elif letter.presented_on:
                letter.expires_on = max(printed, shift(letter.presented_on, days=days))
            else:
                letter.expires_on = printed

    @api.constrains("posted_on", "presented_on", "outcome", "outcome_on")
    def _check_dates(self):
        for letter in self:
            days = [day for day in (letter.posted_on, letter.presented_on, letter.outcome_on) if day]
            if days != sorted(days):
                raise ValidationError(
                    self.env._(
                        "Registered letter %s: it is posted, then presented, then delivered or returned.",
                        letter.display_name,
                    )
                )
            if days and days[-1] > letter.company_id._recovery_today():
                raise ValidationError(
                    self.env._("Registered letter %s: an event cannot be dated in the future.", letter.display_name)
                )
            issued = letter.notice_id.issue_date
            if days and issued and days[0] < issued:
                raise ValidationError(
                    self.env._(
                        "Registered letter %(letter)s: dated %(day)s, it cannot have been posted before.",
                        letter=letter.display_name,
                        day=format_date(self.env, issued),
                    )
                )
            if bool(letter.outcome) != bool(letter.outcome_on):
                raise ValidationError(
                    self.env._("Registered letter %s: enter the outcome and its date together.", letter.display_name)
                )

    @api.model
    def _explain_kept(self, names):
        return self.env._("Only the tracking of a registered letter is entered.")

    def write(self, vals):
        tracked = vals.keys() & TRACKED
        before = {letter.id: {name: letter[name] for name in tracked} for letter in self}
        result = super().write(vals)
        changed = self.filtered(lambda letter: any(letter[name] != before[letter.id][name] for name in tracked))
        if changed:
            self.env["recovery.event"]._log(
                "tracking",
                changed,
                lambda letter: self.env._("Registered letter %s: tracking entered", letter.number or ""),
                lambda letter: {
                    name: f"{before[letter.id][name] or '–'} → {letter[name] or '–'}"
                    for name in sorted(tracked)
                    if letter[name] != before[letter.id][name]
                },
            )
            changed._apply_tracking()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(self.env._("A registered letter is never deleted: the audit trail must be kept."))

    # ------------------------------------------------------------
    # What the tracking changes
    # ------------------------------------------------------------
    def _apply_tracking(self):
        """Move what follows from the letter: its delivery, its notice's expiry, the task when the address is wrong."""
        for letter in self.sudo():
            letter._follow_posting()
            if letter.notice_id.state == "cancelled":
                continue  # withdrawn: what the carrier still says of it is kept, and changes nothing
            if letter.notice_id.kind == "formal_notice":
                letter.notice_id._set_expiry(letter.expires_on)
            if letter.outcome == "wrong_address":
                letter._stop_for_wrong_address()
            else:
                letter._release_wrong_address()

    def _follow_posting(self):
        """Say of the delivery that it left, or that it lies here after all, as the tracking has it."""
        self.ensure_one()
        delivery, has_left = self.delivery_id, self.posted_on or self.presented_on or self.outcome
        if has_left and delivery.state in ("to_print", "printed"):
            delivery._mark("posted")
            day = self.posted_on or self.presented_on or self.outcome_on
            if day and day < self.company_id._recovery_today():
                delivery.done_on = self.company_id._recovery_noon(day)
        elif not has_left and delivery.state == "posted":
            delivery._mark("printed")

    def _stop_for_wrong_address(self):
        """Keep the handover from coming, and ask the collector to find the right address."""
        self.ensure_one()
        if self.notice_id.guaranteed_notice_id:
            self._ask_guarantors_address()
            return
        Hold = self.env["recovery.hold"].sudo()
        if self._get_address_holds():
            return
        today = self.company_id._recovery_today()
        name = self.notice_id.display_name or self.display_name
        reason = word(self.env, _lt("%s was returned: wrong address", name))
        Hold.create(
            [
                {
                    "debtor_id": self.debtor_id.id,
                    "line_id": line.move_line_id.id,
                    "origin": "returned",
                    "date_from": today,
                    "reason": reason,
                    "letter_id": self.id,
                }
                for line in self.notice_id._get_claimed_lines()
                if line.move_line_id
            ]
        )
        self.debtor_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=today,
            user_id=self.debtor_id._get_responsible().id,
            summary=self.env._("Find the right postal address"),
            note=self.env._(
                "The registered letter %s was returned. Correct the address, then have a manager replace the mise "
                "en demeure with a new one.",
                self.number or "",
            ),
        )

    def _release_wrong_address(self):
        self._get_address_holds()._release(
            self.company_id._recovery_today(), self.env._("The registered letter arrived after all")
        )
        self._close_returned_tasks()

    def _prepare_undo(self):
        """Return the button that answers a wrong address: the mise en demeure is replaced by another one."""
        self.ensure_one()
        return Undo(self.notice_id, "action_supersede", self.env._("Replace the mise en demeure"), MANAGER)

    def _get_address_holds(self):
        return self.env["recovery.hold"].sudo().search([("letter_id", "in", self.ids), ("released_on", "=", False)])

    def _record_tracking(self, event, day):
        """Write one event of the carrier; a first presentation is never later than the delivery.

        :param str event: ``posted``, ``presented``, or a value of ``outcome``.
        """
        for letter in self:
            if event in ("posted", "presented"):
                letter.write({f"{event}_on": day})
                continue
            vals = {"outcome": event, "outcome_on": day}
            if event in ("delivered", "refused") and not letter.presented_on:
                vals["presented_on"] = day
            letter.write(vals)

    # ------------------------------------------------------------
    # Watching
    # ------------------------------------------------------------
    @api.model
    def _watch(self, company, day):
        """Remind the collector of the letters that nobody posted, or posted a week ago without news.

        :return: the letters a task was made for, once each.
        """
        limit = shift(day, days=-company._recovery_root().recovery_tracking_days)
        silent = self.sudo().search(
            Domain("company_id", "=", company.root_id.id)
            & (
                Domain("state", "=", "posted") & Domain("posted_on", "<=", limit)
                | Domain("state", "=", "to_post") & Domain("notice_id.issue_date", "<=", limit)
            )
            & (Domain("notice_id", "=", False) | Domain("notice_id.state", "!=", "cancelled"))
            & Domain("activity_ids", "=", False)
        )
        for letter in silent:
            letter.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=day,
                user_id=letter.debtor_id._get_responsible().id,
                summary=self.env._("Enter the tracking: posted on %s", format_date(self.env, letter.posted_on))
                if letter.posted_on
                else self.env._("Post the registered letter and enter its number."),
            )
        return silent

    @api.model
    def _cron_watch(self):
        """Look after the registered letters of every company, and after what expired unpaid."""

        def work(mine, company, day):
            mine._watch(company, day)
            mine.env["recovery.notice"]._follow_expired(company, day)

        self.env["res.company"]._recovery_for_each_company(self, work)

    # ------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------
    def action_open_document(self):
        """Open the letter exactly as it left."""
        self.ensure_one()
        return self.delivery_id.action_open_document()

    def action_send_electronically(self):
        """Ask for the provider's proof of an electronic registered letter."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sent electronically"),
            "res_model": "recovery.electronic.letter",
            "view_mode": "form",
            "target": "new",
            "context": {"default_letter_id": self.id},
        }

    def action_record_presented(self):
        """Say that the letters were presented today."""
        return self._record_today("presented")

    def action_record_delivered(self):
        """Say that the letters were delivered today."""
        return self._record_today("delivered")

    def _record_today(self, event):
        require_user(self.env)
        for company, letters in self.grouped("company_id").items():
            letters._record_tracking(event, company._recovery_today())
        return say(self.env, self.env._("Tracking entered: %s.", ", ".join(self.mapped("display_name"))))

    # ------------------------------------------------------------
    # A guarantor's letter that came back
    # ------------------------------------------------------------
    def _ask_guarantors_address(self):
        """Have the collector find the guarantor's address: the debtor's own letter keeps its effect."""
        number = self.notice_id.number
        if any(number in task.note for task in self.debtor_id.activity_search([RETURNED])):
            return
        note = self.env._(
            "Mise en demeure %(number)s to %(guarantor)s was returned: wrong address. Correct it, withdraw this "
            "letter, then write to the guarantor again from the debtor's mise en demeure.",
            number=number,
            guarantor=self.addressee_id.display_name,
        )
        self.debtor_id._plan_tasks(
            RETURNED,
            self.company_id._recovery_today(),
            self.env._("The guarantor's letter was returned"),
            Markup("<p>%s</p>") % note,
        )

    def _close_returned_tasks(self):
        """Close the tasks about guarantors' letters that came back, unless another one of the debtor did too."""
        letters = self.filtered("notice_id.guaranteed_notice_id")
        if not letters:
            return
        others = self.search(
            [
                ("debtor_id", "in", letters.debtor_id.ids),
                ("id", "not in", letters.ids),
                ("outcome", "=", "wrong_address"),
                ("notice_id.guaranteed_notice_id", "!=", False),
                ("notice_id.state", "=", "sent"),
            ]
        )
        (letters.debtor_id - others.debtor_id).activity_unlink([RETURNED])

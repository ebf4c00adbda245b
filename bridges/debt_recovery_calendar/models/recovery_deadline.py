from odoo import api, fields, models
from odoo.tools import plaintext2html

# What an event shows, or whether there is one
SHOWN = {"name", "date", "kind", "whose", "state", "user_id", "case_id", "rule_id", "article", "sanction", "steps"}
#: The owner knows already: nobody is invited, told or reminded by mail.
SILENT = {
    "dont_notify": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_mail_to_attendees": True,
    "skip_attendee_notification": True,
    "skip_contact_description": True,
}


class RecoveryDeadline(models.Model):
    """A deadline of ours that runs stands in the calendar of its owner, as a whole day that only they can read."""

    _inherit = "recovery.deadline"

    calendar_event_id = fields.Many2one(
        "calendar.event", string="In the calendar", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        deadlines = super().create(vals_list)
        deadlines._follow_in_calendars()
        return deadlines

    def write(self, vals):
        result = super().write(vals)
        if SHOWN & vals.keys():
            self._follow_in_calendars()
        return result

    def _follow_in_calendars(self):
        """Make, move, hand over or take away their events: what runs is shown, in its owner's calendar."""
        deadlines = self.sudo()
        shown = deadlines.filtered_domain(deadlines._get_shown_domain()).filtered("user_id")
        (deadlines - shown)._leave_calendars()
        missing = shown.filtered(lambda row: not row.calendar_event_id)
        Event = self.env["calendar.event"].sudo().with_context(**SILENT)
        events = Event.create([row._prepare_calendar_event() for row in missing])
        events.attendee_ids.write({"state": "accepted"})
        for deadline, event in zip(missing, events, strict=True):
            deadline.calendar_event_id = event
        for deadline in shown - missing:
            deadline._follow_event()

    def _follow_event(self):
        """Write what changed of the event; another owner's begins anew."""
        event = self.calendar_event_id.with_context(**SILENT)
        vals = self._prepare_calendar_event()
        if event.user_id != self.user_id:
            event.unlink()
            self._follow_in_calendars()
        elif (event.start_date, event.name) != (self.date, vals["name"]):
            event.write(
                {name: vals[name] for name in ("name", "start_date", "stop_date", "start", "stop", "description")}
            )

    def _leave_calendars(self):
        """Take their events away."""
        self.sudo().calendar_event_id.with_context(**SILENT).unlink()

    def _prepare_calendar_event(self):
        """Return the event of a deadline, in the language of who reads it."""
        self.ensure_one()
        owner = self.user_id
        day = self.with_context(lang=owner.lang)._prepare_day()
        return {
            "name": day.title,
            "description": plaintext2html(f"{day.text}\n{day.url}"),
            "allday": True,
            "start_date": self.date,
            "stop_date": self.date,
            "start": self.date,
            "stop": self.date,
            "user_id": owner.id,
            "partner_ids": [fields.Command.set(owner.partner_id.ids)],
            "privacy": "private",
            "show_as": "free",
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
        }

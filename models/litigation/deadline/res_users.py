from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import consteq, hmac

from ...common.roles import READERS, USER, require_user
from .ical import write_calendar

SCOPE = "debt_recovery-deadlines"  # what the signature of an address is for


class ResUsers(models.Model):
    """Each user has an address at which a calendar reads the procedural deadlines that concern them."""

    _inherit = "res.users"

    recovery_feed_number = fields.Integer(
        "Calendar addresses issued",
        readonly=True,
        copy=False,
        groups=READERS,
        help="A new address cancels the previous one.",
    )

    def action_open_deadline_calendar(self):
        """Show the user the address of their deadlines."""
        require_user(self.env)
        user = self.env.user
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Address of your procedural deadlines (iCal)"),
                "message": user._get_deadline_feed_url(),
            },
        }

    def action_renew_deadline_calendar(self):
        """Give the user another address: the one before no longer answers."""
        require_user(self.env)
        user = self.env.user
        user.sudo().recovery_feed_number += 1
        return user.action_open_deadline_calendar()

    def _get_deadline_feed_url(self):
        self.ensure_one()
        return f"{self.get_base_url()}/debt_recovery/deadlines/{self.id}/{self._sign_deadline_feed()}.ics"

    def _sign_deadline_feed(self):
        """Return the secret part of the address: it names the user and the number of the address."""
        user = self.sudo()
        return hmac(self.env(su=True), SCOPE, (user.id, user.recovery_feed_number, user.login))

    def _open_deadline_feed(self, token):
        """Return the calendar of a user whose address this is, None for anybody else."""
        user = self.sudo().exists()
        if not user or not user.active or user.share or not user.has_group(USER):
            return None
        if not consteq(token, user._sign_deadline_feed()):
            return None
        return user._write_deadline_feed()

    def _write_deadline_feed(self):
        """Return the running deadlines of ours of which the user is owner or substitute, as an iCal calendar."""
        self.ensure_one()
        env = self.with_user(self).with_context(lang=self.lang, allowed_company_ids=self.company_ids.ids).env
        Deadline = env["recovery.deadline"]
        own = Domain("user_id", "=", self.id) | Domain("case_id.substitute_id", "=", self.id)
        days = [deadline._prepare_day() for deadline in Deadline.search(Deadline._get_shown_domain() & own)]
        return write_calendar(env._("Procedural Deadlines"), days)

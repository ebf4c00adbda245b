import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.recovery_chronology import SPOKEN
from ...common.roles import require_user
from ...common.speech import speaks

_logger = logging.getLogger(__name__)


class RecoveryDelivery(models.Model):
    """What a delivery carries in the dunning room: a notice, and the letter that replaces its mail."""

    _inherit = "recovery.delivery"
    _moves = ("state", "done_on", "channel", "is_inbound", "debtor_id")

    notice_id = fields.Many2one("recovery.notice", readonly=True, index=True, ondelete="restrict")
    campaign_id = fields.Many2one(related="notice_id.campaign_id", store=True, index=True)
    level_id = fields.Many2one(related="notice_id.level_id", store=True)

    _notice_channel_addressee_uniq = models.UniqueIndex(
        "(notice_id, channel, addressee_id) WHERE purpose <> 'correction'",
        "This notice was already sent to this addressee through this channel.",
    )
    _correction_uniq = models.UniqueIndex(
        "(notice_id, channel, addressee_id) WHERE purpose = 'correction'",
        "This notice was already corrected for this addressee through this channel.",
    )

    def _is_worded_as_task(self):
        """A call or a visit of a campaign bears the words of its level: they are written to whoever makes it."""
        return super()._is_worded_as_task() or bool(self.notice_id and self.channel in SPOKEN)

    @speaks
    def _replace(self):
        """Print the letter of a reminder whose mail came back, next to the task; its failure hides nothing."""
        result = super()._replace()
        for delivery in self.filtered(lambda d: d.notice_id and d.purpose == "notice" and d.channel == "email"):
            try:
                with self.env.cr.savepoint():
                    self.env["recovery.dispatch"]._replace_by_letter(delivery)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                _logger.warning("No letter instead of delivery %s", delivery.id, exc_info=True)
                self.env["recovery.event"]._log(
                    "failed", delivery, self.env._("No letter to replace the e-mail: %s", str(error)[:200])
                )
        return result

    def _read_moving(self, names):
        """Return what makes a contact: that the mail server took a mail the same day changes nothing."""
        rows = super()._read_moving([name for name in names if name not in ("state", "done_on")])
        for delivery in self.sudo():
            reached = delivery.state not in ("cancelled", "failed", "bounced")
            rows[delivery.id] += [reached, (delivery.done_on or delivery.queued_on).date()]
        return rows

    def _look_again(self):
        """Look at the books once more: what was paid while the mail waited in the queue does not leave."""
        result = super()._look_again()
        notices = self.filtered(lambda d: d.state == "queued" and d.purpose != "correction").notice_id
        for company, group in notices.grouped("company_id").items():
            self.env["recovery.waiting"]._follow(group, company._recovery_today())
        return result

    def _prepare_mail_again(self):
        """Write the mail of a notice again from what was frozen when it was issued."""
        notice = self.notice_id.with_user(self._get_author()).sudo()  # who launched it signs, not who tries again
        if not notice or self.purpose == "correction":
            return super()._prepare_mail_again()
        return {
            "delivery": self,
            "subject": self.subject,
            "body": (notice.body or "") + (notice.closing or ""),
            "html": self.env["recovery.rendering"]._render_mails(notice)[notice],
            "attachments": self.attachment_id | self.message_id.attachment_ids | self.enclosure_ids,
        }

    def action_send_letter(self):
        """Print the letter of mails that came back or failed: the addressee has a postal address now."""
        require_user(self.env)
        self.check_access("read")
        lost = self.sudo().filtered(lambda d: d.channel == "email" and d.state in ("bounced", "failed"))
        lost._refuse_archived()
        letters = lost.browse()
        for delivery in lost:
            letters += self.env["recovery.dispatch"]._replace_by_letter(delivery)
        if not letters:
            raise UserError(
                self.env._(
                    "No letter to generate: only an e-mail that failed or bounced is replaced by one, once, if "
                    "there is a complete postal address."
                )
            )
        return letters.with_env(self.env)._get_records_action(name=self.env._("Letters to print"))

    @api.model
    def _get_trouble_domain(self):
        """Return the domain of what needs a person: failed, came back, or stuck in the queue."""
        return Domain("state", "in", ("failed", "bounced")) | self._get_stuck_domain()

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import email_normalize

from ...common.core_mail import AUTOMATIC_MAIL
from ...common.retention import CONTACTS, Retained
from ...common.roles import require_user
from ...common.speech import speaks

TO_FILE = "debt_recovery.mail_activity_type_party_answer"
SHORTEST = 4  # a reference of less is found in any subject


class RecoveryCaseMail(models.Model):
    """A mail that came to the litigation mailbox of a company: it enters the case that it names, or waits for somebody.

    Only what a party of the case wrote, with the number of the case or their own reference in its subject, enters by
    itself. Whoever else writes is shown with the case that may be meant, and a person files it.
    """

    _name = "recovery.case.mail"
    _description = "E-mail to the litigation mailbox"
    _retained = Retained(
        CONTACTS,
        "received_on",
        ("name", "email_from"),
        debtor="case_id.debtor_id",
    )
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "received_on desc, id desc"
    _check_company_auto = True
    _typed = ("case_id",)

    name = fields.Char("Subject", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    email_from = fields.Char("From", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Sender", readonly=True, index="btree_not_null")
    received_on = fields.Datetime("Received on", required=True, readonly=True)
    case_id = fields.Many2one(
        "recovery.case",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('company_id', '=', company_id)]",
        help="The one indicated by its subject or sender, until somebody says otherwise.",
    )
    state = fields.Selection(
        [("to_file", "To file"), ("filed", "In its case"), ("left_out", "Left out")],
        required=True,
        default="to_file",
        readonly=True,
        index=True,
        tracking=True,
    )
    filed_until = fields.Integer("Last message in the case", readonly=True)

    # ------------------------------------------------------------
    # What comes in
    # ------------------------------------------------------------
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Take a mail in: what its sender says of it is text, and nothing else."""
        company = self.env["res.company"].browse((custom_values or {}).get("company_id")).exists()
        company = (company or self.env.company)._recovery_root()
        return super().message_new(
            msg_dict,
            {
                "name": msg_dict.get("subject") or company._recovery_speak(self).env._("Without a subject"),
                "company_id": company.id,
                "email_from": msg_dict.get("email_from"),
                "partner_id": msg_dict.get("author_id"),
                "received_on": fields.Datetime.now(),
            },
        )

    def _message_post_after_hook(self, message, msg_values):
        """File what a party wrote in the case that it names; ask somebody to file the rest."""
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "email":
            for mail in self.sudo():
                mail._sort(message)
        return result

    @speaks
    def _sort(self, message):
        self.ensure_one()
        case, is_known = self._find_case(message)
        if is_known:
            self.case_id = case
            self._file(message)
            return
        self.write({"case_id": (case or self.case_id).id, "state": "to_file"})
        if not AUTOMATIC_MAIL.heard:
            self.activity_schedule(
                TO_FILE,
                date_deadline=self.company_id._recovery_today(),
                summary=self.env._("E-mail to file: %s", self.name),
                user_id=self._recovery_get_responsible().id,
            )

    def _recovery_get_responsible(self):
        """Return who follows the case that may be meant, else who follows the company's debts."""
        self.ensure_one()
        return self.case_id._recovery_get_responsible() if self.case_id else super()._recovery_get_responsible()

    # ------------------------------------------------------------
    # Which case
    # ------------------------------------------------------------
    def _find_case(self, message):
        """Return ``(case, whether its sender acts in it)``: by what the subject names, else the sender's only one."""
        subject = message.subject or self.name
        named, parties = self._find_named(subject), self._find_parties(message)
        quoted = parties.filtered(lambda party: self._is_quoted(party, subject)).case_id
        if self.state == "filed" and not named and not quoted:
            named = self.case_id  # an answer to what was filed
        for found in (named, quoted):
            if found:
                return found[:1], len(found) == 1 and found in parties.case_id
        own = parties.case_id.filtered("is_open")
        return own if len(own) == 1 else own.browse(), False

    def _find_named(self, subject):
        """Return the cases of the company whose number stands in a subject."""
        words = {word.strip("[](){}<>#:;,.!?\"'«»") for word in re.split(r"\s+", subject)}
        domain = Domain("company_id", "=", self.company_id.id) & Domain("name", "in", list(filter(None, words)))
        return self.env["recovery.case"].search(domain)

    def _find_parties(self, message):
        """Return what the sender, or somebody of the same firm, acts as now in the cases of the company."""
        sender = email_normalize(message.email_from or "")
        writers = message.author_id
        if sender:
            writers |= self.env["res.partner"].search([("email_normalized", "=", sender)])
        day = self.company_id._recovery_today()
        return self.env["recovery.case.party"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id.commercial_partner_id", "in", writers.commercial_partner_id.ids)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
        )

    @api.model
    def _is_quoted(self, party, subject):
        """Tell whether the reference that a party gave, or that the case has at the court, stands in a subject."""
        told = " ".join(subject.casefold().split())
        references = (" ".join((text or "").casefold().split()) for text in (party.reference, party.case_id.reference))
        return any(
            len(reference) >= SHORTEST and re.search(rf"(?<!\w){re.escape(reference)}(?!\w)", told)
            for reference in references
        )

    # ------------------------------------------------------------
    # Filing
    # ------------------------------------------------------------
    def _file(self, messages):
        """Show mails in the thread of their case, with what was attached: parties, chronology and owner follow."""
        self.ensure_one()
        case = self.case_id.sudo()
        for message in messages.sudo().sorted("id"):
            files = message.attachment_ids.copy({"res_model": case._name, "res_id": case.id})
            case.message_post(
                body=message.body,
                subject=message.subject or self.name,
                date=message.date,
                message_type="email",
                author_id=message.author_id.id,
                email_from=message.email_from,
                attachment_ids=files.ids,
                subtype_xmlid="mail.mt_note",
            )
        self.sudo().write({"state": "filed", "filed_until": max(messages.ids, default=self.filed_until)})
        self.sudo().activity_unlink([TO_FILE])

    def _check_waits(self):
        """Refuse what was dealt with: who may not is told that first."""
        require_user(self.env)
        self.check_access("write")
        if done := self.filtered(lambda mail: mail.state != "to_file")[:1]:
            raise UserError(self.env._("“%s” has already been dealt with.", done.name))

    def action_file(self):
        """Put the mails in the thread of the cases that were chosen for them."""
        self._check_waits()
        for mail in self:
            if not mail.case_id:
                raise UserError(self.env._("“%s”: choose the case first.", mail.name))
            mail.case_id.check_access("write")
            mail._file(
                mail.message_ids.filtered(lambda m, mail=mail: m.message_type == "email" and m.id > mail.filed_until)
            )

    def action_leave_out(self):
        """Leave mails out of any case: they stay here, where they can be found."""
        self._check_waits()
        self.sudo().state = "left_out"
        self.sudo().activity_unlink([TO_FILE])

    def action_take_up(self):
        """Look again at mails that were left out."""
        require_user(self.env)
        self.check_access("write")
        self.filtered(lambda mail: mail.state == "left_out").sudo().state = "to_file"

    def action_view_case(self):
        """Open the case."""
        self.ensure_one()
        return self.case_id._get_records_action(name=self.case_id.display_name)

    @api.model
    def _prepare_change(self, vals):
        vals = super()._prepare_change(vals)
        if "case_id" in vals and not self.env.su and self.filtered(lambda mail: mail.state == "filed"):
            raise UserError(self.env._("This e-mail is already in the thread of its case: it stays there."))
        return vals

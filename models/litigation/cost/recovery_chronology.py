from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from ...common.formatting import say_of
from ...common.recovery_chronology import EXTRACT, Told, at_noon, tells_chronology


class RecoveryChronology(models.AbstractModel):
    _inherit = "recovery.chronology"

    @api.model
    def _get_kinds(self):
        return super()._get_kinds() | {"cost": (self.env._("Cost"), "fa-calculator")}

    @tells_chronology("costs")
    @api.model
    def _tell_costs(self, scope):
        """Tell what was engaged and paid for the cases, and what of it the debtor owes since when."""
        Cost = self.env["recovery.cost"]
        if scope.subject._name != "recovery.case":
            return []
        states = dict(Cost._fields["state"]._description_selection(self.env))
        rows = []
        for cost in Cost.search(Domain("case_id", "in", scope.subject.ids) & Domain("state", "!=", "cancelled")):
            details = [states[cost.state], cost.partner_id.name, cost.note]
            rows.append(
                Told(
                    at_noon(cost.date),
                    "cost",
                    cost._describe(),
                    cost.create_uid.name,
                    " · ".join(filter(None, details)),
                    has_time=False,
                    record=cost,
                    file=cost.attachment_ids[:1],
                    tone="muted" if cost.state == "planned" else "info",
                )
            )
            if cost.amount_owed:
                rows.append(
                    Told(
                        at_noon(cost.owed_on),
                        "cost",
                        say_of(self.env, cost._describe_owed(), cost._format_amount(cost.amount_owed)),
                        cost.write_uid.name,
                        has_time=False,
                        record=cost,
                        tone="success",
                    )
                )
        return rows

    @tells_chronology("party_mails")
    @api.model
    def _tell_party_mails(self, scope):
        """Tell what was written to the parties from the threads of the cases; what they write is told as replies."""
        if scope.subject._name != "recovery.case":
            return []
        parties = self.env["recovery.case.party"].search([("case_id", "in", scope.subject.ids)])
        firms = parties.partner_id.commercial_partner_id
        mails = (
            self.env["mail.message"]
            .sudo()
            .search(
                Domain("model", "=", "recovery.case")
                & Domain("res_id", "in", scope.subject.ids)
                & Domain("message_type", "in", ("comment", "email_outgoing"))
                & Domain("notification_ids.res_partner_id.commercial_partner_id", "in", firms.ids)
            )
        )
        return [
            Told(
                mail.date or fields.Datetime.now(),
                "contact",
                self.env._("E-mail to %s", self._name_recipients(mail, firms)),
                mail.author_id.name or "",
                " ".join(html2plaintext(mail.body or "").split())[:EXTRACT],
                file=mail.attachment_ids[:1],
                icon="fa-envelope-o",
            )
            for mail in mails
        ]

    @api.model
    def _name_recipients(self, mail, firms):
        """Return the parties to whom a mail was written."""
        written = mail.notification_ids.res_partner_id.filtered(lambda partner: partner.commercial_partner_id in firms)
        return ", ".join(sorted(filter(None, written.mapped("display_name"))))

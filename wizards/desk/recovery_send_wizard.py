from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from ...models.common.recovery_window import once
from ...models.common.roles import MANAGER, require_user
from ...models.dunning.campaign.verdict import ANNOUNCED, DUE


class RecoverySendWizard(models.TransientModel):
    """What would leave today for one debtor, and why the rest stays: shown, then sent in one click."""

    _name = "recovery.send.wizard"
    _description = "Send now"
    _inherit = ["recovery.window"]

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True)
    preview = fields.Json(compute="_compute_preview")
    preview_html = fields.Html(compute="_compute_preview_html", sanitize=False)
    can_send = fields.Boolean(compute="_compute_preview")
    has_letters = fields.Boolean(compute="_compute_has_letters")
    notice_ids = fields.One2many("recovery.notice.wizard", "send_id", string="What is sent", readonly=True)
    text_html = fields.Html("As sent", compute="_compute_text_html", sanitize="email_outgoing")

    @api.model
    def _open(self, debtor):
        """Return the window on what would leave now for a debtor, word by word."""
        window = self.create({"debtor_id": debtor.id})
        if window.can_send:
            reading = self.env["recovery.notice.wizard"]
            rows = self.env["recovery.campaign"]._rehearse(
                debtor,
                debtor.company_id._recovery_today(),
                lambda notices: [reading._prepare_shown(notice) for notice in notices.sudo()],
            )
            reading._keep(reading.create([{**row, "send_id": window.id} for row in rows]))
        return window._show()

    def _show(self):
        """Return the window over the screen."""
        self.ensure_one()
        return self._get_dialog(self.env._("Send now"), dialog_size="extra-large")

    @api.depends("notice_ids.preview_html")
    def _compute_text_html(self):
        for wizard in self:
            texts = [notice.preview_html for notice in wizard.notice_ids if notice.preview_html]
            wizard.text_html = Markup("<hr/>").join(texts) if texts else False

    @api.depends("notice_ids.has_letter")
    def _compute_has_letters(self):
        for wizard in self:
            wizard.has_letters = any(wizard.notice_ids.mapped("has_letter"))

    @api.depends("debtor_id")
    def _compute_preview(self):
        self.preview = self.can_send = False
        for wizard in self.filtered("debtor_id"):
            debtor = wizard.debtor_id
            company = debtor.company_id
            day = company._recovery_today()
            selection = self.env["recovery.selection"]
            verdicts, _left = selection._evaluate(company, day, debtor.partner_id)
            groups = selection._group_claims([verdict for verdict in verdicts if verdict.code == DUE])
            wizard.preview = {
                "notices": [wizard._describe_notice(group, company) for group in groups],
                "instalments": wizard._describe_instalments(verdicts, groups),
            }
            wizard.can_send = bool(groups)

    def _describe_notice(self, group, company):
        """Return what one notice would be: its level, what it claims or announces, how and to whom it leaves."""
        selection = self.env["recovery.selection"]
        level = self.env["recovery.level"].sudo().browse(selection._get_top_verdict(group.subject).step.level_id)
        addressee = self.debtor_id._get_addressee(level.kind)
        channels = level._get_channels()
        warnings = []
        if "email" in channels and not addressee.email_normalized:
            warnings.append(self.env._("no e-mail address: a letter instead"))
        elif "email" in channels and not self.env["recovery.rendering"]._has_mailbox(addressee):
            warnings.append(self.env._("its e-mails come back, or are blocked: a letter instead"))
        elif "email" in channels and (gap := self.env["recovery.sender"]._describe_no_server()):
            warnings.append(gap)
        if level.approval_required and not self.env.user.has_group(MANAGER):
            warnings.append(self.env._("a manager must approve it before it is sent"))
        claimed, announced = (
            formatLang(
                self.env,
                company.currency_id.round(sum(verdict.net_company for verdict in part)),
                currency_obj=company.currency_id,
            )
            if part
            else ""
            for part in group
        )
        return {
            "level": level.name,
            "channels": level.channels_text,
            "addressee": addressee.display_name,
            "address": addressee.email if "email" in channels else addressee.phone if "call" in channels else "",
            "amount": claimed,
            "announced": announced,
            "count": len(group.subject),
            "warnings": warnings,
        }

    def _describe_instalments(self, verdicts, groups):
        """Return each instalment with what becomes of it today, and the reason."""
        labels = self.env["recovery.selection"]._get_code_labels()
        claimed = {verdict.item.line_id for group in groups for verdict in group.claimed}
        announced = {verdict.item.line_id for group in groups for verdict in group.announced}
        waiting = self.env["recovery.selection"]._get_waiting_code([v for v in verdicts if v.code == DUE])
        levels = self.env["recovery.level"].sudo()
        rows = []
        told = claimed | announced

        def get_rank(verdict):
            return verdict.item.line_id not in claimed, verdict.item.line_id not in announced, verdict.item.due

        for verdict in sorted(verdicts, key=get_rank):
            item = verdict.item
            is_told = item.line_id in told
            code = verdict.code
            if code == DUE and item.line_id not in claimed:
                code = ANNOUNCED if is_told else waiting
            currency = self.env["res.currency"].browse(item.currency_id)
            rows.append(
                {
                    "invoice": item.move_name,
                    "due": format_date(self.env, item.due),
                    "amount": formatLang(self.env, verdict.net if is_told else item.residual, currency_obj=currency),
                    "claimed": item.line_id in claimed,
                    "announced": item.line_id in announced,
                    "level": levels.browse(verdict.step.level_id).name if is_told else "",
                    "reason": "" if item.line_id in claimed else labels.get(code, code),
                    "detail": verdict.detail or "",
                    "when": format_date(self.env, verdict.when) if verdict.when and not is_told else "",
                }
            )
        return rows

    @api.depends("preview")
    def _compute_preview_html(self):
        for wizard in self:
            wizard.preview_html = self.env["ir.qweb"]._render("debt_recovery.send_preview", wizard.preview or {})

    @once
    def action_send(self):
        """Propose, validate and send for this debtor only: the same engine, the same restraints as a campaign."""
        return self._get_outcome_action(self._send())

    @once
    def action_print_letters(self):
        """Do the same, then open the letters that were made, to print them."""
        notices = self._send()
        letters = notices.delivery_ids.filtered_domain(self.env["recovery.delivery"]._get_letters_domain())
        if not letters:
            return self._get_outcome_action(notices)
        params = {"url": letters.action_print()["url"]}
        return self._get_outcome_action(
            notices, {"type": "ir.actions.client", "tag": "recovery_letters", "params": params}
        )

    def _send(self):
        """Send what is shown.

        :return: the notices.
        """
        self.ensure_one()
        require_user(self.env)
        debtor = self.debtor_id
        debtor.check_access("read")
        company = debtor.company_id
        day = company._recovery_today()
        campaign = self.env["recovery.campaign"].create(
            {"company_id": company.id, "date": day, "debtor_ids": debtor.ids}
        )
        campaign._propose()
        if not campaign.notice_ids:
            raise UserError(
                self.env._(
                    "Nothing can be sent to %(debtor)s today: %(reasons)s.",
                    debtor=debtor.display_name,
                    reasons=", ".join(label for label, _count, _amount in campaign._get_summary_rows()) or "–",
                )
            )
        self._change_notices(campaign.notice_ids)
        campaign._validate(day)
        campaign._send(day)
        self.env["recovery.worklist"]._compute(company, day, debtor.partner_id)
        return campaign.notice_ids

    def _change_notices(self, notices):
        """Give what leaves the changes that were made when it was read; what was not read does not leave."""
        shown = self.notice_ids
        if shown and len(shown) != len(notices):
            raise UserError(
                self.env._("What is to be sent has changed in the meantime: close this window, and open it again.")
            )
        for reading in shown:
            notice = reading._find_notice(notices)
            if changes := reading._get_changes():
                notice._change(changes)

    def action_open(self):
        """Write to the debtor off the scenario instead."""
        self.check_access("read")
        return self.env["recovery.free.reminder"]._open(self.debtor_id)

    def _get_outcome_action(self, notices, then=None):
        """Say in a word what became of it, on the debtor's screen.

        :param then: what comes next where it left.
        """
        if failed := notices.filtered(lambda notice: notice.state == "failed"):
            return self._say(", ".join(filter(None, failed.mapped("state_reason"))), kind="danger")
        if notices.filtered(lambda notice: notice.state == "to_approve"):
            return self._say(self.env._("The notice is waiting for a manager's approval."), kind="warning")
        if issued := notices.filtered(lambda notice: notice.state == "sent"):
            levels = ", ".join(issued.level_id.mapped("name"))
            text, _failed = notices.campaign_id._describe_issued(notices)
            return self._say(self.env._("%(level)s: %(how)s", level=levels, how=text), then)
        return self._say(", ".join(filter(None, notices.mapped("state_reason"))), kind="warning")

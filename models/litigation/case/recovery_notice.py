from odoo import api, fields, models
from odoo.exceptions import UserError


class RecoveryNotice(models.Model):
    _inherit = "recovery.notice"

    case_ids = fields.One2many("recovery.case", "notice_id", string="Cases")
    can_open_case = fields.Boolean(
        compute="_compute_can_open_case",
        help="It is a mise en demeure whose deadline has passed, or a handover, and no case claims it yet.",
    )

    @api.depends("kind", "state", "deadline_date", "expires_on", "letter_ids.outcome", "delivery_ids.state", "case_ids")
    def _compute_can_open_case(self):
        ready = self.filtered(lambda notice: not notice.case_ids and notice._may_go_to_court())
        claimed = self.env["recovery.case.line"]._get_running(ready._get_claimed_lines().move_line_id).line_id
        for notice in self:
            lines = notice._get_claimed_lines().move_line_id
            notice.can_open_case = notice in ready and bool(not lines or lines - claimed)

    def _may_go_to_court(self):
        """Tell whether a case may be opened on this notice: a handover, or a mise en demeure that has expired."""
        self.ensure_one()
        if self.state != "sent" or not self.company_id or self.guaranteed_notice_id:
            return False
        if self.kind == "handover":
            return True
        expiry = self._get_expiry()
        return bool(expiry) and expiry < self.company_id._recovery_today()

    def action_open_case(self):
        """Open a case per notice on what it claimed and is still unpaid, and show the cases."""
        too_early = self.filtered(lambda notice: not notice._may_go_to_court())
        if too_early:
            raise UserError(
                self.env._(
                    "%s: a case is opened from a mise en demeure that was sent and whose deadline has passed.",
                    too_early[0].display_name,
                )
            )
        cases = self.env["recovery.case"]
        for notice in self:
            lines = notice.line_ids.filtered(lambda line: line.role == "claimed").move_line_id
            unpaid = lines.filtered(lambda line: line.recovery_is_open and line.recovery_residual > 0)
            claimed = self.env["recovery.case.line"]._get_running(unpaid)
            if not unpaid - claimed.line_id:
                raise UserError(self._describe_nothing_left(notice, claimed))
            day = notice.company_id._recovery_today()
            cases += cases._open_for(notice.debtor_id, unpaid - claimed.line_id, day, notice=notice)
        return cases._get_records_action(name=self.env._("Cases opened"))

    def _get_unclaimed_lines(self):
        """Return what a notice claims that is unpaid and in no open case: litigation still waits for it."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.role == "claimed").move_line_id
        unpaid = lines.filtered(lambda line: line.recovery_is_open and line.recovery_residual > 0)
        return unpaid - self.env["recovery.case.line"]._get_running(unpaid).line_id

    def _describe_next_step(self):
        """Name the case that was opened on it, or that claims what it claims by whatever door it came."""
        if self.state == "sent" and not self.guaranteed_notice_id:
            running = self.env["recovery.case.line"]._get_running(self._get_claimed_lines().move_line_id)
            if cases := self.case_ids | running.case_id:
                return self.env._("In litigation: %s", ", ".join(cases.mapped("display_name")))
        return super()._describe_next_step()

    def _check_may_withdraw(self):
        """Refuse to take back the mise en demeure on which an open case rests."""
        result = super()._check_may_withdraw()
        for notice in self.sudo():
            case = notice.case_ids.filtered("is_open")[:1]
            if case:
                raise UserError(
                    self.env._(
                        "%(notice)s: the open case %(case)s is based on it. Close the case first.",
                        notice=notice.display_name,
                        case=case.display_name,
                    )
                )
        return result

    @api.model
    def _describe_nothing_left(self, notice, claimed):
        if claimed:
            return self.env._(
                "%(notice)s: what it claims is already in %(case)s.",
                notice=notice.display_name,
                case=claimed[0].case_id.display_name,
            )
        return self.env._("%s: everything it claimed has been paid.", notice.display_name)

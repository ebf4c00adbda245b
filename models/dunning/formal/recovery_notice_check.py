from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.roles import require_manager, require_user
from .blocker import BLOCKING, Grant, is_covered

DECISION = "formal_notice"


class RecoveryNotice(models.Model):
    """What a mise en demeure must fulfil before it leaves, and the manager's way around it."""

    _inherit = "recovery.notice"

    blocker_ids = fields.One2many("recovery.notice.blocker", "notice_id", string="Check before issue", readonly=True)
    checked_on = fields.Date(readonly=True)
    blocker_count = fields.Integer("Blockers", readonly=True, help="What blocks it and nobody accepted.")
    is_blocked = fields.Boolean(compute="_compute_is_blocked", search="_search_is_blocked")
    blocker_text = fields.Char("What is missing", compute="_compute_blocker_text")

    @api.depends("blocker_count", "state")
    def _compute_is_blocked(self):
        for notice in self:
            notice.is_blocked = bool(notice.blocker_count) and notice.state in ("draft", "blocked")

    @api.model
    def _search_is_blocked(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("blocker_count", ">", 0) & Domain("state", "in", ("draft", "blocked"))

    @api.depends("blocker_ids")
    @api.depends_context("lang")
    def _compute_blocker_text(self):
        for notice in self:
            missing = notice.blocker_ids.filtered(lambda b: b.severity == BLOCKING and not b.is_accepted)
            notice.blocker_text = ", ".join(missing.check_id.mapped("name")) if notice.is_blocked else False

    @api.depends("blocker_text")
    def _compute_remark(self):
        result = super()._compute_remark()
        for notice in self:
            notice.remark = ", ".join(filter(None, (notice.blocker_text, notice.remark)))
        return result

    # ------------------------------------------------------------
    # The check
    # ------------------------------------------------------------
    def _check_completeness(self, day):
        """Check the mises en demeure among these and store what is found; return those that must not leave.

        A grant is worth the codes and the amount that it was given for: a new blocker, or a
        larger claim, blocks again.

        :param day: the day on which they would leave.
        """
        found = self.env["recovery.formal.check"]._check(self, day)
        grants = self._read_grants(list(found))
        blocked, vals_list = self.browse(), []
        for notice, blockers in found.items():
            codes = {blocker.code for blocker in blockers if blocker.severity == BLOCKING}
            compare = notice.company_currency_id.compare_amounts
            accepted = is_covered(codes, notice.amount, grants.get(notice.id, ()), compare)
            blocked += notice.browse() if accepted or not codes else notice
            vals_list += [
                {
                    "notice_id": notice.id,
                    "company_id": notice.company_id.id,
                    "check_id": blocker.rule.id,
                    "code": blocker.code,
                    "sequence": blocker.rule.sequence,
                    "severity": blocker.severity,
                    "detail": blocker.detail,
                    "is_accepted": accepted and blocker.severity == BLOCKING,
                }
                for blocker in blockers
            ]
        checked = self.sudo().browse([notice.id for notice in found])
        checked.blocker_ids.unlink()
        self.env["recovery.notice.blocker"].sudo().create(vals_list)
        counts = checked.grouped(lambda n: sum(b.severity == BLOCKING and not b.is_accepted for b in n.blocker_ids))
        for count, notices in counts.items():
            notices.write({"checked_on": day, "blocker_count": count})
        return blocked

    @api.model
    def _read_grants(self, notices):
        """Return ``{notice id: [Grant]}`` of the decisions to issue a mise en demeure despite blockers."""
        decisions = (
            self.env["recovery.decision"]
            .sudo()
            .search(
                Domain("kind", "=", DECISION)
                & Domain("res_model", "=", self._name)
                & Domain("res_id", "in", [notice.id for notice in notices])
                & Domain("state", "=", "granted")
            )
        )
        return {
            notice_id: [Grant(frozenset((d.blocker_codes or "").split()), d.amount_max) for d in group]
            for notice_id, group in decisions.grouped("res_id").items()
        }

    def _hold_back(self, day):
        """Keep blocked mises en demeure where they are, nothing engaged and the reasons listed; the others go on."""
        self.line_ids.filtered("engaged").write({"engaged": False})
        known = self._find_same_claim()
        repeated = self.filtered(lambda notice: notice in known)
        for notice in repeated:
            older = known[notice]
            reason = self.env._("Blocked already in %s", older.run_id.name or older.display_name)
            notice.write({"state": "obsolete", "state_reason": reason})
        fresh = self - repeated
        fresh.filtered(lambda notice: notice.state != "blocked").write({"state": "blocked", "state_reason": False})
        self.env["recovery.event"]._log(
            "blocked",
            fresh,
            lambda n: self.env._("Mise en demeure not issued: %s", n.blocker_text),
            lambda n: n._get_trace(),
        )

    def _find_same_claim(self):
        """Return ``{notice: older blocked notice}`` of those that claim the very same; other older ones give way."""
        others = self.search(
            Domain("state", "=", "blocked")
            & Domain("debtor_id", "in", self.debtor_id.ids)
            & Domain("kind", "=", "formal_notice")
            & Domain("id", "not in", self.ids)
        )
        by_debtor = others.grouped("debtor_id")
        found = {}
        for notice in self.filtered(lambda notice: notice.state != "blocked"):
            claim = notice._get_claimed_lines().move_line_id
            for older in by_debtor.get(notice.debtor_id, ()):
                common = older._get_claimed_lines().move_line_id & claim
                if older._get_claimed_lines().move_line_id == claim and older.level_id == notice.level_id:
                    found[notice] = older
                elif common:
                    older._get_pending_override()._withdraw_question()
                    older.write({"state": "obsolete", "state_reason": self.env._("Proposed again since")})
        return found

    # ------------------------------------------------------------
    # The way around
    # ------------------------------------------------------------
    def action_check(self):
        """Look again at what is missing; what nothing blocks any more is validated."""
        require_user(self.env)
        self.check_access("read")
        waiting = self.sudo().filtered(lambda notice: notice.kind == "formal_notice")
        for company, notices in waiting.grouped("company_id").items():
            day = company._recovery_today()
            draft = notices.filtered(lambda notice: notice.state == "draft")
            draft._check_completeness(day)
            notices.filtered(lambda notice: notice.state == "blocked")._go_on(day)

    def action_add_proof(self):
        """Add one proof to the invoices that it claims."""
        return self.env["recovery.proof"]._open_wizard(
            self._get_claimed_lines().move_id.filtered(lambda move: move.is_sale_document(include_receipts=True))
        )

    def _go_on(self, day):
        """Try again to validate blocked notices, and give their campaigns the state that follows."""
        self.env["recovery.dispatch"]._validate(self, day)
        self.run_id._update_state()

    def action_override(self):
        """Ask for a reason, then for a manager's decision to issue it despite what is missing."""
        self.check_access("read")
        blocked = self.filtered(lambda notice: notice.is_blocked)
        if not blocked:
            raise UserError(self.env._("Nothing blocks this mise en demeure."))
        manager = self.env.user.has_group("debt_recovery.group_recovery_manager")
        title = self.env._("Issue despite what is missing") if manager else self.env._("Ask to issue it all the same")
        return self.env["recovery.reason.wizard"]._open(blocked, "_override", title)

    def _override(self, reason):
        """Ask to issue despite the blockers of this moment; a manager's own question is answered at once."""
        require_user(self.env)
        blocked = self.sudo().filtered(lambda notice: notice.is_blocked)
        if not blocked:
            raise UserError(self.env._("Nothing blocks this mise en demeure."))
        decisions = self.env["recovery.decision"]
        for notice in blocked:
            missing = notice.blocker_ids.filtered(lambda b: b.severity == BLOCKING)
            codes = " ".join(sorted(set(missing.mapped("code"))))
            pending = notice._get_pending_override()
            pending.filtered(lambda d, codes=codes: d.blocker_codes != codes)._withdraw_question()
            decision = self.env["recovery.decision"]._ask(
                DECISION,
                notice.with_env(self.env),
                self.env._(
                    "%(level)s for %(debtor)s, despite: %(missing)s",
                    level=notice.level_id.name,
                    debtor=notice.debtor_id.display_name,
                    missing=", ".join(missing.check_id.mapped("name")),
                ),
                {**notice._get_trace(), "missing": ", ".join(missing.check_id.mapped("name"))},
                notice.amount,
                reason=reason,
                debtor=notice.debtor_id,
            )
            decision.sudo().blocker_codes = codes
            notice.write({"decision_id": decision.id, "state_reason": self.env._("Decision asked: %s", reason)})
            decisions |= decision
        if self.env.user.has_group("debt_recovery.group_recovery_manager"):
            require_manager(self.env)
            decisions._grant(reason)

    def _get_pending_override(self):
        return (
            self.env["recovery.decision"]
            .sudo()
            .search(
                [
                    ("kind", "=", DECISION),
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "asked"),
                ]
            )
        )

    def _on_decision(self, decision):
        if decision.kind != DECISION:
            return super()._on_decision(decision)
        notice = self.sudo().filtered(lambda n: n.is_blocked)
        if decision.state == "refused":
            notice.write({"state_reason": self.env._("Refused: %s", decision.answer_reason)})
        elif decision.state == "granted":
            notice._check_completeness(notice.company_id._recovery_today())
            notice = notice.filtered(lambda n: n.state == "blocked")
            if notice:
                notice.state_reason = False
                notice._go_on(notice.company_id._recovery_today())
        return None

    def _exclude(self, reason):
        self.sudo()._get_pending_override()._withdraw_question()
        return super()._exclude(reason)

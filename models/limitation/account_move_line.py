from odoo import api, fields, models
from odoo.tools import format_date

from ..common.calendar import shift
from ..common.roles import READERS
from ..legal.limitation import EARLY, FUTURE, LATE, VOID


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recovery_limitation_kind_id = fields.Many2one(
        "recovery.limitation.kind",
        string="Limitation period",
        compute="_compute_recovery_limitation",
        groups=READERS,
    )
    recovery_limitation_start = fields.Date("Runs from", compute="_compute_recovery_limitation", groups=READERS)
    recovery_limitation_on = fields.Date(
        "Limitation",
        compute="_compute_recovery_limitation",
        groups=READERS,
        help="The last day to act, ignoring any evidence: the hard limit.",
    )
    recovery_limitation_extended = fields.Char(
        "With the evidence",
        compute="_compute_recovery_limitation",
        groups=READERS,
        help="What it may become with the evidence, until a lawyer has confirmed it.",
    )
    recovery_limitation_state = fields.Selection(
        [("running", "Running"), ("near", "Near"), ("extended", "Expired, extended"), ("barred", "Time-barred")],
        string="Limitation status",
        compute="_compute_recovery_limitation",
        groups=READERS,
    )
    recovery_limitation_text = fields.Text("Explanation", compute="_compute_recovery_limitation", groups=READERS)

    @api.depends("date_maturity", "partner_id", "move_id.delivery_date", "recovery_residual")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_recovery_limitation(self):
        owed = self.filtered(
            lambda line: (
                line._origin
                and line.company_id._recovery_is_open()
                and line.parent_state == "posted"
                and line.account_id.account_type == "asset_receivable"
                and line.recovery_residual > 0
            )
        )
        rest = self - owed
        rest.recovery_limitation_kind_id = False
        rest.recovery_limitation_start = rest.recovery_limitation_on = False
        rest.recovery_limitation_extended = rest.recovery_limitation_state = False
        rest.recovery_limitation_text = False
        for company, lines in owed.grouped("company_id").items():
            day = company._recovery_today()
            near = max(company._recovery_root()._recovery_limitation_thresholds(), default=0)
            positions = self.env["recovery.limitation"]._read_positions(lines._origin, day)
            for line in lines:
                position = positions[line._origin.id]
                line.recovery_limitation_kind_id = position.kind.id
                line.recovery_limitation_start = position.start
                line.recovery_limitation_on = position.original_until
                line.recovery_limitation_extended = line._describe_extension(position)
                line.recovery_limitation_state = self._get_limitation_state(position, day, near)
                line.recovery_limitation_text = line._describe_limitation(position)

    @api.model
    def _get_limitation_state(self, position, day, near):
        if position.is_time_barred:
            return "barred" if position.is_expired else "extended"
        return "near" if shift(day, months=near) >= position.original_until else "running"

    def _describe_extension(self, position):
        """Return the extended date, or that the clock stands still; nothing without evidence that counts."""
        if position.extended_until is None:
            return self.env._("clock stopped")
        return format_date(self.env, position.extended_until) if position.is_extended else False

    def _describe_limitation(self, position):
        """Return how the dates come about, one reason a line."""
        self.ensure_one()
        term = position.term
        origins = {
            "performance": self.env._("performance, before the due date"),
            "due": self.env._("due date"),
            "hand": self.env._("start corrected manually"),
        }
        if term.origin == "performance" and term.start >= (self.date_maturity or self.date):
            origins["performance"] = self.env._("performance")
        values = {
            "period": self.env["recovery.limitation.kind"]._describe_period(term.period),
            "article": term.article,
            "start": format_date(self.env, term.start),
            "origin": origins[term.origin],
        }
        texts = [self.env._("%(period)s (%(article)s) from %(start)s: %(origin)s", **values)]
        if term.choice:
            texts.append(
                self.env._(
                    "Corrected by %(author)s: %(reason)s", author=term.choice.user_id.name, reason=term.choice.reason
                )
            )
        texts += [self.env._("%s: counts", evidence.text) for evidence in position.counted]
        whys = self._get_limitation_refusals()
        texts += [
            self.env._("%(evidence)s: does not count, %(why)s", evidence=evidence.text, why=whys[why])
            for evidence, why in position.ignored
        ]
        if position.is_capped:
            texts.append(self.env._("Limited by the long stop of C. civ. 2232"))
        return "\n".join(texts)

    @api.model
    def _get_limitation_refusals(self):
        return {
            VOID: self.env._("withdrawn, lapsed or rejected"),
            EARLY: self.env._("it happened before the period began"),
            LATE: self.env._("it happened after the period had ended"),
            FUTURE: self.env._("it has not happened yet"),
            "unproved": self.env._("no document proves it"),
            "other_kind": self.env._("it does not concern this kind of claim"),
        }

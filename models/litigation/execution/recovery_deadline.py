from collections import defaultdict

from odoo import api, fields, models

from ...legal.time_limits import reckon
from ..deadline.follow import ANNULLED, judge


class RecoveryDeadline(models.Model):
    """The days of acts of execution open and meet deadlines as the events of procedures do."""

    _inherit = "recovery.deadline"

    act_id = fields.Many2one(
        "recovery.execution.act",
        string="Opened by the measure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    act_limit_id = fields.Many2one(
        "recovery.execution.act.limit",
        string="Time limit of the measure",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _act_once = models.UniqueIndex(
        "(act_id, rule_code) WHERE act_id IS NOT NULL", "A measure opens a deadline of one time limit only once."
    )

    @api.depends("act_limit_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for deadline in self.filtered("act_limit_id"):
            deadline.display_name = deadline.act_limit_id.sudo().name
        return result

    @api.depends("act_limit_id.sanction", "act_limit_id.note")
    @api.depends_context("lang")
    def _compute_words(self):
        result = super()._compute_words()
        for deadline in self.filtered("act_limit_id"):
            limit = deadline.act_limit_id.sudo()
            deadline.sanction_text, deadline.rule_note = limit.sanction, limit.note
        return result

    def _explain(self):
        """Say from which day of the act it was reckoned."""
        limit = self.act_limit_id.sudo()
        if not limit or not self.start_date:
            return super()._explain()
        sentences = [
            self.env._(
                "%(length)s from %(start)s: %(raw)s.",
                length=limit._say_length(),
                start=self._say_day(self.start_date),
                raw=self._say_day(self.raw_date),
            )
        ]
        sentences += [text for word, value in self.steps or () if (text := self._explain_step(word, value))]
        if self.date != self.raw_date:
            sentences.append(self.env._("It ends on %s.", self._say_day(self.date)))
        if self.other_date:
            sentences.append(self.env._("Unsettled: %s is an alternative reading.", self._say_day(self.other_date)))
        return sentences

    # ------------------------------------------------------------
    # Reckoning
    # ------------------------------------------------------------
    @api.model
    def _follow_acts(self, acts):
        """Reckon the deadlines of acts of execution from their days, and trace what changed."""
        Deadline, acts = self.sudo(), acts.sudo()
        limits = self.env["recovery.execution.act.limit"].sudo().search([("active", "=", True)])
        rows = Deadline.search([("act_id", "in", acts.ids)])
        existing = {(row.act_id, row.rule_code): row for row in rows}
        new, told = [], defaultdict(lambda: Deadline.browse())
        for act in acts:
            day = act.company_id._recovery_today()
            for limit in self._find_act_limits(act, limits):
                deadline = existing.pop((act, f"act:{limit.code}"), Deadline.browse())
                vals = Deadline._prepare_act_vals(act, limit, day, deadline)
                if deadline:
                    deadline._follow(vals, told)
                else:
                    code = f"act:{limit.code}"
                    new.append({"act_id": act.id, "rule_code": code, "opened_on": day, **vals})
        opened = Deadline.create(new)
        gone = Deadline.union(*existing.values()).filtered(lambda row: row.state != ANNULLED)
        gone._annul_by_acts()
        (told["moved"] | told["ended"] | gone)._close_tasks()
        opened._log_opening()
        told["ended"]._log_end()
        for company, past in opened.grouped("company_id").items():
            self._tell_past(past, company._recovery_today())
        acts.case_id._follow_deadlines()

    @api.model
    def _find_act_limits(self, act, limits):
        """Return the limits that the days of an act open, in the version of the day from which each runs."""
        if act.annulled_on or act.procedure_id:
            return limits.browse()
        return limits.filtered(
            lambda limit: (
                act[limit.from_step]
                and act.kind_id in limit.kind_ids
                and limit.company_id in (limit.company_id.browse(), act.company_id)
                and limit._is_in_force(act[limit.from_step])
                and not (limit.without_title and act.title_id)
            )
        )

    @api.model
    def _prepare_act_vals(self, act, limit, day, deadline):
        """Return what the days of an act and the law say of one deadline."""
        term = limit._get_term()
        area = self._get_places(act.title_id.procedure_id).area if act.title_id.procedure_id else None
        end = reckon(act[limit.from_step], term, area=area)
        met_on = act[limit.met_step] if limit.met_step else None
        if deadline.met_by_id and not met_on:
            met_on = deadline.met_on
        state, ended_on = judge(end.date, day, term, met_on or None, act.closed_on or None)
        return {
            "case_id": act.case_id.id,
            "act_limit_id": limit.id,
            "kind": "earliest" if limit.is_wait else "latest",
            "whose": limit.whose,
            "start_date": act[limit.from_step],
            "raw_date": end.raw,
            "date": end.date,
            "other_date": end.other or False,
            "steps": self._prepare_act_steps(end),
            "article": limit.article,
            "state": state,
            "met_on": ended_on or False,
        }

    @api.model
    def _prepare_act_steps(self, end):
        """Return why a deadline ends where it does, as JSON values."""
        return [[word, str(value)] for word, value in end.steps if value]

    def _annul_by_acts(self):
        """Annul deadlines that the days of their act no longer open."""
        for deadline in self:
            reason = deadline.act_id.annul_reason or self.env._(
                "The dates of the measure or the time limits no longer open it."
            )
            day = deadline.company_id._recovery_today()
            deadline.write({"state": ANNULLED, "annulled_on": day, "annul_reason": reason, "met_on": False})
            deadline._log("deadline_annulled", self.env._("Voided: %s", deadline._say()), {"reason": reason})

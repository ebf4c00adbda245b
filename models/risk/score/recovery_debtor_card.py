from odoo import api, fields, models
from odoo.tools import format_date

from .behaviour import Behaviour
from .scoring import CLASSES

MONTHS_SHOWN = 24


class RecoveryDebtor(models.Model):
    """What the screens draw of a score: the badge, why, and how it moved."""

    _inherit = "recovery.debtor"

    score_card = fields.Json(compute="_compute_score_card")

    @api.depends("score", "risk_class", "score_date", "nature", "partner_id.is_company")
    @api.depends_context("lang")
    def _compute_score_card(self):
        factors = self.env["recovery.score.factor"].with_context(active_test=False).search([("code", "!=", False)])
        by_code = {factor.code: factor for factor in factors}
        snapshots = (
            self.env["recovery.score"].search([("debtor_id", "in", self.ids)], order="month, id").grouped("debtor_id")
        )
        labels = dict(self._fields["risk_class"]._description_selection(self.env))
        for debtor in self:
            history = snapshots.get(debtor, self.env["recovery.score"])[-MONTHS_SHOWN:]
            debtor.score_card = debtor._prepare_score_card(history, by_code, labels)

    def _prepare_score_card(self, history, by_code, labels):
        """Return the data of the score widget; False before the first calculation."""
        self.ensure_one()
        if not self.score_date or not history:
            return False
        detail = history[-1].detail or {}
        return {
            "score": self.score if self.risk_class in CLASSES else False,
            "risk_class": self.risk_class,
            "class_label": labels.get(self.risk_class, ""),
            "status": self._get_score_status(),
            "advice": self._get_score_advice(),
            "marks": [self._prepare_mark(mark, by_code) for mark in detail.get("marks", []) if mark["code"] in by_code],
            "capped": self._get_cap_text(detail.get("capped_by"), by_code),
            "trend": self.env["recovery.scoring"]._describe_break(self._read_trend(detail)),
            "is_break": self.behaviour_break,
            "history": [
                {
                    "month": format_date(self.env, row.month, date_format="MMM yyyy"),
                    "score": row.score if row.risk_class in CLASSES else False,
                    "risk_class": row.risk_class,
                    "class_label": labels.get(row.risk_class, ""),
                }
                for row in history
            ],
        }

    def _prepare_mark(self, mark, by_code):
        factor = by_code[mark["code"]]
        return {
            "code": mark["code"],
            "name": factor.name,
            "description": factor.description or "",
            "value": factor._format(mark["value"]),
            "weight": mark["weight"],
            "points": mark["points"],
        }

    def _read_trend(self, detail):
        """Return the comparison kept with the score."""
        return Behaviour(**(detail.get("trend") or {}))

    def _get_score_status(self):
        """Return one sentence under the badge."""
        if self.risk_class == "none":
            return self.env._("No history: nothing received nor overdue yet, so no score is given.")
        text = self.env._("Calculated on %s.", format_date(self.env, self.score_date))
        if self.previous_class and self.class_since:
            text += " " + self.env._(
                "Class %(now)s since %(date)s, %(before)s before.",
                now=self.risk_class,
                date=format_date(self.env, self.class_since),
                before=self._get_class_name(self.previous_class),
            )
        return text

    def _get_class_name(self, risk_class):
        return self.env._("no history") if risk_class == "none" else risk_class

    def _get_score_advice(self):
        """Return the reminder that a score alone does not decide."""
        if self.is_natural_person:
            return self.env._(
                "Natural person: this score alone may not decide anything (RGPD art. 22). Look at the file, decide "
                "yourself and say why."
            )
        return ""

    def _get_cap_text(self, code, by_code):
        if not code or code not in by_code:
            return ""
        factor = by_code[code]
        return self.env._("%(factor)s: the score is capped at %(cap)s.", factor=factor.name, cap=factor.ceiling)

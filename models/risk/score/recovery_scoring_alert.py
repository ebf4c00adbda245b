from odoo import api, models
from odoo.fields import Domain
from odoo.tools import formatLang

from .scoring import is_worse

ALERT = "debt_recovery.mail_activity_type_risk_alert"


class RecoveryScoring(models.AbstractModel):
    """Tell who follows a debtor that its class fell or that it no longer pays as it used to, once."""

    _inherit = "recovery.scoring"

    @api.model
    def _raise_alerts(self, company, day, debtors, before, facts):
        """Log what changed since the last calculation, and open one task per debtor at risk.

        The task is for a class that got worse or a new break in behaviour, when something is at
        stake (an exposure above 0) and no such task is open; a better class is only logged.

        :param dict before: per debtor id ``(class, is a break, was scored)`` before this calculation.
        """
        changed, worse, broken = debtors.browse(), debtors.browse(), debtors.browse()
        for debtor in debtors:
            old_class, old_break, was_scored = before[debtor.id]
            if was_scored and old_class != debtor.risk_class:
                changed |= debtor
                if is_worse(debtor.risk_class, old_class):
                    worse |= debtor
            if debtor.behaviour_break and not old_break:
                broken |= debtor
        event = self.env["recovery.event"]
        labels = dict(debtors._fields["risk_class"]._description_selection(self.env))
        event._log(
            "class_changed",
            changed,
            lambda d: self.env._(
                "Class %(before)s, now %(now)s",
                before=labels.get(before[d.id][0], before[d.id][0]),
                now=labels.get(d.risk_class, d.risk_class),
            ),
        )
        event._log("behaviour_break", broken, lambda d: self._describe_break(facts.behaviours[d.partner_id.id]))
        to_tell = (worse | broken).filtered(lambda debtor: debtor.exposure_amount > 0)
        self._open_alerts(company, day, to_tell, worse, before, facts)

    @api.model
    def _open_alerts(self, company, day, debtors, worse, before, facts):
        """Open one task per debtor that has none of this kind, in the language of who gets it."""
        alert_type = self.env.ref(ALERT)
        Activity = self.env["mail.activity"].sudo()
        open_ids = set(
            Activity.search(
                Domain("res_model", "=", "recovery.debtor")
                & Domain("res_id", "in", debtors.ids)
                & Domain("activity_type_id", "=", alert_type.id)
            ).mapped("res_id")
        )
        model_id = self.env["ir.model"]._get_id("recovery.debtor")
        vals_list = []
        for debtor in debtors.filtered(lambda d: d.id not in open_ids):
            user = debtor._get_responsible()
            reader = self.with_context(lang=user.lang or self.env.lang)
            lines = []
            if debtor in worse:
                lines.append(
                    reader.env._("Risk class %(before)s → %(now)s", before=before[debtor.id][0], now=debtor.risk_class)
                )
            if debtor.behaviour_break and not before[debtor.id][1]:
                lines.append(reader._describe_break(facts.behaviours[debtor.partner_id.id]))
            vals_list.append(
                {
                    "activity_type_id": alert_type.id,
                    "res_model_id": model_id,
                    "res_id": debtor.id,
                    "user_id": user.id,
                    "date_deadline": day,
                    "summary": lines[0] if debtor in worse else reader.env._("Pays later than it used to"),
                    "note": "\n".join(lines),
                }
            )
        Activity.with_context(mail_activity_quick_update=True).create(vals_list)

    @api.model
    def _describe_break(self, behaviour):
        """Return in words how the recent months compare with the customer's own past."""

        def number(value):
            return formatLang(self.env, value, digits=0)

        if behaviour.recent is None or behaviour.past is None:
            return ""
        values = {
            "recent": number(behaviour.recent),
            "past": number(behaviour.past),
            "recent_count": behaviour.recent_count,
            "past_count": behaviour.past_count,
            "limit": number(behaviour.limit),
        }
        if behaviour.is_break:
            return self.env._(
                "Pays %(recent)s days late on average over the last three months (receipts: %(recent_count)s) "
                "against %(past)s days before (receipts: %(past_count)s): beyond %(limit)s days it breaks with its "
                "own past.",
                **values,
            )
        return self.env._(
            "Pays %(recent)s days late on average over the last three months (receipts: %(recent_count)s) against "
            "%(past)s days before (receipts: %(past_count)s); a break with its own past begins beyond %(limit)s days.",
            **values,
        )

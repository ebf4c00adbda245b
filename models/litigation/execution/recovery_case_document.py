from odoo import fields, models

from ...common.formatting import format_day, list_phrases, say_of

SERVICE, CERTIFICATE = "service", "irrecoverability"


class RecoveryCaseDocument(models.Model):
    """What documents say of the titles of a case, and of what was done to have them paid."""

    _inherit = "recovery.case.document"
    _placeholders = ("title_text", "enforceable_text", "served_text", "awarded_text", "executions_text")

    title_text = fields.Char("Enforceable title", compute="_compute_mentions")
    enforceable_text = fields.Char("Date on which the title became enforceable", compute="_compute_mentions")
    served_text = fields.Char("Date on which the title was served", compute="_compute_mentions")
    awarded_text = fields.Char("Amounts awarded, item by item", compute="_compute_mentions")
    executions_text = fields.Char("Enforcement measures and their results", compute="_compute_mentions")

    def _get_document_values(self, kind):
        values = super()._get_document_values(kind)
        titles = self._get_held_titles()
        title = titles[:1]
        values |= {
            "title_text": title.display_name if title else "",
            "enforceable_text": format_day(self.env, title.enforceable_on, "long"),
            "served_text": format_day(self.env, title.served_on, "long"),
            "awarded_text": list_phrases(
                self.env,
                (f"{head._say_kind()} {title._format_amount(head.amount)}" for head in title.head_ids if head.amount),
            ),
            "executions_text": "\n".join(self._describe_acts()),
        }
        unserved = titles.filtered(lambda row: row.kind_id.is_served_first and not row.served_on)[:1]
        if kind == SERVICE and unserved:
            values["act_text"] = unserved.display_name
        return values

    def _get_held_titles(self):
        """Return the titles of the case that hold, the last one first."""
        held = self.case_id.with_env(self.env).sudo().title_ids.filtered(lambda title: not title.annulled_on)
        return held.filtered(lambda title: title not in held.replaces_id)

    def _describe_acts(self):
        """Return one line per act that was made: what, when, what came of it, and what it brought."""
        acts = self.case_id.with_env(self.env).sudo().act_ids
        made = acts.filtered(lambda act: act.made_on and not act.annulled_on)
        lines = []
        for act in made.sorted(lambda act: (act.made_on, act.id)):
            brought = act.amount_received and self.env._("received %s", act._format_amount(act.amount_received))
            told = ", ".join(filter(None, (act._say_result(), brought))) or self.env._("result not known")
            lines.append(say_of(self.env, act.display_name, told))
        return lines

from odoo import api, models


class RecoveryPolicyRule(models.Model):
    """A rule read out in words."""

    _inherit = "recovery.policy.rule"

    @api.depends(
        "policy_id.name",
        "nature_consumer",
        "nature_professional",
        "nature_merchant",
        "nature_public",
        "country_ids",
        "country_group_ids",
        "abroad",
        "category_ids",
        "industry_ids",
        "salesperson_ids",
        "months_min",
        "months_max",
        "open_min",
        "open_max",
        "overdue_min",
        "overdue_max",
        "turnover_min",
        "turnover_max",
        "partner_domain",
        "debtor_domain",
    )
    @api.depends_context("lang", "company")
    def _compute_summary(self):
        for rule in self:
            policy = rule.policy_id.name or self.env._("(choose a scenario)")
            parts = rule._get_conditions_in_words()
            if parts:
                rule.summary = self.env._(
                    "Debtors %(conditions)s: “%(policy)s”.", conditions=rule._enumerate(parts), policy=policy
                )
            else:
                rule.summary = self.env._("All the other debtors: “%s”.", policy)

    def _get_conditions_in_words(self):
        """Return each condition as a phrase that goes on from “Debtors …”."""
        self.ensure_one()
        parts = [self._get_nature_in_words()] if self._get_natures() else []
        places = self.country_ids.mapped("name") + self.country_group_ids.mapped("name")
        if places:
            parts.append(self.env._("established in %s", self._enumerate_or(places)))
        if self.abroad:
            parts.append(self.env._("established outside France"))
        if self.category_ids:
            parts.append(self.env._("tagged %s", self._enumerate_or(self.category_ids.mapped("name"))))
        if self.industry_ids:
            parts.append(self.env._("in the industry %s", self._enumerate_or(self.industry_ids.mapped("name"))))
        if self.salesperson_ids:
            parts.append(self.env._("whose salesperson is %s", self._enumerate_or(self.salesperson_ids.mapped("name"))))
        if self.months_min:
            parts.append(self.env._("invoiced for the first time %s months ago or more", self.months_min))
        if self.months_max:
            parts.append(self.env._("invoiced for the first time less than %s months ago", self.months_max))
        parts += self._get_amounts_in_words()
        if self._has_filter("partner_domain"):
            parts.append(self.env._("whose contact meets the filter"))
        if self._has_filter("debtor_domain"):
            parts.append(self.env._("whose follow-up meets the filter"))
        return parts

    def _get_nature_in_words(self):
        labels = dict(self.env["recovery.debtor"]._fields["nature"]._description_selection(self.env))
        natures = [labels[nature] for nature in labels if nature in self._get_natures()]
        return self.env._("whose nature is %s", self._enumerate_or(natures))

    def _get_amounts_in_words(self):
        phrases = {
            "open_min": self.env._("who owe at least %s", self._money("open_min")),
            "open_max": self.env._("who owe less than %s", self._money("open_max")),
            "overdue_min": self.env._("overdue by at least %s", self._money("overdue_min")),
            "overdue_max": self.env._("overdue by less than %s", self._money("overdue_max")),
            "turnover_min": self.env._("invoiced at least %s over twelve months", self._money("turnover_min")),
            "turnover_max": self.env._("invoiced less than %s over twelve months", self._money("turnover_max")),
        }
        return [phrase for name, phrase in phrases.items() if self[name]]

    def _money(self, name):
        return self.currency_id.with_context(lang=self.env.lang).format(self[name])

    @api.model
    def _enumerate(self, parts):
        """Return phrases as one: ``a, b and c``."""
        if len(parts) < 2:
            return "".join(parts)
        return self.env._("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])

    @api.model
    def _enumerate_or(self, names):
        """Return names as a choice: ``a, b or c``."""
        if len(names) < 2:
            return "".join(names)
        return self.env._("%(first)s or %(last)s", first=", ".join(names[:-1]), last=names[-1])

from odoo import fields, models

from ...common.calendar import shift
from ...common.roles import require_user


class RecoveryInsolvency(models.Model):
    """Proceedings open the declaration of what we are owed, and their dates move its time limits."""

    _inherit = "recovery.insolvency"

    declaration_ids = fields.One2many(
        "recovery.insolvency.declaration", "insolvency_id", string="Declarations", readonly=True
    )

    def _follow(self):
        result = super()._follow()
        for insolvency in self.sudo():
            declaration = insolvency.declaration_ids[:1]
            if not declaration and not insolvency.annulled_on and insolvency.published_on:
                if insolvency._is_owed_something():
                    declaration = self.env["recovery.insolvency.declaration"].sudo()._ensure_for(insolvency)
                    declaration._plan_declaring(insolvency.company_id._recovery_today())
            elif declaration:
                declaration._record_dates(insolvency.company_id._recovery_today())
        return result

    def _is_owed_something(self):
        """Tell whether something was open on the eve of the judgment."""
        self.ensure_one()
        eve = shift(self.judgment_on, days=-1)
        items = self.env["recovery.ledger"]._read_items(self.company_id, eve, self.partner_id, as_of=eve)
        return any(item.residual > 0 for item in items)

    def action_declare(self):
        """Open the declaration of our claim, made if there is none."""
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        declaration = self.env["recovery.insolvency.declaration"]._ensure_for(self)
        if not declaration:
            return self.env["recovery.insolvency.declaration"]._say_nothing_to_declare(self)
        if declaration.state == "to_prepare":
            declaration.action_prepare()
        return declaration._get_records_action(name=declaration.display_name)

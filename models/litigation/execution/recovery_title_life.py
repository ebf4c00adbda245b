from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...legal.limitation import TITLE


class RecoveryTitleLife(models.Model):
    """How long a kind of title lives, with the days on which the law says so."""

    _name = "recovery.title.life"
    _description = "Life of a kind of title"
    _inherit = ["recovery.legal.source", "recovery.traced.settings"]
    _order = "kind_id, valid_from, id"
    _carried_key = ("kind_id", "valid_from")
    _typed = ("limitation_cause_id", "article", "note", "valid_from", "valid_to")
    _typed_once = ("kind_id",)

    kind_id = fields.Many2one("recovery.title.kind", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="kind_id.company_id", store=True, precompute=True, index="btree_not_null")
    limitation_cause_id = fields.Many2one(
        "recovery.limitation.cause",
        string="Effect on limitation",
        domain="[('effect', '!=', 'none')]",
        ondelete="restrict",
        help="A title with its own length starts a new period: given by the legal parameter of the cause. Empty, "
        "or a cause that interrupts: it keeps the limitation period of the claim.",
    )
    article = fields.Char(required=True)
    note = fields.Char(translate=True)
    confidence = fields.Selection(default="memory")
    valid_from = fields.Date("In force from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A length cannot end before it begins.",
    )

    @api.constrains("kind_id", "valid_from", "valid_to")
    def _check_no_overlap(self):
        for life in self:
            if life._has_other_version("kind_id"):
                raise ValidationError(
                    self.env._(
                        "“%s” has another length on some of these days: end one the day before the other.",
                        life.kind_id.name,
                    )
                )

    def _get_settings_title(self):
        return self.env._("Life of “%s”", self.kind_id.name)

    @api.model
    def _read_lengths(self):
        """Return a function ``(key, day) -> legal parameter`` over the lengths of titles, read once."""
        lives = self.sudo().search([("limitation_cause_id.period_key", "!=", False)])
        keys = set(lives.limitation_cause_id.mapped("period_key"))
        return self.env["recovery.legal.parameter"]._read_rows(keys)

    def _get_period(self, day, get_length):
        """Return the title's own length on that day, None if it keeps the limitation of the claim.

        :param get_length: what :meth:`_read_lengths` returns.
        """
        cause = self.limitation_cause_id
        if cause.effect != TITLE or not cause.period_key:
            return None
        return get_length(cause.period_key, day)._as_period()

    def _describe(self, day, get_length):
        """Return it in words."""
        cause = self.limitation_cause_id
        if not self:
            return self.env._("Not known: a recovery manager enters it")
        if cause.effect != TITLE or not cause.period_key:
            return self.env._("The limitation period of the claim (%s)", self.article)
        row = get_length(cause.period_key, day)
        units = dict(row._fields["unit"]._description_selection(self.env))
        return self.env._(
            "%(length)s (%(article)s)", length=f"{row.value_text} {units[row.unit]}", article=self.article
        )

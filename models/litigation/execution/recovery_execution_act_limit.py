from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...legal.time_limits import Term

#: The days of an act, in the order in which they come.
STEPS = [
    ("authorised_on", "Authorised"),
    ("made_on", "Carried out"),
    ("reported_on", "Notified to the debtor"),
    ("sued_on", "Proceedings for a title started"),
    ("informed_on", "Third party notified"),
    ("contested_on", "Contested"),
    ("paid_on", "Payment requested or received"),
    ("confirmed_on", "Made definitive"),
]
#: What opens a limit: a day of the act, or of the title that came after it.
OPENERS = [*STEPS, ("title_final_on", "Title final")]


class RecoveryExecutionActLimit(models.Model):
    """One version of a time limit of acts of execution, with its article, its source and its days of validity."""

    _name = "recovery.execution.act.limit"
    _description = "Time limit of enforcement measures"
    _inherit = ["recovery.legal.coded", "recovery.traced.settings"]
    _order = "sequence, code, valid_from, id"
    _carried_key = ("code", "valid_from")
    _typed = (
        "sequence", "active", "name", "company_id", "kind_ids", "from_step", "met_step", "number", "unit", "is_wait",
        "whose", "without_title", "article", "sanction", "note", "valid_from", "valid_to",
    )  # fmt: skip
    _typed_once = ("code",)

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, index=True, help="Shared by the versions of one time limit.")
    name = fields.Char("What is to be done", required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company has this limit.",
    )
    kind_ids = fields.Many2many(
        "recovery.execution.act.kind",
        "recovery_execution_act_limit_kind_rel",
        "limit_id",
        "kind_id",
        string="Kinds of enforcement measure",
    )
    from_step = fields.Selection(OPENERS, string="Runs from", required=True, default="made_on")
    met_step = fields.Selection(STEPS, string="Met when", help="Empty: nothing is to be done before its end.")
    number = fields.Integer("Length", required=True)
    unit = fields.Selection([("days", "days"), ("months", "months"), ("years", "years")], required=True, default="days")
    is_wait = fields.Boolean("Waiting period", help="Nothing is done before its end: an earliest date.")
    whose = fields.Selection(
        [("ours", "Us"), ("opponent", "The opposing party"), ("third", "The court or a third party")],
        string="Who must comply",
        required=True,
        default="ours",
    )
    without_title = fields.Boolean(
        "Only without a title", help="A creditor who already holds a title has no proceedings to bring."
    )
    article = fields.Char(required=True)
    sanction = fields.Text("If nothing is done", translate=True)
    note = fields.Text("Good to know", translate=True)
    confidence = fields.Selection(default="memory")
    valid_from = fields.Date(
        "In force from", help="For time limits starting from this date on. Empty: as far back as is relevant."
    )
    valid_to = fields.Date("In force until", help="For time limits starting until this date. Empty: still in force.")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A time limit cannot end before it begins.",
    )

    @api.constrains("number", "from_step", "met_step", "is_wait")
    def _check_steps(self):
        for limit in self:
            if not limit.number:
                raise ValidationError(self.env._("“%s”: enter a length of time.", limit.name))
            if limit.from_step == limit.met_step:
                raise ValidationError(self.env._("“%s”: what opens it cannot meet it.", limit.name))
            if limit.whose == "ours" and not limit.is_wait and not limit.met_step:
                raise ValidationError(self.env._("“%s”: enter what meets it.", limit.name))

    @api.constrains("code", "company_id", "valid_from", "valid_to", "active")
    def _check_no_overlap(self):
        for limit in self.filtered("active"):
            if limit._has_other_version("code", "company_id"):
                raise ValidationError(
                    self.env._(
                        "“%s” has another version in force on some of these days: end one the day before the other.",
                        limit.name,
                    )
                )

    def _get_settings_title(self):
        return self.env._("Time limit of enforcement measures “%s”", self.name)

    def _get_term(self):
        """Return the length of time and how it is counted; limits of execution move to a working day (CPC 642)."""
        self.ensure_one()
        return Term(**{self.unit: self.number}, is_wait=self.is_wait, is_ours=self.whose == "ours")

    def _say_length(self):
        """Return the length in words."""
        self.ensure_one()
        units = dict(self._fields["unit"]._description_selection(self.env))
        return f"{self.number} {units[self.unit]}"

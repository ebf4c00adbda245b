from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...legal.conditions import NO, Answer, Reason, Row, judge


class RecoveryProcedureType(models.Model):
    """A way to a title, to money or to safety, as the law stands on some days: nothing of it is code.

    Conditions, events, costs and outcomes are rows that a manager changes; what the law changes is a row with a date.
    """

    _name = "recovery.procedure.type"
    _description = "Type of procedure"
    _inherit = ["mail.thread", "recovery.legal.coded", "recovery.traced.settings"]
    _order = "sequence, id"
    _carried_key = ("code",)
    _typed = (
        "sequence", "active", "inactive_reason", "name", "company_id", "family", "purpose", "brings", "gives_title",
        "article", "extract", "valid_from", "valid_to", "court_note", "form", "lawyer", "lawyer_key", "by_house",
        "by_lawyer", "by_bailiff", "by_agency", "days_min", "days_max", "chance_min", "chance_max", "range_source",
        "note", "condition_ids", "event_kind_ids", "cost_ids", "outcome_ids",
    )  # fmt: skip
    _typed_once = ("code",)

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    inactive_reason = fields.Text(
        "Why it is disabled", translate=True, help="Shown by the advisor while the type is archived."
    )
    code = fields.Char(required=True, index=True, help="The name by which time limits and courts know it.")
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company has this type.",
    )
    family = fields.Selection(
        [
            ("amicable", "Amicable"),
            ("order", "Order on documents"),
            ("summary", "Référé"),
            ("merits", "Judgment on the merits"),
            ("without_judge", "Title without a judge"),
            ("conservatory", "Protective measure"),
            ("public", "Against a public body"),
            ("insolvency", "Insolvency proceedings"),
            ("mandate", "Mandate or sale"),
        ],
        string="Kind of procedure",
        required=True,
        default="merits",
    )
    purpose = fields.Text("What it is for", translate=True)
    brings = fields.Char("What it brings", translate=True)
    gives_title = fields.Boolean("Leads to a title")
    article = fields.Char("Articles", required=True, tracking=True)
    extract = fields.Text("Extract of the texts", translate=True)
    confidence = fields.Selection(tracking=True)
    valid_from = fields.Date("In force from", tracking=True, help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", tracking=True, help="Empty: still in force.")
    court_note = fields.Text("Before which court", translate=True)
    form = fields.Char(help="The form to fill in, with its version.")
    lawyer = fields.Selection(
        [
            ("no", "Not required"),
            ("above", "Required above a threshold"),
            ("needed", "Compulsory"),
            ("both", "Required on both sides"),
        ],
        required=True,
        default="no",
    )
    lawyer_key = fields.Char("Threshold", help="Key of the legal parameter above which a lawyer is needed.")
    by_house = fields.Boolean("In-house")
    by_lawyer = fields.Boolean("Through a lawyer")
    by_bailiff = fields.Boolean("Through a commissaire de justice")
    by_agency = fields.Boolean("Through an agency")
    days_min = fields.Integer("Days, at least")
    days_max = fields.Integer("Days, at most")
    chance_min = fields.Float("Success (%), at least", bounds=(0, 100))
    chance_max = fields.Float("Success (%), at most", bounds=(0, 100))
    range_source = fields.Char(
        "Source of the ranges",
        translate=True,
        help="Without one, no range is shown: every figure states its source.",
    )
    note = fields.Text("Good to know", translate=True)
    condition_ids = fields.One2many("recovery.procedure.type.condition", "type_id", string="Conditions", copy=True)
    event_kind_ids = fields.One2many("recovery.procedure.event.kind", "type_id", string="Events", copy=False)
    cost_ids = fields.One2many("recovery.procedure.type.cost", "type_id", string="Costs", copy=True)
    outcome_ids = fields.One2many("recovery.procedure.type.outcome", "type_id", string="Outcomes", copy=False)

    _code_uniq = models.UniqueIndex("(code, COALESCE(company_id, 0))", "Another type of procedure has this code.")
    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A type cannot end before it begins.",
    )
    _ranges_in_order = models.Constraint(
        "CHECK (COALESCE(days_min, 0) <= COALESCE(days_max, 0) AND COALESCE(chance_min, 0) <= COALESCE(chance_max, 0))",
        "A range goes from the lowest to the highest figure.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["recovery.procedure"].sudo().search([("type_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("Procedures of the type “%s” were started: archive it, and say why.", used.type_id.name)
            )

    def _get_settings_parts(self):
        """Return the type with its rows."""
        return [self, self.condition_ids, self.cost_ids, self.outcome_ids, self._get_kinds()]

    def _get_kinds(self):
        """Return the kinds of events of the type, archived ones too: past events are of them."""
        return self.with_context(active_test=False).event_kind_ids

    # ------------------------------------------------------------
    # Is it open?
    # ------------------------------------------------------------
    @api.model
    def _get_known(self, company):
        """Return the types that a company has, those switched off with a reason too."""
        domain = Domain("company_id", "in", [False, *company.root_id.ids])
        domain &= Domain("active", "=", True) | Domain("inactive_reason", "not in", [False, ""])
        return self.with_context(active_test=False).search(domain)

    def _judge(self, facts, day):
        """Return whether the procedure is open to a case on that day, with each reason.

        :param dict facts: what is known of the case, under the keys of ``FACTS``.
        :return: :class:`Answer`.
        """
        self.ensure_one()
        answer = judge(self.condition_ids._get_rows(day), {**facts, "procedure": self.code})
        closed = [Reason(Row("procedure", "is", self.code, text), NO) for text in self._get_closures(day)]
        return Answer(NO, (*closed, *answer.reasons)) if closed else answer

    def _get_closures(self, day):
        """Return, as sentences, why nobody can begin such a procedure on that day, whatever the case."""
        self.ensure_one()
        closures = []
        if not self.active:
            closures.append(self.inactive_reason or self.env._("It is disabled."))
        if self.valid_from and self.valid_from > day:
            closures.append(self.env._("In force from %s only.", format_date(self.env, self.valid_from)))
        if self.valid_to and self.valid_to < day:
            closures.append(self.env._("In force until %s.", format_date(self.env, self.valid_to)))
        return closures

    def _needs_lawyer(self, amount, day):
        """Return whether a lawyer is needed for that amount in euros; None if nobody can tell."""
        self.ensure_one()
        if self.lawyer != "above":
            return self.lawyer != "no"
        if amount is None or not self.lawyer_key:
            return None
        try:
            return amount > float(self.env["recovery.legal.parameter"]._get(self.lawyer_key, day))
        except UserError:
            return None

    def _get_first_kinds(self):
        """Return the kinds of events with which the procedure may begin."""
        return self.event_kind_ids.filtered(lambda kind: not kind.after_ids)

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...legal.time_limits import MAINLAND, Term
from .follow import ELSEWHERE, Rule

#: What a procedural deadline is reckoned from: when it changes, those under way are reckoned again.
RECKONED = (
    "active", "company_id", "code", "type_codes", "opens_kind", "from_kind", "basis_kind", "after_code", "number",
    "unit", "more_days", "is_before", "is_wait", "whose", "rolls", "is_franc", "has_distance", "home", "court_kinds",
    "is_renewed", "met_kinds", "moot_kinds", "valid_from", "valid_to",
)  # fmt: skip


def split_codes(text):
    """Return the codes of a list that people type: ``a, b``."""
    return [code for code in (part.strip() for part in (text or "").split(",")) if code]


class RecoveryDeadlineRule(models.Model):
    """One version of a time limit of procedure, with its article, its source and its days of validity.

    What the law changes is a new row under the same code, from the day of the change; the row says which event's
    date decides. Procedures and events are named by the codes that their types share.
    """

    _name = "recovery.deadline.rule"
    _description = "Procedural deadline rule"
    _inherit = ["recovery.legal.coded", "recovery.traced.settings"]
    _order = "sequence, code, valid_from, id"
    _carried_key = ("code", "valid_from")
    _typed = (*RECKONED, "sequence", "name", "article", "sanction", "note")

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, index=True, help="Shared by the versions of one time limit.")
    name = fields.Char("What is to be done", required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        domain="[('parent_id', '=', False)]",
        help="Empty: every company has this rule.",
    )
    type_codes = fields.Char("Procedures", help="Codes of types of procedure, separated by commas. Empty: all types.")
    opens_kind = fields.Char("Opened by", required=True, help="Code of the triggering event.")
    from_kind = fields.Char("Runs from", help="Code of an event. Empty: the triggering one.")
    after_code = fields.Char("Runs after", help="Code of another rule: it begins when that deadline ends.")
    basis_kind = fields.Char(
        "Version chosen by the date of",
        help="Code of the event whose date decides which version of the law applies. Empty: the one from which it "
        "runs.",
    )
    number = fields.Integer("Length", required=True)
    unit = fields.Selection([("days", "days"), ("months", "months"), ("years", "years")], required=True, default="days")
    more_days = fields.Integer("Plus days", help="Days counted after the months (CPC 641, third paragraph).")
    is_before = fields.Boolean("Counts backwards", help="From a hearing: it ends on the preceding working day.")
    is_wait = fields.Boolean("Waiting period", help="Nothing is done before its end: an earliest date.")
    whose = fields.Selection(
        [("ours", "Us"), ("opponent", "The opposing party"), ("third", "The court or a third party")],
        string="Who must comply",
        required=True,
        default="ours",
        help="Where the law is unsettled, ours uses the earlier date; all others, and waiting periods, the later.",
    )
    rolls = fields.Boolean(
        "Moves to a working day", default=True, help="CPC 642. Limitation and contract periods do not."
    )
    is_franc = fields.Boolean(
        "Délai franc", help="Neither the first nor the last day counts. No CPC time limit works this way."
    )
    has_distance = fields.Boolean("Distance extension", help="One more month overseas, two abroad (CPC 643 and 644).")
    home = fields.Selection(
        [(MAINLAND, "Mainland France"), (ELSEWHERE, "Overseas or abroad")],
        string="For parties living in",
        help="Empty: wherever the party bound by it lives.",
    )
    court_kinds = fields.Char(
        "Before",
        help="Kinds of courts, separated by commas. Empty: all; where the court is not known, the prudent one.",
    )
    met_kinds = fields.Char("Met by", help="Codes of events, separated by commas.")
    moot_kinds = fields.Char("No longer applicable after", help="Codes of events, separated by commas.")
    is_renewed = fields.Boolean(
        "Renewed", help="Another triggering event takes its place: a hearing that is adjourned."
    )
    article = fields.Char(required=True)
    sanction = fields.Text("If nothing is done", translate=True)
    note = fields.Text("Good to know", translate=True)
    confidence = fields.Selection(default="memory")
    valid_from = fields.Date("In force from", help="Empty: as far back as is relevant.")
    valid_to = fields.Date("In force until", help="Empty: still in force.")
    length_text = fields.Char("Length in words", compute="_compute_length_text")
    summary = fields.Char(compute="_compute_summary")

    _dates_in_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to)",
        "A rule cannot end before it begins.",
    )

    @api.depends("number", "unit", "more_days", "is_before")
    @api.depends_context("lang")
    def _compute_length_text(self):
        for rule in self:
            parts = [rule._say_length(rule.number, rule.unit)]
            if rule.more_days:
                parts.append(rule._say_length(rule.more_days, "days"))
            length = self.env._(" and ").join(parts)
            rule.length_text = self.env._("%s before", length) if rule.is_before else length

    @api.model
    def _say_length(self, number, unit):
        if number == 1:
            one = {"days": self.env._("1 day"), "months": self.env._("1 month"), "years": self.env._("1 year")}
            return one.get(unit, "1")
        several = {
            "days": self.env._("%s days", number),
            "months": self.env._("%s months", number),
            "years": self.env._("%s years", number),
        }
        return several.get(unit, str(number))

    @api.depends(*RECKONED)
    @api.depends_context("lang")
    def _compute_summary(self):
        kinds = self._get_kind_names()
        others = self.sudo().search([("code", "in", self.mapped("after_code"))])
        rules = {rule.code: rule.name for rule in others}
        for rule in self:
            code = rule.from_kind or rule.opens_kind
            length, event = rule.length_text, kinds.get(code, code)
            if rule.after_code:
                name = rules.get(rule.after_code, rule.after_code)
                text = self.env._("%(length)s after the end of “%(rule)s”", length=length, rule=name)
            elif rule.is_before:
                text = self.env._("%(length)s “%(event)s”", length=length, event=event)
            else:
                text = self.env._("%(length)s from “%(event)s”", length=length, event=event)
            if rule.basis_kind:
                basis = kinds.get(rule.basis_kind, rule.basis_kind)
                text = self.env._("%(text)s; the law in force on the day of “%(event)s”", text=text, event=basis)
            rule.summary = text

    @api.model
    def _get_kind_names(self):
        """Return ``{code: name}`` of the events of all types."""
        kinds = self.env["recovery.procedure.event.kind"].sudo().with_context(active_test=False).search(Domain.TRUE)
        return {kind.code: kind.name for kind in kinds}

    # ------------------------------------------------------------
    # What may be typed
    # ------------------------------------------------------------
    @api.constrains("number", "more_days")
    def _check_length(self):
        for rule in self:
            if not rule.number and not rule.more_days:
                raise ValidationError(self.env._("“%s”: enter a length of time.", rule.name))

    @api.constrains(
        "opens_kind", "from_kind", "basis_kind", "met_kinds", "moot_kinds", "type_codes", "court_kinds", "after_code"
    )
    def _check_codes(self):
        """Refuse codes that nothing bears: the deadline would never be opened, or never met."""
        kinds, types = self._get_kind_names(), self._get_type_codes()
        courts = self.env["res.partner"]._fields["recovery_court_kind"].get_values(self.env)
        for rule in self:
            asked = [*filter(None, (rule.opens_kind, rule.from_kind, rule.basis_kind))]
            asked += [*split_codes(rule.met_kinds), *split_codes(rule.moot_kinds)]
            unknown = [code for code in asked if code not in kinds]
            unknown += [code for code in split_codes(rule.type_codes) if code not in types]
            unknown += [code for code in split_codes(rule.court_kinds) if code not in courts]
            if rule.after_code and not self.sudo().search_count([("code", "=", rule.after_code)], limit=1):
                unknown.append(rule.after_code)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” refers to codes that do not exist: %(codes)s. Codes are found on the types of "
                        "procedure.",
                        rule=rule.name,
                        codes=", ".join(unknown),
                    )
                )

    @api.model
    def _get_type_codes(self):
        types = self.env["recovery.procedure.type"].sudo().with_context(active_test=False).search(Domain.TRUE)
        return set(types.mapped("code"))

    @api.constrains(
        "code", "company_id", "type_codes", "opens_kind", "home", "court_kinds", "valid_from", "valid_to", "active"
    )
    def _check_no_overlap(self):
        for rule in self.filtered("active"):
            if rule._has_other_version("code", "company_id", "opens_kind", "home", "type_codes", "court_kinds"):
                raise ValidationError(
                    self.env._(
                        "“%s” has another version in force on some of these days: end one the day before the other.",
                        rule.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["recovery.deadline"].sudo().search([("rule_id", "in", self.ids)], limit=1)
        if used:
            raise UserError(
                self.env._("Deadlines were calculated by “%s”: end it or archive it instead.", used.rule_id.name)
            )

    # ------------------------------------------------------------
    # What it changes
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._reckon_again(rules._get_opening_codes())
        return rules

    def write(self, vals):
        if not vals.keys() & set(RECKONED):
            return super().write(vals)
        codes = self._get_opening_codes()
        result = super().write(vals)
        self._reckon_again(codes | self._get_opening_codes())
        return result

    def unlink(self):
        codes = self._get_opening_codes()
        result = super().unlink()
        self._reckon_again(codes)
        return result

    def _get_opening_codes(self):
        return set(self.mapped("opens_kind"))

    @api.model
    def _reckon_again(self, codes):
        """Reckon again the deadlines of the cases under way that events of these kinds open.

        What the module brings is reckoned by the next event: while it loads, nobody is at work.
        """
        if not codes or not self._is_traced():
            return
        Deadline = self.env["recovery.deadline"].sudo()
        Deadline._recompute(Deadline._find_procedures(codes))

    def _get_settings_title(self):
        return self.env._("Procedural deadline “%s”", self.name)

    # ------------------------------------------------------------
    # For the reckoning
    # ------------------------------------------------------------
    def _get_term(self):
        """Return the length of time and how it is counted."""
        self.ensure_one()
        return Term(
            **{self.unit: self.number},
            **({"days": self.more_days} if self.more_days and self.unit != "days" else {}),
            is_before=self.is_before,
            is_wait=self.is_wait,
            is_ours=self.whose == "ours",
            rolls=self.rolls,
            is_franc=self.is_franc,
        )

    @api.model
    def _read_rules(self):
        """Return ``{company or no company: [Rule]}`` of all rules in use, whatever their days of validity."""
        rules = defaultdict(list)
        for rule in self.sudo().with_context(active_test=True).search(Domain.TRUE):
            rules[rule.company_id].append(
                Rule(
                    rule.id,
                    rule.code,
                    rule.opens_kind,
                    rule._get_term(),
                    frozenset(split_codes(rule.type_codes)),
                    rule.from_kind or "",
                    rule.basis_kind or "",
                    rule.after_code or "",
                    rule.has_distance,
                    rule.home or "",
                    frozenset(split_codes(rule.court_kinds)),
                    frozenset(split_codes(rule.met_kinds)),
                    frozenset(split_codes(rule.moot_kinds)),
                    rule.is_renewed,
                    rule.valid_from or None,
                    rule.valid_to or None,
                )
            )
        return rules

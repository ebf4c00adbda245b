from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..scenario.ladder import FORMAL_NOTICE
from .blocker import BLOCKING, OFF, WARNING, Blocker


class RecoveryFormalCheck(models.Model):
    """One thing looked at before a mise en demeure leaves, and how much it matters: data that a manager edits.

    A row of a company goes before the shared one of the same code.
    """

    _name = "recovery.formal.check"
    _description = "Check before a mise en demeure"
    _inherit = ["recovery.guarded", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True
    _typed = ("name", "sequence", "company_id", "severity", "severity_consumer", "advice", "code")

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("no_address", "Postal address"),
            ("nothing_undisputed", "Undisputed amount"),
            ("no_siren", "SIREN of the debtor"),
            ("no_identity", "Legal identity of the sender"),
            ("no_due_date", "Due date"),
            ("time_barred", "Prescription"),
            ("insolvent", "Insolvency"),
            ("no_order_proof", "Proof of the order"),
            ("no_delivery_proof", "Proof of the delivery"),
            ("no_review", "Lawyer's review"),
            ("nature_unchecked", "Nature of the debtor"),
        ],
        string="What is looked at",
        required=True,
    )
    sequence = fields.Integer(default=50)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company without a row of its own for this check."
    )
    severity = fields.Selection(
        selection="_selection_severity",
        string="Professional or public debtor",
        required=True,
        default=WARNING,
        tracking=True,
    )
    severity_consumer = fields.Selection(
        selection="_selection_severity", string="Consumer", required=True, default=WARNING, tracking=True
    )
    advice = fields.Text("What to do", translate=True)

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This check exists already for this company."
    )

    @api.model
    def _selection_severity(self):
        return [
            (BLOCKING, self.env._("Blocks")),
            (WARNING, self.env._("Warns")),
            (OFF, self.env._("Not looked at")),
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        if self.filtered(lambda check: not check.company_id):
            raise UserError(self.env._("A check shared by every company is switched off, never deleted."))

    def _get_severity(self, nature):
        """Return how much it matters for a debtor of that nature."""
        self.ensure_one()
        return self.severity_consumer if nature == "consumer" else self.severity

    @api.model
    def _get_rules(self, company):
        """Return ``{code: check}`` of a company: its own rows, else the shared ones."""
        rules = self.sudo().search(Domain("company_id", "in", [False, company.root_id.id]))
        return {rule.code: rule for rule in rules.sorted(lambda rule: (bool(rule.company_id), rule.id))}

    # ------------------------------------------------------------
    # The check
    # ------------------------------------------------------------
    @api.model
    def _check(self, notices, day):
        """Return ``{notice: [Blocker]}`` of mises en demeure on a day, in a number of queries that does not grow.

        Other notices have nothing to fulfil. What a scheduled job keeps in words is in the company's language.
        """
        formal = notices.sudo().filtered(lambda notice: notice.kind == FORMAL_NOTICE)
        found = {notice: [] for notice in formal}
        for company, group in formal.grouped("company_id").items():
            checker = self.with_context(lang=company.partner_id.lang or self.env.lang)
            rules = self._get_rules(company)
            lines = group.line_ids.filtered(lambda line: line.role == "claimed")
            claimed = dict.fromkeys(group, lines.browse()) | lines.grouped("notice_id")
            for code, rule in sorted(rules.items(), key=lambda pair: (pair[1].sequence, pair[1].id)):
                if (rule.severity, rule.severity_consumer) == (OFF, OFF):
                    continue
                for notice, detail in getattr(checker, f"_find_{code}")(claimed, day).items():
                    severity = rule._get_severity(notice.debtor_id.nature)
                    if severity != OFF:
                        found[notice].append(Blocker(code, severity, rule, detail))
        return found

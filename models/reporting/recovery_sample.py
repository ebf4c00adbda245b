from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..common.roles import require_reader, require_user
from .sampling import draw

_lt = LazyTranslate(__name__)


class RecoverySample(models.Model):
    """Receivables that an auditor looks at, drawn once by a rule that anybody can repeat, and what customers answer.

    Nobody adds to it nor takes from it: another sample is drawn.
    """

    _name = "recovery.sample"
    _description = "Sample of receivables"
    _inherit = ["recovery.guarded"]
    _order = "drawn_at desc, id desc"
    _typed = ("answer_to",)
    _journal_words = {"drawn": _lt("Drawn"), "population": _lt("Population")}

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date("As of", required=True, readonly=True)
    unit = fields.Selection(
        [("customer", "Customers"), ("instalment", "Instalments")], string="Drawn from", required=True, readonly=True
    )
    method = fields.Selection(
        [("random", "Random"), ("top", "Largest"), ("above", "All above an amount")],
        string="Drawn",
        required=True,
        readonly=True,
    )
    seed = fields.Integer(readonly=True, help="The same seed draws the same rows from the same population.")
    size = fields.Integer("How many", readonly=True)
    threshold = fields.Monetary("Amount", currency_field="company_currency_id", readonly=True)
    drawn_at = fields.Datetime("Drawn on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Drawn by", required=True, readonly=True, ondelete="restrict")
    answer_to = fields.Text(
        "Replies go to",
        help="Name, address and e-mail of the auditor to whom customers reply: printed on the letters.",
    )
    population_count = fields.Integer("Population", readonly=True)
    population_amount = fields.Monetary("Amount of the population", currency_field="company_currency_id", readonly=True)
    line_ids = fields.One2many("recovery.sample.line", "sample_id", string="Rows drawn", readonly=True)
    amount = fields.Monetary("Amount drawn", currency_field="company_currency_id", readonly=True)
    line_count = fields.Integer("Rows", compute="_compute_answers")
    sent_count = fields.Integer("Letters", compute="_compute_answers")
    answered_count = fields.Integer("Answers", compute="_compute_answers")
    difference = fields.Monetary("Total difference", currency_field="company_currency_id", compute="_compute_answers")

    @api.depends("line_ids.sent_on", "line_ids.answer", "line_ids.difference")
    def _compute_answers(self):
        for sample in self:
            sample.line_count = len(sample.line_ids)
            sample.sent_count = len(sample.line_ids.filtered("sent_on"))
            sample.answered_count = len(sample.line_ids.filtered(lambda line: line.answer != "none"))
            sample.difference = sum(sample.line_ids.mapped("difference"))

    def write(self, vals):
        """Tell who changes to whom customers answer: it stands on the letters."""
        if "answer_to" not in vals:
            return super().write(vals)
        before = {sample: sample.answer_to or "–" for sample in self.sudo()}
        result = super().write(vals)
        label = self._fields["answer_to"]._description_string(self.env)
        changed = self.sudo().filtered(lambda sample: (sample.answer_to or "–") != before[sample])
        self.env["recovery.event"]._log(
            "configured",
            changed,
            lambda sample: self.env._("%(sample)s: replies go to somebody else", sample=sample.name),
            lambda sample: {label: f"{before[sample]} → {sample.answer_to or '–'}"},
        )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        raise UserError(self.env._("A sample that was drawn must be kept: draw another one."))

    @api.model
    def _draw(self, company, day, rule, answer_to=None):
        """Draw a sample of what was open on a day, and keep it.

        :param dict rule: ``unit, method, seed, size, threshold``.
        """
        require_reader(self.env)
        company._recovery_check_open()
        root = company._recovery_root()
        population = self._read_population(root, day, rule["unit"])
        rows = draw(
            population,
            rule["method"],
            rule["size"],
            rule["threshold"],
            rule["seed"],
            lambda row: (row["partner_id"] or 0, row["line_id"] or 0),
            lambda row: row["amount"],
        )
        if not rows:
            raise UserError(self.env._("Nothing is drawn: no receivable of that date meets this rule."))
        sample = self.sudo().create(
            {
                **rule,
                "name": self.env._("Sample %(company)s %(day)s", company=root.name, day=format_date(self.env, day)),
                "company_id": root.id,
                "day": day,
                "drawn_at": self.env.cr.now(),
                "user_id": self.env.uid,
                "answer_to": answer_to,
                "population_count": len(population),
                "population_amount": root.currency_id.round(sum(row["amount"] for row in population)),
                "amount": root.currency_id.round(sum(row["amount"] for row in rows)),
                "line_ids": [fields.Command.create({"sequence": place, **row}) for place, row in enumerate(rows, 1)],
            }
        )
        self.env["recovery.event"]._log(
            "printed",
            sample,
            lambda record: self.env._("%s drawn", record.name),
            lambda record: {"drawn": len(rows), "population": len(population)},
        )
        return sample.with_env(self.env)

    @api.model
    def _read_population(self, root, day, unit):
        """Return the rows to draw among: what each customer owes less its credits, or each instalment."""
        items = self.env["recovery.ledger"]._read_items(root, day=day, as_of=day)
        if unit == "instalment":
            return [
                {
                    "partner_id": item.partner_id or False,
                    "line_id": item.line_id,
                    "move_name": item.move_name,
                    "due_date": item.due,
                    "amount": item.residual_company,
                }
                for item in items
                if item.residual_company > 0
            ]
        sums = {}
        for item in items:
            if item.partner_id:
                sums[item.partner_id] = sums.get(item.partner_id, 0.0) + item.residual_company
        rounded = {partner_id: root.currency_id.round(amount) for partner_id, amount in sums.items()}
        return [
            {"partner_id": partner_id, "line_id": 0, "move_name": False, "due_date": False, "amount": amount}
            for partner_id, amount in rounded.items()
            if amount
        ]

    # ------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------
    def action_print_letters(self):
        """Print the letters that ask customers to confirm their balance, and download them together.

        What was printed is kept and printed no more; who has not answered gets a reminder, once the first letter left.
        """
        self.ensure_one()
        require_user(self.env)
        self.check_access("read")
        if not (self.answer_to or "").strip():
            raise UserError(self.env._("First enter to whom customers reply: the auditor's name and address."))
        lines = self.line_ids.filtered("partner_id")
        day = self.company_id._recovery_today()
        lines.filtered(lambda line: not line.letter_id)._print(day, is_reminder=False)
        late = lines.filtered(lambda line: line._is_to_remind(day))
        late._print(day, is_reminder=True)
        # a download would leave the form as it was: none of the letters shows
        return {"type": "ir.actions.act_url", "url": f"/debt_recovery/confirmations/{self.id}", "target": "new"}

    def _get_letters(self):
        """Return the letters of the sample: the last one of each row that has not answered, else the only one."""
        self.check_access("read")
        return [line.sudo()._get_last_letter() for line in self.line_ids if line.letter_id]

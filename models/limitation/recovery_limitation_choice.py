from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..common.given import require_reason
from ..common.retention import CASES, Retained
from ..common.roles import require_user
from ..legal.limitation import Period, add


class RecoveryLimitationChoice(models.Model):
    """What a person decided of the limitation of a debtor's claims, or of one invoice's, and why.

    The last one counts; those before stay to be read.
    """

    _name = "recovery.limitation.choice"
    _description = "Correction of a limitation"
    _retained = Retained(CASES, "decided_on", ("reason",))
    _inherit = ["recovery.guarded"]
    _order = "id desc"
    _check_company_auto = True
    _unlinked_first = True

    debtor_id = fields.Many2one("recovery.debtor", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, precompute=True, index=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: all the claims against the debtor.",
    )
    kind_id = fields.Many2one(
        "recovery.limitation.kind",
        string="Limitation period",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    start_on = fields.Date("Runs from", readonly=True)
    contract_months = fields.Integer("Months agreed in the contract", readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Author", required=True, readonly=True, ondelete="restrict")
    decided_on = fields.Date("On", required=True, readonly=True)
    is_current = fields.Boolean("In force", default=True, readonly=True)

    _one_current = models.UniqueIndex(
        "(debtor_id, COALESCE(move_id, 0)) WHERE is_current IS TRUE", "Somebody has just corrected this limitation."
    )

    @api.depends("kind_id", "start_on", "contract_months", "reason")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for choice in self:
            choice.display_name = choice._describe()

    def _describe(self):
        """Return what was decided, in words."""
        self.ensure_one()
        parts = [self.kind_id.name]
        if self.start_on:
            parts.append(self.env._("from %s", format_date(self.env, self.start_on)))
        if self.contract_months:
            parts.append(self.env._("%s months agreed by contract", self.contract_months))
        return ", ".join(filter(None, parts)) or self.env._("as provided by law")

    @api.model
    def _decide(self, debtor, day, reason, move=None, kind=None, start_on=None, contract_months=0):
        """Correct the limitation of one invoice, or of all claims against a debtor.

        Without kind, start nor contract, what was corrected before no longer counts.

        :param day: today, in the company.
        :return: the correction.
        """
        require_user(self.env)
        debtor.with_env(self.env).check_access("write")
        reason = require_reason(self.env, reason)
        if move and move.commercial_partner_id != debtor.partner_id:
            raise UserError(self.env._("That invoice belongs to another customer."))
        if move and move.company_id.root_id != debtor.company_id:
            raise UserError(self.env._("That invoice belongs to another company."))
        if start_on and not move:
            raise UserError(self.env._("A start is corrected on a single invoice, not on the whole account."))
        if start_on and start_on > day:
            raise UserError(self.env._("A period of limitation cannot start after today."))
        if contract_months:
            self._check_contract(debtor, contract_months, day, kind)
        domain = [
            ("debtor_id", "=", debtor.id),
            ("move_id", "=", move.id if move else False),
            ("is_current", "=", True),
        ]
        replaced = self.sudo().search(domain)
        before = replaced._describe() if replaced else False
        replaced.write({"is_current": False})
        self.env.flush_all()  # one in force: the unique index speaks now
        choice = self.sudo().create(
            {
                "debtor_id": debtor.id,
                "move_id": move.id if move else False,
                "kind_id": kind.id if kind else False,
                "start_on": start_on,
                "contract_months": contract_months,
                "reason": reason,
                "user_id": self.env.user.id,
                "decided_on": day,
            }
        )
        self.env["recovery.event"]._log(
            "limitation_choice",
            choice,
            lambda row: self.env._(
                "Limitation of %(object)s: %(choice)s",
                object=row.move_id.name or row.debtor_id.display_name,
                choice=row._describe(),
            ),
            {"reason": reason, "before": before, "invoice": move.name if move else False},
        )
        debtor._tell_moved(day)
        return choice.with_env(self.env)

    @api.model
    def _check_contract(self, debtor, months, day, kind=None):
        """Refuse a length that the parties cannot agree on (C. civ. 2254; C. conso. L218-1)."""
        if debtor.nature == "consumer" or (kind and kind.default_for == "consumer"):
            raise UserError(
                self.env._(
                    "%s is a consumer: a contract can neither shorten nor lengthen the limitation (C. conso. L218-1).",
                    debtor.display_name,
                )
            )
        get_row = self.env["recovery.legal.parameter"]._read_rows(
            ["limitation_contract_min", "limitation_contract_max"]
        )
        least, most = (get_row(f"limitation_contract_{end}", day)._as_period() for end in ("min", "max"))
        if not add(day, least) <= add(day, Period(months, "months")) <= add(day, most):
            Kind = self.env["recovery.limitation.kind"]
            raise UserError(
                self.env._(
                    "A contract may set the limitation between %(least)s and %(most)s (C. civ. 2254), in months.",
                    least=Kind._describe_period(least),
                    most=Kind._describe_period(most),
                )
            )

    @api.model
    def _explain_kept(self, names):
        return self.env._("A correction cannot be edited: create another one.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_traced(self):
        raise UserError(
            self.env._("A correction is replaced by another one, never deleted: the audit trail must be kept.")
        )

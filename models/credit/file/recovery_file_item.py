from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...common.attachments import adopt
from ...common.calendar import shift
from ...common.identity import is_valid_siren
from ...common.roles import require_user

EXPIRY_DAYS = 30


class RecoveryFileItem(models.Model):
    """One checked item of a debtor's solvency file; a row exists only once somebody dealt with it.

    What the system checks by itself (SIREN, terms, figures) needs no row.
    """

    _name = "recovery.file.item"
    _description = "Credit file item"
    _inherit = ["recovery.guarded", "recovery.united"]
    _united_by = ("type_id",)
    _order = "debtor_id, type_sequence, id"
    _rec_name = "type_id"
    _check_company_auto = True
    _typed = ("result", "date", "valid_until", "reference", "note", "attachment_ids")
    _typed_once = ("debtor_id", "type_id")

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    type_id = fields.Many2one(
        "recovery.file.item.type",
        required=True,
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
    )
    type_sequence = fields.Integer(related="type_id.sequence", store=True)
    check = fields.Selection(related="type_id.check")
    needs_document = fields.Boolean(related="type_id.needs_document")
    result = fields.Selection(
        [("missing", "Missing"), ("ok", "Checked"), ("refused", "Not satisfactory")],
        required=True,
        default="missing",
    )
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("ok", "OK"),
            ("expired", "Expired"),
            ("refused", "Not satisfactory"),
        ],
        compute="_compute_state",
    )
    date = fields.Date("Checked on")
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True)
    valid_until = fields.Date(
        "Valid until",
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        help="Based on the validity of the type, unless you say otherwise.",
    )
    reference = fields.Char(help="Number, link or figure shown in the document.")
    note = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)
    is_expiry_told = fields.Boolean(readonly=True)

    _debtor_type_uniq = models.UniqueIndex(
        "(debtor_id, type_id) WHERE active", "This item is already in the customer's file."
    )

    @api.depends("date", "type_id.validity_months")
    def _compute_valid_until(self):
        for item in self:
            months = item.type_id.validity_months
            item.valid_until = shift(item.date, months=months) if item.date and months else False

    @api.depends("result", "valid_until", "type_id", "debtor_id")
    def _compute_state(self):
        for company, items in self.grouped("company_id").items():
            if not company:
                items.state = "missing"
                continue
            day = company._recovery_today()
            checks = self._run_checks(company, items.debtor_id.partner_id, day)
            for item in items:
                if item.check != "none":
                    item.state = "ok" if item.debtor_id.partner_id.id in checks[item.check] else "missing"
                else:
                    item.state = item._get_state_on(day)

    def _get_union_rank(self):
        """Return the valid one first, then the one valid longest, then the last one that was checked."""
        self.ensure_one()
        state = self._get_state_on(self.company_id._recovery_today())
        rank = ("missing", "expired", "refused", "ok").index(state)
        return (
            rank,
            self.valid_until or fields.Date.to_date("9999-12-31"),
            self.date or self.create_date.date(),
            self.id,
        )

    def _get_state_on(self, day):
        """Return the state of an item that a person checks, on that day."""
        self.ensure_one()
        if self.result == "ok" and self.valid_until and self.valid_until < day:
            return "expired"
        return self.result

    @api.constrains("result", "date", "attachment_ids")
    def _check_proof(self):
        for item in self.filtered(lambda item: item.result == "ok" and item.check == "none"):
            if not item.date:
                raise ValidationError(self.env._("“%s”: enter the day on which it was checked.", item.type_id.name))
            if item.needs_document and not item.attachment_ids:
                raise ValidationError(self.env._("“%s”: attach the document first.", item.type_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        adopt(items)
        items.filtered(lambda item: item.result != "missing")._log_check()
        return items

    def write(self, vals):
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self)
        if "result" in vals:
            self._log_check()
        return result

    @api.model
    def _prepare_creation(self, vals_list):
        return [self._stamp(vals) for vals in super()._prepare_creation(vals_list)]

    @api.model
    def _prepare_change(self, vals):
        return self._stamp(super()._prepare_change(vals))

    @api.model
    def _stamp(self, vals):
        """Return the values with who checked, when a result is given."""
        vals = dict(vals)
        if vals.get("result") in ("ok", "refused"):
            vals["checked_by_id"] = self.env.user.id
        if "date" in vals or "valid_until" in vals:
            vals["is_expiry_told"] = False
        return vals

    def _log_check(self):
        labels = dict(self._fields["result"]._description_selection(self.env))
        self.env["recovery.event"]._log(
            "file_checked",
            self,
            lambda item: self.env._("%(item)s: %(state)s", item=item.type_id.name, state=labels[item.result]),
        )

    def action_check(self):
        """Record that the item was checked today and is in order."""
        require_user(self.env)
        for item in self:
            item.write({"result": "ok", "date": item.company_id._recovery_today()})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_checked(self):
        if self.filtered(lambda item: item.result != "missing"):
            raise UserError(self.env._("A checked item stays in the file: mark it as missing or not satisfactory."))

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------
    @api.model
    def _run_checks(self, company, partners, day):
        """Return the commercial partner ids that pass each automatic check."""
        partners = partners.sudo()
        terms = self.env["recovery.contract.terms"]._get_terms_by_partner(company, partners, day)
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, company)
        return {
            "siren": {partner.id for partner in partners if is_valid_siren(partner.company_registry)},
            "terms": {partner_id for partner_id, found in terms.items() if found.debtor_id and found.has_proof},
            "figures": {d.partner_id.id for d in debtors if d.employee_count or d.annual_turnover},
        }

    @api.model
    def _read_files(self, company, partners, day):
        """Return ``(number in order, number required, names missing)`` per commercial partner id.

        Set-based, for customers with and without a debtor record.
        """
        company = company._recovery_root()
        partners = partners.commercial_partner_id._origin.sudo()
        types = (
            self.env["recovery.file.item.type"]
            .sudo()
            .with_context(active_test=True)
            .search([("company_id", "in", (False, company.id))])
        )
        Debtor = self.env["recovery.debtor"].sudo()
        debtors = {debtor.partner_id.id: debtor for debtor in Debtor._existing_for(partners, company)}
        domain = Domain("company_id", "=", company.id) & Domain("debtor_id", "in", [d.id for d in debtors.values()])
        items = {
            (item.debtor_id.partner_id.id, item.type_id.id): item._get_state_on(day)
            for item in self.sudo().search(domain)
        }
        checks = self._run_checks(company, partners, day)
        files = {}
        for partner in partners:
            debtor = debtors.get(partner.id)
            required = types._get_required(debtor.nature if debtor else Debtor._guess_nature(partner))
            missing = required.filtered(
                lambda t, pid=partner.id: (
                    pid not in checks[t.check] if t.check != "none" else items.get((pid, t.id)) != "ok"
                )
            )
            files[partner.id] = (len(required) - len(missing), len(required), missing.mapped("name"))
        return files

    # ------------------------------------------------------------
    # What expires
    # ------------------------------------------------------------
    @api.model
    def _tell_expiring(self, company, day):
        """Open one task per debtor whose checked items expire within a month; each item is told once.

        :return: the items told.
        """
        items = self.sudo().search(
            [
                ("company_id", "=", company.root_id.id),
                ("result", "=", "ok"),
                ("valid_until", "<=", fields.Date.add(day, days=EXPIRY_DAYS)),
                ("is_expiry_told", "=", False),
            ]
        )
        activity_type = self.env.ref("debt_recovery.mail_activity_type_file_expiry")
        model_id = self.env["ir.model"]._get_id("recovery.debtor")
        vals_list = []
        for debtor, expiring in items.grouped("debtor_id").items():
            user = debtor._get_responsible()
            reader = self.with_context(lang=user.lang or self.env.lang)
            names = ", ".join(expiring.type_id.with_context(lang=user.lang or self.env.lang).mapped("name"))
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": model_id,
                    "res_id": debtor.id,
                    "user_id": user.id,
                    "date_deadline": min(expiring.mapped("valid_until")),
                    "summary": reader.env._("Credit file to renew: %s", names),
                }
            )
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(vals_list)
        items.is_expiry_told = True
        return items

    @api.model
    def _cron_tell_expiring(self):
        """Announce the items that expire in the files of every company."""
        self.env["res.company"]._recovery_for_each_company(
            self, lambda mine, company, day: mine._tell_expiring(company, day)
        )

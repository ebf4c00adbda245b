from odoo import api, fields, models

from ...common.roles import require_user
from ...common.saying import narrow


class RecoveryDebtor(models.Model):
    _inherit = "recovery.debtor"
    _typed = ("file_item_ids",)

    file_item_ids = fields.One2many("recovery.file.item", "debtor_id", string="Credit file")
    file_completeness = fields.Integer("File complete (%)", compute="_compute_file")
    file_missing = fields.Char("Missing in the file", compute="_compute_file")
    is_file_complete = fields.Boolean("File complete", compute="_compute_file")

    @api.depends(
        "file_item_ids.result",
        "file_item_ids.valid_until",
        "nature",
        "employee_count",
        "annual_turnover",
        "partner_id.company_registry",
        "contract_terms_ids",
    )
    @api.depends_context("lang")
    def _compute_file(self):
        Item = self.env["recovery.file.item"]
        for company, debtors in self.grouped("company_id").items():
            files = Item._read_files(company, debtors.partner_id, company._recovery_today()) if company else {}
            for debtor in debtors:
                ready, required, names = files.get(debtor.partner_id.id, (0, 0, []))
                debtor.file_completeness = round(100 * ready / required) if required else 100
                debtor.is_file_complete = ready == required
                debtor.file_missing = ", ".join(names)

    def action_open_file(self):
        """Add what this customer's nature requires to its file, and open the file."""
        self.ensure_one()
        self.check_access("read")
        if self.env["recovery.file.item"].has_access("create"):
            self._prepare_file()
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_file_item_action")
        return narrow(
            action, domain=[("debtor_id", "=", self.id)], context={"default_debtor_id": self.id, "active_test": False}
        )

    def action_prepare_file(self):
        """Add what this customer's nature requires to its file."""
        require_user(self.env)
        self.check_access("read")
        self._prepare_file()

    def _prepare_file(self):
        """Create the missing rows of these debtors' files."""
        Type = self.env["recovery.file.item.type"].with_context(active_test=True)
        vals_list = []
        for debtor in self:
            types = Type.search([("company_id", "in", (False, debtor.company_id.id))])._get_required(debtor.nature)
            vals_list += [
                {"debtor_id": debtor.id, "type_id": item_type.id} for item_type in types - debtor.file_item_ids.type_id
            ]
        self.env["recovery.file.item"].create(vals_list)

from odoo import api, fields, models

from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"
    _carried_not = ("recovery_case_mailbox",)

    recovery_gate = fields.Selection(
        [("block", "No case goes to court while a check is red"), ("warn", "The checks only warn")],
        string="Checks before litigation",
        required=True,
        default="block",
        groups=SETTINGS,
        help="A rule of the company, not of the law: a manager may decide otherwise for a case, giving a reason.",
    )
    recovery_gate_solvency_days = fields.Integer(
        "Creditworthiness check valid for (days)",
        default=90,
        bounds=(1, 3650),
        groups=SETTINGS,
        help="Before a case goes to court: an older check should be renewed.",
    )
    recovery_case_alias_id = fields.Many2one(
        "mail.alias", string="Alias of the litigation mailbox", readonly=True, groups=SETTINGS, ondelete="set null"
    )
    recovery_case_mailbox = fields.Char(
        "Litigation mailbox",
        compute="_compute_recovery_case_mailbox",
        inverse="_inverse_recovery_case_mailbox",
        groups=SETTINGS,
        help="The part before the @, for example contentieux. Lawyers, commissaires and courts write there: when "
        "the subject contains the case number or their reference, their message is filed in the case.",
    )
    recovery_case_address = fields.Char(
        "Address of the litigation mailbox", compute="_compute_recovery_case_address", groups=SETTINGS
    )

    @api.depends("recovery_case_alias_id.alias_name")
    def _compute_recovery_case_mailbox(self):
        for company in self:
            company.recovery_case_mailbox = company.sudo().recovery_case_alias_id.alias_name

    @api.depends("recovery_case_alias_id.alias_full_name", "recovery_case_alias_id.alias_domain")
    def _compute_recovery_case_address(self):
        for company in self:
            alias = company.sudo().recovery_case_alias_id
            company.recovery_case_address = bool(alias.alias_name and alias.alias_domain) and alias.alias_full_name

    def _inverse_recovery_case_mailbox(self):
        """Make, rename or remove the alias: what is sent to it becomes a mail of the company's litigation."""
        for company in self.sudo():
            name, alias = (company.recovery_case_mailbox or "").strip(), company.recovery_case_alias_id
            if not name:
                alias.unlink()
            elif alias:
                alias.alias_name = name
            else:
                root = company._recovery_root()
                company.recovery_case_alias_id = (
                    self.env["mail.alias"]
                    .sudo()
                    .create(
                        {
                            "alias_name": name,
                            "alias_model_id": self.env["ir.model"]._get_id("recovery.case.mail"),
                            "alias_domain_id": root.alias_domain_id.id,
                            "alias_contact": "everyone",
                            "alias_defaults": repr({"company_id": root.id}),
                        }
                    )
                )

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.common.recovery_window import once
from ...models.common.roles import USER, require_manager

# What is to be set up, in the order in which one does it: each has a field that says what is missing.
STEPS = ("identity", "preset", "people", "accounts", "opening", "mail", "printing")


OLD = 90  # days: what is late for longer was reminded elsewhere, most likely


class RecoverySetupWizard(models.TransientModel):
    """The guided set-up: what is missing before the first campaign, read in the data each time, and where to mend it.

    Nothing is ticked by hand: one leaves it and comes back, and what is done is done.
    """

    _name = "recovery.setup.wizard"
    _description = "Guided Setup"
    _inherit = ["recovery.window"]
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
    )
    preset_id = fields.Many2one("recovery.preset", help="What it sets can be changed afterwards.")
    preset_text = fields.Text(related="preset_id.description")
    identity_gap = fields.Text(compute="_compute_gaps")
    preset_gap = fields.Text(compute="_compute_gaps")
    people_gap = fields.Text(compute="_compute_gaps")
    accounts_gap = fields.Text(compute="_compute_gaps")
    opening_gap = fields.Text(compute="_compute_gaps")
    mail_gap = fields.Text(compute="_compute_gaps")
    printing_gap = fields.Text(compute="_compute_gaps")
    campaign_gap = fields.Text(compute="_compute_gaps")
    closed_text = fields.Char("Company in which recovery is followed", compute="_compute_gaps")
    doubt_text = fields.Text("Needs a look", compute="_compute_gaps")
    scenario_name = fields.Char("Scenario followed", compute="_compute_gaps")
    preset_name = fields.Char("Preset followed", compute="_compute_gaps")
    account_names = fields.Char("Accounts followed up", compute="_compute_gaps")
    people_names = fields.Char("Who follows up debts", compute="_compute_gaps")
    opening_text = fields.Text("Late amounts today", compute="_compute_gaps")
    done_count = fields.Integer(compute="_compute_gaps")
    step_count = fields.Integer(compute="_compute_gaps")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_gaps(self):
        require_manager(self.env)
        for setup in self:
            company = setup.company_id
            is_open = bool(company) and company._recovery_is_open()
            setup.closed_text = company._recovery_get_closed_text() if company and not is_open else False
            setup.update(setup._describe(company._recovery_root()) if is_open else setup._describe_nothing())

    def _describe(self, company):
        """Return what the window shows of a company: what is missing per step, and what it does today."""
        gaps = self._find_gaps(company)
        return {
            **{f"{name}_gap": gap or False for name, gap in gaps.items()},
            "step_count": len(gaps),
            "done_count": sum(not gap for gap in gaps.values()),
            "scenario_name": self.env["recovery.scenario"]._get_default(company).name,
            "preset_name": self._find_preset(company).name,
            "account_names": ", ".join(company._recovery_accounts().mapped("display_name")),
            "people_names": ", ".join(self._get_people(company).mapped("name")),
            "opening_text": self._describe_opening(company),
            "doubt_text": "\n".join(company._recovery_get_doubts()) or False,
        }

    def _describe_nothing(self):
        """Return the same of a company of which the user may see nothing now."""
        texts = ("scenario_name", "preset_name", "account_names", "people_names", "opening_text", "doubt_text")
        gaps = [f"{name}_gap" for name in (*STEPS, "campaign")]
        return {**dict.fromkeys((*texts, *gaps)), "step_count": 0, "done_count": 0}

    def _check_may_read(self):
        require_manager(self.env)
        self.company_id._recovery_check_open()

    # ------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------
    def _find_gaps(self, company):
        """Return what is missing per step, in words; empty where it is done."""
        root = company.sudo()
        return {
            "identity": self._say_missing(root._recovery_identity_gaps()),
            "preset": "\n".join(root._recovery_scenario_gaps()) or self._find_no_choice(root),
            "people": self._find_people_gap(root),
            "accounts": self._find_accounts_gap(root),
            "opening": self._find_opening_gap(root),
            "mail": self._find_mail_gap(root),
            "printing": self._find_printing_gap(root),
            "campaign": self._find_campaign_gap(root),
        }

    def _say_missing(self, names):
        return self.env._("Missing: %s.", ", ".join(names)) if names else ""

    def _find_no_choice(self, root):
        if root.recovery_scenario_id:
            return ""
        return self.env._("No scenario is chosen for this company: choose a preset below, or a scenario.")

    def _find_preset(self, company):
        """Return the first preset that the company is set up as, if any."""
        presets = self.env["recovery.preset"].search([], limit=100)
        return presets.filtered(lambda preset: preset._is_followed_by(company))[:1]

    def _get_people(self, company):
        return self.env["res.users"].search(
            Domain("all_group_ids", "in", self.env.ref(USER).ids)
            & Domain("company_ids", "in", company.ids)
            & Domain("share", "=", False),
            limit=20,
        )

    def _find_people_gap(self, root):
        if not self._get_people(root):
            return self.env._("Nobody follows up debts: give at least one user the right “Debt recovery: user”.")
        sender = self.env["recovery.sender"]
        contact = self.env["recovery.responsible"]._find(root) or self.env.user
        return (not sender._find_sender_address(contact, root) and sender._describe_no_sender(contact, root)) or ""

    def _find_accounts_gap(self, root):
        if root._recovery_accounts():
            return ""
        return self.env._("No receivable account is followed up: choose them, or load a chart of accounts.")

    def _describe_opening(self, company):
        """Return what is late today, and how it enters the ladder."""
        count, oldest = self._read_late(company)
        if not count:
            return self.env._("Nothing is late today.")
        return self.env._(
            "Instalments late today: %(count)s; days late of the oldest: %(days)s. Each one starts at the first level, "
            "whatever its age, unless past levels are carried over.",
            count=count,
            days=oldest,
        )

    def _read_late(self, company):
        """Return how many instalments are late, and for how many days the oldest is."""
        day = company._recovery_today()
        late = Domain("company_id", "child_of", company.id) & Domain("parent_state", "=", "posted")
        late &= Domain("account_id", "in", company._recovery_accounts().ids) & Domain("reconciled", "=", False)
        late &= Domain("date_maturity", "<", day) & Domain("balance", ">", 0)
        ((count, oldest),) = (
            self.env["account.move.line"].sudo()._read_group(late, [], ["__count", "date_maturity:min"])
        )
        return count, (day - oldest).days if oldest else 0

    def _find_opening_gap(self, root):
        """Return what to decide about old debts, as long as nothing was reminded and nothing taken over."""
        count, oldest = self._read_late(root)
        notices = self.env["recovery.notice"].sudo().search_count([("company_id", "=", root.id)], limit=1)
        if notices or not count or oldest <= OLD:
            return ""
        return self.env._(
            "Some debts are more than %s days old. Carry over the levels that they had reached elsewhere; "
            "otherwise the first campaign treats them like the others.",
            OLD,
        )

    def _find_mail_gap(self, root):
        sender = self.env["recovery.sender"]
        return sender._describe_no_server() or ""

    def _find_printing_gap(self, root):
        state = self.env["ir.actions.report"].get_wkhtmltopdf_state()
        if state not in ("ok", "workers", "upgrade"):
            return self.env._("Letters cannot be printed: install wkhtmltopdf on the server.")
        if not root.external_report_layout_id:
            return self.env._("The document layout has not been chosen: letters would be sent without your letterhead.")
        return ""

    def _find_campaign_gap(self, root):
        if self.env["recovery.campaign"]._has_begun(root):
            return ""
        return self.env._("No campaign has been sent yet.")

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def action_open(self):
        """Open the identity of the company and its bank account, to complete them."""
        return self._open_company("recovery_setup_identity_action")

    def action_list(self):
        """Open the accounts that are followed, to choose others."""
        return self._open_company("recovery_setup_accounts_action")

    def _open_company(self, name):
        self.ensure_one()
        self._check_may_read()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"debt_recovery.{name}")
        return {**action, "res_id": self.company_id.id}

    def action_show(self):
        """Show the set-up as it is now."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_setup_wizard_action")
        return dict(action, target="main")

    @once
    def action_apply(self):
        """Set the company up as the preset says."""
        self._check_may_read()
        if not self.preset_id:
            raise UserError(self.env._("Choose a preset first."))
        self.preset_id._apply(self.company_id)
        return self._say(self.env._("Set up as “%s”.", self.preset_id.name), self.action_show())

    @once
    def action_restore(self):
        """Bring back what came with the module and was deleted: parameters, wordings, stages, reasons."""
        self._check_may_read()
        missing = self.env["recovery.shipped"]._find_missing()
        self.env["recovery.shipped"]._bring_back(missing)
        return self._say(self.env._("Restored: %s.", len(missing)), self.action_show())

    @once
    def action_campaign(self):
        """Make the first campaign and open it, for somebody to look at before it leaves."""
        self._check_may_read()
        gaps = self.company_id._recovery_root()._recovery_identity_gaps()
        if gaps:
            raise UserError(self.env._("The sender's identity comes first: %s is missing.", ", ".join(gaps)))
        campaign = self.env["recovery.campaign"].create({"company_id": self.company_id.id})
        campaign.action_propose()
        return campaign._get_records_action(name=campaign.name)

from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.recovery_window import once
from ....models.common.roles import require_user


class RecoveryExhibitWizard(models.TransientModel):
    """Add documents by hand to the file of a case: who adds them, when and where they come from is kept with them."""

    _name = "recovery.exhibit.wizard"
    _description = "Add an Exhibit"
    _inherit = ["recovery.window"]

    case_id = fields.Many2one("recovery.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    kind = fields.Selection(selection="_selection_kind", string="What it proves", required=True, default="other")
    name = fields.Char("Description", required=True, help="As it will appear in the list of exhibits.")
    date = fields.Date("Date of the document", required=True, compute="_compute_date", store=True, readonly=False)
    origin = fields.Char("Where it comes from", required=True, help="For example: the salesperson's folder, the bank.")
    note = fields.Char("Remark", help="For internal use: it appears in no list.")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", help="Each file is an exhibit of its own.")

    @api.model
    def _selection_kind(self):
        return self.env["recovery.exhibit"]._fields["kind"]._description_selection(self.env)

    @api.depends("case_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.date or (wizard.company_id or self.env.company)._recovery_today()

    @once
    def action_add(self):
        """Add each file to the case and say what cannot be shown in the bundle."""
        self.ensure_one()
        require_user(self.env)
        case = self.case_id
        case.check_access("write")
        if not self.attachment_ids:
            raise UserError(self.env._("Choose the file first: an exhibit is a document."))
        exhibits = self.env["recovery.exhibit"]._add_typed(
            case, self._prepare_rows(), case.company_id._recovery_today()
        )
        self._get_own_files().unlink()
        if shown := exhibits.filtered("problem"):
            problems = dict(exhibits._fields["problem"]._description_selection(self.env))
            named = ", ".join(f"{exhibit.name} ({problems[exhibit.problem]})" for exhibit in shown)
            return self._say(
                self.env._("Added. Its pages cannot be included in the bundle, the file is in the archive: %s", named),
                kind="warning",
            )
        return self._say(self.env._("Added: %s.", self._describe_records(exhibits)))

    def _get_own_files(self):
        """Return the files that were uploaded on the window: the pieces have copies of their own."""
        return self.attachment_ids.sudo().filtered(
            lambda file: file.create_uid == self.env.user and (not file.res_id or file.res_model == self._name)
        )

    def _prepare_rows(self):
        self.attachment_ids.check_access("read")
        count = len(self.attachment_ids)
        rows = []
        for number, file in enumerate(self.attachment_ids, 1):
            content = file.sudo()._recovery_content()
            if not content:
                raise UserError(self.env._("%s is empty: choose it again.", file.name))
            rows.append(
                {
                    "kind": self.kind,
                    "name": f"{self.name} ({number}/{count})" if count > 1 else self.name,
                    "date": self.date,
                    "origin": self.origin,
                    "note": self.note,
                    "content": content,
                    "file_name": file.name,
                }
            )
        return rows

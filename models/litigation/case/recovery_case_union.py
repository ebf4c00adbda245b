from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...common.roles import require_user
from .recovery_case_line import TAKEN_OVER


class RecoveryCaseUnion(models.AbstractModel):
    """Put cases together, or let claims leave for a case of their own: each keeps the story that it had."""

    _name = "recovery.case.union"
    _description = "Recovery: merging and splitting of cases"

    @api.model
    def _regroup(self, cases, kept, reason):
        """Have one case go on with the claims of the others, of the same customer and company.

        :param kept: the ``recovery.case`` that goes on, one of these.
        """
        require_user(self.env)
        cases.check_access("write")
        others = cases - kept
        self._check_alike(cases)
        if kept not in cases or not others:
            raise UserError(self.env._("Choose at least two cases, and the one that continues."))
        if closed := cases.filtered(lambda case: not case.is_open)[:1]:
            raise UserError(self.env._("%s is closed: it cannot be merged.", closed.display_name))
        others._check_gate(kept.stage_id)
        moving = others.line_ids.filtered("is_running")
        vals_list = [claim._prepare_moved(kept) for claim in moving]
        names = ", ".join(others.mapped("name"))
        others.sudo().merged_into_id = kept
        why = self.env._("Merged into %(case)s: %(reason)s", case=kept.name, reason=reason)
        others._close("merged", why, "merged")
        self.env.flush_all()  # an instalment is claimed in one open case: the unique index speaks now
        with TAKEN_OVER.say():
            self.env["recovery.case.line"].sudo().create(vals_list)
        self.env["recovery.event"]._log(
            "case_regrouped",
            cases,
            lambda case: (
                self.env._("Continues with the claims of %s", names)
                if case == kept
                else self.env._("Merged into %s", kept.name)
            ),
            lambda case: {**case._get_trace(), "reason": reason},
        )
        kept.message_post(
            body=self.env._("Continues with the claims of %(cases)s: %(reason)s", cases=names, reason=reason),
            subtype_xmlid="mail.mt_note",
        )
        others._hook_moved_to(kept, moving.line_id)

    @api.model
    def _check_alike(self, cases):
        """Refuse to put together what two customers owe, or two companies claim."""
        if len(cases.debtor_id) > 1 or len(cases.company_id) > 1:
            raise UserError(self.env._("Only cases of the same customer and company can be merged."))

    @api.model
    def _split(self, case, claims, reason):
        """Let claims leave for a case of their own.

        :param claims: ``recovery.case.line`` records of the case, not all of them.
        :return: the new case.
        """
        require_user(self.env)
        case.ensure_one()
        case.check_access("write")
        running = case.line_ids.filtered("is_running")
        leaving = claims & running
        if not leaving or leaving == running:
            raise UserError(self.env._("Choose some of the claims of %s: at least one must stay.", case.name))
        day = case.company_id._recovery_today()
        vals_list = [claim._prepare_moved(case.browse()) for claim in leaving]
        why = self.env._("Split: %s", reason)
        leaving.sudo().write({"removed_on": day, "removal_reason": why})
        case._get_running_holds().filtered(lambda hold: hold.line_id in leaving.line_id)._release(day, why)
        self.env.flush_all()  # as above
        with TAKEN_OVER.say():
            new = (
                case.sudo()
                .create({**case._prepare_split(), "opened_on": day, "line_ids": list(map(Command.create, vals_list))})
                .with_env(self.env)
            )
        self.env["recovery.event"]._log(
            "case_split",
            case | new,
            lambda one: (
                self.env._("Split from %s", case.name) if one == new else self.env._("%s leaves it", new.display_name)
            ),
            lambda one: {**one._get_trace(), "reason": reason},
        )
        case._hook_moved_to(new, leaving.line_id)
        return new

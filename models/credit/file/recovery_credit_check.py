from odoo import api, models

from ..recovery_credit_check import judges


class RecoveryCreditCheck(models.AbstractModel):
    """Credit may wait for a complete solvency file."""

    _inherit = "recovery.credit.check"

    @judges("file")
    @api.model
    def _test_file(self, case, rule):
        """Name what the customer's solvency file still misses."""
        if "files" not in case.known:
            case.known["files"] = self.env["recovery.file.item"]._read_files(case.company, case.customers, case.day)
        ready, required, missing = case.known["files"][case.partner.id]
        if ready == required:
            return ""
        if not case.shows_figures:
            return self.env._("The file of %(customer)s is not complete.", customer=case.partner.name)
        return self.env._(
            "The credit file of %(customer)s still lacks: %(items)s.",
            customer=case.partner.name,
            items=", ".join(missing),
        )

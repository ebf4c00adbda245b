"""What the module knows of core's translations: a file of them is read past the fields' checks."""

from odoo import models


class BaseLanguageImport(models.TransientModel):
    """A file of translations is read past the checks of fields: what it wrote is looked at afterwards."""

    _inherit = "base.language.import"

    def import_lang(self):
        result = super().import_lang()
        self.env["recovery.wording"]._check_all_texts()
        return result

"""What the module knows of core's translations: they are read from files past the fields' checks and their writing."""

from odoo import models


class BaseLanguageImport(models.TransientModel):
    """A file of translations is read past the checks of fields: what it wrote is looked at afterwards, and told."""

    _inherit = "base.language.import"

    def import_lang(self):
        with self.env["recovery.traced.changes"]._tell_translations(self.mapped("code")):
            result = super().import_lang()
        self.env["recovery.wording"]._check_all_texts()
        return result

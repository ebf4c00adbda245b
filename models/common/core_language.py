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


class IrModuleModule(models.Model):
    """Translations that a module brings replace what people wrote, where somebody asks for it."""

    _inherit = "ir.module.module"

    def _update_translations(self, filter_lang=None, overwrite=False):
        if not overwrite:
            return super()._update_translations(filter_lang, overwrite)
        langs = [filter_lang] if isinstance(filter_lang, str) else filter_lang
        with self.env["recovery.traced.changes"]._tell_translations(langs):
            return super()._update_translations(filter_lang, overwrite)

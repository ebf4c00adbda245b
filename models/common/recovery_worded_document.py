from odoo import api, models


class RecoveryWordedDocument(models.AbstractModel):
    """A kind of document whose texts are filled: a closed list of placeholders, and their finished strings."""

    _name = "recovery.worded.document"
    _description = "Recovery: documents built from texts with placeholders"

    _placeholders = ()  # fields that hold text in the reader's language; every class declares its own

    @api.model
    def _get_placeholders(self):
        """Return the names that texts may ask for: what the classes of the model declare, room by room."""
        return tuple(name for base in reversed(type(self).__mro__) for name in base.__dict__.get("_placeholders", ()))

    @api.model
    def _get_placeholder_titles(self):
        """Return ``{name: what people call it}`` for what texts may ask for, in their order."""
        return {name: self._fields[name]._description_string(self.env) for name in self._get_placeholders()}

    @api.model
    def mail_allowed_qweb_expressions(self):
        """Allow core's own templates on the model what its texts may ask for, and nothing else."""
        return tuple(f"object.{name}" for name in self._get_placeholders())

    def _read_placeholders(self, names, lang):
        """Return ``{document: {name: string}}`` in a language; of the closed list only."""
        known = [name for name in self._get_placeholders() if name in names]
        return {
            document: {name: str(translated[name] or "") for name in known}
            for document, translated in zip(self, self.with_context(lang=lang), strict=True)
        }

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .placeholders import UnknownPlaceholder, find_meant, parse_html, parse_line, write_placeholder


class RecoveryWording(models.AbstractModel):
    """Texts that people type with placeholders: filled from finished strings, never evaluated.

    A field declares the kind of document that fills it, a ``recovery.worded.document``, with
    ``filled_for``. What asks for anything else than its placeholders is refused in whatever
    language and by whatever way it comes, and never filled should it be there all the same.
    """

    _name = "recovery.wording"
    _description = "Recovery: texts with placeholders"

    def _valid_field_parameter(self, field, name):
        return name == "filled_for" or super()._valid_field_parameter(field, name)

    @api.model
    def _get_text_fields(self):
        """Return the names of the fields whose text is typed with placeholders."""
        return [name for name, field in self._fields.items() if getattr(field, "filled_for", None)]

    @api.model
    def _get_placeholders(self, name):
        """Return the placeholders that exist for the text of this field."""
        return self.env[self._fields[name].filled_for]._get_placeholders()

    @api.model
    def _get_placeholder_titles(self, name):
        """Return what people call the placeholders of this field, per name."""
        return self.env[self._fields[name].filled_for]._get_placeholder_titles()

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Describe the fields; a text that is filled says by their titles what may be inserted into it."""
        described = super().fields_get(allfields, attributes)
        if attributes is None or "string" in attributes:
            for name in set(self._get_text_fields()) & described.keys():
                described[name]["placeholders"] = [*self._get_placeholder_titles(name).items()]
        return described

    def _get_text_title(self):
        """Return what messages call the owner of the texts."""
        return f"{self.env['ir.model']._get(self._name).name}, {self.display_name}"

    def _get_text_languages(self):
        """Return the languages in which the texts exist, the one in which people type first."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return list(dict.fromkeys((self.env.lang or "en_US", "en_US", *installed)))

    # ------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------
    def _validate_fields(self, field_names, excluded_names=()):
        """Check the texts that are written: every way in through the ORM comes by here, translations included."""
        names = list(field_names)
        result = super()._validate_fields(names, excluded_names)
        self._check_texts([name for name in self._get_text_fields() if name in names])
        return result

    def _check_texts(self, names):
        """Refuse what no document can fill, in every language of these fields, whichever was typed.

        Those that were not written are left alone: an old fault in one never keeps another from being mended.
        """
        for record in self:
            for lang in record._get_text_languages():
                for name in names:
                    if unknown := record._read_text(name, lang).find_unknown(self._get_placeholders(name)):
                        raise ValidationError(
                            "\n".join(
                                (
                                    record._describe_unknown(name, lang, unknown),
                                    self._advise_placeholder(name, unknown[0]),
                                    self.env._("Available ones: %s", self._list_placeholders(name)),
                                )
                            )
                        )

    @api.model
    def _check_all_texts(self):
        """Check every text that is stored: after something wrote past the fields."""
        for name in self.env.registry.descendants(["recovery.wording"], "_inherit"):
            model = self.env[name].sudo().with_context(active_test=False)
            if not (model._abstract or model._transient):
                model.search(Domain.TRUE)._check_texts(model._get_text_fields())

    @api.model
    def _list_placeholders(self, name):
        titles = self._get_placeholder_titles(name)
        return ", ".join(f"{title} (object.{placeholder})" for placeholder, title in titles.items())

    @api.model
    def _advise_placeholder(self, name, found):
        """Return what to write instead of what is no placeholder."""
        titles = self._get_placeholder_titles(name)
        if meant := find_meant(found, titles):
            return self.env._(
                "Instead of %(found)s, write %(written)s for “%(title)s”.",
                found=found,
                written=write_placeholder(meant),
                title=titles[meant],
            )
        return self.env._(
            "Remove it, or choose a field with the “Insert a field” button. A field is written like this, with its "
            "brackets closed: %s.",
            write_placeholder(next(iter(titles))),
        )

    def _describe_unknown(self, name, lang, unknown):
        """Return which text asks for what nobody gives, in words."""
        self.ensure_one()
        return self.env._(
            "%(wording)s, “%(field)s” (%(language)s): %(found)s is not a placeholder.",
            wording=self._get_text_title(),
            field=self._fields[name]._description_string(self.env),
            language=dict(self.env["res.lang"].get_installed()).get(lang, lang),
            found=", ".join(unknown[:3]),
        )

    # ------------------------------------------------------------
    # Filling
    # ------------------------------------------------------------
    def _read_text(self, name, lang=None):
        """Return a field's :class:`placeholders.Text` in a language, as its sanitiser lets it through.

        What the sanitiser takes away of a value that never met it counts as strange all the same.
        """
        self.ensure_one()
        field = self._fields[name]
        source = self.with_context(lang=lang or self.env.lang)[name]
        if field.type != "html":
            return parse_line(source)
        text = parse_html(field.convert_to_cache(source, self))
        return text._replace(strange=(*parse_html(source).strange, *text.strange))

    def _parse_texts(self, names, lang=None):
        """Return ``{name: Text}``, ready to be filled.

        :raises UserError: one of them asks for something else than its placeholders, whatever way it got in.
        """
        texts = {name: self._read_text(name, lang) for name in names}
        for name, text in texts.items():
            if unknown := text.find_unknown(self._get_placeholders(name)):
                message = self._describe_unknown(name, lang or self.env.lang or "en_US", unknown)
                raise UserError(message) from UnknownPlaceholder(unknown)
        return texts

    @api.model
    def _fill_texts(self, texts, documents, lang):
        """Return ``{document: {name: filled text}}``, in the words of a language.

        :param dict texts: what ``_parse_texts`` returned.
        """
        names = {name for text in texts.values() for name in text.get_names()}
        values = documents._read_placeholders(names, lang)
        return {document: {name: text.fill(values[document]) for name, text in texts.items()} for document in documents}

    @api.model
    def _describe_refusal(self, error):
        """Return as a paragraph why a text was not filled, for a preview; any other error is raised again."""
        if not isinstance(error.__cause__, UnknownPlaceholder):
            raise error
        return Markup("<p class='text-danger'>%s</p>") % str(error)

from datetime import date

import psycopg2

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.modules import Manifest
from odoo.tools import ormcache

from .configuration_file import ADDED, BASE, CHANGED, CLOSED, UNKNOWN, compare, is_same, merge

TRACED = "recovery.traced.settings"
# By which field a record of core is known in another database; nothing else of core is named in the file.
CORE_KEYS = {
    "account.account": "code",
    "account.account.tag": "name",
    "account.journal": "code",
    "res.country": "code",
    "res.country.group": "name",
    "res.currency": "name",
    "res.partner.category": "name",
    "res.partner.industry": "name",
}
# Fields of the company that name records of its own accounts.
OF_COMPANY = ("account.account", "account.journal")


class Unresolved(Exception):
    """A value names what is not here."""

    def __init__(self, model, ref):
        super().__init__(ref)
        self.model = model
        self.ref = ref


class RecoveryConfiguration(models.AbstractModel):
    """The whole configuration as plain values that mean the same in another database.

    Each model of settings declares what goes there (``_carried_key``, ``_carried_not``). No id, no person, no secret:
    a record is known by the external id that we shipped it with, else by its key; one of core by its code.
    """

    _name = "recovery.configuration"
    _description = "Recovery: configuration export and import"

    # ------------------------------------------------------------
    # What goes there
    # ------------------------------------------------------------
    @api.model
    @ormcache()
    def _get_models(self):
        """Return the names of the models that go there, each after those that it points at."""
        traced = self.pool[TRACED]
        names = sorted(
            name
            for name, Model in self.pool.items()
            if issubclass(Model, traced) and not Model._abstract and Model._carried_key
        )
        ordered = []

        def visit(name):
            if name in ordered or name in waiting:
                return
            waiting.add(name)
            for field in self.pool[name]._fields.values():
                if field.type == "many2one" and field.comodel_name in names:
                    visit(field.comodel_name)
            ordered.append(name)

        for name in names:
            waiting = set()
            visit(name)
        return tuple(ordered)

    @api.model
    @ormcache("model")
    def _get_fields(self, model):
        """Return the names of the fields of a model that go there."""
        Model = self.env[model]
        names = Model._recovery_get_carried_fields() if model == "res.company" else Model._get_carried_fields()
        known = {*self._get_models(), *CORE_KEYS}
        return tuple(
            name for name in names if not Model._fields[name].relational or Model._fields[name].comodel_name in known
        )

    @api.model
    def _get_languages(self):
        """Return the codes of the languages in which texts go there, that of the program first."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return [BASE, *(code for code in installed if code != BASE)]

    @api.model
    def _collect(self, company):
        """Return the configuration of a root company, shared settings included, as :mod:`configuration_file` has it."""
        self, company = self.sudo(), company.sudo()
        book = self._make_book(company)
        settings = {}
        for model in self._get_models():
            records = book[model]["records"]
            values = self._read_values(records, book, company)
            settings[model] = [
                {
                    "ref": book[model]["refs"][record.id],
                    "title": record.with_context(lang=self.env.lang).display_name or "",
                    "own": self._is_own(record),
                    "values": {name: value for name, value in values[record.id].items() if name not in left},
                    "left": sorted(left),
                }
                for record, left in ((record, record._get_left_here()) for record in records)
            ]
        return {
            "module": Manifest.for_addon("debt_recovery")["version"],
            "currency": company.currency_id.name,
            "languages": self._get_languages(),
            "company": self._read_values(company, book, company)[company.id],
            "settings": settings,
        }

    @api.model
    def _is_own(self, record):
        return "company_id" in record._fields and bool(record.company_id)

    @api.model
    def _make_book(self, company):
        """Return ``{model: {"records", "refs": {id: ref}, "ids": {ref: id}}}`` of what stands here."""
        book = {}
        for model in self._get_models():
            Model = self.env[model].sudo().with_context(active_test=False, lang=None)
            domain = Model._get_carried_domain()
            if "company_id" in Model._fields:
                domain &= Domain("company_id", "in", (False, company.id))
            records = Model.search(domain, order="id")
            refs = self._get_refs(records, book)
            book[model] = {"records": records, "refs": refs, "ids": {ref: id_ for id_, ref in refs.items()}}
        return book

    @api.model
    def _get_refs(self, records, book):
        """Return ``{id: ref}``: the external id of what we shipped, else the key, numbered where others have it."""
        shipped = self.env["ir.model.data"].sudo()
        found = shipped.search([("module", "=", "debt_recovery"), ("model", "=", records._name)], order="id desc")
        names = {data.res_id: data.complete_name for data in found}
        refs, counts = {}, {}
        for record in records:
            ref = names.get(record.id) or self._get_key(record, book)
            counts[ref] = counts.get(ref, 0) + 1
            refs[record.id] = ref if counts[ref] == 1 else f"{ref} #{counts[ref]}"
        return refs

    @api.model
    def _get_key(self, record, book):
        parts = []
        for name in record._carried_key:
            value = record[name]
            if record._fields[name].type == "many2one":
                parts.append(book[value._name]["refs"].get(value.id, "") if value else "")
            else:
                parts.append("" if value in (False, None) else str(value))
        return " / ".join(["own" if self._is_own(record) else "shared", *parts])

    @api.model
    def _read_values(self, records, book, company):
        """Return ``{id: {field: plain value}}``."""
        values = {record.id: {} for record in records}
        langs = self._get_languages()
        for name in self._get_fields(records._name):
            field = records._fields[name]
            if field.translate:
                texts = [records.with_context(lang=None if lang == BASE else lang) for lang in langs]
                for record, *translated in zip(records, *texts, strict=True):
                    said = [text[name] or None for text in translated]
                    values[record.id][name] = dict(zip(langs, map(self._to_text, said), strict=True))
            else:
                for record in records:
                    values[record.id][name] = self._to_plain(field, record[name], book, company)
        return values

    @api.model
    def _to_text(self, value):
        return None if value is None else str(value)

    @api.model
    def _to_plain(self, field, value, book, company):
        if field.type == "many2one":
            return self._to_ref(value, book, company) if value else None
        if field.type == "many2many":
            return sorted(filter(None, (self._to_ref(record, book, company) for record in value)))
        if isinstance(value, date):
            return value.isoformat()
        if field.type in ("boolean", "integer", "float", "monetary"):
            return value
        return str(value) if value else None

    @api.model
    def _to_ref(self, record, book, company):
        """Return how a record is known there, None of what stays here."""
        if record._name in book:
            return book[record._name]["refs"].get(record.id)
        record = record.sudo().with_company(company).with_context(lang=None)
        return record[CORE_KEYS[record._name]] or None

    # ------------------------------------------------------------
    # What would change
    # ------------------------------------------------------------
    @api.model
    def _compare(self, company, content):
        """Return the :class:`configuration_file.Change` that a file would make, and what it lacks.

        :raises UserError: the file names what this version does not know.
        """
        models_here = self._get_models()
        if unknown := [model for model in content["settings"] if model not in models_here]:
            raise UserError(self.env._("This version does not recognise these settings: %s.", ", ".join(unknown)))
        for model, rows in [*content["settings"].items(), ("res.company", [{"values": content["company"]}])]:
            known = {*self._get_fields(model)}
            if unknown := {name for row in rows for name in row["values"] if name not in known}:
                raise UserError(
                    self.env._(
                        "%(model)s: this version does not recognise %(fields)s.",
                        model=self._name_model(model),
                        fields=", ".join(sorted(unknown)),
                    )
                )
        languages = {*self._get_languages()} & {*content["languages"], BASE}
        changes = compare(self._collect(company), content, languages)
        return [change._replace(kind=self._judge(company, change)) for change in changes]

    @api.model
    def _judge(self, company, change):
        """Return the kind of a change: who sets the company up is an administrator, some rows come with the program."""
        if change.model == "res.company" and not self.env["res.company"].browse(company.id).has_access("write"):
            return CLOSED
        return UNKNOWN if change.kind == ADDED and not self._is_made(change.model) else change.kind

    @api.model
    def _is_made(self, model):
        """Tell whether people make records of this model: others come with the program."""
        return {*self.env[model]._carried_key} <= {*self._get_fields(model)}

    @api.model
    def _name_model(self, model):
        return self.env["ir.model"].sudo()._get(model).name

    # ------------------------------------------------------------
    # Changing it
    # ------------------------------------------------------------
    @api.model
    def _apply(self, company, changes, languages):
        """Make changes as the user, all or none; return what was done, to be undone: a list of plain dicts."""
        book = self._make_book(company)
        order = [*self._get_models(), "res.company"]
        done, later = [], []
        with self.env.cr.savepoint():
            for change in sorted(changes, key=lambda change: order.index(change.model)):
                if change.kind not in (ADDED, CHANGED):
                    continue
                try:
                    done.append(self._apply_one(company, change, book, languages, later))
                except Unresolved as error:
                    raise self._refuse(change, self._describe_unresolved(error)) from error
                except (AccessError, UserError, ValidationError) as error:
                    raise self._refuse(change, error) from error
            for change, record, name, value in later:
                try:
                    record.write({name: self._to_value(record, name, value, book, company)})
                except Unresolved as error:
                    raise self._refuse(change, self._describe_unresolved(error)) from error
            self.env.flush_all()
        return done

    @api.model
    def _refuse(self, change, why):
        title = change.row["title"] or self._name_model(change.model)
        return UserError(
            self.env._(
                "Nothing was changed. %(model)s “%(title)s”: %(why)s",
                model=self._name_model(change.model),
                title=title,
                why=why,
            )
        )

    @api.model
    def _describe_unresolved(self, error):
        name = self._name_model(error.model)
        return self.env._("%(model)s “%(ref)s” does not exist here: create it first.", model=name, ref=error.ref)

    @api.model
    def _apply_one(self, company, change, book, languages, later):
        values = {name: merge(here, there, languages) for name, (here, there) in change.fields.items()}
        Model = self.env[change.model]
        texts = {name: self._check_texts(value) for name, value in values.items() if Model._fields[name].translate}
        plain, waiting = self._prepare_plain(Model, values, book, company)
        if change.kind == ADDED:
            record = self._make(company, change, {**plain, **{n: t.get(BASE) or False for n, t in texts.items()}})
            book[change.model]["ids"][change.row["ref"]] = record.id
        else:
            ids = book.get(change.model, {}).get("ids", {})
            record = Model.browse(ids[change.row["ref"]] if ids else company.id)
            if plain:
                record.write(plain)
        for name, text in texts.items():
            self._translate(record, name, text, is_new=change.kind == ADDED)
        later += [(change, record, name, value) for name, value in waiting.items()]
        return {
            "kind": change.kind,
            "model": change.model,
            "id": record.id,
            "title": change.row["title"],
            "before": {name: here for name, (here, _there) in change.fields.items()},
            "after": values,
        }

    @api.model
    def _prepare_plain(self, Model, values, book, company):
        """Return ``(values to write, {field: value})``: the latter are links to what comes later in the file."""
        plain, waiting = {}, {}
        for name, value in values.items():
            field = Model._fields[name]
            if field.translate:
                continue
            try:
                plain[name] = self._to_value(Model, name, value, book, company)
            except Unresolved:
                if field.type != "many2many" or field.comodel_name not in book:
                    raise
                waiting[name] = value
        return plain, waiting

    @api.model
    def _make(self, company, change, vals):
        """Create a record; one that left something behind waits, archived, until somebody completes it."""
        Model, row = self.env[change.model], change.row
        field = Model._fields.get("company_id")
        if row["own"] and field and not field.related:
            vals["company_id"] = company.id
        if row["left"] and "active" in vals:
            vals["active"] = False
        return Model.create(vals)

    @api.model
    def _to_value(self, record, name, value, book, company):
        """Return a plain value as the field takes it; what is none for it is left to the field to refuse."""
        field = record._fields[name]
        if field.type == "many2one":
            return self._find(field.comodel_name, value, book, company) if value else False
        if field.type == "many2many":
            if not isinstance(value, list):
                raise Unresolved(field.comodel_name, value)
            return [(6, 0, [self._find(field.comodel_name, ref, book, company) for ref in value])]
        return False if value is None else value

    @api.model
    def _find(self, model, ref, book, company):
        """Return the id of what a ref names here."""
        if not isinstance(ref, str):
            raise Unresolved(model, ref)
        if model in book:
            found = book[model]["ids"].get(ref)
        else:
            Model = self.env[model].sudo().with_company(company).with_context(active_test=True, lang=None)
            domain = Domain(CORE_KEYS[model], "=", ref)
            if model in OF_COMPANY:
                domain &= Domain(Model._check_company_domain(company))
            found = Model.search(domain, limit=1).id
        if not found:
            raise Unresolved(model, ref)
        return found

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------
    @api.model
    def _check_texts(self, value):
        if isinstance(value, dict) and all(text is None or isinstance(text, str) for text in value.values()):
            return value
        raise UserError(self.env._("A text is not translated per language as expected."))

    @api.model
    def _translate(self, record, name, texts, is_new=False):
        """Write a text in several languages, those left out kept."""
        field = record._fields[name]
        base = texts.get(BASE)
        installed = {*self._get_languages()}
        others = {lang: text for lang, text in texts.items() if lang != BASE and lang in installed}
        if not base:
            record.write({name: False})
            return
        if not callable(field.translate):
            record.update_field_translations(name, {BASE: base, **{k: v or False for k, v in others.items()}})
            return
        here = record.with_context(lang=None)
        if not is_new and str(here[name] or "") != base:
            here.write({name: base})
        base = str(here[name] or "")  # as the field keeps it
        terms = field.get_translation_dictionary(base, {lang: text or base for lang, text in others.items()})
        translations = {lang: {term: by_lang[lang] for term, by_lang in terms.items()} for lang in others}
        if translations and terms:
            record.update_field_translations(name, translations)

    # ------------------------------------------------------------
    # Undoing it
    # ------------------------------------------------------------
    @api.model
    def _undo(self, company, done):
        """Take back what :meth:`_apply` did, the last first; what was changed since stays as it is.

        :return: the sentences that tell what stays.
        """
        kept, book = [], self._make_book(company)
        with self.env.cr.savepoint():
            for change in reversed(done):
                record = self.env[change["model"]].browse(change["id"]).exists()
                title = f"{self._name_model(change['model'])} “{change['title']}”"
                if not record:
                    kept.append(self.env._("%s has been deleted since.", title))
                elif change["kind"] == ADDED:
                    kept += self._take_away(record, title)
                else:
                    kept += self._put_back(company, record, change, title, book)
            self.env.flush_all()
        return kept

    @api.model
    def _take_away(self, record, title):
        """Delete what was added, or archive it where it is in use."""
        try:
            with self.env.cr.savepoint():
                record.unlink()
                return []
        except AccessError:
            raise
        except (UserError, psycopg2.IntegrityError):
            self.env.invalidate_all()
        if record._active_name:
            record.write({record._active_name: False})
            return [self.env._("%s is in use: archived.", title)]
        return [self.env._("%s is in use: kept.", title)]

    @api.model
    def _put_back(self, company, record, change, title, book):
        now = self._read_values(record.sudo().with_context(lang=None), book, company)[record.id]
        languages, kept = {*self._get_languages()}, []
        for name, before in change["before"].items():
            label = record._fields[name]._description_string(self.env)
            if is_same(now.get(name), change["after"].get(name), languages):
                try:
                    if record._fields[name].translate:
                        self._translate(record, name, before)
                    else:
                        record.write({name: self._to_value(record, name, before, book, company)})
                    continue
                except Unresolved as error:
                    reason = self._describe_unresolved(error)
            else:
                reason = self.env._("changed since")
            kept.append(self.env._("%(what)s, %(field)s: %(why)s", what=title, field=label, why=reason))
        return kept

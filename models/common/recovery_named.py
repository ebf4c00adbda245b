from collections import defaultdict

from odoo import api, models
from odoo.api import NewId
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command

LARGEST_ID = 2**31


class RecoveryNamed(models.AbstractModel):
    """What a person names, that person may read: asked before anything is computed from it.

    Related and stored fields are read with elevated rights, and an id may come from a form, from a
    ``default_`` key of any context, from the person's own defaults or from a command for a line: whatever the
    way, each named record is checked as the user, with the companies that are ticked. In superuser mode
    nothing is: engines name what they have found themselves.
    """

    _name = "recovery.named"
    _description = "Recovery: records named by a person"
    _inherit = ["recovery.bounded"]

    # Pairs of fields that name records together: ``(field of the model's name, field of the ids)``.
    _named_pairs = ()

    @api.model
    def default_get(self, fields_list):
        """Refuse defaults that name what the user may not read."""
        self._check_names(fields_list)
        if self._is_asked():
            self._check_named(self._get_given_defaults(fields_list))
        return super().default_get(fields_list)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse values that name what the user may not read."""
        self._check_shape(vals_list)
        if self._is_asked():
            given = self._get_given_defaults()
            self._check_named(*({**given, **vals} for vals in vals_list))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse values that name what the user may not read."""
        self._check_shape(vals)
        if self._is_asked():
            self._check_named(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Refuse values that name what the user may not read, the defaults that complete them included."""
        self._check_shape(values)
        if self._is_asked():
            shown = {name for name in values if name not in field_names and self._is_only_shown(name)}
            given = {} if self else self._get_given_defaults()
            refused = self._check_named({**given, **values}, shown=shown)
            values = {name: value for name, value in values.items() if name not in refused}
        return super().onchange(values, field_names, fields_spec)

    def export_data(self, fields_to_export):
        """Export what the user may read: core names a record by an external id without asking."""
        if self._is_asked():
            self.check_access("read")
        return super().export_data(fields_to_export)

    @api.private
    def browse(self, ids=()):
        """Return records of ours by ids that may be ones."""
        if self._guarded_prefix:
            return super().browse(ids)
        if isinstance(ids, str | float):
            raise self._get_misunderstanding()
        records = super().browse(ids)
        if {*map(type, records._ids)} <= {int} and max(records._ids, default=0) < LARGEST_ID and 0 not in records._ids:
            return records  # nearly always, and for very many at once
        if any(not id_ and not isinstance(id_, NewId) for id_ in records._ids):  # none is nothing
            records = super().browse([id_ for id_ in records._ids if id_ or isinstance(id_, NewId)])
        for id_ in records._ids:
            if not isinstance(id_, NewId) and not (isinstance(id_, int) and id_ < LARGEST_ID):
                raise self._get_misunderstanding()
        return records

    @api.private
    def ensure_one(self):
        """Refuse none and several in words, where a button of ours is for one."""
        if len(self._ids) == 1 and self._ids[0] not in (None, False):
            return self
        env = self._speak()
        if len(self._ids) > 1:
            raise UserError(env._("This is done one record at a time: open one of them."))
        raise UserError(env._("Nothing is selected: select something first."))

    def action_archive(self):
        """Archive what may be archived; refuse it in words where nothing is."""
        self._check_is_archived()
        return super().action_archive()

    def action_unarchive(self):
        """Take out of the archives what may be in them; refuse it in words where nothing is."""
        self._check_is_archived()
        return super().action_unarchive()

    def toggle_active(self):
        """Archive, or take out of the archives; refuse it in words where nothing is archived."""
        self._check_is_archived()
        return super().toggle_active()

    def _check_is_archived(self):
        """Raise where the model has no archives; who may not write these records is told that first."""
        if not self._active_name:
            self.check_access("write")
            env = self._speak()
            raise UserError(
                env._("Nothing can be archived here: close, cancel or delete it with the buttons on its screen.")
            )

    @api.model
    def _get_given_values(self):
        return self._get_given_defaults() if self._is_asked() else {}

    @api.model
    def _is_asked(self):
        """Tell whether what values name is checked: never for engines, which name what they have found themselves."""
        return not self.env.su

    @api.model
    def _get_active_records(self, model_name):
        """Return the records of a model from which the window was opened, checked as the user.

        Nothing reads ``active_ids`` from the context but through here: any client may send any.
        """
        if self.env.context.get("active_model") != model_name:
            return self.env[model_name]
        ids = self.env.context.get("active_ids") or self.env.context.get("active_id") or []
        named = defaultdict(set)
        self._collect_ids(model_name, ids if isinstance(ids, list | tuple) else [ids], named)
        if not self.env.su:
            self._refuse_unreadable(named)
        return self.env[model_name].browse(named[model_name])

    def _open_pointed(self, title=None):
        """Return the action that opens what the record points at by ``res_model`` and ``res_id``, for who may read it.

        :param title: what it is called here; its own name by default.
        """
        self.ensure_one()
        self.check_access("read")
        pointed = self.env[self["res_model"]].browse(self["res_id"]).exists() if self["res_model"] in self.env else None
        if not pointed:
            raise UserError(self.env._("The record concerned no longer exists."))
        pointed.check_access("read")
        return pointed._get_records_action(name=title or pointed.display_name)

    # ------------------------------------------------------------
    # What is named
    # ------------------------------------------------------------
    @api.model
    def _get_given_defaults(self, names=None):
        """Return the defaults that somebody gave, in a context or for their own use; not the model's."""
        given = dict(self.env["ir.default"]._get_model_defaults(self._name))
        given |= {key[8:]: value for key, value in self.env.context.items() if key.startswith("default_")}
        return {name: given[name] for name in (self._fields if names is None else names) if name in given}

    @api.model
    def _is_only_shown(self, name):
        """Tell whether nobody types a field: its value, sent back by a screen, can be computed again."""
        field = self._fields.get(name)
        return bool(field and field.compute and field.readonly and not field.store)

    def _check_named(self, *vals_list, shown=()):
        """Raise unless the user may read all that the values name.

        :param shown: fields that nobody types.
        :return: those of the latter that name what the user may not read.
        """
        typed, sent_back = defaultdict(set), {}
        for vals in vals_list:
            self._collect_named(self, {name: vals[name] for name in vals if name not in shown}, typed)
            for name in shown:
                self._collect_named(self, {name: vals[name]}, sent_back.setdefault(name, defaultdict(set)))
        self._refuse_unreadable(typed)
        return {
            name
            for name, named in sent_back.items()
            if any(
                len(records.exists()) < len(records) or self._filter_refused(records)
                for records in (self.env[model].browse(ids - typed[model]) for model, ids in named.items())
            )
        }

    @api.model
    def _collect_named(self, model, vals, named):
        """Add to ``named`` the ids per model that values for a model name, in the commands for lines too."""
        for name, value in vals.items():
            field = model._fields.get(name)
            if not value or field is None:
                continue
            if field.type == "many2one":
                self._collect_one(field.comodel_name, value, named)
            elif field.type in ("one2many", "many2many"):
                self._collect_many(field.comodel_name, value, named)
            elif field.type == "reference":
                self._collect_reference(value, named)
        pairs = [
            (field.model_field, name) for name, field in model._fields.items() if field.type == "many2one_reference"
        ]
        for model_field, ids_field in (*pairs, *getattr(model, "_named_pairs", ())):
            if model_field in vals or ids_field in vals:
                self._collect_pair(model, model_field, ids_field, vals, named)

    @api.model
    def _collect_one(self, model_name, value, named):
        if isinstance(value, dict):
            self._check_line(self.env[model_name], value)
            self._collect_named(self.env[model_name], value, named)
            value = value.get("id")
        elif isinstance(value, list | tuple):  # a pair of id and name
            value = value[:1] and value[0]
        self._collect_ids(model_name, [value], named)

    @api.model
    def _collect_many(self, model_name, value, named):
        """Add what commands name, and what the values of new and changed lines name."""
        if not isinstance(value, list | tuple | models.BaseModel):
            raise self._get_misunderstanding()
        comodel = self.env[model_name]
        for command in value:
            match command:
                case [Command.CREATE, _, vals] if isinstance(vals, dict):
                    self._check_line(comodel, vals)
                    self._collect_named(comodel, vals, named)
                case [Command.UPDATE, line, vals] if isinstance(vals, dict):
                    self._check_line(comodel, vals)
                    self._collect_ids(model_name, [line], named, lines=True)
                    self._collect_named(comodel.browse(line if isinstance(line, int) else ()), vals, named)
                case [Command.DELETE | Command.UNLINK | Command.LINK, line, *_]:
                    self._collect_ids(model_name, [line], named, lines=True)
                case [Command.CLEAR, *_]:
                    continue
                case [Command.SET, _, ids] if isinstance(ids, list | tuple):
                    self._collect_ids(model_name, ids, named, lines=True)
                case dict():
                    self._collect_one(model_name, command, named)
                case _:
                    self._collect_ids(model_name, [command], named)

    @api.model
    def _check_line(self, comodel, vals):
        """Refuse in a line what its own model would refuse, before a form reckons with it."""
        if not vals.keys() <= comodel._fields.keys():
            raise self._get_misunderstanding()
        if issubclass(type(comodel), self.pool["recovery.bounded"]):
            comodel._check_bounds(vals, partly=True)

    @api.model
    def _collect_reference(self, value, named):
        if isinstance(value, models.BaseModel):
            self._collect_ids(value._name, value, named)
            return
        model_name, _comma, text = value.partition(",") if isinstance(value, str) else ("", "", "")
        if model_name not in self.env or not text.isdecimal():
            raise self._get_misunderstanding()
        self._collect_ids(model_name, [int(text)], named)

    @api.model
    def _collect_pair(self, model, model_field, ids_field, vals, named):
        """Add what a pair of fields names, each taken from the values or else from the record or the defaults."""
        given = {} if model else RecoveryNamed._get_given_defaults(model, (model_field, ids_field))
        for record in model or [given]:
            model_name = vals.get(model_field, record[model_field] if model else given.get(model_field))
            ids = vals.get(ids_field, record[ids_field] if model else given.get(ids_field))
            if not ids:
                continue
            if not isinstance(model_name, str) or model_name not in self.env:
                raise self._get_misunderstanding()
            self._collect_ids(model_name, ids if isinstance(ids, list | tuple) else [ids], named)

    @api.model
    def _collect_ids(self, model_name, ids, named, lines=False):
        """Add ids; what is not one is refused, but for the name that a screen gives to a line not saved yet."""
        for id_ in ids:
            if isinstance(id_, models.BaseModel | NewId):
                origin = id_.origin if isinstance(id_, NewId) else id_._origin.id
                if origin:
                    named[model_name].add(origin)
            elif isinstance(id_, int) and not isinstance(id_, bool) and 0 < id_ < LARGEST_ID:
                named[model_name].add(id_)
            elif id_ and not (lines and isinstance(id_, str) and id_.startswith("virtual_")):
                raise self._get_misunderstanding()

    # ------------------------------------------------------------
    # Refusal
    # ------------------------------------------------------------
    @api.model
    def _refuse_unreadable(self, named):
        for model_name, ids in named.items():
            records = self.env[model_name].browse(ids)
            if len(records.exists()) < len(records):
                raise self._get_absence()
            if refused := self._filter_refused(records):
                raise self._get_naming_refusal(refused)

    @api.model
    def _filter_refused(self, records):
        """Return those of existing records that the user may not read nor name.

        Who may read a debtor may name its contacts, even those that were kept for another company since.
        """
        refused = records - records._filtered_access("read")
        Debtor = self.env["recovery.debtor"]
        if refused._name == "res.partner" and refused and Debtor.has_access("read"):
            customers = refused.sudo().commercial_partner_id
            known = (
                Debtor.with_context(active_test=False).search([("partner_id", "in", customers.ids)]).sudo().partner_id
            )
            refused = refused.filtered(lambda partner: partner.sudo().commercial_partner_id not in known)
        return refused

    @api.model
    def _get_naming_refusal(self, records):
        """Return the error that refuses records: it tells nothing of them."""
        env = self._speak()
        if issubclass(self.pool[records._name], self.pool["recovery.window"]):
            return AccessError(env._("This window was opened by somebody else: open your own."))
        if closed := env["ir.rule"]._get_closed_roots(records):
            return AccessError(closed[:1].with_env(env)._recovery_get_closed_text())
        company = "company_id" if "company_id" in records._fields else "company_ids"
        if company in records._fields and records.sudo()[company] - env.companies:
            return AccessError(
                env._(
                    "This belongs to a company that is not ticked at the top of the screen. Tick that company, or ask "
                    "somebody who works in it."
                )
            )
        return AccessError(env._("You do not have access to the selection."))

    @api.model
    def _get_absence(self):
        env = self._speak()
        return MissingError(env._("The selection no longer exists: close this window and look again."))

    @api.model
    def _get_misunderstanding(self):
        env = self._speak()
        return UserError(env._("The selection could not be understood: close this window and choose again."))

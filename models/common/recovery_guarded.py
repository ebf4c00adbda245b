from contextlib import ExitStack

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache

from .retention import SHEET

# What the thread and the activities of a record write on it, by core's own rules.
MIXINS = ("mail.thread", "mail.activity.mixin")
POSTED = {"message_ids", "website_message_ids"}


class RecoveryGuarded(models.AbstractModel):
    """Fields that people write, declared by each model; all others are kept by the module.

    Outside superuser mode a value for another field is refused, whatever the way in: screen, RPC, import, copy.
    Values that come from the context or from somebody's own defaults count for the declared fields only, and for
    none once the module works with elevated rights: a client may send any context.
    """

    _name = "recovery.guarded"
    _description = "Recovery: user-editable fields"
    _inherit = ["recovery.named", "recovery.moving"]

    _typed = ()  # what people write; every class that extends a model declares its own fields
    _typed_once = ()  # what they give when they make the record, and no longer change
    _accompanied = {}  # field: the method that accompanies its writing; every class declares its own
    _numbered = {}  # field that holds a number drawn from a series: code of the series
    _digested = {}  # field that names a document: field that holds its SHA-256
    _told_with = None  # field that names the record in whose journal entries these SHA-256 are told, if not in its own
    _retained = None  # the personal words that it keeps, a :class:`retention.Retained`; rooms add their own:
    _retained_texts = ()
    _retained_files = ()
    _retained_stays = ()
    _setting_parameters = ()  # system parameters that decide what it does; every class declares its own
    _unlinked_first = False  # it points at shipped records, whose removal would fail while it is there

    @api.model_create_multi
    def create(self, vals_list):
        self._check_shape(vals_list)
        self._check_typed({name for vals in vals_list for name in vals}, creating=True)
        env, self = self.env, self._without_unseen_defaults()
        return super().create(self._prepare_creation(vals_list)).with_env(env)

    @api.model
    def _without_unseen_defaults(self):
        """Return the model without the context's defaults of kept fields that some may not see.

        They count for nothing: core would refuse the whole record for them.
        """
        names = [key.removeprefix("default_") for key in self.env.context if key.startswith("default_")]
        kept = self._get_kept_fields([name for name in names if name in self._fields], creating=True)
        unseen = {f"default_{name}" for name in kept if self._fields[name].groups}
        if not unseen:
            return self
        return self.with_env(self.env(context={k: v for k, v in self.env.context.items() if k not in unseen}))

    def write(self, vals):
        self._check_shape(vals)
        self._check_typed(vals)
        vals = dict(vals)
        with ExitStack() as writing:
            for name in self._get_companions(vals):
                writing.enter_context(getattr(self, name)(vals))
            return super().write(self._prepare_change(vals))

    @api.model
    def _prepare_creation(self, vals_list):
        """Return the values to create with: a hook for what the module adds to what people typed."""
        return vals_list

    @api.model
    def _prepare_change(self, vals):
        """Return the values to write: a hook for what the module adds to what people typed."""
        return vals

    @api.model
    def _get_companions(self, names):
        """Return the methods to enter while these fields are written: what the classes of the model declare.

        Each is a context manager that takes the values, and may add to them; on core's models it stands inside core's
        own writing, once nothing refused it.
        """
        return dict.fromkeys(method for name, method in self._get_accompanied() if name in names)

    @api.model
    @ormcache()
    def _get_accompanied(self):
        """Return the pairs of a field and of the method that accompanies its writing, read once: writes are many."""
        declared = [base.__dict__.get("_accompanied", {}) for base in type(self).__mro__]
        return tuple((name, method) for methods in declared for name, method in methods.items())

    def _digest_document(self, name):
        """Return the SHA-256 of a document as it is stored now, to compare with the one that was kept; hook."""
        self.ensure_one()
        return self[name]._recovery_digest()

    def _holds_words(self, retained):
        """Tell whether the record still holds personal words or documents of these fields."""
        self.ensure_one()
        read = self.env["recovery.purge"]._read_words
        return any(self._find_documents(name) for name in retained.files) or any(
            read(self, name) for name in retained.texts
        )

    def _find_documents(self, name):
        """Return the documents that a field names, without the sheet that stands in the place of an erased one."""
        self.ensure_one()
        return self.sudo()[name].filtered(lambda file: not (file.name == SHEET and file.mimetype == "text/plain"))

    def _prepare_undo(self):
        """Return the :class:`standing.Undo` of what the record makes hold of a debtor, or None; hook."""
        return None

    @api.model
    def default_get(self, fields):
        self._check_names(fields)
        kept = self._get_kept_fields(fields, creating=True, elevated=self.env.su)
        defaults = super().default_get([name for name in fields if name not in kept])
        for name in kept:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(value, self)
        return defaults

    def copy_data(self, default=None):
        """Leave out of a copy what the module keeps; what is asked for in ``default`` is judged as any value typed."""
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        kept = self._get_kept_fields(self._fields, creating=True) - (default or {}).keys()
        return [vals and {name: value for name, value in vals.items() if name not in kept} for vals in vals_list]

    # ------------------------------------------------------------
    # Who writes what
    # ------------------------------------------------------------
    @api.model
    def _get_typed_fields(self, creating=False):
        """Return the fields that people write: what the classes of the model declare, room by room."""
        attributes = ("_typed", "_typed_once") if creating else ("_typed",)
        return {
            name for base in type(self).__mro__ for attribute in attributes for name in base.__dict__.get(attribute, ())
        }

    @api.model
    def _get_kept_fields(self, names, creating=False, elevated=False):
        """Return which of these fields people do not write.

        :param elevated: the module itself is at work: what people could write counts as kept.
        """
        prefix = self._guarded_prefix
        ours = {name for name in names if name.startswith(prefix) and self._is_written(name)}
        if not ours:
            return ours
        ours.difference_update(models.MAGIC_COLUMNS)
        if not elevated:
            ours -= self._get_typed_fields(creating)
            for mixin in MIXINS:
                ours -= self.env[mixin]._fields.keys() - self.env["base"]._fields.keys() - POSTED
        return ours

    @api.model
    def _get_bounded(self, names):
        """Return which of these fields people type: what the module works out itself comes from what is checked."""
        ours = [name for name in names if name.startswith(self._guarded_prefix)]
        typed = self._get_typed_fields(creating=True) if ours else ()
        return [name for name in ours if name in typed] + [name for name in names if name in self._bounded_too]

    @api.model
    def _is_asked(self):
        """On core's models, what is named is core's business."""
        return not self._guarded_prefix and super()._is_asked()

    @api.model
    def _get_given_defaults(self, names=None):
        """Leave out the defaults that count for nothing: they name nothing either."""
        given = super()._get_given_defaults(names)
        kept = self._get_kept_fields(given, creating=True)
        return {name: value for name, value in given.items() if name not in kept}

    @api.model
    def _is_written(self, name):
        """Tell whether a value for this field changes something: it is stored here, or written through to elsewhere."""
        field = self._fields.get(name)
        return field and not field.inherited and bool(field.store or field.inverse)

    @api.model
    def _check_typed(self, names, creating=False):
        """Refuse values for the fields that the module keeps, with their labels."""
        kept = set() if self.env.su else self._get_kept_fields(names, creating)
        if not kept:
            return
        labels = sorted(self._fields[name]._description_string(self.env) or name for name in kept)
        raise AccessError(
            self.env._(
                "Not entered manually: %(fields)s. %(reason)s",
                fields=", ".join(labels),
                reason=self._explain_kept(kept),
            )
        )

    @api.model
    def _explain_kept(self, names):
        """Return the sentence that says who keeps these fields."""
        if names <= self._get_typed_fields(creating=True):
            return self.env._("This is set once, when the record is created: create another one.")
        return self.env._("The module maintains it: use the buttons on the screen.")

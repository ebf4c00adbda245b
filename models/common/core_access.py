"""What the module knows of core's rules of access, and of what core lets a client's context do."""

import hashlib
import io
import mmap
import os

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from . import bounds
from .aside import Aside

UNINSTALLING = Aside("uninstalling")
ERASING = Aside("erasing after the time of retention")
CONTENT = {"raw", "datas", "db_datas", "url", "type", "store_fname"}
CHUNK = 1 << 20  # bytes of a stored file that are read at once
PLACE = {"name", "res_model", "res_id", "res_field", "mimetype", "public", "company_id"}


class Base(models.AbstractModel):
    _inherit = "base"

    def unlink(self):
        """Delete records, but those that must stay, whoever says that the module is being removed.

        Core lifts every refusal to delete on a mark of the context. It counts where no client
        is served (the registry is not ready while modules are removed) or from our own hook.
        Settings that point at what goes are told to the journal: the database empties the link by itself.
        """
        if self._name.startswith("recovery.") and self.env.registry.ready and not UNINSTALLING.heard:
            self = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        if not self.env.registry.ready:
            return super().unlink()
        with self.env["recovery.traced.changes"]._tell_lost_links(self):
            return super().unlink()

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Refuse to group by a field of ours that the user may not read: core forgets it for lists of records."""
        field = self._fields.get(groupby_spec.partition(":")[0].partition(".")[0])
        if field is not None and field.name.startswith("recovery_") and field.groups:
            self._check_field_access(field, "read")
        return super()._read_group_groupby(alias, groupby_spec, query)

    @api.model
    def get_empty_list_help(self, help_message):
        """Say above an empty list of ours where recovery is followed, to somebody who works in branches alone."""
        help_message = super().get_empty_list_help(help_message)
        if not self._name.startswith("recovery.") or "company_id" not in self._fields:
            return help_message
        companies = self.env.companies
        if any(company._recovery_is_open() for company in companies):
            return help_message
        text = "\n".join(dict.fromkeys(company._recovery_get_closed_text() for company in companies))
        return Markup('<p class="o_view_nocontent_empty_folder">%s</p>') % text


class IrRule(models.Model):
    _name = "ir.rule"
    _inherit = ["ir.rule", "recovery.traced.core"]
    _traced_core = (
        "name", "active", "model_id", "groups", "domain_force", "perm_read", "perm_write", "perm_create", "perm_unlink",
    )  # fmt: skip

    def _recovery_is_ours(self):
        return (self.model_id.model or "").startswith("recovery.")

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        """Keep each of our windows to who opened it."""
        domain = super()._compute_domain(model_name, mode)
        if not self.env.su and issubclass(self.pool[model_name], self.pool["recovery.window"]):
            domain &= Domain("create_uid", "=", self.env.uid)
        return domain

    def _make_access_error(self, operation, records):
        """Refuse our records in our words: no name of a record nor of a rule, in developer mode either.

        What core adds for the screen, the company to tick, stays.
        """
        error = super()._make_access_error(operation, records)
        if not records._name.startswith("recovery."):
            return error
        refusal = self.env["recovery.named"]._get_naming_refusal(records)
        if context := getattr(error, "context", None):
            refusal.context = context
        return refusal

    @api.model
    def _get_closed_roots(self, records):
        """Return the root companies of these records of which only branches are ticked."""
        if "company_id" not in records._fields:
            return self.env["res.company"]
        roots = records.sudo().company_id.root_id & self.env.companies.root_id
        return roots.filtered(lambda root: not root.with_env(self.env)._recovery_is_open())


class IrAttachment(models.Model):
    """A file that a record of ours names stays as it is: what left, what was signed, what proves something.

    Nobody replaces, renames, moves or deletes it, by whatever door, those included through which core itself works
    with elevated rights. It is given up where it is named, if the record lets it go.
    """

    _inherit = "ir.attachment"

    def write(self, vals):
        """Refuse another content or another place for a file that is kept."""
        if not self.env.registry.ready or not vals.keys() & (CONTENT | PLACE):
            return super().write(vals)
        changed = self.filtered(lambda file: file._recovery_is_changed(vals, CONTENT))
        if PLACE & vals.keys():
            moved = (self - changed).filtered(lambda file: file._recovery_is_changed(vals, PLACE))
            # core renames an invoice's own PDF when the invoice goes back to draft
            changed |= moved.filtered(lambda file: not self.env.su or file._recovery_is_settled())
        changed._recovery_check_kept()
        return super().write(vals)

    def unlink(self):
        """Refuse to delete a file that is kept."""
        if self.env.registry.ready and not (UNINSTALLING.heard or ERASING.heard):
            self._recovery_check_kept()
        return super().unlink()

    def _recovery_is_settled(self):
        """Tell whether the file has its place on a record of ours: a window is none, it goes within hours."""
        self.ensure_one()
        holder = self.env.get(self.res_model) if self.res_id else None
        return holder is not None and holder._name.startswith("recovery.") and not holder._transient

    def _recovery_is_changed(self, vals, names):
        """Tell whether values change one of these fields."""
        self.ensure_one()
        file = self.sudo()
        for name in names & vals.keys():
            value = vals[name]
            if name in ("raw", "datas"):
                if bounds.get_content(value, is_encoded=name == "datas") != file._recovery_content():
                    return True
            elif (value or False) != (file._fields[name].convert_to_write(file[name], file) or False):
                return True
        return False

    @api.model
    def _recovery_get_keepers(self):
        """Yield ``(model, field name)`` of each field of ours that names files."""
        for name, Model in self.env.registry.items():
            if not name.startswith("recovery.") or Model._abstract or Model._transient:
                continue
            for field in Model._fields.values():
                is_own = field.name != "message_main_attachment_id" and not field.related
                if field.store and is_own and field.relational and field.comodel_name == self._name:
                    yield name, field.name

    @api.model
    def _recovery_get_digested(self):
        """Yield ``(model, field of the document, field of its SHA-256)`` as the models declare them."""
        for name, Model in sorted(self.env.registry.items()):
            if name.startswith("recovery.") and not Model._abstract and not Model._transient:
                for field, digest in (getattr(Model, "_digested", None) or {}).items():
                    yield name, field, digest

    def _recovery_find_keeper(self):
        """Return a record of ours that names one of these files, in superuser mode; nothing if there is none."""
        for model_name, field_name in self._recovery_get_keepers() if self.ids else ():
            Model = self.env[model_name].sudo().with_context(active_test=False)
            if keeper := Model.search([(field_name, "in", self.ids)], limit=1):
                return keeper
        return self.env["recovery.event"]

    def _recovery_filter_kept(self):
        """Return those of these files that records of ours name, with as many queries whatever their number."""
        kept = self.browse()
        for model_name, field_name in self._recovery_get_keepers() if self.ids else ():
            Model = self.env[model_name].sudo().with_context(active_test=False)
            kept |= self & Model.search([(field_name, "in", self.ids)])[field_name].with_env(self.env)
        return kept

    def _recovery_check_kept(self):
        """Raise if a record of ours names one of these files, or holds it in a field of its own."""
        held = self.sudo().filtered(lambda file: file.res_field and (file.res_model or "").startswith("recovery."))
        if held and not self.env.su:
            raise AccessError(self.env._("This file is part of a record: change it from there."))
        if keeper := self._recovery_find_keeper():
            title = self.env["ir.model"]._get(keeper._name).name
            raise AccessError(
                self.env._(
                    "This file is kept with “%s” and cannot be changed, replaced, renamed, moved or deleted. Add "
                    "another file instead.",
                    title,
                )
            )

    def _recovery_content(self):
        """Return what is stored, where a client's context may ask for its size instead."""
        self.ensure_one()
        return self.with_context(bin_size=False, bin_size_raw=False).raw or b""

    def _recovery_open(self):
        """Return what is stored as a file that is open for reading: a large one is not read into memory."""
        self.ensure_one()
        path = self.store_fname and self._full_path(self.store_fname)
        if path and os.path.isfile(path):
            return open(path, "rb")  # noqa: SIM115 - closed by who reads it
        return io.BytesIO(self._recovery_content())

    def _recovery_digest(self):
        """Return the SHA-256 of what is stored."""
        running = hashlib.sha256()
        with self._recovery_open() as stored:
            while chunk := stored.read(CHUNK):
                running.update(chunk)
        return running.hexdigest()

    @api.model
    def _recovery_store(self, stored, vals):
        """Create a document out of a file on disk without reading it into memory, and return it.

        Core takes any bytes: those of a mapped file are read from the disk as they are needed.

        :param stored: a file on disk, open for reading and not empty.
        """
        with mmap.mmap(stored.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return self.create({**vals, "raw": content[:] if self._storage() == "db" else content})

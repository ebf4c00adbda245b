from collections import defaultdict

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .recovery_traced_changes import Said
from .roles import MANAGER, require_manager
from .saying import entitle, narrow, say

MANY = 50  # rows added in one go: more come from a file, and have one line together


class RecoveryTracedSettings(models.AbstractModel):
    """Settings told to the journal from their birth to their deletion.

    A record without a company, or of a model that has none, is shared: the journal of each root company that has
    debtors, and of the one in which the change is made, gets its entry.
    """

    _name = "recovery.traced.settings"
    _description = "Recovery: settings whose changes are tracked"
    _inherit = ["recovery.guarded", "recovery.traced.changes"]

    # What goes to another database in the file of the configuration; each model declares its own.
    _carried_key = None  # the fields that name a record there; None: it says something of this database only
    _carried_not = ()  # fields that people type and that stay here, because they name persons
    _fixed = ("key", "code")  # by what the program names what came with the module
    # What came with the module is not deleted; False where people take rows away as they like, and
    # `action_restore_shipped` of what they are lines of, or `action_bring_back`, gives them again.
    _is_kept = True

    is_shipped = fields.Boolean("Supplied with the module", compute="_compute_is_shipped")

    def _compute_is_shipped(self):
        shipped = self.env["recovery.shipped"]._find_xmlids(self._origin)
        for record in self:
            record.is_shipped = record._origin.id in shipped

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        told = records._get_told_at_birth() if records._is_traced() else self.browse()
        if len(told) > MANY:
            told._trace_lot()
        elif told:
            after = told._read_settings(told._get_traced_fields())
            told._trace(
                lambda record: self.env._("Added: %s", record._get_settings_title()),
                {record: {label: str(new) for label, new in after[record].items() if new} for record in told},
            )
        return records

    @api.model
    def _prepare_change(self, vals):
        """Refuse another key for what the program names by it."""
        names = [name for name in self._fixed if name in vals and name in self._fields]
        if names and not self.env.su:
            self._check_fixed({name: vals[name] for name in names})
        return super()._prepare_change(vals)

    def _check_fixed(self, vals):
        changed = self.filtered(lambda record: any((record[name] or "") != (vals[name] or "") for name in vals))
        if shipped := changed and changed.filtered("is_shipped")[:1]:
            raise ValidationError(
                self.env._(
                    "“%(record)s” came with the module, which identifies it by “%(field)s”: this cannot be "
                    "changed. Make a copy, and give the copy another one.",
                    record=shipped._get_settings_title(),
                    field=", ".join(self._fields[name]._description_string(self.env) for name in vals),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        """Keep what the program needs: it is archived, or changed and brought back."""
        if not self._is_kept or self.env.su:
            return
        if shipped := self.filtered("is_shipped")[:1]:
            raise UserError(
                self.env._(
                    "“%(record)s” came with the module and cannot be deleted. %(advice)s",
                    record=shipped._get_settings_title(),
                    advice=shipped._get_deletion_advice(),
                )
            )

    def _get_deletion_advice(self):
        """Return what to do instead of deleting what came with the module; hook."""
        if self._active_name:
            return self.env._("Archive it instead: it can come back.")
        return self.env._("Change its content instead: “Restore the original” brings back what it was.")

    def action_restore_shipped(self):
        """Bring back what these settings were when they came with the module, in every language.

        Lines that came with them, as the levels of a scenario, are what they were too, and come back if they were
        deleted; lines that somebody added stay.
        """
        require_manager(self.env)
        self.check_access("write")
        Shipped = self.env["recovery.shipped"]
        shipped = Shipped._find_xmlids(self)
        if not shipped:
            raise UserError(self.env._("This did not come with the module: there is no original to restore."))
        wanted = [*shipped.values(), *Shipped._find_lines({*shipped.values()})]
        kept = defaultdict(list)
        for xmlid in wanted:
            if record := self.env.ref(xmlid, raise_if_not_found=False):
                kept[record._name].append(record.id)
        restored = [self.env[name].browse(ids) for name, ids in kept.items()]
        before = [records._read_settings(records._get_traced_fields()) for records in restored]
        Shipped._bring_back(wanted)
        for records, values in zip(restored, before, strict=True):
            records._trace_difference(values, records._read_settings(records._get_traced_fields()))
        return say(self.env, self.env._("It is back to what came with the module."))

    def action_bring_back(self):
        """Make again what of this model came with the module and is gone."""
        require_manager(self.env)
        self.check_access("read")  # a list hands over what is ticked in it
        self.check_access("create")
        Shipped = self.env["recovery.shipped"]
        located = Shipped._locate()
        gone = [xmlid for xmlid in Shipped._find_missing() if located[xmlid][1] == self._name]
        if not gone:
            raise UserError(self.env._("Nothing of what came with the module is missing here."))
        Shipped._bring_back(gone)
        return say(
            self.env,
            self.env._("Restored: %s.", len(gone)),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Offer in every form of settings to bring back what came with the module."""
        arch, view = super()._get_view(view_id, view_type, **options)
        sheet = arch.find(".//sheet") if view_type == "form" else None
        if sheet is not None:
            button = etree.Element(
                "button",
                {
                    "name": "action_restore_shipped",
                    "type": "object",
                    "string": self.env._("Restore the original"),
                    "icon": "fa-history",
                    "class": "btn-link float-end p-0 o_recovery_restore",
                    "invisible": "not is_shipped",
                    "groups": MANAGER,
                    "confirm": self.env._(
                        "What was changed here, and in its lines, is replaced by what came with the module, in every "
                        "language. Continue?"
                    ),
                },
            )
            sheet.insert(0, button)
        return arch, view

    def _trace_lot(self):
        """Tell that many were added in one go, in the journal of each company concerned."""
        names = Said(", ".join(record._get_settings_title() for record in self))
        summary = self.env._(
            "Added in one batch: %(kind)s, %(count)s rows",
            kind=self.env["ir.model"].sudo()._get(self._name).name,
            count=len(self),
        )
        self[:1]._trace(summary, {self[:1]: {self.env._("Rows"): str(names)}})

    def _get_told_at_birth(self):
        """Return those of new settings whose birth changes something; hook."""
        return self

    def unlink(self):
        """Tell what goes, the lines included that the database would delete by itself."""
        if self._is_traced():
            for lines in self._get_lines_that_go():
                lines.unlink()
            values = self._read_settings(self._get_traced_fields())
            self._trace(
                lambda record: self.env._("Deleted: %s", record._get_settings_title()),
                {record: {label: str(old) for label, old in values[record].items() if old} for record in self},
            )
        return super().unlink()

    def _get_lines_that_go(self):
        """Return the settings that go with these: lines that the database deletes with them, unseen."""
        traced, lines = self.pool["recovery.traced.settings"], []
        for field in self._fields.values():
            if field.type == "one2many" and not field.compute and issubclass(self.pool[field.comodel_name], traced):
                back = self.pool[field.comodel_name]._fields.get(field.inverse_name)
                if back is not None and getattr(back, "ondelete", None) == "cascade":
                    lines.append(self.with_context(active_test=False).mapped(field.name))
        return lines

    def action_view_changes(self):
        """Open what the journal tells of these settings."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_event_action")
        domain = Domain.OR(
            Domain("res_model", "=", records._name) & Domain("res_id", "in", records.ids)
            for records in self._get_settings_parts()
        )
        return entitle(narrow(action), self.env._("Changes"), domain=domain, context={})

    # ------------------------------------------------------------
    # What goes to another database
    # ------------------------------------------------------------
    @api.model
    def _get_carried_domain(self):
        """Return which records go there; hook."""
        return Domain.TRUE

    @api.model
    def _get_carried_fields(self):
        """Return the fields that go there: what people type, but lines, which are settings of their own, and files."""
        typed = self._get_typed_fields(creating=True) - {*self._carried_not, "company_id"}
        return [
            name
            for name, field in self._fields.items()
            if name in typed and field.store and field.type not in ("one2many", "binary")
        ]

    def _get_left_here(self):
        """Return the fields of this record that have a value, and stay here all the same; hook."""
        self.ensure_one()
        empty = ("", "[]", False, None)
        return {
            name
            for name in self._carried_not
            if (self[name] if self._fields[name].relational else self[name] not in empty)
        }

    def _get_settings_parts(self):
        """Return the records that make these settings, one recordset per model."""
        return [self]

    def _trace(self, summary, details):
        """Write the entries of the records that have details, for every company concerned."""
        told = self.browse(record.id for record, values in details.items() if values)
        shared = told.filtered(lambda record: not record.company_id) if "company_id" in told._fields else told
        self._log_settings(told - shared, summary, details)
        for company in self._get_sharing_companies() if shared else ():
            self._log_settings(shared, summary, details, company=company)

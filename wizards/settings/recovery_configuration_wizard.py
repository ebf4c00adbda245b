import base64
import binascii
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...models.common.recovery_window import once
from ...models.common.roles import require_manager
from ...models.settings.configuration_file import (
    ADDED,
    BASE,
    CHANGED,
    CLOSED,
    MISSING,
    UNKNOWN,
    VERSION,
    BadFile,
    read,
    shorten,
    write,
)

SHOWN = 300  # rows of a difference on the screen
LONGEST = 200  # characters of a value on the screen


class RecoveryConfigurationWizard(models.TransientModel):
    """The configuration as a file: hand it out, or look at what another database's would change here, then take it."""

    _name = "recovery.configuration.wizard"
    _description = "Configuration Export and Import"
    _inherit = ["recovery.window"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('id', 'in', allowed_company_ids), ('parent_id', '=', False)]",
    )
    file_out = fields.Binary("File to keep", attachment=False, readonly=True)
    filename_out = fields.Char(readonly=True)
    file = fields.Binary("File to import", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [("draft", "To choose"), ("compared", "Needs a look")], default="draft", required=True, readonly=True
    )
    difference = fields.Html(readonly=True, sanitize=False)
    summary = fields.Char(readonly=True)
    change_count = fields.Integer(readonly=True)
    compared = fields.Char(readonly=True)

    def _check_may_work(self):
        self.ensure_one()
        require_manager(self.env)
        self.check_access("read")
        self.company_id._recovery_check_open()

    def action_export_json(self):
        """Make the file of the whole configuration; it names no person and holds no secret."""
        self._check_may_work()
        content = self.env["recovery.configuration"]._collect(self.company_id)
        day = self.company_id._recovery_today()
        self.write(
            {
                "file_out": base64.b64encode(write(content)),
                "filename_out": self.env._("recovery configuration %s.json", day.isoformat()),
            }
        )
        return self._open_again()

    def action_show(self):
        """Show what the file would change here; nothing changes yet."""
        self._check_may_work()
        changes = self._read_changes()
        counts = {kind: sum(change.kind == kind for change in changes) for kind in (ADDED, CHANGED, MISSING)}
        self.write(
            {
                "state": "compared",
                "difference": self.env["ir.qweb"]._render(
                    "debt_recovery.configuration_difference", {"groups": self._tell(changes, SHOWN), "most": SHOWN}
                ),
                "change_count": counts[ADDED] + counts[CHANGED],
                "summary": self.env._(
                    "To add: %(added)s. To change: %(changed)s. Not in the file, and left unchanged: %(missing)s.",
                    added=counts[ADDED],
                    changed=counts[CHANGED],
                    missing=counts[MISSING],
                ),
                "compared": self._digest(changes),
            }
        )
        return self._open_again()

    @once
    def action_apply(self):
        """Take over what was shown, all or nothing; the journal tells each change."""
        self._check_may_work()
        changes = self._read_changes()
        if self.state != "compared" or self._digest(changes) != self.compared:
            raise UserError(self.env._("The settings have changed in the meantime: check the difference again."))
        if not self.change_count:
            raise UserError(self.env._("There is nothing to change: this database is configured as in the file."))
        engine = self.env["recovery.configuration"]
        content = self._read_file()
        languages = {*engine._get_languages()} & {*content["languages"], BASE}
        company = self.company_id
        done = engine.with_company(company)._apply(company, changes, languages)
        details = "\n".join(
            self.env._(
                "%(record)s, %(field)s: %(here)s → %(there)s",
                record=f"{group['title']} – {row['name']}",
                field=row["field"],
                here=row["here"],
                there=row["there"],
            )
            for group in self._tell([change for change in changes if change.kind in (ADDED, CHANGED)], None)
            for row in group["rows"]
        )
        change = self.env["recovery.configuration.change"]._keep(
            company, self.filename or "–", hashlib.sha256(self._get_data()).hexdigest(), done, details
        )
        return self._say(self.env._("Configuration imported."), change._get_records_action())

    def _open_again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self._name).name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ------------------------------------------------------------
    # The file
    # ------------------------------------------------------------
    def _get_data(self):
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            return base64.b64decode(self.file)
        except binascii.Error as error:
            raise UserError(self.env._("This file did not arrive complete: choose it again.")) from error

    def _read_file(self):
        """Return the content of the file.

        :raises UserError: it is none of ours; the sentence says what is wrong.
        """
        try:
            return read(self._get_data())
        except BadFile as error:
            raise UserError(self._explain(error)) from error

    def _explain(self, error):
        match error.kind:
            case "json":
                return self.env._("This file is not valid JSON, or was truncated: export it again.")
            case "format":
                return self.env._("This file is not a debt recovery configuration.")
            case "version":
                return self.env._(
                    "This file has format %(theirs)s, and this version reads 1 to %(ours)s: update the module first.",
                    theirs=error.where,
                    ours=VERSION,
                )
            case "size":
                return self.env._("This file is too large to be a configuration.")
            case _:
                return self.env._("This file is not complete: check “%s”, or export it again.", error.where)

    def _read_changes(self):
        return self.env["recovery.configuration"]._compare(self.company_id, self._read_file())

    @api.model
    def _digest(self, changes):
        """Return a digest of a difference: what is taken over is what was looked at."""
        told = [(change.kind, change.model, change.row["ref"], sorted(change.fields.items())) for change in changes]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    # ------------------------------------------------------------
    # What is shown
    # ------------------------------------------------------------
    def _tell(self, changes, most):
        """Return ``[{"kind", "title", "count", "columns", "rows", "more"}]``: each record and field in words."""
        titles = {
            ADDED: self.env._("To add"),
            CHANGED: self.env._("To change"),
            CLOSED: self.env._("For an administrator only: left out"),
            MISSING: self.env._("Not in the file: left unchanged"),
            UNKNOWN: self.env._("Supplied with the program only: left out"),
        }
        groups = []
        for kind, title in titles.items():
            rows = [row for change in changes if change.kind == kind for row in self._tell_change(change)]
            if rows:
                shown = rows if most is None else rows[:most]
                groups.append(
                    {
                        "kind": kind,
                        "title": title,
                        "count": sum(change.kind == kind for change in changes),
                        "columns": self._get_columns(kind),
                        "rows": shown,
                        "more": len(rows) - len(shown),
                    }
                )
        return groups

    @api.model
    def _get_columns(self, kind):
        """Return ``(key, title, label)`` of what is told of each row of a kind; the label stands before its text."""
        columns = [("model", self.env._("Item set"), None), ("name", self.env._("Which one"), None)]
        if kind in (ADDED, CHANGED, CLOSED):
            columns.append(("field", self.env._("Setting"), None))
            if kind != ADDED:
                columns.append(("here", self.env._("Here"), self.env._("Here:")))
            columns.append(("there", self.env._("In the file"), self.env._("In the file:")))
        return columns

    def _tell_change(self, change):
        Model = self.env[change.model]
        model = self.env["ir.model"]._get(change.model).name
        head = {"model": model, "name": change.row["title"] or change.row["ref"]}
        if change.model == "res.company":
            head = {"model": model, "name": self.company_id.name}
        if change.kind in (MISSING, UNKNOWN):
            return [{**head, "field": "", "here": "", "there": ""}]
        rows = []
        for name, (here, there) in change.fields.items():
            field = Model._fields[name]
            if change.kind == ADDED and (there in (None, False, [], 0) or not any(_texts(there))):
                continue
            label = field._description_string(self.env)
            for lang, old, new in self._pair(here, there):
                said = shorten(self._say_value(field, old), self._say_value(field, new), LONGEST)
                rows.append(
                    {
                        **head,
                        "field": f"{label} ({lang})" if lang else label,
                        **dict(zip(("here", "there"), said, strict=True)),
                    }
                )
        if change.kind == ADDED and change.row["left"]:
            labels = [Model._fields[name]._description_string(self.env) for name in change.row["left"] if name in Model]
            text = self.env._("refers to people or records of the other database: complete it here")
            rows.append({**head, "field": ", ".join(labels), "here": "", "there": text})
        return rows

    def _pair(self, here, there):
        """Return ``[(language, here, there)]``: of a text, the languages in which it differs."""
        if not isinstance(there, dict):
            return [(None, here, there)]
        here = here if isinstance(here, dict) else {}
        installed = {*self.env["recovery.configuration"]._get_languages()}
        pairs = [(lang, here.get(lang), text) for lang, text in there.items() if lang in installed]
        pairs = [(lang, old, new) for lang, old, new in pairs if (old or "") != (new or "")]
        if len({(old, new) for _lang, old, new in pairs}) == 1:
            return [(None, *pairs[0][1:])]
        return pairs

    def _say_value(self, field, value):
        if field.type == "boolean":
            return self.env._("yes") if value else self.env._("no") if value is False else ""
        if value is None or value is False or value == []:
            return ""
        if field.type == "selection":
            return str(dict(field._description_selection(self.env)).get(value, value))
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        if field.type == "html":
            text = html2plaintext(text)
        return text


def _texts(value):
    return value.values() if isinstance(value, dict) else [value]

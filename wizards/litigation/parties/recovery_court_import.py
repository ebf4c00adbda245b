import base64
import hashlib

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ....models.common.own_values import without_defaults
from ....models.common.roles import require_manager
from ....models.litigation.parties.commune import normalize
from ....models.litigation.parties.directory import has_columns, read_rows

_lt = LazyTranslate(__name__)


class RecoveryCourtImport(models.TransientModel):
    """Import the directory of courts from a csv or xlsx file: courts that nobody knows yet are made as contacts."""

    _name = "recovery.court.import"
    _description = "Import the Directory of Courts"
    _inherit = ["recovery.table.import"]
    _max_rows = 60_000
    _max_problems = 50
    _journal_words = {"file": _lt("File")}

    def _check_may_import(self):
        require_manager(self.env)

    def _import(self):
        """Write one row of the directory per commune and kind of court."""
        rows, problems = self._read()
        added, changed = self._store(rows, self._get_courts(rows))
        self._tell(added, changed)
        needed = self.env._("a commune, a kind of court and a court are required")
        told = [self.env._("Added: %s", added), self.env._("Changed: %s", changed)]
        return told, [([number], needed) for number in problems]

    def _tell(self, added, changed):
        """Write into the journal of each company what the file changed: by its name and its digest."""
        for company in self.env["recovery.traced.changes"]._get_sharing_companies():
            self.env["recovery.event"]._log(
                "configured",
                self,
                self.env._(
                    "Directory of courts read from a file: %(added)s added, %(changed)s changed",
                    added=added,
                    changed=changed,
                ),
                {"file": self.filename, "sha256": hashlib.sha256(base64.b64decode(self.file)).hexdigest()},
                debtors=False,
                company=company,
            )

    def _read(self):
        """Return the rows of the file, one per commune and kind, and the numbers of those not understood."""
        table = self._read_table()
        if not has_columns(table[0]):
            raise UserError(
                self.env._(
                    "The first row must contain the column names: “commune”, then “type” and “juridiction”, or one "
                    "column per kind of court (“tribunal de commerce”, “tribunal judiciaire”…). “code insee” and "
                    "“code postal” distinguish communes of the same name."
                )
            )
        rows, problems = {}, []
        for number, row in read_rows(table):
            if row:
                rows[self._get_key(row.kind, row.insee, row.name, row.zip)] = row
            else:
                problems.append(number)
        return rows, problems

    def _get_key(self, kind, insee, name, postcode):
        """Return what makes a row the only one of its kind."""
        return (kind, insee, "", "") if insee else (kind, "", normalize(name), postcode or "")

    def _get_courts(self, rows):
        """Return ``{name of a court to compare: id}``, those that are not known made as contacts of all companies."""
        Partner = self.env["res.partner"].sudo()
        known = Partner.search_fetch(
            [("recovery_party_kind", "=", "court"), ("company_id", "=", False)], ["name"], order="id desc"
        )
        courts = {normalize(court.name): court.id for court in known}
        missing = {normalize(row.court): row for row in rows.values() if normalize(row.court) not in courts}
        made = without_defaults(Partner).create(
            [
                {
                    "name": row.court,
                    "is_company": True,
                    "recovery_party_kind": "court",
                    "recovery_court_kind": row.kind,
                    "country_id": self.env.ref("base.fr").id,
                }
                for row in missing.values()
            ]
        )
        return courts | dict(zip(missing, made.ids, strict=True))

    def _store(self, rows, courts):
        """Write what is new and what changed; return how many of each."""
        Area, bulk = self.env["recovery.court.area"].sudo(), self.env["recovery.bulk"]
        known = {
            self._get_key(area.court_kind, area.insee_code, area.name, area.zip): area
            for area in Area.search_fetch([], ["court_kind", "insee_code", "name", "zip", "court_id"])
        }
        new, changed = [], []
        for key, row in rows.items():
            court_id = courts[normalize(row.court)]
            area = known.get(key)
            if not area:
                place = (row.name, normalize(row.name), row.insee or None, row.zip or None)
                new.append((*place, row.kind, court_id))
            elif area.court_id.id != court_id:
                changed.append((area.id, court_id))
        bulk._insert(Area._name, ["name", "key", "insee_code", "zip", "court_kind", "court_id"], new, with_ids=False)
        bulk._update(Area._name, ["court_id"], changed)
        return len(new), len(changed)

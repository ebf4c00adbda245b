from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .commune import Commune, get_department, normalize
from .courts import COURTS, SERVED_BY


class RecoveryCourtArea(models.Model):
    """The directory of courts: which court of a kind serves a commune. All companies share it."""

    _name = "recovery.court.area"
    _description = "Court of a commune"
    _inherit = ["recovery.traced.settings"]
    _order = "name, zip, court_kind, id"
    _typed = ("name", "insee_code", "zip", "court_kind", "court_id")

    name = fields.Char("Commune", required=True)
    key = fields.Char("Name compared", compute="_compute_key", store=True, precompute=True, index=True)
    insee_code = fields.Char("INSEE code", help="Five characters: it distinguishes communes of the same name.")
    zip = fields.Char("Postcode")
    court_kind = fields.Selection(COURTS, string="Kind of court", required=True)
    court_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('recovery_party_kind', '=', 'court'), ('company_id', '=', False)]",
    )

    _commune_kind_uniq = models.UniqueIndex(
        "(court_kind, insee_code) WHERE insee_code IS NOT NULL", "This commune already has a court of this kind."
    )
    _place_kind_uniq = models.UniqueIndex(
        "(court_kind, key, zip) WHERE insee_code IS NULL", "This commune already has a court of this kind."
    )

    @api.depends("name")
    def _compute_key(self):
        for area in self:
            area.key = normalize(area.name)

    @api.depends("name", "court_id.name")
    def _compute_display_name(self):
        for area in self:
            area.display_name = f"{area.name or ''} – {area.court_id.sudo().name or ''}"

    @api.constrains("court_id")
    def _check_court(self):
        for area in self:
            court = area.court_id.sudo()
            if court.company_id:
                raise ValidationError(
                    self.env._(
                        "%s is a contact of one company: a court in the directory is shared by all of them.",
                        court.display_name,
                    )
                )
            if court.recovery_party_kind != "court":
                raise ValidationError(self.env._("%s is not a court: say so on its contact first.", court.display_name))

    @api.model
    def _get_commune(self, partner):
        """Return the commune of a contact's address; None abroad or where no address is known."""
        if partner.country_id and partner.country_id.code not in ("FR", *_OVERSEAS):
            return None
        return Commune(partner.city or "", partner.zip or "") if partner.city or partner.zip else None

    @api.model
    def _find_court(self, commune, court_kind):
        """Return the row of the court that hears there what is brought before that kind of court, or none.

        A name that stands for several communes names none.
        """
        kinds = SERVED_BY[court_kind]
        rows = self._find_rows(commune, kinds)
        return rows.sorted(lambda row: kinds.index(row.court_kind))[:1]

    @api.model
    def _find_rows(self, commune, kinds):
        wanted = Domain("court_kind", "in", kinds)
        if commune.insee and (rows := self.search(wanted & Domain("insee_code", "=", commune.insee))):
            return rows
        key = normalize(commune.name)
        if not key:
            return self.browse()
        named = self.search(wanted & Domain("key", "=", key))
        if exact := named.filtered(lambda row: row.zip and row.zip == commune.zip):
            named = exact
        elif commune.zip:
            place = get_department(commune.zip)
            named = named.filtered(lambda row: get_department(row.insee_code or row.zip) == place)
        is_one_place = len({row.insee_code or (row.key, row.zip) for row in named}) <= 1
        return named if is_one_place or self._is_served_alike(named) else self.browse()

    @api.model
    def _is_served_alike(self, rows):
        """Tell whether the communes of a name have the same courts: the arrondissements of a city do."""
        return all(len(group.court_id) == 1 for group in rows.grouped("court_kind").values())


_OVERSEAS = ("GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC")

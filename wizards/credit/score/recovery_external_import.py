from odoo import api, fields, models
from odoo.exceptions import UserError

from ....models.common.identity import extract_siren
from ....models.common.tables import NotReadable, to_day, to_number

COLUMNS = {
    "siren": ("siren", "siret"),
    "customer": ("customer", "client", "nom", "name", "raison sociale"),
    "score": ("score", "note", "cotation"),
    "scale": ("scale", "out of", "echelle", "échelle", "sur"),
    "date": ("date",),
    "source": ("source", "organisme"),
    "limit": ("limit", "limite", "encours conseillé", "encours conseille"),
    "note": ("comment", "commentaire", "document"),
}


class RecoveryExternalImport(models.TransientModel):
    """Import external scores from a csv or xlsx file: each row names a customer by SIREN or by name."""

    _name = "recovery.external.import"
    _description = "Import External Scores"
    _inherit = ["recovery.table.import"]
    _known_columns = COLUMNS

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company.root_id)
    source = fields.Char(help="When the file has no such column.")
    date = fields.Date(help="When the file has no such column.")
    scale = fields.Float("Out of", default=100, help="When the file has no such column.")

    def _import(self):
        """Create one external score per row that names a known customer."""
        rows = self._read_rows()
        partners = self._find_partners([row for _number, row in rows])
        vals_list, problems, known = [], [], {}
        for number, row in rows:
            try:
                vals = self._prepare_score(row)
                partner = partners.get(self._get_key(row))
                if not partner:
                    raise ValueError(self.env._("no single customer found"))
            except ValueError as error:
                problems.append(([number], error))
                continue
            known.setdefault(partner, []).append(vals)
        debtors = self.env["recovery.debtor"]._ensure_for(self.env["res.partner"].union(*known), self.company_id)
        for debtor in debtors:
            vals_list += [dict(vals, debtor_id=debtor.id) for vals in known[debtor.partner_id]]
        scores = self.env["recovery.external.score"].create(vals_list)
        self._attach_file(scores)
        return [self.env._("Scores imported: %s", len(vals_list))], problems

    def _attach_file(self, scores):
        """Keep the file that the scores come from with them, once."""
        if not scores:
            return
        document = self.env["ir.attachment"].create(
            {
                "name": self.filename or "scores",
                "datas": self.file,
                "res_model": scores._name,
                "res_id": scores[0].id,
            }
        )
        scores.attachment_ids = document

    # ------------------------------------------------------------
    # Reading the file
    # ------------------------------------------------------------
    def _check_columns(self, found):
        if "score" not in found or not {"siren", "customer"} & set(found):
            raise UserError(
                self.env._("The first row must contain the column names: at least “score”, and “siren” or “customer”.")
            )

    @api.model
    def _get_key(self, row):
        siren = extract_siren(str(row["siren"] or "").split(".")[0])
        return ("siren", siren) if siren else ("name", str(row["customer"] or "").strip().lower())

    def _find_partners(self, rows):
        """Return the one commercial partner behind each key of the rows, in a few queries."""
        Partner = self.env["res.partner"].with_context(active_test=False)
        sirens = {key[1] for key in map(self._get_key, rows) if key[0] == "siren"}
        names = {str(row["customer"]).strip() for row in rows if row["customer"]}
        found = {}
        if sirens:
            for partner in Partner.search(
                [("company_registry", "!=", False), ("company_id", "in", (False, *self.company_id.ids))]
            ):
                siren = extract_siren(partner.company_registry)
                if siren in sirens:
                    found.setdefault(("siren", siren), set()).add(partner.commercial_partner_id)
        for partner in Partner.search(
            [("name", "in", list(names)), ("company_id", "in", (False, *self.company_id.ids))]
        ):
            found.setdefault(("name", partner.name.strip().lower()), set()).add(partner.commercial_partner_id)
        return {key: next(iter(partners)) for key, partners in found.items() if len(partners) == 1}

    def _prepare_score(self, row):
        """Return the values of one external score; ValueError says what is wrong with the row."""
        score, scale = self._to_number(row["score"]), self._to_number(row["scale"]) or self.scale
        day = self._to_date(row["date"]) or self.date
        source = str(row["source"] or self.source or "").strip()
        if score is None or not scale or not 0 <= score <= scale:
            raise ValueError(self.env._("no score between 0 and its scale"))
        if not day:
            raise ValueError(self.env._("no date"))
        if not source:
            raise ValueError(self.env._("no source"))
        return {
            "score": score,
            "scale": scale,
            "date": day,
            "source": source,
            "recommended_limit": self._to_number(row["limit"]) or 0.0,
            "note": str(row["note"] or "") or False,
        }

    def _to_number(self, value):
        try:
            return to_number(value)
        except NotReadable as error:
            raise ValueError(self.env._("“%s” is not a number", value)) from error

    def _to_date(self, value):
        try:
            return to_day(value)
        except NotReadable as error:
            raise ValueError(self.env._("“%s” is not a date", value)) from error

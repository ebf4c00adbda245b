from datetime import datetime

from psycopg2.extras import Json

from odoo.tools import SQL

CANARY = "Canarijaune"
AMOUNT = 77777.25
VALUES = {
    "recovery.coverage.share": 50,
    "recovery.level.share": 50,
}
OF_A_COMPANY = {"recovery.verdict", "recovery.case.claim"}  # through another record


class Planting:
    """One record of every model of ours in a company, written under the ORM: names and amounts are canaries.

    :param known: ``{model name: record}`` of core's records to which planted ones point.
    """

    def __init__(self, env, company, known, day):
        self.env = env
        self.company = company
        self.records = {"res.company": company, "res.currency": company.currency_id, "res.users": env.user, **known}
        self.day = day

    def get(self, model_name):
        """Return the record of a model, planted if need be; any one if the model is shared by the companies."""
        if model_name not in self.records:
            model = self.env[model_name]
            if model_name.startswith("recovery.") and "company_id" in model._fields or model_name in OF_A_COMPANY:
                self.records[model_name] = self._find(model) or self._plant(model)
            else:
                self.records[model_name] = model.search([], limit=1)
        return self.records[model_name]

    def _find(self, model):
        return "company_id" in model._fields and model.search([("company_id", "=", self.company.id)], limit=1)

    def _plant(self, model):
        vals = {name: self._get_value(field) for name, field in model._fields.items() if self._is_planted(field)}
        vals = {name: value for name, value in vals.items() if value is not None}
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(SQL.identifier(name) for name in vals),
            SQL(", ").join(SQL("%s", value) for value in vals.values()),
        )
        [[record_id]] = self.env.execute_query(query)
        return model.browse(record_id)

    def _is_planted(self, field):
        return bool(field.store and field.column_type) and field.name not in ("id", "company_dependent")

    def _get_value(self, field):
        if (key := f"{field.model_name}.{field.name}") in VALUES:
            return VALUES[key]
        text = f"{CANARY} {field.name}"
        match field.type:
            case "many2one":
                if field.comodel_name == field.model_name or not (field.required or field.comodel_name in self.records):
                    return None
                return self.get(field.comodel_name).id or None
            case "char" | "text" | "html":
                if field.name == "res_model":
                    return "recovery.debtor"
                return Json({"en_US": text}) if field.translate else text[: getattr(field, "size", None)]
            case "monetary" | "float":
                return AMOUNT
            case "integer":
                return 1
            case "many2one_reference":
                return self.get("recovery.debtor").id
            case "boolean":
                return field.name in ("active", "engaged", "is_current")
            case "date":
                return self.day
            case "datetime":
                return datetime(2026, 1, 5, 12)
            case "selection":
                return field.get_values(self.env)[0]
            case "json":
                return Json({"canary": text})
            case _:
                return None

from datetime import datetime

from psycopg2.extras import Json

from odoo.tools import SQL

CANARY = "Canarijaune"
AMOUNT = 77777.25
OF_A_COMPANY = {"recovery.verdict", "recovery.case.line"}  # through another record
VALUES = {
    "recovery.agreement.line.plan_id": None,
    "recovery.agreement.line.settlement_id": None,
    "recovery.contract.terms.clause_percent": 10,
    "recovery.coverage.share": 50,
    "recovery.doubtful.rate.rate": 50,
    "recovery.insolvency.dividend.percent": 50,
    "recovery.level.min_share": 50,
    "recovery.mandate.fee.percent": 50,
}
FILLED = {"recovery.agreement.line.promise_id", "recovery.formal.wording.level_id"}  # wanted by a constraint


class Planting:
    """One record of every model of ours in a company, written under the ORM: names and amounts are canaries.

    :param known: ``{model name: record}`` of core's records to which planted ones point.
    """

    def __init__(self, env, company, known, day):
        self.env = env(su=True)
        self.company = company
        self.records = {"res.company": company, "res.currency": company.currency_id, "res.users": env.user, **known}
        self.day = day

    def get(self, model_name):
        """Return the record of a model, planted if need be; any one if the model is shared by the companies."""
        if model_name not in self.records:
            model = self.env[model_name]
            if model._transient:
                return self.plant(model)
            if model_name.startswith("recovery.") and "company_id" in model._fields or model_name in OF_A_COMPANY:
                self.records[model_name] = self._find(model) or self.plant(model)
            else:
                self.records[model_name] = model.search([], limit=1)
        return self.records[model_name]

    def _find(self, model):
        return "company_id" in model._fields and model.search([("company_id", "=", self.company.id)], limit=1)

    def plant(self, model, **vals):
        """Write a record with a value in each column but those that only point to what nobody has made yet."""
        columns = {}
        for name, field in model._fields.items():
            if field.store and field.column_type and name != "id":
                columns[name] = vals[name] if name in vals else self._get_value(field)
        columns = {name: value for name, value in columns.items() if value is not None}
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(model._table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(SQL("%s", value) for value in columns.values()),
        )
        [[record_id]] = self.env.execute_query(query)
        return model.browse(record_id)

    def _get_value(self, field):
        path = f"{field.model_name}.{field.name}"
        if path in VALUES:
            return VALUES[path]
        text = f"{CANARY} {field.name}"
        match field.type:
            case "many2one":
                is_filled = field.required or field.comodel_name in self.records or path in FILLED
                return self.get(field.comodel_name).id if is_filled and field.comodel_name != field.model_name else None
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
            case "binary":
                return b"x" if field.required else None
            case "json":
                return Json([self.get("recovery.debtor").id])
            case _:
                return None

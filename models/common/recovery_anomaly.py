import logging
import math

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from .roles import require_user

_logger = logging.getLogger(__name__)
ACTIVITY = "debt_recovery.mail_activity_type_anomaly"
TASKS = 50  # at once: whoever imported thousands of wrong values needs no thousand tasks
MOST = 1000  # rows of one model that are named at once


class RecoveryAnomaly(models.Model):
    """A row with which nobody can reckon, said to people: which one, why, and for how long.

    Bounds keep such values out; SQL, or a database older than the bounds, lets them in. The night and the first
    opening of the worklist look for them in all that we reckon with; work that one row makes fail goes on without it,
    and the row is named here too. An anomaly stays until the row is mended, once, with one task for the manager.
    """

    _name = "recovery.anomaly"
    _description = "Data issue"
    _inherit = ["recovery.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "found_on desc, id desc"
    _rec_name = "object_name"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    res_model = fields.Char("Record model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="res_model", required=True, readonly=True)
    model_name = fields.Char("Record type", compute="_compute_reason")
    object_name = fields.Char("Record concerned", readonly=True)
    work = fields.Char("Job", readonly=True, help="The model whose job failed; empty for an out-of-range value.")
    values = fields.Json(readonly=True, help="The content of each field, as text.")
    reason = fields.Text("What is wrong", compute="_compute_reason")
    found_on = fields.Datetime("Found on", required=True, readonly=True)

    _row_uniq = models.UniqueIndex(
        "(company_id, res_model, res_id, COALESCE(work, ''))", "This data issue is already listed."
    )

    @api.depends("res_model", "res_id", "work", "values")
    @api.depends_context("lang")
    def _compute_reason(self):
        for anomaly in self:
            anomaly.model_name = self.env["ir.model"]._get(anomaly.res_model).name or anomaly.res_model
            anomaly.reason = anomaly._describe()

    def _describe(self):
        """Return what is wrong, in the reader's words."""
        self.ensure_one()
        if self.work:
            return self.env._(
                "“%(work)s” could not be done for this record; it was done for all the others. Check its dates and "
                "amounts.",
                work=self.env["ir.model"]._get(self.work).name or self.work,
            )
        if self.res_model not in self.env:
            return ""
        Model = self.env[self.res_model]
        sentences = []
        for name, value in sorted((self.values or {}).items()):
            if field := Model._fields.get(name):
                sentences.append(
                    self.env._(
                        "“%(field)s” is %(value)s: %(advice)s",
                        field=field._description_string(self.env) or name,
                        value=self._show(field, value),
                        advice=self._get_advice_for(Model, field),
                    )
                )
        return "\n".join(sentences)

    @api.model
    def _show(self, field, value):
        """Return a value as it was kept, in the reader's words."""
        if field.type in ("date", "datetime"):
            return format_date(self.env, value[:10])
        number = float(value)
        if not math.isfinite(number):
            return self.env._("not a number")
        return formatLang(self.env, number, digits=0 if number.is_integer() else 2)

    @api.model
    def _get_advice_for(self, Model, field):
        """Return what may stand there: what is typed has bounds that people know, the rest is worked out again."""
        if issubclass(type(Model), self.pool["recovery.bounded"]) and field.name in Model._get_bounded([field.name]):
            return Model.with_env(self.env)._get_advice(field)
        return self.env._("it must be corrected at its source.")

    # ------------------------------------------------------------
    # Doors
    # ------------------------------------------------------------
    def action_open_document(self):
        """Open the row to mend."""
        self.ensure_one()
        return self._open_pointed(self.object_name)

    def action_look_again(self):
        """Look at once whether what was named is mended, and whether there is more."""
        require_user(self.env)
        self.check_access("read")  # a list hands over what is ticked in it
        company = self.env.company
        company._recovery_check_open()
        self._look(company)
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_anomaly_action")
        return dict(action, target="main")

    # ------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------
    @api.model
    def _look(self, company):
        """Name the rows of a root company that hold what nobody can reckon with, and forget those that are mended.

        Rows that all companies share are named in each.
        """
        company = company._recovery_root()
        found = {}
        for name in sorted(self.pool):
            Model = self.env[name]
            if issubclass(type(Model), self.pool["recovery.bounded"]) and not Model._abstract and not Model._transient:
                found |= self._find_in(Model.sudo().with_company(company), company)
        return self._keep(company, found)

    @api.model
    def _look_again(self, company):
        """Forget what is mended of what was named: nothing else is read."""
        company = company._recovery_root()
        known = self.sudo().search([("company_id", "=", company.id), ("work", "=", False)])
        found = {}
        for model_name, anomalies in known.grouped("res_model").items():
            if model_name in self.env:
                records = self.env[model_name].sudo().with_company(company).browse(anomalies.mapped("res_id")).exists()
                found |= self._read_wrong(records, records._get_reckoned())
        if known:
            self._keep(company, found)

    @api.model
    def _find_in(self, Model, company):
        """Return ``{(model name, id): {field: value as text}}`` of the rows of a model that are wrong."""
        reckoned = Model._get_reckoned()
        wrong = Domain.OR(
            Domain(name, "<", low) | Domain(name, ">", high)  # "no number" is above all others for the database
            for name, (low, high) in reckoned.items()
        )
        if not reckoned:
            return {}
        records = Model.with_context(active_test=False).search(
            wrong & Model._get_reckoned_domain(company), limit=MOST, order="id"
        )
        return self._read_wrong(records, reckoned)

    @api.model
    def _read_wrong(self, records, reckoned):
        """Return ``{(model name, id): {field: value as text}}`` of those of these rows that are wrong."""
        found = {}
        for record in records:
            wrong = {
                name: str(record[name])
                for name, limits in reckoned.items()
                if record[name] and not self._is_within(record[name], limits)
            }
            if wrong:
                found[record._name, record.id] = wrong
        return found

    @api.model
    def _is_within(self, value, limits):
        low, high = limits
        return low <= value <= high  # false for what is no number

    @api.model
    def _keep(self, company, found):
        """Make what is named of a company what was found."""
        known = self.sudo().search([("company_id", "=", company.id), ("work", "=", False)])
        by_key = {(anomaly.res_model, anomaly.res_id): anomaly for anomaly in known}
        self._forget(known.filtered(lambda anomaly: (anomaly.res_model, anomaly.res_id) not in found))
        for key, values in found.items():
            if key in by_key and by_key[key].values != values:
                by_key[key].values = values
        return self._name_rows(company, {key: {"values": found[key]} for key in found if key not in by_key})

    @api.model
    def _name_rows(self, company, rows):
        """Name rows once: in the list, the journal, and as the manager's tasks.

        :param dict rows: ``{(model name, id): values}``.
        """
        anomalies = self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "res_model": model_name,
                    "res_id": id_,
                    "object_name": self._get_name_of(model_name, id_),
                    "found_on": fields.Datetime.now(),
                    **values,
                }
                for (model_name, id_), values in rows.items()
            ]
        )
        if not anomalies:
            return anomalies
        manager = self.env["recovery.decision"]._get_manager(company)
        reader = anomalies.with_context(lang=manager.lang or company.partner_id.lang)
        self.env["recovery.event"]._log(
            "anomaly",
            reader,
            lambda anomaly: anomaly.env._(
                "Left out: %(record)s. %(reason)s", record=anomaly.object_name, reason=anomaly.reason
            ),
            company=company,
        )
        for anomaly in reader[:TASKS] if manager else ():
            anomaly.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                date_deadline=company._recovery_today(),
                summary=anomaly.env._("%s: value to correct", anomaly.object_name),
                note=anomaly.reason,
                user_id=manager.id,
            )
        return anomalies

    @api.model
    def _get_name_of(self, model_name, id_):
        """Return the name of a row, if it can be told: what is wrong may be part of it."""
        record = self.env[model_name].sudo().browse(id_)
        try:
            with self.env.cr.savepoint(flush=False):
                name = record.display_name
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.info("The name of %s cannot be told", record, exc_info=True)
            name = None
        return name or f"{self.env['ir.model']._get(model_name).name} {id_}"

    def _forget(self, anomalies):
        """Take back what is mended, with its tasks."""
        if anomalies:
            self.env["recovery.event"]._log(
                "mended", anomalies, lambda anomaly: self.env._("Corrected: %s", anomaly.object_name)
            )
            anomalies.unlink()

    # ------------------------------------------------------------
    # Work that goes on
    # ------------------------------------------------------------
    @api.model
    def _do_apart(self, owner, company, work, records, get_all=None):
        """Do some work on records; if it fails, on each half, down to the record that fails: it is named.

        Nothing is lost in speed while nothing fails.

        :param owner: the model whose work it is.
        :param work: takes records, or None for all of them at once.
        :param records: None for all.
        :param get_all: returns all the records, where None was given and failed.
        :return: what the work returned, in a list.
        """
        self.env.flush_all()
        try:
            # core's own savepoint would tell in threads, half way, what is still being written
            with self.env.cr.savepoint(flush=False):
                results = [work(records)]
                self.env.flush_all()
        except psycopg2.OperationalError:
            raise  # a concurrent update: the whole is done again
        except Exception:
            self.env.transaction.clear()
            if records is None:
                records = get_all()
                _logger.warning("%s failed for all %s together: half by half", owner._name, len(records), exc_info=True)
            elif len(records) == 1:
                _logger.warning("%s failed for %s: the others go on", owner._name, records, exc_info=True)
                self._name_failure(owner, company, records)
                return []
            if not records:
                return []
        else:
            self._name_success(owner, company, records)
            return results
        half = (len(records) + 1) // 2
        return [
            result
            for some in filter(None, (records[:half], records[half:]))
            for result in self._do_apart(owner, company, work, some)
        ]

    @api.model
    def _name_failure(self, owner, company, records):
        """Name the record for which the work of a model failed."""
        company = company._recovery_root()
        domain = [*self._get_work_domain(owner, company), ("res_model", "=", records._name)]
        known = self.sudo().search([*domain, ("res_id", "in", records.ids)])
        ids = set(records.ids) - set(known.mapped("res_id"))
        return self._name_rows(company, {(records._name, id_): {"work": owner._name} for id_ in ids})

    @api.model
    def _name_success(self, owner, company, records):
        """Forget the failures of that work for these records, or for all."""
        company = company._recovery_root()
        failed = self.sudo().search(self._get_work_domain(owner, company))
        if records is not None:
            failed = failed.filtered(lambda a: a.res_model == records._name and a.res_id in records.ids)
        self._forget(failed)

    @api.model
    def _get_work_domain(self, owner, company):
        return [("company_id", "=", company.id), ("work", "=", owner._name)]

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from .numbering import Gap, find_gaps, split_number

MOST = 50  # numbers of one gap that are looked for in the journal


class Missing(NamedTuple):
    """A gap in the numbers of a kind of document.

    :param kind: what the documents are, in words.
    :param reason: why no document bears these numbers, as far as the program knows.
    :param is_grave: a document was there: the journal tells of it.
    """

    kind: str
    gap: Gap
    reason: str
    is_grave: bool


class RecoveryNumbering(models.AbstractModel):
    """Numbers of what we issue: drawn from series, each borne by one document, with the gaps and their reason.

    A model says by ``_numbered`` which field holds a number and by which code it is drawn. All companies that draw from
    a series are looked at together: what one has not, another may have.
    """

    _name = "recovery.numbering"
    _description = "Recovery: document numbers"

    @api.model
    def _get_numbered(self):
        """Return ``[(model, field, code of the sequence)]`` of what is numbered."""
        return [
            (name, field, code)
            for name, Model in sorted(self.env.registry.items())
            if name.startswith("recovery.") and not Model._abstract and not Model._transient
            for field, code in (getattr(Model, "_numbered", None) or {}).items()
        ]

    @api.model
    @api.private
    def _find_missing(self, company):
        """Return the :class:`Missing` of all the series from which a company draws its numbers."""
        company = company._recovery_root()
        missing = []
        for name, field, code in self._get_numbered():
            Model = self.env[name].sudo().with_context(active_test=False)
            kind = self.env["ir.model"].sudo()._get(name).name
            own = self._get_sequences(code, company).filtered("company_id")
            domain = Domain(field, "!=", False)
            if own:  # a series of the company alone
                domain &= Domain("company_id", "child_of", company.id)
            rows = Model.search_fetch(domain, [field, "company_id"])
            bearers = {}
            for row in rows:
                if parts := split_number(row[field]):
                    bearers[parts[0]] = bearers.get(parts[0], row.company_id.root_id) | row.company_id.root_id
            for gap in find_gaps(rows.mapped(field), self._read_last_drawn(code, company)):
                if company in bearers.get(gap.series, company):
                    missing.append(Missing(kind, gap, *self._explain(gap, company)))
        return missing

    @api.model
    def _get_sequences(self, code, company):
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        found = Sequence.search([("code", "=", code), ("company_id", "in", [company.id, False])])
        return found.filtered(lambda sequence: sequence.company_id) or found

    @api.model
    def _read_last_drawn(self, code, company):
        """Return ``{series: last number drawn}``, drawn for nothing included."""
        last = {}
        self.env["ir.sequence"].invalidate_model(["number_next_actual"])
        self.env["ir.sequence.date_range"].invalidate_model(["number_next_actual"])
        for sequence in self._get_sequences(code, company):
            if not sequence.use_date_range:
                last[sequence._get_prefix_suffix()[0]] = sequence.number_next_actual - 1
            for year in sequence.date_range_ids:
                prefix, _suffix = sequence._get_prefix_suffix(date=year.date_from, date_range=year.date_from)
                last[prefix] = year.number_next_actual - 1
        return last

    @api.model
    def _explain(self, gap, company):
        """Return why no document bears these numbers, and whether one did."""
        Event = self.env["recovery.event"].sudo()
        texts = [
            f"{gap.series}{number:0{gap.padding}}{gap.suffix}"
            for number in range(gap.first, min(gap.last, gap.first + MOST - 1) + 1)
        ]
        domain = Domain.OR(Domain(name, "like", text) for text in texts for name in ("object_name", "summary"))
        told = Event.search(domain & Domain("kind", "not in", ("journal_checked",)), order="id", limit=1)
        if told:
            seen = self.env["recovery.event"].search([("id", "=", told.id)])
            return (
                self.env._(
                    "The journal mentions it (%(summary)s): the document was deleted outside the program.",
                    summary=seen.summary or self.env._("entry %s", told.id),
                ),
                True,
            )
        if gap.first == 1:
            return self.env._(
                "The series began after these numbers: they are earlier ones, or were set manually."
            ), False
        return (
            self.env._(
                "Drawn by a transaction that was rolled back before it ended, for example by an error: no document "
                "ever bore it."
            ),
            False,
        )

    # ------------------------------------------------------------
    # Numbers survive the module
    # ------------------------------------------------------------
    @api.model
    @api.private
    def _read_next_numbers(self):
        """Return the next number of each series, for a module that goes and comes back."""
        kept = []
        self.env["ir.sequence"].invalidate_model(["number_next_actual"])
        self.env["ir.sequence.date_range"].invalidate_model(["number_next_actual"])
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        for sequence in Sequence.search([("code", "=like", "recovery.%")]):
            kept.append(
                {
                    "code": sequence.code,
                    "company": sequence.company_id.id or 0,
                    "next": sequence.number_next_actual,
                    "years": [
                        {"from": str(year.date_from), "to": str(year.date_to), "next": year.number_next_actual}
                        for year in sequence.date_range_ids
                    ],
                }
            )
        return kept

    @api.model
    @api.private
    def _restore_next_numbers(self, kept):
        """Let no series begin below the number at which it stood when the module went."""
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        known = {row["company"] for row in kept if row["company"]}
        companies = self.env["res.company"].sudo().browse(known).exists()
        for row in kept:
            company = companies.filtered(lambda one, row=row: one.id == row["company"])
            if row["company"] and not company:
                continue
            sequence = Sequence.search([("code", "=", row["code"]), ("company_id", "=", company.id)], limit=1)
            if not sequence:
                pattern = Sequence.search([("code", "=", row["code"]), ("company_id", "=", False)], limit=1)
                if not pattern:
                    continue
                sequence = pattern.copy({"company_id": company.id, "name": pattern.name})
            if sequence.number_next_actual < row["next"]:
                sequence.number_next = row["next"]
            for year in row["years"]:
                known = sequence.date_range_ids.filtered(lambda one, year=year: str(one.date_from) == year["from"])
                if not known:
                    known = (
                        self.env["ir.sequence.date_range"]
                        .sudo()
                        .create({"sequence_id": sequence.id, "date_from": year["from"], "date_to": year["to"]})
                    )
                if known.number_next_actual < year["next"]:
                    known.number_next = year["next"]

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...common.calendar import shift
from ...common.formatting import format_letter_day, list_phrases

DECLARATION = "declaration"
TYPE = "claim_declaration"


class RecoveryCaseDocument(models.Model):
    """What a written declaration of claim says: the claim split by the judgment, as the declaration has it.

    What was born before, due or to fall due, is declared; what was born since and is useful goes on and is not.
    Interest stops on the eve.
    """

    _inherit = "recovery.case.document"
    _placeholders = (
        "insolvency_kind_text", "published_text", "trustee_name", "judge_name", "privilege_text", "estate_text",
        "declared_due_text", "declared_to_come_text", "declared_claims_text", "later_text", "interest_stop_text",
        "retention_text",
    )  # fmt: skip
    _needed = {
        DECLARATION: (
            *("insolvency_kind_text", "court_name", "privilege_text", "estate_text", "declared_due_text"),
            "interest_stop_text",
        )
    }

    insolvency_kind_text = fields.Char("Kind of the proceedings", compute="_compute_mentions")
    published_text = fields.Char("Date of publication in the BODACC", compute="_compute_mentions")
    trustee_name = fields.Char("Mandataire or liquidator", compute="_compute_mentions")
    judge_name = fields.Char("Judge of the proceedings (juge-commissaire)", compute="_compute_mentions")
    privilege_text = fields.Char("Rank of the claim and its security", compute="_compute_mentions")
    estate_text = fields.Char("Debtor's assets within reach of the claim", compute="_compute_mentions")
    declared_due_text = fields.Char("Declared, due on the date of the judgment", compute="_compute_mentions")
    declared_to_come_text = fields.Char("Declared, falling due later", compute="_compute_mentions")
    declared_claims_text = fields.Char("Declared, claim by claim", compute="_compute_mentions")
    later_text = fields.Char("Arisen after the judgment, not declared", compute="_compute_mentions")
    interest_stop_text = fields.Char("Interest calculated up to", compute="_compute_mentions")
    retention_text = fields.Char("Goods under retention of title", compute="_compute_mentions")

    @api.model
    def _find_declaration(self, case):
        """Return the declaration of a case, else the one that is open on the debtor; none that is confidential."""
        open_ones = (
            self.env["recovery.insolvency.declaration"]
            .sudo()
            .search(
                [
                    ("debtor_id", "=", case.debtor_id.id),
                    ("insolvency_id.annulled_on", "=", False),
                    ("insolvency_id.is_confidential", "=", False),
                ]
            )
        )
        own = open_ones.filtered(lambda row: row.case_id == case._origin)
        alike = open_ones.filtered(lambda row: row.estate == case.estate)
        return (own or alike or open_ones)[:1].with_env(self.env).sudo()

    def _find_addressee(self):
        declaration = self._find_declaration(self.case_id) if self.kind == DECLARATION else None
        return (declaration and declaration.trustee_id) or super()._find_addressee()

    def _get_day(self):
        """A declaration stops at the eve of the judgment (C. com. L622-28)."""
        judgment_on = self.kind == DECLARATION and self._find_declaration(self.case_id).judgment_on
        return shift(judgment_on, days=-1) if judgment_on else super()._get_day()

    def _get_document_values(self, kind):
        values = super()._get_document_values(kind)
        declaration = self._find_declaration(self.case_id)
        if not declaration:
            return values
        told = declaration._get_mentions()
        told.pop("declared_text")
        if kind != DECLARATION:
            return {**values, **{name: told[name] for name in ("insolvency_text", "insolvency_kind_text")}}
        proceedings = declaration.insolvency_id
        if not declaration.claim_ids:
            told |= {"declared_due_text": "", "declared_to_come_text": ""}
        elif not declaration.amount_to_come:
            told["declared_to_come_text"] = ""
        return {
            **values,
            **told,
            "court_name": proceedings.court_id.name or values["court_name"],
            "court_address_text": self._format_address(proceedings.court_id or self.case_id.court_id),
            "judge_name": proceedings.judge or "",
            "reference_text": proceedings.reference or "",
            "procedure_text": self._describe_other_procedures(),
            "later_text": declaration._format_amount(declaration.amount_later) if declaration.amount_later else "",
        }

    def _describe_other_procedures(self):
        """Return the proceedings that were under way for the claim: the court seised is told (R622-23)."""
        running = self.case_id.sudo().with_env(self.env)._get_running_procedures()
        return list_phrases(
            self.env,
            (
                ", ".join(filter(None, (row.type_id.name, row.court_id.name, row.reference)))
                for row in running
                if row.type_id.code != TYPE
            ),
        )

    def _list_courts(self):
        """Return the court that opened the proceedings: a declaration names no other."""
        court = self._find_declaration(self.case_id).insolvency_id.court_id if self.kind == DECLARATION else None
        return court or super()._list_courts()

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------
    def _compute_figures(self):
        """Read a declaration in what was prepared: nothing is declared that was not split by the judgment."""
        if self.kind != DECLARATION:
            return super()._compute_figures()
        declaration = self._find_declaration(self.case_id)
        claims = declaration.claim_ids.filtered(lambda claim: claim._is_declared())
        claims = claims.sorted(lambda claim: (claim.due_date or claim.born_on, claim.id))
        if not claims:
            return {"error": self.env._("The declaration, prepared from the books in the proceedings")}
        return {
            "totals": [self._write_declared(declaration, claims)],
            "columns": self._get_declared_columns(),
            "items": [self._write_declared_item(rank, claim) for rank, claim in enumerate(claims, 1)],
            "sources": [declaration._describe_interest()],
        }

    def _write_declared(self, declaration, claims):
        """Return the sums that are declared: by element where all are in the company's currency, and by term."""
        write, company = declaration._format_amount, declaration.company_currency_id
        elements = {name: sum(claims.mapped(f"amount_{name}")) for name in ("principal", "interest", "extra")}
        is_plain = claims.currency_id == company
        rows = [
            (self.env._("Due on the day of the judgment"), declaration.amount_due, False),
            (self.env._("Falling due after it"), declaration.amount_to_come, False),
            (self.env._("Total declared (%s)", company.name), declaration.amount_total, True),
        ]
        if is_plain:
            labels = {
                "principal": self.env._("of which principal"),
                "interest": self.env._("of which interest to the day before the judgment"),
                "extra": self.env._("of which fixed compensation and penalty clause"),
            }
            rows += [(labels[name], amount, False) for name, amount in elements.items() if amount]
        told = {name: write(amount) if is_plain and amount else "" for name, amount in elements.items()}
        return {
            "rows": [[name, write(amount), strong] for name, amount, strong in rows],
            "principal": told["principal"],
            "interest": told["interest"],
            "indemnity": told["extra"],
            "costs": "",
            "clause": "",
            "amount": write(declaration.amount_total),
            "is_due": declaration.amount_total > 0,
            "has_interest": bool(elements["interest"]),
        }

    def _get_declared_columns(self):
        return [
            [self.env._("No."), False],
            [self.env._("Invoice"), False],
            [self.env._("Arose on"), False],
            [self.env._("Due on"), False],
            [self.env._("Term"), False],
            [self.env._("Principal"), True],
            [self.env._("Interest"), True],
            [self.env._("Indemnities"), True],
            [self.env._("Declared"), True],
        ]

    def _write_declared_item(self, rank, claim):
        def write(amount, currency):
            return formatLang(self.env, amount, currency_obj=currency)

        own, company = claim.currency_id, claim.company_currency_id
        return [
            str(rank),
            claim.move_name or "",
            format_letter_day(self.env, claim.born_on),
            format_letter_day(self.env, claim.due_date),
            self.env._("not yet due") if claim.is_to_come else self.env._("due"),
            write(claim.amount_principal, own),
            write(claim.amount_interest, own),
            write(claim.amount_extra, company),
            write(claim.amount_total, company),
        ]

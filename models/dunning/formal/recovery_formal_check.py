from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...common.identity import extract_siren
from ...common.insolvency import DUNNING, get_birth
from ...common.marks import get_marked, mark
from .blocker import BLOCKING, OFF, WARNING, Blocker, enumerate_few

# One check, by its code: ``{notice: claimed lines}`` and a day give ``{notice: detail}``.
finds = partial(mark, "finder")


class RecoveryFormalCheck(models.Model):
    """One thing looked at before a mise en demeure leaves, and how much it matters: data that a manager edits.

    A row of a company goes before the shared one of the same code.
    """

    _name = "recovery.formal.check"
    _description = "Check before a mise en demeure"
    _inherit = ["recovery.traced.settings", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True
    _carried_key = ("code",)
    _typed = ("name", "sequence", "company_id", "severity", "severity_consumer", "advice", "code")

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        [
            ("no_address", "Postal address"),
            ("nothing_undisputed", "Undisputed amount"),
            ("no_siren", "SIREN of the debtor"),
            ("no_identity", "Legal identity of the sender"),
            ("no_due_date", "Due date"),
            ("time_barred", "Limitation"),
            ("insolvent", "Insolvency"),
            ("no_order_proof", "Proof of order"),
            ("no_delivery_proof", "Proof of delivery"),
            ("no_review", "Lawyer's review"),
            ("nature_unchecked", "Nature of the debtor"),
        ],
        string="What is checked",
        required=True,
    )
    sequence = fields.Integer(default=50)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company without a row of its own for this check."
    )
    severity = fields.Selection(
        selection="_selection_severity",
        string="Professional or public debtor",
        required=True,
        default=WARNING,
        tracking=True,
    )
    severity_consumer = fields.Selection(
        selection="_selection_severity", string="Consumer", required=True, default=WARNING, tracking=True
    )
    advice = fields.Text("What to do", translate=True)

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This check already exists for this company."
    )

    @api.model
    def _selection_severity(self):
        return [
            (BLOCKING, self.env._("Blocks")),
            (WARNING, self.env._("Warns")),
            (OFF, self.env._("Not checked")),
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        if self.filtered(lambda check: not check.company_id):
            raise UserError(self.env._("A check shared by all companies is disabled, never deleted."))

    def _get_severity(self, nature):
        """Return how much it matters for a debtor of that nature."""
        self.ensure_one()
        return self.severity_consumer if nature == "consumer" else self.severity

    @api.model
    def _get_rules(self, company):
        """Return ``{code: check}`` of a company: its own rows, else the shared ones."""
        rules = self.sudo().search(Domain("company_id", "in", [False, company.root_id.id]))
        return {rule.code: rule for rule in rules.sorted(lambda rule: (bool(rule.company_id), rule.id))}

    # ------------------------------------------------------------
    # The check
    # ------------------------------------------------------------
    @api.model
    def _check(self, notices, day):
        """Return ``{notice: [Blocker]}`` of mises en demeure on a day, in a number of queries that does not grow.

        What a scheduled job keeps in words is in the company's language.
        """
        formal = notices.sudo()
        found = {notice: [] for notice in formal}
        for company, group in formal.grouped("company_id").items():
            checker = self.with_context(lang=company.partner_id.lang or self.env.lang)
            rules, finders = self._get_rules(company), get_marked(self, "finder")
            lines = group.line_ids.filtered(lambda line: line.role == "claimed")
            claimed = dict.fromkeys(group, lines.browse()) | lines.grouped("notice_id")
            for code, rule in sorted(rules.items(), key=lambda pair: (pair[1].sequence, pair[1].id)):
                if (rule.severity, rule.severity_consumer) == (OFF, OFF):
                    continue
                for notice, detail in getattr(checker, finders[code])(claimed, day).items():
                    severity = rule._get_severity(notice.debtor_id.nature)
                    if severity != OFF:
                        found[notice].append(Blocker(code, severity, rule, detail))
        return found

    # ------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------
    @api.model
    def _get_time_barred(self, lines, day):
        """Return the ids of the instalments whose original limit has passed: the one that counts before a judge."""
        return self.env["recovery.limitation"]._get_time_barred(lines, day)

    @api.model
    def _get_proven(self, moves):
        """Return ``{invoice id: kinds of proof}``; whatever else keeps orders and deliveries extends it."""
        return self.env["recovery.proof"]._read_kinds(moves)

    # ------------------------------------------------------------
    # Who writes, who is written to
    # ------------------------------------------------------------
    @finds("no_address")
    @api.model
    def _find_no_address(self, claimed, day):
        """Find the incomplete postal addresses, those from which a registered letter came back, who is archived."""
        rendering, dispatch = self.env["recovery.rendering"], self.env["recovery.dispatch"]
        by_post = [n for n in claimed if {"letter", "registered"} & set(rendering._get_channels(n))]
        returned = (
            self.env["recovery.delivery"]
            .sudo()
            .search_fetch(
                Domain("addressee_id", "in", [notice.addressee_id.id for notice in by_post])
                & Domain("letter_ids.outcome", "=", "wrong_address"),
                ["addressee_id", "address"],
            )
        )
        wrong = {(delivery.addressee_id.id, delivery.address) for delivery in returned}
        found = {}
        for notice in by_post:
            partner = notice.addressee_id
            if notice._has_archived_addressee():
                found[notice] = self.env._("%s is archived", partner.display_name)
            elif not (partner.street and partner.city):
                found[notice] = partner.display_name or ""
            elif (partner.id, dispatch._get_address(notice, "registered")) in wrong:
                found[notice] = self.env._("a registered letter came back from this address")
        return found

    @finds("no_siren")
    @api.model
    def _find_no_siren(self, claimed, day):
        """Find the French professionals without a SIREN, their French tax number not giving it either.

        A letter to a guarantor does not need the debtor's.
        """
        france = self.env.ref("base.fr")
        found = {}
        for notice in claimed:
            partner = notice.partner_id
            if notice.guaranteed_notice_id or notice.debtor_id.nature == "consumer":
                continue
            if (partner.country_id or france) != france:
                continue
            vat = (partner.vat or "").replace(" ", "")
            if not extract_siren(partner.company_registry) and not extract_siren(vat[4:]):
                found[notice] = partner.company_registry or ""
        return found

    @finds("no_identity")
    @api.model
    def _find_no_identity(self, claimed, day):
        """Find the senders whose letterhead is incomplete (C. com. R123-237)."""
        issuers = self.env["res.company"].sudo().union(*(notice.issuer_id for notice in claimed))
        gaps = {issuer: ", ".join(issuer._recovery_identity_gaps()) for issuer in issuers}
        return {notice: gaps[notice.issuer_id] for notice in claimed if gaps[notice.issuer_id]}

    @finds("nature_unchecked")
    @api.model
    def _find_nature_unchecked(self, claimed, day):
        """Find the debtors whose nature nobody confirmed."""
        return {notice: "" for notice in claimed if not notice.debtor_id.nature_confirmed}

    @finds("insolvent")
    @api.model
    def _find_insolvent(self, claimed, day):
        """Find the debtors under proceedings that forbid to ask for earlier claims, and of whom one is claimed.

        What was born after the judgment is asked for as ever.
        """
        debtors = self.env["recovery.debtor"].union(*(notice.debtor_id for notice in claimed))
        states = self.env["recovery.insolvency"]._get_state(debtors.filtered("insolvency_on"), day)
        stopped = {debtor: state.judgment_on for debtor, state in states.items() if state and state.stops(DUNNING)}
        return {
            notice: ""
            for notice, lines in claimed.items()
            if notice.debtor_id in stopped and self._claims_earlier(lines, stopped[notice.debtor_id])
        }

    @api.model
    def _claims_earlier(self, lines, judgment_on):
        """Tell whether something claimed was born before a judgment; what is claimed of no entry is taken so."""
        moves = lines.move_id.sudo()
        return not moves or any(
            get_birth(move.delivery_date, move.invoice_date, move.date).day < judgment_on for move in moves
        )

    @finds("no_review")
    @api.model
    def _find_no_review(self, claimed, day):
        """Find the notices that a lawyer must see first, and has not."""
        return {notice: "" for notice in claimed if notice._needs_review() and not notice.reviewed_on}

    # ------------------------------------------------------------
    # What is claimed
    # ------------------------------------------------------------
    @finds("no_due_date")
    @api.model
    def _find_no_due_date(self, claimed, day):
        """Find the instalments without a due date: nothing shows that they are late."""
        self._union(claimed).move_line_id.fetch(["date_maturity"])
        return self._keep(claimed, lambda line: line.move_line_id and not line.move_line_id.date_maturity)

    @finds("time_barred")
    @api.model
    def _find_time_barred(self, claimed, day):
        barred = self._get_time_barred(self._union(claimed).move_line_id, day)
        return self._keep(claimed, lambda line: line.move_line_id.id in barred)

    @finds("no_order_proof")
    @api.model
    def _find_no_order_proof(self, claimed, day):
        return self._find_without_proof(claimed, "order")

    @finds("no_delivery_proof")
    @api.model
    def _find_no_delivery_proof(self, claimed, day):
        return self._find_without_proof(claimed, "delivery")

    @api.model
    def _find_without_proof(self, claimed, kind):
        """Find the invoices without a proof of that kind; entries other than invoices have none to give."""
        moves = self._union(claimed).move_id
        proven = self._get_proven(moves)
        bills = set(moves.filtered(lambda move: move.is_sale_document(include_receipts=True)).ids)
        return self._keep(
            claimed, lambda line: line.move_id.id in bills and kind not in proven.get(line.move_id.id, ())
        )

    # ------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------
    @api.model
    def _union(self, claimed):
        return self.env["recovery.notice.line"].sudo().browse([line.id for lines in claimed.values() for line in lines])

    @api.model
    def _keep(self, claimed, test):
        """Return ``{notice: invoices}`` of the notices with a line that passes the test."""
        kept = {notice: lines.filtered(test) for notice, lines in claimed.items()}
        return {notice: self._name_invoices(lines) for notice, lines in kept.items() if lines}

    @api.model
    def _name_invoices(self, lines):
        return enumerate_few(lines.mapped("move_name"), self.env._("and %s more"))

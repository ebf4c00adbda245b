import logging
from collections import defaultdict
from contextlib import nullcontext, suppress

import psycopg2

from odoo import api, models

from ...common.elsewhere import reading_elsewhere
from ...common.recovery_bulk import no_cycle_search
from ...ledger.allocation import in_company_currency
from ...ledger.rows import OpenItem
from ..scenario.ladder import rank_steps
from .recovery_notice_line import OWN_ROLES
from .verdict import ANNOUNCED, DUE, ERROR, Verdict, list_reasons

NOTICE_FIELDS = (
    "campaign_id company_id issuer_id debtor_id partner_id addressee_id lang level_id kind date state"
    " tone amount amount_announced amount_information oldest_due line_count"
).split()
# Where a large campaign writes: read at once, often before the database has looked at it by itself.
WRITTEN = {
    "recovery_notice": ("campaign_id", "debtor_id", "state", "kind"),
    "recovery_notice_line": ("notice_id", "debtor_id", "move_line_id", "role"),
    "recovery_verdict": ("campaign_id", "partner_id", "move_line_id", "code"),
}
# What addressees and languages are found by: a customer's other columns are many.
ADDRESS_FIELDS = (
    "name parent_id commercial_partner_id company_id is_company type lang email email_normalized phone street city"
).split()
OWNER_FIELDS = "notice_id debtor_id company_id".split()
LINE_FIELDS = (
    OWNER_FIELDS
    + (
        "move_line_id move_id role level_id level_kind level_rank engaged"
        " currency_id move_name move_ref invoice_date due_date days_late"
        " amount_total amount_residual amount_credit amount_due amount_due_company"
    ).split()
)
_logger = logging.getLogger(__name__)


class RecoveryProposal(models.AbstractModel):
    """Write what a campaign proposes: a notice per debtor, what it claims or announces, a verdict per instalment.

    The rest of the account is written when the notice is issued, as it is then.
    """

    _name = "recovery.proposal"
    _description = "Recovery: campaign proposals"

    @api.model
    def _propose(self, campaign, partners=None):
        """Write the proposed notices of a campaign, one per debtor, and the verdicts behind them.

        A simulation writes its verdicts only, and reads the books elsewhere where the server has a replica.

        :return: ``{code: [count, amount in company currency]}`` over all instalments.
        """
        summary = defaultdict(lambda: [0, 0.0])
        with self._open_selection(campaign) as selection:
            for number, items, judge in self._open_lists(selection, campaign, partners):
                if number:  # memory follows a list, and not the ledger
                    self.env.flush_all()
                    self.env.invalidate_all()
                    selection.env.invalidate_all()
                with no_cycle_search():
                    for verdicts in self._propose_apart(
                        campaign, items, lambda part, judge=judge: self._propose_batch(campaign, judge(part))
                    ):
                        for verdict in verdicts:
                            summary[verdict.code][0] += 1
                            summary[verdict.code][1] += verdict.item.residual_company
        self.env["recovery.ledger"]._refresh_statistics_of(WRITTEN)
        currency = campaign.company_id.currency_id
        return {code: [count, currency.round(amount)] for code, (count, amount) in summary.items()}

    @api.model
    def _open_selection(self, campaign):
        """Return a context manager of ``recovery.selection`` where a campaign's books are read.

        What claims is read where it is written: levels that are being engaged count.
        """
        selection = self.env["recovery.selection"]
        return reading_elsewhere(selection) if campaign.mode == "simulation" else nullcontext(selection)

    @api.model
    def _open_lists(self, selection, campaign, partners):
        """Yield ``(number, open items of whole customers, what makes a batch of them)`` of a campaign."""
        lists, judge = selection._open_books(
            campaign.company_id.with_env(selection.env),
            campaign.date,
            partners if partners is None else partners.with_env(selection.env),
            as_of=campaign.date if campaign._is_past() else None,
            strict=True,
        )
        for number, items in enumerate(lists):
            yield number, items, judge

    @api.model
    def _propose_batch(self, campaign, batch):
        """Write the notices and the verdicts of some customers, and return these verdicts."""
        by_partner = campaign._keep_scope(batch.verdicts)
        chosen, verdicts = self._choose_claims(campaign, by_partner)
        credits = defaultdict(list)
        for item, amount in batch.credits:
            credits[item.partner_id].append((item, amount))
        notice_by_line = {} if campaign.mode == "simulation" else self._write_notices(campaign, chosen, credits)
        claimed = {verdict.item.line_id for _debtor, _to, group, _rest in chosen for verdict in group.claimed}
        self._write_verdicts(campaign, verdicts, claimed, notice_by_line)
        return verdicts

    @api.model
    def _choose_claims(self, campaign, by_partner):
        """Return what makes a notice, and the verdicts once it is known.

        :return: ``(chosen, verdicts)``, ``chosen`` being ``(debtor, addressee, verdict.Claims, rest)``.
        """
        selection = self.env["recovery.selection"]
        verdicts, groups = {v.item.line_id: v for vs in by_partner.values() for v in vs}, []
        for partner_id, partner_verdicts in by_partner.items():
            due = [verdict for verdict in partner_verdicts if verdict.code == DUE]
            mine = selection._group_claims(due)
            groups += [(partner_id, group, selection._get_top_verdict(group.subject).step.level_id) for group in mine]
            taken = {verdict.item.line_id for group in mine for part in group for verdict in part}
            for verdict in due:
                if verdict.item.line_id not in taken:
                    verdicts[verdict.item.line_id] = verdict._replace(code=selection._get_waiting_code(due))
        chosen = []
        levels = self.env["recovery.level"].sudo().browse({level_id for _partner, _group, level_id in groups})
        channels = {level.id: level._get_channels() for level in levels}
        found = self._find_addressees(campaign, [(partner_id, level_id) for partner_id, _group, level_id in groups])
        for (partner_id, group, level), (debtor, addressee) in zip(groups, found, strict=True):
            if not self._is_reachable(channels[level], addressee):
                verdicts |= {v.item.line_id: v._replace(code="no_address") for part in group for v in part}
                continue
            verdicts |= {v.item.line_id: v._replace(code=ANNOUNCED) for v in group.announced}
            line_ids = {v.item.line_id for v in group.subject}
            rest = [v for v in by_partner[partner_id] if v.item.line_id not in line_ids]
            chosen.append((debtor, addressee, group, rest))
        return chosen, list(verdicts.values())

    @api.model
    def _find_addressees(self, campaign, wanted):
        """Return ``(debtor, addressee)`` per ``(partner id, level id)``; a simulation creates no debtor."""
        Debtor = self.env["recovery.debtor"].sudo()
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_id for partner_id, _level in wanted))
        partners.fetch(ADDRESS_FIELDS)
        if campaign.mode == "simulation":
            debtors = Debtor._existing_for(partners, campaign.company_id)
        else:
            debtors = Debtor._ensure_for(partners, campaign.company_id)
        debtor_by_partner = {debtor.partner_id.id: debtor for debtor in debtors}
        levels = self.env["recovery.level"].sudo().browse(dict.fromkeys(level_id for _partner, level_id in wanted))
        kinds = {level.id: level.kind for level in levels}
        pairs = [(debtor_by_partner.get(partner_id, Debtor), kinds[level_id]) for partner_id, level_id in wanted]
        addressees = self._get_addressees([pair for pair in pairs if pair[0]])
        return [
            (pair[0], addressees[pair] if pair[0] else partners.browse(partner_id))
            for pair, (partner_id, _level) in zip(pairs, wanted, strict=True)
        ]

    @api.model
    def _get_addressees(self, wanted):
        """Return who receives what, per ``(debtor, kind of level)``, in a few queries per kind."""
        debtors_by_kind = defaultdict(list)
        for debtor, kind in dict.fromkeys(wanted):
            debtors_by_kind[kind].append(debtor)
        addressees = {}
        for kind, debtors in debtors_by_kind.items():
            found = self.env["recovery.debtor"].sudo()._map_addressees(dict.fromkeys(debtors, kind))
            addressees |= {(debtor, kind): partner for debtor, partner in found.items()}
        return addressees

    @api.model
    def _is_reachable(self, channels, addressee):
        """Tell whether at least one of the level's channels has where to go.

        A letter stands in for a mail; who must be called and has no number is a task for
        the collector, unless nothing at all is known of them.
        """
        if "task" in channels or not channels:
            return bool(channels)
        if addressee.street and addressee.city:
            return True
        if not {"email", "call"} & set(channels):
            return False
        if addressee.email_normalized:
            return True
        return "call" in channels and bool(addressee.phone or addressee.commercial_partner_id.phone)

    @api.model
    def _write_verdicts(self, campaign, verdicts, claimed, notice_by_line):
        """Keep the verdicts of a campaign.

        :param verdicts: :class:`verdict.Verdict` rows.
        :param set claimed: journal items that a notice claims, or would in a simulation.
        :param dict notice_by_line: notice id per journal item claimed or announced.
        """
        verdicts = [verdict for verdict in verdicts if not verdict.is_counted_only]
        if not verdicts:
            return
        partners = self.env["res.partner"].browse({v.item.partner_id for v in verdicts if v.item.partner_id})
        debtors = self.env["recovery.debtor"].sudo()._existing_for(partners, campaign.company_id)
        debtor_ids = {debtor.partner_id.id: debtor.id for debtor in debtors}
        column = Verdict._make(zip(*verdicts, strict=True))
        item = OpenItem._make(zip(*column.item, strict=True))
        amounts = [
            round(amount, 6) if line_id in claimed else 0.0
            for line_id, amount in zip(item.line_id, column.net_company, strict=True)
        ]
        days_late = {due: (campaign.date - due).days for due in set(item.due)}
        self.env["recovery.bulk"]._insert_columns(
            "recovery.verdict",
            {
                "campaign_id": [campaign.id] * len(verdicts),
                "partner_id": item.partner_id,
                "debtor_id": [*map(debtor_ids.get, item.partner_id)],
                "move_line_id": item.line_id,
                "move_name": item.move_name,
                "due_date": item.due,
                "days_late": [*map(days_late.get, item.due)],
                "currency_id": item.currency_id,
                "amount_residual": item.residual,
                "amount_credit": column.credit,
                "amount_held": column.held,
                "amount_net": column.net,
                "amount_company": item.residual_company,
                "amount_claimed": amounts,
                "amount_announced": [
                    round(amount, 6) if code == ANNOUNCED else 0.0
                    for code, amount in zip(column.code, column.net_company, strict=True)
                ],
                "amount_excluded": [
                    round(residual - amount, 6) for residual, amount in zip(item.residual_company, amounts, strict=True)
                ],
                "code": column.code,
                "reasons": [*map(",".join, map(list_reasons, column.code, column.reasons))],
                "detail": column.detail,
                "possible_on": column.when,
                "level_id": [step and step.level_id for step in column.step],
                "reached_level_id": [reached and reached.level_id for reached in column.reached],
                "notice_id": [*map(notice_by_line.get, item.line_id)],
            },
            with_ids=False,
        )

    @api.model
    def _write_notices(self, campaign, chosen, credits):
        """Write the notices and their lines; return ``{journal item id: notice id}`` of what they claim or announce."""
        company = campaign.company_id
        levels = (
            self.env["recovery.level"]
            .sudo()
            .browse({v.step.level_id for _d, _a, group, _r in chosen for part in group for v in part})
        )
        level_by_id = {level.id: level for level in levels}
        oldest = {}
        for debtor, _addressee, group, _rest in chosen:
            due = min(verdict.item.due for verdict in group.subject)
            oldest[debtor] = min(due, oldest.get(debtor, due))
        tones = self.env["recovery.selection"]._find_tones(company, campaign.date, oldest)
        rows, active = [], self.env["recovery.debtor"]._get_active_languages()
        imposed = {level.id: level.scenario_id.lang for level in levels}
        for debtor, addressee, group, rest in chosen:
            level = level_by_id[self.env["recovery.selection"]._get_top_verdict(group.subject).step.level_id]
            rows.append(
                (
                    campaign.id,
                    company.id,
                    self._get_issuer_id(company, group),
                    debtor.id,
                    debtor.partner_id.id,
                    addressee.id,
                    debtor._get_language(addressee, active, imposed[level.id]),
                    level.id,
                    level.kind,
                    campaign.date,
                    "draft",
                    tones[debtor],
                    *self._get_amounts(company, group, rest),
                )
            )
        notice_ids = self.env["recovery.bulk"]._insert("recovery.notice", NOTICE_FIELDS, rows)
        ranks = self._get_ranks(levels.scenario_id)
        notice_by_line, credit_rows = {}, []
        parts = {"claimed": ([], []), "announced": ([], [])}
        for notice_id, (debtor, _addressee, group, _rest) in zip(notice_ids, chosen, strict=True):
            owner = (notice_id, debtor.id, company.id)
            for role, verdicts in zip(parts, group, strict=True):
                parts[role][0].extend([owner] * len(verdicts))
                parts[role][1].extend(verdicts)
                notice_by_line |= {v.item.line_id: notice_id for v in verdicts}
            credit_rows += [
                self._prepare_credit(owner, item, amount) for item, amount in credits.get(debtor.partner_id.id, ())
            ]
        bulk = self.env["recovery.bulk"]
        for role, (owners, verdicts) in parts.items():
            if verdicts:
                columns = dict(zip(OWNER_FIELDS, zip(*owners, strict=True), strict=True))
                columns |= self._get_line_columns(verdicts, role, campaign.date, ranks)
                bulk._insert_columns("recovery.notice.line", columns, with_ids=False)
        self._write_credits(credit_rows)
        return notice_by_line

    @api.model
    def _get_issuer_id(self, company, group):
        """Return the id of the company that signs: the branch when all that is claimed is its own, else the root."""
        companies = {verdict.item.company_id for verdict in group.subject}
        return companies.pop() if len(companies) == 1 else company.id

    @api.model
    def _prepare_rest(self, notice, verdicts, day):
        """Return the values of the lines of what a notice neither claims nor announces, from its debtor's verdicts."""
        own = set(notice._get_own_lines().move_line_id.ids)
        verdicts = [verdict for verdict in verdicts if verdict.item.line_id not in own]
        if not verdicts:
            return []
        columns = self._get_line_columns(verdicts, "information", day)
        owner = {"notice_id": notice.id, "debtor_id": notice.debtor_id.id, "company_id": notice.company_id.id}
        return [owner | dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    @api.model
    def _get_amounts(self, company, group, rest):
        """Return (claimed, announced, rest of the account, oldest due date, count) in company currency.

        The date and the count are those of what the notice is about.
        """
        places = company.currency_id.decimal_places
        return (
            *(round(sum(round(v.net_company, places) for v in part), places) for part in (*group, rest)),
            min(verdict.item.due for verdict in group.subject),
            len(group.subject),
        )

    @api.model
    def _get_ranks(self, scenarios):
        """Return ``{level id: rank}`` of the levels of these scenarios."""
        ranks = {}
        for steps in scenarios._get_steps().values():
            ranks |= {step.level_id: rank for step, rank in zip(steps, rank_steps(steps), strict=True)}
        return ranks

    @api.model
    def _get_line_columns(self, verdicts, role, day, ranks=None):
        """Return the columns of the lines that freeze these verdicts, their owner apart.

        :param dict ranks: rank per level id, for what is claimed or announced.
        """
        column = Verdict._make(zip(*verdicts, strict=True))
        item = OpenItem._make(zip(*column.item, strict=True))
        steps = column.step if role in OWN_ROLES else [None] * len(verdicts)
        days_late = {due: (day - due).days for due in set(item.due)}
        return {
            "move_line_id": item.line_id,
            "move_id": item.move_id,
            "role": [role] * len(verdicts),
            "level_id": [step and step.level_id for step in steps],
            "level_kind": [step and step.kind for step in steps],
            "level_rank": [step and ranks.get(step.level_id, 0) for step in steps],
            "engaged": [False] * len(verdicts),
            "currency_id": item.currency_id,
            "move_name": item.move_name,
            "move_ref": item.ref,
            "invoice_date": [billed or booked for billed, booked in zip(item.invoice_date, item.date, strict=True)],
            "due_date": item.due,
            "days_late": [*map(days_late.get, item.due)],
            "amount_total": item.amount,
            "amount_residual": item.residual,
            "amount_credit": [round(c + held, 6) for c, held in zip(column.credit, column.held, strict=True)],
            "amount_due": column.net,
            "amount_due_company": [round(amount, 6) for amount in column.net_company],
        }

    @api.model
    def _prepare_credit(self, owner, item, amount):
        """Return the values of the line that shows an open credit.

        :param owner: the ids of the notice, the debtor and the company.
        :param amount: what is left of it.
        """
        return dict(zip(OWNER_FIELDS, owner, strict=True)) | {
            "move_line_id": item.line_id,
            "move_id": item.move_id,
            "role": "credit",
            "engaged": False,
            "currency_id": item.currency_id,
            "move_name": item.move_name,
            "move_ref": item.ref,
            "invoice_date": item.invoice_date or item.date,
            "due_date": item.due,
            "days_late": 0,
            "amount_total": item.amount,
            "amount_residual": item.residual,
            "amount_credit": 0.0,
            "amount_due": -amount,
            "amount_due_company": round(in_company_currency(item, -amount), 6),
        }

    @api.model
    def _write_credits(self, vals_list):
        """Write lines of open credits, from :meth:`_prepare_credit`."""
        rows = [tuple(vals.get(name) for name in LINE_FIELDS) for vals in vals_list]
        self.env["recovery.bulk"]._insert("recovery.notice.line", LINE_FIELDS, rows, with_ids=False)

    # ------------------------------------------------------------
    # One debtor that fails
    # ------------------------------------------------------------
    @api.model
    def _propose_apart(self, campaign, items, work):
        """Do the work on open items in a savepoint; if it fails, on each half, down to the customer who fails.

        Who fails is listed on the campaign. Nothing is lost in speed while nobody fails;
        one who does costs the work on a few batches more, whatever their number.

        :param items: those of whole customers, one after the other.
        :param work: takes items and returns their verdicts.
        :return: what the work returned, in a list.
        """
        try:
            with self.env.cr.savepoint():
                return [work(items)]
        except psycopg2.OperationalError:
            raise  # a concurrent update: core starts the transaction again
        except Exception as error:
            customers = list(dict.fromkeys(item.partner_id for item in items))
            if len(customers) == 1:
                _logger.warning("Customer %s could not be proposed", customers[0], exc_info=True)
                return [self._fail_proposal(campaign, items, error)]
            _logger.info("%s customers failed together: half by half", len(customers))
        first = set(customers[: len(customers) // 2])
        halves = [item for item in items if item.partner_id in first], [i for i in items if i.partner_id not in first]
        return [verdicts for half in halves for verdicts in self._propose_apart(campaign, half, work)]

    @api.model
    def _fail_proposal(self, campaign, items, error):
        """List a customer who could not be proposed, and keep a verdict on each of their debts: nothing is hidden."""
        reason = self.env["recovery.dispatch"]._describe_error(error)
        verdicts = [
            Verdict(
                item=item,
                code=ERROR,
                step=None,
                when=None,
                reached=None,
                credit=0.0,
                credit_keys=(),
                held=0.0,
                net=0.0,
                net_company=0.0,
                detail=reason,
                reasons=(ERROR,),
            )
            for item in items
            if item.residual > 0
        ]
        partner = self.env["res.partner"].browse(items[0].partner_id)
        if partner and campaign.mode != "simulation":
            with suppress(Exception), self.env.cr.savepoint():  # perhaps what failed
                self.env["recovery.debtor"]._ensure_for(partner, campaign.company_id)
        self._write_verdicts(campaign, verdicts, set(), {})
        failure = (
            self.env["recovery.campaign.failure"]
            .sudo()
            .create(
                {
                    "campaign_id": campaign.id,
                    "partner_id": partner.id,
                    "reason": reason,
                    "instalment_count": len(verdicts),
                    "amount": campaign.currency_id.round(sum(verdict.item.residual_company for verdict in verdicts)),
                }
            )
        )
        self.env["recovery.event"]._log(
            "unproposed",
            failure,
            self.env._("Not proposed: %s", reason[:200]),
            lambda failure: {"amount": failure.amount, "currency": campaign.currency_id.name, "error": reason},
        )
        return verdicts

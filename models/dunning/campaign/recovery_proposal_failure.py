import logging
from contextlib import suppress

import psycopg2

from odoo import api, models

from .verdict import ERROR, Verdict

_logger = logging.getLogger(__name__)


class RecoverySelection(models.AbstractModel):
    """Propose the others when one debtor fails."""

    _inherit = "recovery.selection"

    @api.model
    def _propose_apart(self, run, items, work):
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
                return [self._fail_proposal(run, items, error)]
            _logger.info("%s customers failed together: half by half", len(customers))
        first = set(customers[: len(customers) // 2])
        halves = [item for item in items if item.partner_id in first], [i for i in items if i.partner_id not in first]
        return [verdicts for half in halves for verdicts in self._propose_apart(run, half, work)]

    @api.model
    def _fail_proposal(self, run, items, error):
        """List a customer who could not be proposed, and keep a verdict on each of their debts: nothing is hidden."""
        reason = self.env["recovery.dispatch"]._describe_error(error)
        verdicts = [
            Verdict(item, ERROR, None, None, None, 0.0, (), 0.0, 0.0, 0.0, reason, (ERROR,))
            for item in items
            if item.residual > 0
        ]
        partner = self.env["res.partner"].browse(items[0].partner_id)
        if partner and run.mode != "simulation":
            with suppress(Exception), self.env.cr.savepoint():  # perhaps what failed
                self.env["recovery.debtor"]._ensure_for(partner, run.company_id)
        self.env["recovery.verdict"]._write_rows(run, verdicts, set(), {})
        failure = (
            self.env["recovery.run.failure"]
            .sudo()
            .create(
                {
                    "run_id": run.id,
                    "partner_id": partner.id,
                    "reason": reason,
                    "instalment_count": len(verdicts),
                    "amount": run.currency_id.round(sum(verdict.item.residual_company for verdict in verdicts)),
                }
            )
        )
        self.env["recovery.event"]._log(
            "unproposed",
            failure,
            self.env._("Not proposed: %s", reason[:200]),
            lambda failure: {"amount": failure.amount, "currency": run.currency_id.name, "error": reason},
        )
        return verdicts

    @api.model
    def _get_code_labels(self):
        return super()._get_code_labels() | {ERROR: self.env._("Left aside by an error")}

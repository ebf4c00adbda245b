from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from ...common import identify, make_siren
from ..campaign.at_once import TODAY, AtOnceCase


@tagged("post_install", "-at_install")
class TestFormalNoticesAtOnce(AtOnceCase):
    """Two mises en demeure to one debtor that leave at the same moment."""

    @classmethod
    def make_late_customers(cls, env, company):
        """Make the company able to write a mise en demeure; each test has customers of its own."""
        identify(company)

    def prepare(self, env):
        """Validate a mise en demeure for each half of an invoice; return the campaigns."""
        company = env["res.company"].browse(self.company_id)
        halves = env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        address = {"street": "1 place du Marché", "zip": "69001", "city": "Lyon", "country_id": env.ref("base.fr").id}
        partner = env["res.partner"].create(
            {"name": "Menuiserie Aubert", "is_company": True, "company_registry": make_siren(), **address}
        )
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": company.id,
                "partner_id": partner.id,
                "ref": "BC-45001",
                "invoice_date": TODAY - timedelta(days=150),
                "invoice_payment_term_id": halves.id,
                "invoice_line_ids": [
                    Command.create({"name": "Prestation", "price_unit": 1000, "tax_ids": [Command.clear()]})
                ],
            }
        )
        move.action_post()
        scenario = env.ref("debt_recovery.recovery_scenario_standard").copy()
        scenario.level_ids.filtered(lambda level: level.kind != "formal_notice").unlink()
        debtor = env["recovery.debtor"]._ensure_for(partner, company)
        debtor.write({"nature": "merchant", "nature_confirmed": True, "scenario_id": scenario.id})
        second = move.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable").sorted(
            "date_maturity"
        )[1]
        hold = env["recovery.hold"].create(
            {
                "debtor_id": debtor.id,
                "line_id": second.id,
                "origin": "manual",
                "date_from": TODAY - timedelta(days=1),
                "reason": "Vérification",
            }
        )
        campaigns = env["recovery.campaign"]
        for _half in range(2):
            campaign = campaigns.create(
                {"company_id": company.id, "date": TODAY, "debtor_ids": [Command.set(debtor.ids)]}
            )
            campaign._propose()
            campaign._validate(TODAY)
            campaigns |= campaign
            hold._release(TODAY, "Vérifié")
        return campaigns.ids

    def send_together(self, before):
        """Send both at once, and return what left; ``before`` prepares the sequence of their numbers."""
        campaign_ids = self.transaction(self.prepare)
        self.transaction(lambda env: before(env["ir.sequence"].search([("code", "=", "recovery.notice.formal")])))

        def send(campaign_id):
            return lambda env: env["recovery.campaign"].browse(campaign_id)._send(TODAY)

        self.together(*map(send, campaign_ids))

        def look(env):
            notices = env["recovery.campaign"].browse(campaign_ids).notice_ids
            rows = notices.claim_statement_id.line_ids
            return (
                notices.mapped("state"),
                len(set(notices.mapped("number")) - {False}),
                rows.filtered(lambda row: row.kind == "principal").mapped("amount"),
                rows.filtered(lambda row: row.kind == "indemnity").mapped("amount"),
            )

        return self.transaction(look)

    def test_they_ask_for_the_indemnity_of_an_invoice_once(self):
        found = self.send_together(lambda sequence: sequence._next(sequence_date=TODAY))
        self.assertEqual(found, (["sent", "sent"], 2, [500, 500], [40]))

    def test_both_leave_when_they_take_the_first_number_of_a_year(self):
        found = self.send_together(lambda sequence: sequence.date_range_ids.unlink())
        self.assertEqual(found, (["sent", "sent"], 2, [500, 500], [40]))

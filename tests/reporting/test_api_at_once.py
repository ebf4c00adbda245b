from datetime import timedelta
from uuid import uuid4

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..dunning.campaign.at_once import AtOnceCase


@tagged("post_install", "-at_install")
class TestApiAtOnce(AtOnceCase):
    """A program that sends its question twice at the same moment: it is done once, and answered twice."""

    customers = 1

    def make_program(self, env):
        return (
            env["res.users"]
            .create(
                {
                    "name": "Programme",
                    "login": f"programme {uuid4().hex}",
                    "company_id": self.company_id,
                    "company_ids": [Command.set([self.company_id])],
                    "group_ids": [Command.set(env.ref("debt_recovery.group_recovery_user").ids)],
                }
            )
            .id
        )

    def test_one_promise_is_given(self):
        user_id = self.transaction(self.make_program)

        def find(env):
            debtors = env["recovery.debtor"]
            partner = env["res.partner"].search([("name", "=", "Ensemble 0")], order="id desc", limit=1)
            return debtors._ensure_for(partner, env["res.company"].browse(self.company_id)).id

        debtor_id = self.transaction(find)

        def give(env):
            company = env["res.company"].browse(self.company_id)
            day = company._recovery_today() + timedelta(days=7)
            return (
                env["recovery.api"]
                .with_user(user_id)
                .action_give_promise(debtor_id=debtor_id, amount=5, date=day.isoformat(), request_key="k")
            )

        def count(env):
            return env["recovery.promise"].search_count([("debtor_id", "=", debtor_id)])

        with mute_logger("odoo.sql_db"):
            answers = self.together(give, give, give)
        self.assertEqual(self.transaction(count), 1, answers)
        self.assertEqual([answer["id"] for answer in answers], [answers[0]["id"]] * 3)
        self.assertEqual(self.transaction(give), answers[0])
        self.assertEqual(self.transaction(count), 1)

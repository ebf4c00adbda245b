from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.reporting.recovery_audit_part import RecoveryAuditPart
from ..dunning.campaign.at_once import AtOnceCase

FEW = 6


@tagged("post_install", "-at_install")
class TestAuditPackAtOnce(AtOnceCase):
    """Two workers who make the same audit file at the same moment: one file is kept, one head leaves with it."""

    customers = 1

    def ask(self, env):
        company = env["res.company"].browse(self.company_id)
        user = env["res.users"].create(
            {
                "name": "Alice",
                "login": f"alice {uuid4().hex}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(env.ref("debt_recovery.group_recovery_auditor").ids)],
            }
        )
        today = company._recovery_today()
        file = env["recovery.audit.pack"].with_user(user)._ask(company, today - timedelta(days=90), today)
        return file.id, env["recovery.work"]._find(file).range_ids.id

    def test_one_is_kept(self):
        file_id, part_id = self.transaction(self.ask)

        def make(env):
            env["recovery.work.range"].browse(part_id)._work_off()

        def look(env):
            file = env["recovery.audit.pack"].browse(file_id)
            part = env["recovery.work.range"].browse(part_id)
            stored = env["ir.attachment"].search_count([("res_model", "=", file._name), ("res_id", "=", file_id)])
            heads = env["recovery.journal.head"].search_count(
                [("company_id", "=", self.company_id), ("reason", "=", "packed")]
            )
            told = env["recovery.event"].search_count([("res_model", "=", file._name), ("res_id", "=", file_id)])
            return file.state, part.state, part.work_id.state, stored, heads, told

        makings = RecoveryAuditPart._get_makings
        with (
            patch.object(RecoveryAuditPart, "_get_makings", lambda self, asked: makings(self, asked)[:FEW]),
            mute_logger("odoo.sql_db", "odoo.addons.debt_recovery.models.reporting.recovery_audit_pack"),
        ):
            answers = self.together(make, make)
            self.assertEqual(answers, [None, None])
            self.transaction(make)
        state, range_state, work_state, stored, heads, told = self.transaction(look)
        self.assertEqual((state, range_state, work_state), ("done", "done", "done"))
        self.assertEqual((stored, heads), (1, 1))
        self.assertEqual(told, 1)

from odoo import Command
from odoo.tests import tagged

from .common import RecoveryTourCase


@tagged("post_install", "-at_install")
class TestCaseStory(RecoveryTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_portfolio()
        cls.debtor = cls.debtor_of(cls.at_formal_notice)
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True})
        cls.notice = cls.make_expired_notice()
        cls.make_what_the_checks_ask()

    @classmethod
    def make_expired_notice(cls):
        """Write a mise en demeure that was sent and has expired."""
        notices = cls.env["recovery.notice"].sudo()
        vals = {"company_id": cls.company.id, "issuer_id": cls.company.id, "debtor_id": cls.debtor.id, "state": "sent"}
        notice = notices.create(
            {
                **vals,
                "level_id": cls.levels["formal_notice"].id,
                "kind": "formal_notice",
                "date": cls.day(25),
                "deadline_date": cls.day(5),
            }
        )
        line = cls.receivable_of(cls.formal_invoice)
        cls.env["recovery.notice.line"].sudo().create(
            {
                "notice_id": notice.id,
                "debtor_id": cls.debtor.id,
                "company_id": cls.company.id,
                "move_line_id": line.id,
                "move_id": line.move_id.id,
                "role": "claimed",
                "currency_id": line.currency_id.id,
            }
        )
        return notice.sudo(False)

    @classmethod
    def make_what_the_checks_ask(cls):
        """Prove the order and the delivery: the contacts before are not known here."""
        for kind, name in (("order", "BC 12"), ("delivery", "BL 12")):
            cls.env["recovery.proof"].create(
                {
                    "name": name,
                    "kind": kind,
                    "date": cls.day(140),
                    "company_id": cls.company.id,
                    "move_ids": [Command.set(cls.formal_invoice.ids)],
                }
            )

    def test_a_case_from_the_mise_en_demeure_to_its_end(self):
        self.tour("recovery_case_story", self.recovery_manager, f"/odoo/recovery.notice/{self.notice.id}", timeout=180)
        case = self.notice.case_ids
        self.assertEqual((case.kind, case.close_reason), ("lost", "Liquidation judiciaire"))
        self.assertEqual(case.procedure_ids.event_ids.mapped("code"), ["request_filed", "order_given", "order_served"])
        self.assertEqual(case.advice_choice_ids.reason, "Rien n'est contesté")
        self.assertIn("Signification", case.cost_ids.mapped("name"))

    def test_a_manager_dates_a_change_of_law(self):
        self.tour("recovery_case_law", self.recovery_manager, timeout=120)
        kind = self.env.ref("debt_recovery.recovery_procedure_type_interim_payment")
        (row,) = kind.condition_ids.filtered("valid_to")
        self.assertEqual((row.fact, row.valid_to), ("contested", self.today))

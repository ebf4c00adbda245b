import ast
import re
from pathlib import Path

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import RecoveryCommon
from .english import InEnglish

ROOT = Path(__file__).parents[1]
# A person read as it stands, archived or not: only the line may, and what keeps settings and history.
RAW = re.compile(r"collector_id or|recovery_contact_id(?!s)|recovery_manager_id")
HOMES = {
    "models/common/recovery_responsible.py",
    "models/common/res_company.py",
    "models/dunning/scenario/recovery_responsible.py",
    "models/dunning/scenario/res_company.py",
    "models/legal/recovery_rate.py",  # only if they are a manager who is there
    "models/settings/res_config_settings.py",
}
USER = "debt_recovery.group_recovery_user"
MANAGER = "debt_recovery.group_recovery_manager"
CALL = "debt_recovery.mail_activity_type_call"
OFF = dict.fromkeys(("channel_email", "channel_letter", "channel_call", "channel_task"), False)


class WhoLeftCommon(InEnglish, RecoveryCommon):
    """Sophie follows debtors; Claire is the company's contact, Marc its manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(freeze_time(f"{cls.today} 09:00:00"))
        cls.company.recovery_contact_id = cls.recovery_user
        cls.elsewhere = cls.setup_other_company(name="Société Deux")["company"]
        cls.count = 0

    @classmethod
    def make_sophie(cls, *groups):
        """Return somebody new of the module: each test, and each way to leave, has its own."""
        cls.count += 1
        user = cls.make_user(f"sophie{cls.count}", *(groups or (USER,)))
        user.write({"lang": "en_US", "company_ids": [Command.link(cls.elsewhere.id)]})
        return user

    def leave_archived_by_write(self, user):
        user.write({"active": False})

    def leave_archived_by_button(self, user):
        user.action_archive()

    def leave_without_the_role(self, user):
        user.write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)]})

    def leave_by_the_group(self, user):
        for group in user.group_ids & (self.env.ref(USER) | self.env.ref(MANAGER)):
            group.write({"user_ids": [Command.unlink(user.id)]})

    def make_team(self, user):
        """Return a group of the house by which alone this user has the role."""
        team = self.env["res.groups"].create({"name": "Équipe", "implied_ids": [Command.set(self.env.ref(USER).ids)]})
        user.group_ids = [Command.set((team | self.env.ref("base.group_user")).ids)]
        return team

    def leave_by_a_group_that_goes(self, user):
        self.make_team(user).unlink()

    def leave_by_a_group_that_gives_the_role_no_more(self, user):
        self.make_team(user).implied_ids = [Command.clear()]

    def leave_the_company(self, user):
        user.write({"company_id": self.elsewhere.id, "company_ids": [Command.set(self.elsewhere.ids)]})

    def leave_for_the_portal(self, user):
        user.write({"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]})

    def leave_deleted(self, user):
        user.unlink()

    def get_ways(self):
        return [getattr(self, name) for name in sorted(dir(self)) if name.startswith("leave_")]

    def follow(self, user, *names):
        """Return new debtors that this user follows, each with an unpaid invoice."""
        debtors = self.env["recovery.debtor"]
        for name in names or ("Boulangerie Martin", "Garage Petit"):
            partner = self.make_partner(f"{name} {self.count}")
            self.make_invoice(partner, days_overdue=20)
            debtors |= self.debtor_of(partner)
        debtors.collector_id = user
        return debtors

    def told(self, user):
        """Return what tells a user that they take over: tasks without a document."""
        return self.env["mail.activity"].sudo().search([("user_id", "=", user.id), ("res_model", "=", False)])

    def journal(self, *records):
        found = self.env["recovery.event"].search([("kind", "=", "taken_over")])
        return found.filtered(lambda event: any((event.res_model, event.res_id) == (r._name, r.id) for r in records))

    def send_by(self, debtors, **channels):
        self.levels["reminder"].write({**OFF, **channels})
        return self.send_campaign(debtors=debtors).notice_ids


@tagged("post_install", "-at_install")
class TestWhoLeft(WhoLeftCommon):
    """Whoever is responsible is there: who left is followed by the next in line, who is told once."""

    # ------------------------------------------------------------
    # What they held
    # ------------------------------------------------------------
    def test_whoever_leaves_by_whatever_way_is_followed_by_the_next_in_line(self):
        for leave in self.get_ways():
            with self.subTest(way=leave.__name__):
                sophie = self.make_sophie()
                name = sophie.name
                debtors = self.follow(sophie)
                call = debtors[0].activity_schedule(CALL, user_id=sophie.id, summary="Rappeler")
                theirs = self.make_partner("Ailleurs").with_company(self.elsewhere)
                task = theirs.activity_schedule("mail.mail_activity_data_todo", user_id=sophie.id)
                before = self.told(self.recovery_user)
                leave(sophie)
                self.assertEqual(debtors.collector_id, self.recovery_user)
                self.assertEqual({debtor._get_responsible() for debtor in debtors}, {self.recovery_user})
                self.assertEqual((call.exists().user_id, call.summary), (self.recovery_user, "Rappeler"))
                if task.exists():
                    self.assertEqual(task.user_id, sophie, "what is not ours is core's business")
                told = self.told(self.recovery_user) - before
                self.assertEqual(len(told), 1, "told once, not once a debtor")
                self.assertIn(name, told.summary)
                self.assertIn(debtors[1].display_name, told.note)
                self.assertIn("Rappeler", told.note)
                for debtor in debtors:
                    self.assertEqual(self.journal(debtor).summary, f"Claire takes over from {name}")
                self.assertFalse(
                    debtors.message_ids.filtered(lambda m: m.tracking_value_ids), "no message in each thread"
                )

    def test_who_leaves_one_company_keeps_what_is_of_the_others(self):
        sophie = self.make_sophie()
        here, there = self.follow(sophie, "Ici"), self.debtor_of(self.make_partner("Là-bas"), self.elsewhere)
        there.collector_id = sophie
        self.leave_the_company(sophie)
        self.assertEqual((here.collector_id, there.collector_id), (self.recovery_user, sophie))

    def test_a_user_who_changes_something_else_keeps_everything(self):
        sophie = self.make_sophie()
        debtors = self.follow(sophie)
        sophie.write({"name": "Sophie Durand", "group_ids": [Command.link(self.env.ref(MANAGER).id)]})
        self.assertEqual(debtors.collector_id, sophie)
        self.assertFalse(self.told(self.recovery_user))

    def test_a_seller_keeps_the_task_that_somebody_gave_them(self):
        seller = self.make_sophie("base.group_user")
        debtor = self.follow(self.recovery_user, "Menuiserie Aubert")
        vals = {"res_model_id": self.env["ir.model"]._get_id(debtor._name), "res_id": debtor.id, "user_id": seller.id}
        task = self.env["mail.activity"].create({**vals, "summary": "Voir le client"})
        self.env["recovery.responsible"]._watch(self.company)
        seller.write({"company_ids": [Command.unlink(self.elsewhere.id)]})
        self.assertEqual(task.user_id, seller)
        seller.action_archive()
        self.assertEqual(task.exists().user_id, self.recovery_user)

    def test_who_comes_back_gets_nothing_back_by_itself(self):
        sophie = self.make_sophie()
        debtors = self.follow(sophie)
        level = self.levels["reminder"]
        level.write({"signer": "user", "signer_id": sophie.id})
        sophie.action_archive()
        sophie.action_unarchive()
        self.assertEqual(debtors.collector_id, self.recovery_user)
        self.assertEqual((level.signer, level.signer_id), ("company", self.env["res.users"]))

    def test_the_agreements_and_cases_of_who_left_have_an_owner(self):
        sophie = self.make_sophie()
        debtor = self.follow(sophie, "Menuiserie Aubert")
        invoices = self.make_invoice(debtor.partner_id, days_overdue=30) | self.make_invoice(
            debtor.partner_id, due=self.today
        )
        reason = self.env.ref("debt_recovery.recovery_dispute_reason_price")
        dispute = self.env["recovery.dispute"]._open(debtor, self.today, invoices[0], reason, user=sophie)
        over = self.env["recovery.dispute"]._open(debtor, self.today, invoices[1], reason, user=sophie)
        over.sudo().write({"state": "resolved"})
        lines = self.receivable_of(self.make_invoice(debtor.partner_id, days_overdue=60))
        case = self.env["recovery.case"]._open_for(debtor, lines, self.today, user=sophie)
        self.leave_archived_by_button(sophie)
        self.assertEqual((dispute.user_id, case.user_id), (self.recovery_user, self.recovery_user))
        self.assertEqual(dispute.activity_ids.user_id, self.recovery_user)
        self.assertEqual(over.user_id, sophie, "what is over is history")
        self.assertTrue(self.journal(case) and self.journal(dispute))

    def test_the_review_of_who_left_is_done_by_the_next_in_line(self):
        sophie, paul = self.make_sophie(), self.make_sophie()
        Review = self.env["recovery.review"].sudo()
        month = self.today.replace(day=1)
        vals = {"company_id": self.company.id, "month": month, "date": self.today}
        debtor, other = self.follow(sophie)
        hers, his, mine = (Review.create({**vals, "user_id": user.id}) for user in (sophie, paul, self.recovery_user))
        for review, looked_at in ((hers, debtor), (mine, other)):
            row = {
                "review_id": review.id,
                "debtor_id": looked_at.id,
                "company_id": self.company.id,
                "reason_codes": "top",
            }
            self.env["recovery.review.line"].sudo().create(row)
        sophie.action_archive()
        self.assertEqual(mine.line_ids.debtor_id, debtor | other, "one review a month: hers joins it")
        self.assertEqual((hers.state, his.user_id), ("done", paul))

    def test_an_assignment_rule_gives_nobody_to_who_left(self):
        sophie, paul = self.make_sophie(), self.make_sophie()
        Rule = self.env["recovery.assignment.rule"]
        shared = Rule.create({"name": "À deux", "user_ids": [Command.set((sophie | paul).ids)]})
        alone = Rule.create({"name": "Seule", "user_ids": [Command.set(sophie.ids)], "letter_from": "Z"})
        debtor = self.follow(sophie, "Assignée")
        debtor.sudo().write({"collector_id": sophie.id, "assignment_rule_id": shared.id})
        sophie.write({"active": False})
        sophie.action_unarchive()
        self.assertEqual((shared.user_ids, alone.user_ids), (paul, self.recovery_user))
        self.assertEqual((debtor.collector_id, debtor.assignment_rule_id), (self.recovery_user, shared))
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.env["recovery.assignment"]._assign(self.company, again=True)
        self.assertEqual(debtor.collector_id, paul, "the rules share out again what they had assigned")

    def test_the_number_of_queries_does_not_follow_the_number_of_debtors(self):
        def count(number):
            sophie = self.make_sophie()
            debtors = self.follow(sophie, *(f"Client {i} " for i in range(number)))
            for debtor in debtors:
                debtor.activity_schedule(CALL, user_id=sophie.id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            sophie.write({"active": False})
            self.env.flush_all()
            self.assertEqual(debtors.collector_id, self.recovery_user)
            return self.cr.sql_log_count - before

        count(2)
        self.assertLess(count(25) - count(3), 20)

    # ------------------------------------------------------------
    # The line
    # ------------------------------------------------------------
    def test_the_line_is_contact_then_recovery_manager_then_managers_then_users(self):
        debtor = self.follow(self.make_sophie(), "Menuiserie Aubert").with_user(self.env.ref("base.user_root"))
        debtor.collector_id.write({"active": False})
        chosen = self.make_sophie(MANAGER)
        self.company.recovery_manager_id = chosen
        self.assertEqual(debtor._get_responsible(), self.recovery_user)
        self.company.recovery_contact_id = False
        debtor.collector_id = False
        self.assertEqual(debtor._get_responsible(), chosen)
        self.company.recovery_manager_id = False
        managers = self.env["recovery.responsible"]._get_managers(self.company)
        self.assertEqual(debtor._get_responsible(), managers[0])
        self.assertNotEqual(managers[0], self.env.ref("base.user_admin"))
        for manager in managers - self.env.user:
            manager.write({"active": False})
        self.env.user.group_ids -= self.env.ref(MANAGER)
        self.assertTrue(debtor._get_responsible().has_group(USER))

    def test_somebody_archived_is_passed_over_even_if_nobody_handed_over(self):
        sophie = self.make_sophie()
        debtor = self.follow(sophie, "Menuiserie Aubert")
        self.env.flush_all()
        self.cr.execute("UPDATE res_users SET active = false WHERE id = %s", [sophie.id])
        self.env.invalidate_all()
        self.assertEqual(debtor._get_responsible(), self.recovery_user)
        self.company.recovery_digest = True
        self.env["recovery.worklist"]._refresh(self.company, self.today)
        self.assertFalse(self.env["recovery.digest"]._send(self.company, self.today))
        self.env["recovery.responsible"]._watch(self.company)
        self.assertEqual(debtor.collector_id, self.recovery_user, "the night hands over what nobody noticed")
        before = self.told(self.recovery_user)
        self.assertEqual(len(before), 1)
        self.env["recovery.responsible"]._watch(self.company)
        self.assertEqual(self.told(self.recovery_user), before, "once")

    def test_the_next_in_line_may_enter_the_company(self):
        branch = self.make_branch()
        self.recovery_user.write({"company_id": branch.id, "company_ids": [Command.set(branch.ids)]})
        self.assertNotEqual(self.company.recovery_contact_id, self.recovery_user, "the contact works in a branch alone")
        local = self.user_of("chef", branch, MANAGER)
        self.company.write({"recovery_contact_id": local.id, "recovery_manager_id": local.id})
        sophie = self.make_sophie()
        debtor = self.follow(sophie, "Menuiserie Aubert")
        sophie.action_archive()
        self.assertIn(self.company, debtor.collector_id.company_ids)
        self.assertTrue(debtor.collector_id.has_group(MANAGER))
        branch.recovery_contact_id = local
        self.assertEqual(branch._recovery_signatory()[0], local.name, "a branch has a contact of its own")
        local.action_archive()
        self.assertNotEqual(branch.recovery_contact_id, local)

    def test_the_contact_and_the_recovery_manager_of_the_company_are_replaced(self):
        paul = self.make_sophie(MANAGER)
        self.company.write(
            {"recovery_contact_id": paul.id, "recovery_manager_id": paul.id, "recovery_signatory_name": False}
        )
        self.assertEqual(self.company._recovery_signatory()[0], paul.name)
        paul.action_archive()
        heirs = self.company.recovery_contact_id | self.company.recovery_manager_id
        self.assertTrue(heirs and all(heir.active and heir.has_group(MANAGER) for heir in heirs))
        self.assertEqual(self.company._recovery_signatory()[0], self.company.recovery_contact_id.name)
        self.assertEqual(len(self.told(self.company.recovery_contact_id)), 1)
        self.assertTrue(self.journal(self.company))

    def test_a_director_who_has_no_role_stays_the_signatory(self):
        director = self.make_sophie("base.group_user")
        self.company.write({"recovery_contact_id": director.id, "recovery_signatory_name": False})
        self.env["recovery.responsible"]._watch(self.company)
        self.assertEqual(self.company._recovery_signatory()[0], director.name)
        debtor = self.debtor_of().with_user(self.env.ref("base.user_root"))
        self.assertTrue(debtor._get_responsible().has_group(USER), "but gets no tasks that he cannot open")

    # ------------------------------------------------------------
    # Questions, campaigns
    # ------------------------------------------------------------
    def test_a_question_waits_for_a_manager_who_is_there(self):
        for leave in (self.leave_archived_by_button, self.leave_without_the_role):
            paul = self.make_sophie(MANAGER)
            debtor = self.follow(self.recovery_user, "Menuiserie Aubert")
            decision = self.env["recovery.decision"]._ask("plan", debtor, "Une question", debtor=debtor)
            self.assertTrue(decision.activity_ids)
            decision.activity_ids.sudo().user_id = paul
            leave(paul)
            heir = decision.sudo().activity_ids.user_id
            self.assertTrue(heir != paul and heir.has_group(MANAGER))
        paul = self.make_sophie(MANAGER)
        task = decision.sudo().activity_ids
        task.user_id = paul
        paul.write({"group_ids": [Command.unlink(self.env.ref(MANAGER).id), Command.link(self.env.ref(USER).id)]})
        self.assertNotEqual(task.user_id, paul, "who is no manager any more cannot answer")

    def test_the_troubles_of_a_campaign_are_told_to_who_is_there(self):
        sophie = self.make_sophie()
        debtor = self.follow(self.recovery_manager, "Menuiserie Aubert")
        campaign = self.make_campaign(debtors=debtor, user=sophie)
        campaign._validate(self.today)
        campaign.sudo().state = "sending"
        sophie.action_archive()
        self.enterContext(self.enter_registry_test_mode())
        self.env.ref("debt_recovery.ir_cron_send_notices").sudo().method_direct_trigger()
        self.env.invalidate_all()
        notice = campaign.sudo().notice_ids
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.delivery_ids.user_id, self.recovery_user, "who left launches nothing")
        self.assertEqual(notice.delivery_ids.message_id.author_id, self.recovery_user.partner_id)
        with freeze_time(f"{self.today} 12:00:00"):
            self.env["recovery.campaign"]._cron_watch_queue()
        self.assertEqual(campaign.sudo().activity_ids.user_id, self.recovery_user)
        self.assertEqual(campaign.sudo().user_id, sophie, "who made it is history")

    # ------------------------------------------------------------
    # Letters, mails and calls
    # ------------------------------------------------------------
    def test_who_left_between_validation_and_sending_is_not_named(self):
        sophie = self.make_sophie()
        debtor = self.follow(sophie, "Menuiserie Aubert")
        self.levels["reminder"].write({**OFF, "channel_email": True, "signer": "collector"})
        campaign = self.make_campaign(debtors=debtor)
        campaign._validate(self.today)
        sophie.write({"active": False})
        campaign._send(self.today)
        mail = campaign.notice_ids.delivery_ids.mail_id
        for text in (mail.body_html, mail.email_from, mail.reply_to, campaign.notice_ids.body):
            self.assertNotIn(sophie.name, text)
        self.assertIn(self.recovery_user.name, mail.body_html)
        self.assertIn(self.recovery_user.email, mail.email_from)

    def test_what_is_written_and_names_who_left_does_not_leave(self):
        for channel in ("channel_letter", "channel_email"):
            with self.subTest(channel=channel):
                sophie = self.make_sophie()
                debtor = self.follow(sophie, "Menuiserie Aubert")
                notice = self.send_by(debtor, **{channel: True})
                delivery = notice.delivery_ids
                self.assertEqual(delivery.named_user_id, sophie)
                sophie.action_archive()
                self.assertEqual((delivery.state, notice.state), ("cancelled", "obsolete"))
                self.assertIn(sophie.name, notice.state_reason)
                told = self.told(self.recovery_user)[:1]
                self.assertIn("before being sent", told.note)
                again = self.send_by(debtor, **{channel: True})
                self.assertEqual((again.state, again.delivery_ids.named_user_id), ("sent", self.recovery_user))

    def test_the_system_never_leaves(self):
        system = self.env.ref("base.user_root")
        debtors = self.follow(self.recovery_user)
        letters = self.send_by(debtors, channel_letter=True).delivery_ids
        letters.sudo().named_user_id = system
        for company in (self.setup_other_company(name="Société Trois")["company"], self.elsewhere):
            system.company_ids |= company
            self.env["recovery.responsible"]._hand_over(system)
            self.env["recovery.responsible"]._watch(self.company)
        self.assertEqual(set(letters.mapped("state")), {"to_print"})

    def test_what_left_in_the_name_of_who_left_stays_as_it_left(self):
        sophie = self.make_sophie()
        notice = self.send_by(self.follow(sophie, "Menuiserie Aubert"), channel_letter=True)
        notice.delivery_ids.sudo()._mark("printed")
        sophie.action_archive()
        self.assertEqual((notice.state, notice.delivery_ids.named_user_id), ("sent", sophie))

    def test_the_calls_of_a_campaign_are_made_by_the_next_in_line(self):
        for channel in ("channel_call", "channel_task"):
            for leave in (self.leave_archived_by_button, self.leave_archived_by_write, self.leave_the_company):
                with self.subTest(channel=channel, way=leave.__name__):
                    sophie = self.make_sophie()
                    notice = self.send_by(self.follow(sophie, "Menuiserie Aubert"), **{channel: True})
                    leave(sophie)
                    delivery = notice.delivery_ids
                    self.assertEqual((notice.state, delivery.state), ("sent", "to_do"))
                    self.assertEqual(delivery.activity_id.user_id, self.recovery_user)
                    self.assertNotEqual(delivery.address, sophie.name)

    def test_who_left_signs_no_level_and_gets_no_copies(self):
        sophie = self.make_sophie()
        seller = self.make_user("vincent", "base.group_user")
        friend = self.make_partner("Conseil", is_company=False)
        debtor = self.follow(self.recovery_user, "Menuiserie Aubert")
        debtor.partner_id.user_id = seller
        level = self.levels["reminder"]
        level.write(
            {
                "signer": "user",
                "signer_id": sophie.id,
                "copy_salesperson": True,
                "copy_manager": True,
                "copy_partner_ids": [Command.set(friend.ids)],
            }
        )
        self.company.recovery_manager_id = sophie
        notice = self.make_campaign(debtors=debtor).notice_ids
        self.assertEqual(notice._get_signatory()[0], sophie.name)
        self.assertEqual(notice._get_copies()[notice], seller.partner_id | sophie.partner_id | friend)
        self.env.flush_all()
        self.cr.execute("UPDATE res_users SET active = false WHERE id IN %s", [(sophie.id, seller.id)])
        self.cr.execute("UPDATE res_partner SET active = false WHERE id = %s", [friend.id])
        self.env.invalidate_all()
        self.assertEqual(notice._get_signatory()[0], "Claire Martin", "the company's signatory, said in the settings")
        copies = notice._get_copies()[notice]
        self.assertFalse(copies & (seller.partner_id | sophie.partner_id | friend))
        self.assertTrue(copies.user_ids.has_group(MANAGER), "a manager who is there gets the manager's copy")
        self.company.recovery_manager_id = False
        self.assertFalse(notice._get_copies()[notice], "nobody was named: nobody gets one")
        self.company.recovery_manager_id = sophie
        sophie.action_archive()
        self.env["recovery.responsible"]._hand_over(sophie)
        self.assertEqual((level.signer, level.signer_id), ("company", self.env["res.users"]))

    def test_who_left_gets_no_copy_of_what_waits_in_the_queue(self):
        seller, friend = self.make_user("vincent", "base.group_user"), self.make_partner("Conseil", is_company=False)
        debtor = self.follow(self.recovery_user, "Menuiserie Aubert")
        debtor.partner_id.user_id = seller
        self.levels["reminder"].write({"copy_salesperson": True, "copy_partner_ids": [Command.set(friend.ids)]})
        mail = self.send_by(debtor, channel_email=True).delivery_ids.mail_id
        self.assertEqual(mail.email_cc.count("@"), 2)
        seller.action_archive()
        self.assertEqual(mail.email_cc, friend.email_formatted)
        friend.action_archive()
        self.assertFalse(mail.email_cc)
        self.assertEqual(mail.state, "outgoing", "the customer gets it all the same")

    def test_a_mail_is_sent_again_in_the_name_of_somebody_who_is_there(self):
        sophie = self.make_sophie()
        notice = self.send_by(self.follow(self.recovery_user, "Menuiserie Aubert"), channel_email=True)
        delivery = notice.delivery_ids.sudo()
        delivery.user_id = sophie
        delivery._fail("Refusé")
        delivery.mail_id.unlink()
        sophie.action_archive()
        delivery.with_user(self.recovery_user).action_retry()
        self.assertEqual(delivery.message_id.author_id, self.recovery_user.partner_id)

    # ------------------------------------------------------------
    # By construction
    # ------------------------------------------------------------
    def test_every_person_named_by_people_is_held_or_said_to_be_no_holder(self):
        """A field to users that people write names who answers: it is handed over, or listed here with the reason."""
        otherwise = {
            ("recovery.campaign", "collector_id"): "whose debtors a campaign looks at",
            ("recovery.assignment.rule", "salesperson_ids"): "a condition",
            ("recovery.scenario.rule", "salesperson_ids"): "a condition",
            ("recovery.checkpoint", "user_ids"): "who gets a report, if he may read it then",
        }
        held = {(Model._name, name) for Model, name in self.env["recovery.responsible"]._get_holders()}
        named = set()
        for model, Model in self.env.registry.items():
            ours = model.startswith("recovery.")
            if Model._abstract or Model._transient:
                continue
            for name, field in Model._fields.items():
                if field.comodel_name == "res.users" and field.store and not field.readonly and not field.related:
                    if (ours or name.startswith("recovery_")) and not name.startswith(
                        ("activity_", "create_", "write_")
                    ):
                        named.add((model, name))
        self.assertEqual(named - held, otherwise.keys())
        self.assertFalse(held & otherwise.keys())
        self.assertIn(("recovery.debtor", "collector_id"), held)

    def test_nobody_is_found_around_the_line(self):
        for source in ("user = debtor.collector_id or self.env.user", "company.recovery_contact_id.name"):
            self.assertRegex(source, RAW)
        self.assertTrue(find_raw_tasks("record.activity_schedule(TODO, user_id=record.user_id.id)"))
        self.assertTrue(find_raw_tasks("record.activity_schedule(TODO, user_id=debtor.collector_id.id)"))
        self.assertFalse(find_raw_tasks("record.activity_schedule(TODO, user_id=debtor._get_responsible().id)"))
        paths = [
            path for folder in ("models", "wizards", "reports", "controllers") for path in (ROOT / folder).rglob("*.py")
        ]
        self.assertGreater(len(paths), 200)
        for path in paths:
            name, text = str(path.relative_to(ROOT)), path.read_text()
            if name not in HOMES:
                self.assertNotRegex(text, RAW, name)
            self.assertFalse(find_raw_tasks(text), name)


def find_raw_tasks(text):
    """Return the tasks that a source gives to a person as a record names them, there or not."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    given = [
        ast.unparse(keyword.value)
        for call in calls
        if getattr(call.func, "attr", "") == "activity_schedule"
        for keyword in call.keywords
        if keyword.arg == "user_id"
    ]
    return [value for value in given if re.search(r"\b(user_id|collector_id|asked_by_id)\.id", value)]


@tagged("post_install", "-at_install")
class TestContactsWhoLeft(WhoLeftCommon):
    """An archived contact, lawyer or guarantor is written to no more: the next one is, or it is said why nobody is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtor = cls.debtor_of()
        cls.debtor.collector_id = cls.recovery_user
        cls.first, cls.next = (cls.make_contact(name) for name in ("Anne Compta", "Bruno Compta"))
        cls.make_invoice(days_overdue=20)

    @classmethod
    def make_contact(cls, name, **vals):
        return cls.make_partner(name, is_company=False, parent_id=cls.debtor_partner.id, type="recovery", **vals)

    def test_a_notice_that_is_prepared_goes_to_the_next_contact(self):
        for prepare in ("draft", "validated"):
            for archive in (lambda p: p.action_archive(), lambda p: p.write({"active": False})):
                with self.subTest(state=prepare):
                    self.next.lang = "en_US"
                    campaign = self.make_campaign(debtors=self.debtor)
                    if prepare == "validated":
                        campaign._validate(self.today)
                    notice = campaign.notice_ids
                    self.assertEqual((notice.state, notice.addressee_id), (prepare, self.first))
                    before = self.told(self.recovery_user)
                    archive(self.first)
                    self.assertEqual((notice.addressee_id, notice.lang), (self.next, "en_US"))
                    self.assertIn("Anne Compta", self.journal(notice).summary)
                    self.assertEqual(len(self.told(self.recovery_user) - before), 1)
                    self.first.action_unarchive()
                    self.assertEqual(notice.addressee_id, self.next, "who comes back gets nothing back by itself")
                    campaign.sudo().notice_ids.line_ids.engaged = False
                    campaign.sudo().notice_ids.state = "obsolete"

    def test_the_last_look_sees_a_contact_archived_by_whatever_way(self):
        campaign = self.make_campaign(debtors=self.debtor)
        campaign._validate(self.today)
        self.env.flush_all()
        self.cr.execute("UPDATE res_partner SET active = false WHERE id IN %s", [(self.first.id, self.next.id)])
        self.env.invalidate_all()
        self.assertIn("archived", campaign.notice_ids.warning)
        campaign._send(self.today)
        self.assertEqual(campaign.notice_ids.state, "sent")
        self.assertEqual(campaign.notice_ids.delivery_ids.addressee_id, self.debtor_partner)

    def test_without_a_next_address_it_says_so_instead_of_leaving(self):
        self.next.action_archive()
        campaign = self.make_campaign(debtors=self.debtor)
        campaign._validate(self.today)
        self.debtor_partner.write({"street": False, "city": False, "email": False, "phone": False})
        self.first.action_archive()
        self.assertEqual(campaign.notice_ids.state, "failed")
        self.assertIn("archived", campaign.notice_ids.state_reason)
        self.assertIn("Boulangerie Dupont", campaign.notice_ids.state_reason)

    def test_what_waits_to_leave_for_who_left_is_taken_back(self):
        for channel in ("channel_letter", "channel_email"):
            with self.subTest(channel=channel):
                notice = self.send_by(self.debtor, **{channel: True})
                self.assertEqual(notice.delivery_ids.addressee_id, self.first)
                self.first.action_archive()
                self.assertEqual((notice.state, notice.delivery_ids.state), ("obsolete", "cancelled"))
                self.assertIn("Anne Compta", notice.state_reason)
                again = self.send_by(self.debtor, **{channel: True})
                self.assertEqual(again.delivery_ids.addressee_id, self.next)
                again.delivery_ids.sudo()._withdraw("Essai")
                again.sudo().line_ids.engaged = False
                again.sudo().state = "obsolete"
                self.first.action_unarchive()

    def test_the_next_contact_is_called(self):
        self.next.phone = "+33 4 00 00 00 02"
        self.first.phone = "+33 4 00 00 00 01"
        call = self.send_by(self.debtor, channel_call=True).delivery_ids
        self.assertEqual(call.address, self.first.phone)
        self.first.action_archive()
        self.assertEqual((call.state, call.addressee_id, call.address), ("to_do", self.next, self.next.phone))

    def test_an_archived_customer_who_owes_is_still_written_to(self):
        (self.first | self.next).action_archive()
        campaign = self.make_campaign(debtors=self.debtor)
        campaign._validate(self.today)
        self.debtor_partner.action_archive()
        campaign._send(self.today)
        notice = campaign.notice_ids
        self.assertEqual((notice.state, notice.delivery_ids.addressee_id), ("sent", self.debtor_partner))

    def test_a_merge_leaves_no_archived_addressee(self):
        gone = self.make_contact("Anne C.", active=False)
        notice = self.make_campaign(debtors=self.debtor).notice_ids
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge((self.first | gone).ids, gone)
        self.env.invalidate_all()
        self.assertEqual((notice.addressee_id, gone.active), (gone, True), "core makes one living contact of them")
        gone.action_archive()
        self.assertEqual(notice.addressee_id, self.next)

    def test_a_mail_that_failed_is_not_sent_again_to_who_left(self):
        delivery = self.send_by(self.debtor, channel_email=True).delivery_ids.sudo()
        delivery._fail("Refusé")
        self.first.action_archive()
        with self.assertRaisesRegex(UserError, "Anne Compta is archived"):
            delivery.with_user(self.recovery_user).action_retry()

    # ------------------------------------------------------------
    # Lawyers
    # ------------------------------------------------------------
    def test_an_archived_lawyer_is_said_on_the_cases_and_leaves_the_settings(self):
        lawyer = self.make_partner("Maître Roche", is_company=False)
        lines = self.receivable_of(self.make_invoice(days_overdue=60))
        case = self.env["recovery.case"]._open_for(self.debtor, lines, self.today)
        case.lawyer_id = lawyer
        self.company.recovery_lawyer_id = lawyer
        self.assertFalse(case.lawyer_gap)
        lawyer.action_archive()
        self.assertIn("Maître Roche is archived", case.lawyer_gap)
        self.assertFalse(self.company.recovery_lawyer_id)
        told = self.told(self.recovery_user)
        self.assertEqual(len(told), 1)
        self.assertIn(case.name, told.note)
        lawyer.action_unarchive()
        self.assertFalse(self.company.recovery_lawyer_id, "who comes back gets nothing back by itself")
        self.assertFalse(case.lawyer_gap)

    def test_no_review_is_recorded_of_an_archived_lawyer(self):
        lawyer = self.make_partner("Maître Roche", is_company=False)
        self.levels["formal_notice"].sudo().review_required = True
        notice = self.make_campaign(debtors=self.debtor).notice_ids.sudo()
        notice.write({"kind": "formal_notice", "level_id": self.levels["formal_notice"].id})
        lawyer.action_archive()
        with self.assertRaisesRegex(UserError, "Maître Roche is archived"):
            notice.with_user(self.recovery_user)._review(lawyer, self.today, self.today)


@tagged("post_install", "-at_install")
class TestGuarantorsWhoLeft(WhoLeftCommon):
    """A guarantor who is archived is not written to, and everybody who asks is told why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        scenario = cls.scenario.copy()
        scenario.level_ids.filtered(lambda level: level.kind != "formal_notice").unlink()
        cls.debtor = cls.debtor_of()
        cls.debtor.write({"nature": "merchant", "nature_confirmed": True, "scenario_id": scenario.id})
        cls.debtor.collector_id = cls.recovery_user
        cls.make_invoice(days_overdue=100)
        cls.notice = cls.send_campaign(debtors=cls.debtor).notice_ids

    def make_surety(self, name):
        guarantor = self.make_partner(name, is_company=False)
        vals = {"debtor_id": self.debtor.id, "kind": "surety", "provider_id": guarantor.id, "amount": 5000.0}
        return self.env["recovery.coverage"].create({**vals, "date_from": "2024-03-03"})

    def write_to(self):
        self.notice.with_user(self.recovery_user).action_write_to_guarantors()
        return self.notice.guarantor_notice_ids

    def test_no_letter_is_prepared_to_an_archived_guarantor(self):
        surety = self.make_surety("Paul Garant")
        self.assertEqual(self.notice.state, "sent")
        surety.provider_id.action_archive()
        self.assertIn("Paul Garant is archived", surety.provider_gap)
        self.assertIn("Paul Garant", self.told(self.recovery_user).note)
        with self.assertRaisesRegex(UserError, "Paul Garant is archived"):
            self.write_to()
        other = self.make_surety("Rose Garante")
        self.assertEqual(self.write_to().addressee_id, other.provider_id, "the others are written to")

    def test_a_letter_that_waits_does_not_leave_and_says_why(self):
        surety = self.make_surety("Paul Garant")
        letter = self.write_to()
        surety.provider_id.action_archive()
        self.assertIn("Paul Garant is archived", letter.warning)
        self.assertRegex(" ".join(letter.blocker_ids.mapped("detail")), "Paul Garant (is archived|est archivé)")
        self.assertEqual(letter.addressee_id, surety.provider_id, "nobody else guarantees in their place")
        with self.assertRaisesRegex(UserError, "Paul Garant is archived"):
            letter.with_user(self.recovery_user).action_send_to_guarantor()
        surety.provider_id.action_unarchive()
        letter.with_user(self.recovery_user).action_send_to_guarantor()
        self.assertEqual(letter.state, "sent")

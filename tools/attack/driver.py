"""A process beside the servers, which begins the works and counts what they gave: ``python driver.py CONF DATABASE``.

It takes one command a line and answers one line of JSON to each.
"""

import json
import sys
import traceback
from datetime import timedelta

#: Customers of a range: many ranges, so that there is much to interrupt.
SIZE = 6
LETTERS = 3


class Driver:
    def __init__(self, registry):
        self.registry = registry
        self.company_id = self.campaign_id = self.auditor_id = self.file_id = None
        self.count = 0

    def run(self, command, *arguments):
        from odoo import SUPERUSER_ID, api, sql_db

        sql_db.close_all()  # what was connected may be gone
        with self.registry.cursor() as cr:
            context = {"allowed_company_ids": [self.company_id]} if self.company_id else {}
            return getattr(self, command)(api.Environment(cr, SUPERUSER_ID, context), *arguments)

    def company(self, env):
        """Make a company whose invoices enter the ladder at once."""
        from odoo import Command

        france = env.ref("base.fr")
        company = env["res.company"].create({"name": "Attaquée", "country_id": france.id, "email": "c@example.com"})
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
        company.recovery_entry_days = 0
        env.ref("base.user_root").company_ids |= company
        auditor = env.ref("debt_recovery.group_recovery_auditor")
        vals = {"name": "Alice", "login": "alice attaquée", "group_ids": [Command.set(auditor.ids)]}
        vals |= {"company_id": company.id, "company_ids": [Command.set(company.ids)]}
        self.auditor_id = env["res.users"].create(vals).id
        env["ir.cron"].search([]).active = False  # the workers do it, or nobody
        env["ir.config_parameter"].set_param("debt_recovery.ranges_ahead", "3")  # each range hands the next one out
        self.company_id = company.id

    def customers(self, env, count):
        """Make customers with an invoice each, ten days late; some have no mail address and get a letter."""
        from odoo import Command

        count, today = int(count), env["res.company"].browse(self.company_id)._recovery_today()
        address = {"street": "1 rue Basse", "zip": "69001", "city": "Lyon", "country_id": env.ref("base.fr").id}
        partners = env["res.partner"].create(
            [
                {
                    "name": f"Client {self.count + position}",
                    "is_company": True,
                    "email": position >= LETTERS and f"c{self.count + position}@example.com",
                    **address,
                }
                for position in range(count)
            ]
        )
        self.count += count
        lines = [Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.clear()]})]
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "company_id": self.company_id,
                    "partner_id": partner.id,
                    "invoice_date": today - timedelta(days=40),
                    "invoice_date_due": today - timedelta(days=10),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": lines,
                }
                for partner in partners
            ]
        )
        moves.action_post()

    def propose(self, env):
        company = env["res.company"].browse(self.company_id)
        campaign = env["recovery.campaign"].create({"company_id": company.id, "date": company._recovery_today()})
        campaign._begin_proposal()
        self.campaign_id = campaign.id

    def validate(self, env):
        env["recovery.campaign"].browse(self.campaign_id)._leave_to_job("validation")

    def send(self, env):
        env["recovery.campaign"].browse(self.campaign_id)._leave_to_job("sending")

    def file(self, env):
        """Ask for an audit file of another period than the ones before."""
        company = env["res.company"].browse(self.company_id)
        last = company._recovery_today()
        first = last - timedelta(days=60 + self.count)
        self.file_id = env["recovery.audit.pack"].with_user(self.auditor_id)._ask(company, first, last).id

    def look_at_file(self, env):
        """Count what of the audit file was kept: each figure must be one."""
        file = env["recovery.audit.pack"].browse(self.file_id)
        about = [("res_model", "=", file._name), ("res_id", "=", file.id)]
        heads = [("addressee", "=", file.name), ("reason", "=", "packed")]
        return {
            "file": file.state,
            "attempts": file.attempt_count,
            "kept": {
                "documents": env["ir.attachment"].search_count(about),
                "entries": env["recovery.event"].search_count(about),
                "heads": env["recovery.journal.head"].search_count(heads),
            },
            "works": {work.kind: work.state for work in env["recovery.work"].search(about)},
        }

    def twice(self, env):
        """Give a second job to every range that waits, and have the jobs that are done run again."""
        parts = env["recovery.work.range"].search([("state", "=", "waiting")])
        for part in parts:
            part.with_delay(channel="root.recovery", max_retries=0)._work_off()
        env["queue.job"].search([("state", "=", "done")], limit=10).write({"state": "pending"})
        return len(parts)

    def state(self, env):
        campaign = env["recovery.campaign"].browse(self.campaign_id)
        works = env["recovery.work"].search([("res_model", "=", campaign._name), ("res_id", "=", campaign.id)])
        return {
            "campaign": campaign.state,
            "validating": campaign.is_validating,
            "running": works.filtered(lambda work: work.state == "running").mapped("progress_text"),
            "works": {work.kind: work.state for work in works},
            "reasons": works.range_ids.filtered("reason").mapped("reason"),
        }

    def look(self, env):
        """Count what the campaign gave: each figure must be the number of customers who were late."""
        campaign = env["recovery.campaign"].browse(self.campaign_id)
        notices = campaign.notice_ids
        events = env["recovery.event"].search([("res_model", "=", notices._name), ("res_id", "in", notices.ids)])
        verdicts = env["recovery.verdict"].search([("campaign_id", "=", campaign.id), ("notice_id", "!=", False)])
        deliveries = notices.delivery_ids
        mails = deliveries.filtered(lambda delivery: delivery.channel == "email")
        messages = env["mail.message"].search_count(
            [("model", "=", "recovery.debtor"), ("res_id", "in", notices.debtor_id.ids)]
            + [("message_type", "=", "email_outgoing")]
        )
        return {
            "state": campaign.state,
            "notices": len(notices),
            "states": sorted(set(notices.mapped("state"))),
            "doubles": {
                "debtors": len(notices) - len(notices.debtor_id),
                "verdicts": len(verdicts) - len(verdicts.move_line_id),
                "validated": len(events.filtered(lambda event: event.kind == "validated")) - len(notices),
                "queued": len(events.filtered(lambda event: event.kind == "queued")) - len(notices),
                "deliveries": len(deliveries) - len(notices),
                "mails": len(mails.mail_id) - len(mails),
                "messages": messages - len(mails),
            },
            "letters": len(deliveries) - len(mails),
            "summary": campaign.summary,
        }


def main(conf, database):
    from odoo.tools import config

    config.parse_config(["-c", conf, "-d", database, "--no-http", "--log-level=error"])
    from odoo.modules import module
    from odoo.modules.registry import Registry

    module.current_test = True  # a new company would install what its country wants
    driver = Driver(Registry(database))
    from odoo.addons.debt_recovery.models.dunning.campaign import recovery_campaign

    recovery_campaign.PROPOSED_AT_ONCE = recovery_campaign.VALIDATED_AT_ONCE = SIZE
    type(driver.registry["recovery.dispatch"])
    driver.registry["recovery.dispatch"]._get_batch_size = lambda _self: SIZE
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        try:
            answer = driver.run(*line.split())
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer, default=str), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

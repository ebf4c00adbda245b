from odoo import api, fields, models

STUCK = "debt_recovery.mail_activity_type_stuck"


class RecoveryRun(models.Model):
    """What became of a campaign's deliveries, and whom to tell when they do not leave."""

    _inherit = "recovery.run"

    stuck_count = fields.Integer("Mails stuck in the queue", compute="_compute_trouble")
    lost_count = fields.Integer("Mails failed or bounced", compute="_compute_trouble")
    sender_gap = fields.Char("Missing sender", compute="_compute_sender_gap", help="What keeps the mails from leaving.")
    stuck_alert_on = fields.Datetime("Queue alert on", readonly=True, copy=False)

    def _compute_trouble(self):
        Delivery = self.env["recovery.delivery"]
        of_runs = [("run_id", "in", self.ids)]
        stuck = dict(Delivery._read_group([*of_runs, *Delivery._get_stuck_domain()], ["run_id"], ["__count"]))
        lost = dict(Delivery._read_group([*of_runs, ("state", "in", ("failed", "bounced"))], ["run_id"], ["__count"]))
        for run in self:
            run.stuck_count = stuck.get(run, 0)
            run.lost_count = lost.get(run, 0)

    def _compute_sender_gap(self):
        """Say, before anything leaves, that nobody would read the answers to the mails of these debtors."""
        sender = self.env["recovery.sender"]
        for run in self:
            run.sender_gap = False
            if run.state not in ("proposed", "validated"):
                continue
            collectors = self.env["recovery.notice"]._read_group(
                [
                    ("run_id", "=", run.id),
                    ("state", "in", ("draft", "to_approve", "validated")),
                    ("level_id.channel_email", "=", True),
                ],
                ["debtor_id.collector_id"],
            )
            for (collector,) in collectors:
                responsible = collector or run.company_id.recovery_contact_id or self.env.user
                if not sender._find_sender_address(responsible, run.company_id):
                    run.sender_gap = sender._describe_no_sender(responsible, run.company_id)

    def action_view_trouble(self):
        """Open the campaign's mails that failed, came back or are stuck."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("debt_recovery.recovery_delivery_action")
        domain = [("run_id", "=", self.id), *self.env["recovery.delivery"]._get_trouble_domain()]
        return dict(action, name=self.env._("Mails that did not arrive"), domain=domain, context={})

    @api.model
    def _cron_watch_queue(self):
        """Tell the author of a campaign, once, that its mails are stuck in the queue."""
        Delivery = self.env["recovery.delivery"].sudo()
        counts = Delivery._read_group(Delivery._get_stuck_domain(), ["run_id"], ["__count"])
        stuck = {run: count for run, count in counts if run}
        self.sudo().search([("stuck_alert_on", "!=", False)])._end_alert(stuck)
        for run, count in stuck.items():
            if run.stuck_alert_on:
                continue
            run.stuck_alert_on = fields.Datetime.now()
            run.with_context(mail_activity_quick_update=True).activity_schedule(
                STUCK,
                date_deadline=run.company_id._recovery_today(),
                user_id=run.user_id.id,
                summary=self.env._("%s mails have been in the queue for more than an hour", count),
                note=self.env._("Look at the outgoing mail server, and at the scheduled action that sends mails."),
            )

    def _end_alert(self, stuck):
        """Close the alerts of campaigns whose mails have left."""
        over = self.filtered(lambda run: run not in stuck)
        over.activity_unlink([STUCK])
        over.stuck_alert_on = False

from odoo import fields, models

from ...common.bounds import BIG
from ...common.calendar import is_business_day
from ...common.roles import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"
    _moves = ("recovery_bank_days", "recovery_entry_days")

    recovery_bank_days = fields.Integer(
        "Bank statements no older than (days)",
        help="No reminder is sent while the last bank statement line is older than this: the payment may already "
        "be there. Zero: no check. Without statement lines in the database, the check does nothing.",
        groups=SETTINGS,
    )
    recovery_entry_days = fields.Integer(
        "Days before the first reminder",
        default=3,
        help="No reminder is sent sooner than this after the invoice was posted, or sent if that is later, however "
        "early its due date. Imported entries, opening balances and levels carried over do not wait. Zero: no "
        "wait.",
        groups=SETTINGS,
    )
    recovery_taken_over = fields.Json(
        "Migrated from other add-ons", readonly=True, copy=False, groups=SETTINGS, help="When, and to whom."
    )
    recovery_auto = fields.Boolean(
        "Automatic campaigns",
        help="A campaign is created, validated and sent automatically, within the limits.",
        groups=SETTINGS,
    )
    recovery_auto_weekday = fields.Selection(
        [
            ("all", "Every business day"),
            ("0", "Every Monday"),
            ("1", "Every Tuesday"),
            ("2", "Every Wednesday"),
            ("3", "Every Thursday"),
            ("4", "Every Friday"),
        ],
        "Campaign day",
        required=True,
        default="all",
        groups=SETTINGS,
    )
    recovery_auto_hour = fields.Integer(
        "From (hour)", default=9, help="Hour in the company's time zone, 0 to 23.", groups=SETTINGS
    )
    recovery_auto_max_notices = fields.Integer(
        "Maximum notices",
        default=100,
        bounds=BIG,
        help="Beyond this, the campaign waits for a recovery manager's approval.",
        groups=SETTINGS,
    )
    recovery_auto_max_amount = fields.Monetary(
        "Maximum amount",
        default=100000,
        help="Beyond this, the campaign waits for a recovery manager's approval.",
        groups=SETTINGS,
    )

    recovery_payment_qr = fields.Boolean(
        "Payment QR code",
        help="A SEPA code (EPC) on letters and e-mails: the customer's banking app reads it and fills in the "
        "transfer. Only for a claim entirely in euros, with an IBAN.",
        groups=SETTINGS,
    )

    _recovery_auto_hour_check = models.Constraint(
        "CHECK(recovery_auto_hour BETWEEN 0 AND 23)", "The hour of automatic campaigns is between 0 and 23."
    )
    _recovery_entry_days_check = models.Constraint(
        "CHECK(recovery_entry_days BETWEEN 0 AND 90)", "An invoice can wait at most 90 days for its first reminder."
    )
    _recovery_bank_days_check = models.Constraint(
        "CHECK(recovery_bank_days >= 0)", "The age of the last bank statement cannot be negative."
    )

    def _recovery_get_doubts(self):
        """Add automatic campaigns that can send nothing by themselves."""
        doubts, root = super()._recovery_get_doubts(), self._recovery_root()
        if root.recovery_auto and not (root.recovery_auto_max_notices and root.recovery_auto_max_amount):
            doubts.append(
                self.env._(
                    "Automatic campaigns have a limit of zero: each one waits for a manager. Raise “Maximum "
                    "notices” and “Maximum amount”."
                )
            )
        return doubts

    def _recovery_wants_campaign(self, now):
        """Tell whether the automatic campaign is due at this local moment."""
        self.ensure_one()
        company = self.sudo()
        day = now.date()
        return (
            company.recovery_auto
            and now.hour >= company.recovery_auto_hour
            and is_business_day(day, company.recovery_alsace_moselle)
            and company.recovery_auto_weekday in ("all", str(day.weekday()))
        )

    def _recovery_describe_no_cron(self):
        """Return why automatic campaigns would not run although they are asked for."""
        cron = self.env.ref("debt_recovery.ir_cron_automatic_campaign", raise_if_not_found=False)
        if not cron or not cron.sudo().active:
            return self.env._("The scheduled action that creates automatic campaigns is disabled.")
        return None

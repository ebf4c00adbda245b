from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...common.attachments import adopt
from ...common.retention import CONTACTS, Retained

_lt = LazyTranslate(__name__)

POINTS = {"good": 10, "watch": -10, "serious": -25, "critical": -50}


class RecoveryRiskSignal(models.Model):
    """An early sign about a debtor entered by hand: who said it, what, and until when it counts.

    What is written here belongs to the file that the person concerned may ask to read
    (RGPD art. 15): facts, their source and their date.
    """

    _name = "recovery.risk.signal"
    _description = "Risk signal"
    _retained = Retained(CONTACTS, "expires_on", ("source", "wording"), ("attachment_ids",))
    _inherit = ["recovery.guarded"]
    _order = "date desc, id desc"
    _rec_name = "wording"
    _check_company_auto = True
    _typed = ("date", "kind", "source", "wording", "severity", "expires_on", "attachment_ids")
    _typed_once = ("debtor_id",)
    _journal_words = {"source": _lt("Source")}

    debtor_id = fields.Many2one("recovery.debtor", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    date = fields.Date(required=True)
    kind = fields.Selection(
        [
            ("supplier", "Supplier or competitor"),
            ("press", "Press"),
            ("registry", "Registry or legal notice"),
            ("bank", "Bank or insurer"),
            ("field", "Sales visit"),
            ("other", "Other"),
        ],
        "Origin",
        required=True,
        default="field",
    )
    source = fields.Char(required=True, help="Who said it or where it can be read: name, newspaper, link.")
    wording = fields.Text(
        "Information",
        required=True,
        help="Facts only, in words that the customer could read: no opinions on individuals, nothing on health or "
        "origin.",
    )
    severity = fields.Selection(
        [
            ("good", "Favourable (+10)"),
            ("watch", "To be watched (−10)"),
            ("serious", "Serious (−25)"),
            ("critical", "Critical (−50)"),
        ],
        "Weight",
        required=True,
        default="watch",
    )
    expires_on = fields.Date("Expires on", required=True, help="The signal no longer counts after this day.")
    attachment_ids = fields.Many2many("ir.attachment", string="Documents", bypass_search_access=True)

    @api.constrains("date", "expires_on")
    def _check_dates(self):
        for signal in self:
            if signal.expires_on < signal.date:
                raise ValidationError(self.env._("A signal cannot expire before it was recorded: check the two dates."))

    @api.model_create_multi
    def create(self, vals_list):
        signals = super().create(vals_list)
        adopt(signals)
        self.env["recovery.event"]._log("risk_noted", signals, lambda s: s.wording, lambda s: {"source": s.source})
        return signals

    def write(self, vals):
        before = {signal: signal._describe() for signal in self}
        result = super().write(vals)
        if "attachment_ids" in vals:
            adopt(self)
        changed = self.filtered(lambda signal: signal._describe() != before[signal])
        self.env["recovery.event"]._log(
            "risk_noted",
            changed,
            lambda signal: self.env._("Signal changed: %s", signal._describe()),
            lambda signal: {"before": before[signal]},
        )
        return result

    def _describe(self):
        """Return the signal as the journal keeps it: its dates, who said it, what, and how much it weighs."""
        self.ensure_one()
        dates = " – ".join(format_date(self.env, day) for day in (self.date, self.expires_on))
        return f"{dates}, {self.source} – {self.wording} ({POINTS[self.severity]:+d})"

    @api.model
    def _read_values(self, company, day, partners):
        """Return the sum of the weights of the signals in force that day, per commercial partner id."""
        domain = (
            Domain("company_id", "=", company.root_id.id) & Domain("date", "<=", day) & Domain("expires_on", ">=", day)
        )
        wanted = set(partners.ids)
        values = {}
        for signal in self.sudo().search_fetch(domain, ["debtor_id", "severity"]):
            partner_id = signal.debtor_id.partner_id.id
            if partner_id in wanted:
                values[partner_id] = values.get(partner_id, 0) + POINTS[signal.severity]
        return values

from odoo import api, fields, models

from ...common.bounds import BIG, SIGNED
from ...common.roles import SETTINGS
from .commune import normalize

# What is no company by its form, as sole traders write it.
PERSONAL_FORMS = (
    *("EI", "EIRL", "ENTREPRENEUR INDIVIDUEL", "ENTREPRENEURE INDIVIDUELLE", "ENTREPRISE INDIVIDUELLE"),
    *("MICRO ENTREPRENEUR", "MICRO ENTREPRISE", "AUTO ENTREPRENEUR", "AUTO ENTREPRISE"),
    *("AUTOENTREPRENEUR", "MICROENTREPRENEUR", "PERSONNE PHYSIQUE", "PROFESSION LIBERALE"),
)


class ResCompany(models.Model):
    _inherit = "res.company"
    _carried_not = (
        *("recovery_artisan", "recovery_headcount", "recovery_turnover", "recovery_profit", "recovery_is_person"),
        *("recovery_person_surname", "recovery_person_given_names", "recovery_person_profession"),
        *("recovery_person_home", "recovery_person_nationality", "recovery_person_born_on", "recovery_person_born_at"),
    )

    recovery_silence_days = fields.Integer(
        "Days before chasing an unresponsive party",
        default=15,
        help="A lawyer, commissaire or agency who has not replied for this long creates a task. 0: never. Each "
        "mandate can override this.",
        groups=SETTINGS,
    )
    recovery_artisan = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        string="The company is a craft business",
        help="Registered as a craft business: it determines which court has jurisdiction. Empty: not known, and asked "
        "for.",
        groups=SETTINGS,
    )
    recovery_headcount = fields.Integer(
        "Employees",
        bounds=BIG,
        help="Below the legal threshold no contribution is payable before the economic activities courts. 0: not "
        "known.",
        groups=SETTINGS,
    )
    recovery_turnover = fields.Monetary(
        "Turnover, average of three years",
        help="It determines the contribution payable before the economic activities courts. 0: not known.",
        groups=SETTINGS,
    )
    recovery_profit = fields.Monetary(
        "Profit, average of three years",
        bounds=SIGNED,
        help="Negative for a loss. Taken into account once the turnover is known.",
        groups=SETTINGS,
    )
    # A creditor who is a person: what CPC 54 asks of whoever brings a claim
    recovery_is_person = fields.Boolean(
        "Natural person (sole trader)",
        compute="_compute_recovery_is_person",
        store=True,
        readonly=False,
        precompute=True,
        help="Inferred from the legal form (EI, micro-entreprise…) until you say otherwise. Documents for a court "
        "then name the person: surname, given names, profession, home, nationality, date and place of birth "
        "(CPC 54).",
        groups=SETTINGS,
    )
    recovery_person_surname = fields.Char("Surname", groups=SETTINGS)
    recovery_person_given_names = fields.Char("Given names", groups=SETTINGS)
    recovery_person_profession = fields.Char("Profession", groups=SETTINGS)
    recovery_person_home = fields.Char("Home", help="Where this person lives, on one line.", groups=SETTINGS)
    recovery_person_nationality = fields.Char("Nationality", groups=SETTINGS)
    recovery_person_born_on = fields.Date("Date of birth", groups=SETTINGS)
    recovery_person_born_at = fields.Char("Place of birth", groups=SETTINGS)

    @api.depends("recovery_legal_form", "partner_id.is_company")
    def _compute_recovery_is_person(self):
        """Read the nature of the creditor as that of debtors is: in what its contact and its form tell."""
        for company in self:
            form = normalize((company.recovery_legal_form or "").replace(".", ""))
            is_personal = any(f"{form} ".startswith(f"{known} ") for known in PERSONAL_FORMS)
            company.recovery_is_person = is_personal or not (form or company.partner_id.is_company)

    def _recovery_person_name(self):
        """Return the given names and the surname of a creditor who is a person, as far as they are known."""
        self.ensure_one()
        surname = (self.recovery_person_surname or "").strip().upper()
        return " ".join(filter(None, ((self.recovery_person_given_names or "").strip(), surname)))

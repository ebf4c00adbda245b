from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...common.roles import SETTINGS
from .behaviour import parse_bounds


class ResCompany(models.Model):
    _inherit = "res.company"

    recovery_class_a = fields.Integer(
        "Class A from", default=80, help="Lowest score of class A, out of 100.", groups=SETTINGS
    )
    recovery_class_b = fields.Integer("Class B from", default=65, help="Lowest score of class B.", groups=SETTINGS)
    recovery_class_c = fields.Integer("Class C from", default=50, help="Lowest score of class C.", groups=SETTINGS)
    recovery_class_d = fields.Integer(
        "Class D from", default=30, help="Lowest score of class D; below it is class E.", groups=SETTINGS
    )
    recovery_review_months = fields.Integer(
        "Review after (months)",
        default=6,
        help="A customer whose score has not been reviewed for that long is put on the monthly review.",
        groups=SETTINGS,
    )
    recovery_external_months = fields.Integer(
        "External scores valid for (months)",
        default=12,
        help="An older external score is ignored.",
        groups=SETTINGS,
    )
    recovery_exposure_bands = fields.Char(
        "Exposure bands",
        default="1000; 10000; 50000; 200000",
        required=True,
        help="Amounts between the columns of the risk matrix, in the company's currency.",
        groups=SETTINGS,
    )
    recovery_size_bands = fields.Char(
        "Size bands",
        default="10000; 100000; 500000",
        required=True,
        help="Annual invoiced amounts that separate small, medium, large and very large customers, when neither "
        "their headcount nor their turnover is known.",
        groups=SETTINGS,
    )

    @api.constrains("recovery_class_a", "recovery_class_b", "recovery_class_c", "recovery_class_d")
    def _check_recovery_classes(self):
        for company in self:
            bounds = company._recovery_class_thresholds()
            if not 100 >= bounds[0] > bounds[1] > bounds[2] > bounds[3] > 0:
                raise ValidationError(self.env._("The lowest scores of classes A to D must decrease, from 100 to 1."))

    @api.constrains("recovery_review_months", "recovery_external_months")
    def _check_recovery_months(self):
        for company in self:
            if company.recovery_review_months < 1 or company.recovery_external_months < 1:
                raise ValidationError(self.env._("Reviews and external scores need at least one month."))

    @api.constrains("recovery_exposure_bands", "recovery_size_bands")
    def _check_recovery_bands(self):
        for company in self:
            try:
                parse_bounds(company.recovery_exposure_bands)
                size_bounds = parse_bounds(company.recovery_size_bands)
            except ValueError as error:
                raise ValidationError(
                    self.env._("“%s”: enter amounts above 0, each greater than the one before.", error)
                ) from error
            if len(size_bounds) != 3:
                raise ValidationError(self.env._("Enter three size bands: they separate four sizes."))

    def _recovery_class_thresholds(self):
        """Return the lowest scores of classes A to D of the root company."""
        root = self._recovery_root()
        return (root.recovery_class_a, root.recovery_class_b, root.recovery_class_c, root.recovery_class_d)

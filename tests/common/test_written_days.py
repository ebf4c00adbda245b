from datetime import date

from odoo.tests import tagged

from odoo.addons.debt_recovery.models.common.formatting import format_letter_day, format_share

from .common import RecoveryCommon

DAY = date(2026, 11, 12)


@tagged("post_install", "-at_install")
class TestWrittenDays(RecoveryCommon):
    """Letters write days and shares as their reader does, and no day can be read as another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("en_US", "en_GB", "fr_FR"):
            cls.env["res.lang"]._activate_lang(code)

    def put_down(self, lang, *args):
        return format_letter_day(self.env(context={"lang": lang}), *args).replace("\N{NO-BREAK SPACE}", " ")

    def test_english_names_the_month_and_french_writes_figures(self):
        self.assertEqual(self.put_down("en_GB", DAY, "long"), "12 November 2026")
        self.assertEqual(self.put_down("en_US", DAY, "long"), "November 12, 2026")
        self.assertEqual(self.put_down("en_GB", DAY), "12 Nov 2026")
        self.assertEqual(self.put_down("en_US", DAY), "Nov 12, 2026")
        self.assertEqual(self.put_down("fr_FR", DAY, "long"), "12/11/2026")
        self.assertEqual(self.put_down("en_GB", None), "")

    def test_only_french_leaves_a_space_before_the_percent_sign(self):
        shares = [format_share(self.env(context={"lang": lang}), 12.4) for lang in ("en_GB", "en_US", "fr_FR")]
        self.assertEqual(shares, ["12.40%", "12.40%", "12,40\N{NO-BREAK SPACE}%"])

    def test_an_imposed_language_leaves_each_its_own_variety(self):
        for lang, written in (("en_GB", "en_GB"), ("en_US", "en_US"), ("fr_FR", "en_US")):
            with self.subTest(customer=lang):
                debtor = self.debtor_of(self.make_partner("Hartwell Ltd", lang=lang))
                self.assertEqual(debtor._get_language(imposed="en_US"), written)
        self.assertEqual(debtor._get_language(), "fr_FR")

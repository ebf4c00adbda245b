from odoo.tests import TransactionCase, tagged

AVOID = "page-break-inside: avoid"


@tagged("post_install", "-at_install")
class TestPagesHold(TransactionCase):
    """What would stand alone on a last page stays with what comes before it."""

    def list_views(self, words):
        ids = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].browse(ids.mapped("res_id"))
        return views.filtered(lambda view: view.type == "qweb" and words in view.arch_db)

    def test_the_legal_mentions_stand_once_in_the_foot_of_the_sheet(self):
        layout = self.env.ref("debt_recovery.letter_layout")._get_combined_arch()
        mentions = layout.xpath("//*[@t-out='mentions']")
        self.assertEqual(len(mentions), 1)
        self.assertTrue(mentions[0].xpath("ancestor::div[contains(@t-attf-class, 'footer')]"))
        for view in self.list_views("debt_recovery.letter_layout"):
            with self.subTest(view=view.key):
                self.assertFalse(view._get_combined_arch().xpath("//*[contains(@t-out, 'identity')]"))
        reports = self.list_views("external_layout")
        self.assertFalse(reports, "every sheet of ours is folded alike")

    def test_a_signature_never_stands_alone(self):
        for view in self.list_views("values['signatory_name']"):
            for name in view._get_combined_arch().xpath("//strong[@t-out=\"values['signatory_name']\"]"):
                styles = [block.get("style", "") for block in name.iterancestors("div", "table")]
                with self.subTest(view=view.key):
                    self.assertTrue(any(AVOID in style for style in styles))

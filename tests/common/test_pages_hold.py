from odoo.tests import TransactionCase, tagged

AVOID = "page-break-inside: avoid"


@tagged("post_install", "-at_install")
class TestPagesHold(TransactionCase):
    """What would stand alone on a last page stays with what comes before it."""

    def list_views(self, words):
        ids = self.env["ir.model.data"].search([("module", "=", "debt_recovery"), ("model", "=", "ir.ui.view")])
        views = self.env["ir.ui.view"].browse(ids.mapped("res_id"))
        return views.filtered(lambda view: view.type == "qweb" and words in view.arch_db)

    def test_the_line_of_identity_never_stands_alone(self):
        found = 0
        for view in self.list_views("values['identity']"):
            for line in view._get_combined_arch().xpath("//p[@t-out=\"values['identity']\"]"):
                found += 1
                block = line.getparent()
                with self.subTest(view=view.key):
                    self.assertIn(AVOID, block.get("style", "") + block.get("t-attf-style", ""))
                    self.assertIsNotNone(line.getprevious(), "something comes before it")
        self.assertGreater(found, 8)

    def test_a_signature_never_stands_alone(self):
        for view in self.list_views("values['signatory_name']"):
            for name in view._get_combined_arch().xpath("//strong[@t-out=\"values['signatory_name']\"]"):
                styles = [block.get("style", "") for block in name.iterancestors("div", "table")]
                with self.subTest(view=view.key):
                    self.assertTrue(any(AVOID in style for style in styles))

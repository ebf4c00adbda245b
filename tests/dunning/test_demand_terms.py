from datetime import timedelta

from odoo.tests import tagged

from .demand import DemandCommon, pages_of


@tagged("post_install", "-at_install")
class TestDemandTerms(DemandCommon):
    """A mise en demeure quotes the contract of its invoices, not the one of its own day."""

    prints_documents = True

    def test_it_quotes_the_terms_that_all_its_invoices_are_under(self):
        debtor = self.debtor_of(self.customer)
        first, last = self.make_invoices(self.customer, 2, amount=1000).sorted("invoice_date")
        until = first.invoice_date
        old = self.make_terms(debtor, clause_kind="percent", clause_percent=10, cgv_version="V2024", valid_to=until)
        self.make_terms(debtor, cgv_version="V2025", valid_from=until + timedelta(days=1))
        run = self.make_run()
        self.assertEqual(run.notice_ids.line_ids.move_id, first | last)
        self.assertFalse(run.notice_ids.contract_terms_id)
        self.pay(last)
        notice = self.send()
        self.assertEqual(notice.contract_terms_id, old)
        self.assertSays(pages_of(notice.document_id)[0], "V2024", "clause pénale")

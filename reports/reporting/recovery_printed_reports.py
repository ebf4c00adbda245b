from odoo import api, models


class RecoveryAgedBalancePrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_aged_balance"
    _description = "Aged balance (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each wizard with its data, read once."""
        return _prepare_values(self.env["recovery.aged.balance"].browse(docids))


class RecoveryRollForwardPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_roll_forward"
    _description = "Receivables from opening to closing (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each wizard with its data, read once."""
        return _prepare_values(self.env["recovery.roll.forward"].browse(docids))


class RecoveryDeliveryLogPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_delivery_log"
    _description = "Delivery log (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each wizard with its data, read once."""
        return _prepare_values(self.env["recovery.delivery.log"].browse(docids))


class RecoveryIntegrityPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_integrity"
    _description = "Integrity of kept records (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each window with its tables, read once."""
        return _prepare_values(self.env["recovery.integrity"].browse(docids))


class RecoveryListingPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_listing"
    _description = "Lists of actions taken (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each window with its tables, read once."""
        return _prepare_values(self.env["recovery.listing"].browse(docids))


class RecoveryListPrintPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_list_print"
    _description = "Screen list (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each window with its tables, read once."""
        return _prepare_values(self.env["recovery.list.print"].browse(docids))


class RecoveryDebtorDossierPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_debtor_dossier"
    _description = "All data held on a customer (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each window with its tables, read once."""
        return _prepare_values(self.env["recovery.debtor.dossier"].browse(docids))


class RecoveryAccountStatementPrinted(models.AbstractModel):
    _name = "report.debt_recovery.report_recovery_account_statement"
    _description = "Statement of account (PDF)"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each window, after a check that the reader filled it in."""
        docs = self.env["recovery.account.statement"].browse(docids)
        docs._check_reader()
        return {"doc_ids": docs.ids, "doc_model": docs._name, "docs": docs}


def _prepare_values(docs):
    docs._check_reader()
    return {
        "doc_ids": docs.ids,
        "doc_model": docs._name,
        "docs": docs,
        "data_of": {doc.id: doc._get_data() for doc in docs},
    }

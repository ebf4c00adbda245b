from . import test_contract_terms
from . import test_invoice_mentions

from . import recovery_contract_terms
from . import recovery_payment_term_rule
from . import account_payment_term
from . import res_partner
from . import account_move
from . import recovery_debtor
from . import recovery_invoice_mention
from . import res_company

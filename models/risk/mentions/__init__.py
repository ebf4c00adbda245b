from . import recovery_invoice_mention
from . import account_move
from . import res_company

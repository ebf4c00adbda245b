from . import recovery_claim_cost
from . import recovery_claim
from . import recovery_statement
from . import recovery_statement_line
from . import recovery_statement_freezing
from . import recovery_debtor
from . import account_move

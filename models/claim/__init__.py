from . import recovery_claim_cost
from . import recovery_claim
from . import recovery_claim_statement
from . import recovery_claim_statement_line
from . import recovery_claim_statement_builder
from . import recovery_debtor
from . import account_move
from . import recovery_proof

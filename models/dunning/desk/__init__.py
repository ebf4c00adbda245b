from . import recovery_hold
from . import recovery_worklist
from . import recovery_debtor
from . import account_move
from . import res_partner

from . import recovery_event
from . import recovery_exposure
from . import recovery_debtor
from . import account_move
from . import account_move_line
from . import res_partner
from . import validate_account_move

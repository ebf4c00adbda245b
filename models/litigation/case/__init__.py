from . import recovery_case_stage
from . import recovery_case
from . import recovery_case_line
from . import recovery_hold
from . import recovery_debtor
from . import recovery_notice
from . import account_move
from . import account_move_line

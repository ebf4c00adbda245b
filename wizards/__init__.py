from . import recovery_account_statement
from . import recovery_aged_balance
from . import recovery_statement_wizard
from . import recovery_delivery_log
from . import recovery_hold_wizard
from . import recovery_reason_wizard

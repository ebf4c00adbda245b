from . import recovery_aged_balance
from . import recovery_delivery_log
from . import recovery_hold_wizard
from . import recovery_reason_wizard
from . import recovery_limit_wizard
from . import recovery_override_wizard
from . import recovery_exposure_report
from . import recovery_exposure_line

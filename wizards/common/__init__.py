from . import recovery_hold_wizard
from . import recovery_reason_wizard

from . import recovery_late_fee_wizard
from . import recovery_late_fee_wizard_line

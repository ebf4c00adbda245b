from . import recovery_late_fee_wizard

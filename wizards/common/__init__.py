from . import recovery_hold_wizard
from . import recovery_reason_wizard
from . import recovery_removal_wizard
from . import recovery_purge_wizard
from . import recovery_insolvency_wizard

from . import recovery_ageing_bucket
from . import recovery_ageing_difference
from . import recovery_ageing_report
from . import recovery_ageing_snapshot
from . import recovery_debtor

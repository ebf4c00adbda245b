from . import recovery_ageing_bucket
from . import recovery_ageing_difference
from . import recovery_ageing_report
from . import recovery_ageing_snapshot
from . import recovery_debtor
from . import recovery_roll_forward_report
from . import recovery_sample
from . import recovery_sample_line

from . import test_ageing_buckets
from . import test_allocation
from . import test_bulk
from . import test_money_received
from . import test_past_days
from . import test_recovery_ledger

from . import test_conditions
from . import test_interest
from . import test_prescription_rules
from . import test_rates
from . import test_time_limits

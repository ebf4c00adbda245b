from . import test_interest
from . import test_prescription
from . import test_rates

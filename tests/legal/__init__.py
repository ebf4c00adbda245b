from . import test_interest
from . import test_rates
from . import test_prescription

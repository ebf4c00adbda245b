from . import test_ageing
from . import test_delivery_log

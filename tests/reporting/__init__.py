from . import test_account_statement
from . import test_ageing
from . import test_delivery_log
from . import test_expected_receipts
from . import test_exposure_report
from . import test_forecast

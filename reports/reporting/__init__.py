from . import recovery_account_statement
from . import recovery_aged_balance
from . import recovery_delivery_log
from . import recovery_exposure_report
from . import recovery_exposure_line
from . import recovery_payment_delay_report
from . import recovery_printed_reports

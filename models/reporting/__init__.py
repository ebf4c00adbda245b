from . import recovery_ageing_report
from . import recovery_debtor
from . import recovery_forecast
from . import recovery_forecast_line

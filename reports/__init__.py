from . import ageing_report
from . import recovery_xlsx
from . import recovery_printed_reports
from . import recovery_statement_xlsx

from . import recovery_provider_report
from . import recovery_provider_line

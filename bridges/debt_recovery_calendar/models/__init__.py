from . import calendar_event
from . import recovery_case
from . import recovery_deadline

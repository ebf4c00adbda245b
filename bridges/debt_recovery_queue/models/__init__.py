from . import recovery_work
from . import recovery_work_range

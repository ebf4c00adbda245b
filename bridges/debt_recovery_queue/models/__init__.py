from . import recovery_work_range

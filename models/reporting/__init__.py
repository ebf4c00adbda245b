from . import recovery_ageing_report

from . import ir_actions_report
from . import recovery_demo

from . import recovery_case_letter
from . import recovery_cost_wizard

from . import recovery_case_letter
from . import recovery_cost_import
from . import recovery_cost_wizard
from . import recovery_court_wizard
from . import recovery_court_wizard_line

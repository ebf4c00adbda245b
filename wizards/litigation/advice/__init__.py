from . import recovery_advice_wizard
from . import recovery_advice_wizard_line

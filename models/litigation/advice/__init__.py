from . import recovery_advisor
from . import recovery_advice_choice
from . import recovery_case

from . import recovery_limitation_event_wizard
from . import recovery_limitation_end_wizard
from . import recovery_limitation_choice_wizard

from . import recovery_prescription_event_wizard
from . import recovery_prescription_end_wizard
from . import recovery_prescription_choice_wizard

from . import recovery_procedure_event_wizard
from . import recovery_procedure_takeover_wizard
from . import recovery_procedure_takeover_wizard_line
from . import recovery_procedure_import

from . import recovery_procedure_event_wizard

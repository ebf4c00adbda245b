from . import recovery_deadline_meet_wizard

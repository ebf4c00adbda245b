from . import recovery_exhibit_wizard

from . import recovery_configuration_wizard

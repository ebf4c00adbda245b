from . import recovery_configuration_wizard
from . import recovery_setup_wizard

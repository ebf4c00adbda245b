from . import recovery_configuration
from . import recovery_configuration_change
from . import res_config_settings

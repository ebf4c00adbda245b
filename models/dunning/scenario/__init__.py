from . import recovery_policy
from . import recovery_level
from . import res_company
from . import res_config_settings

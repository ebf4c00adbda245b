from . import recovery_configuration
from . import recovery_configuration_change
from . import recovery_preset
from . import recovery_scenario
from . import ir_ui_menu
from . import res_company
from . import res_config_settings

from . import recovery_registered_letter
from . import recovery_delivery
from . import recovery_notice
from . import recovery_hold
from . import recovery_event
from . import res_company
from . import res_config_settings

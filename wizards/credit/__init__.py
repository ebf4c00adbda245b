from . import recovery_limit_wizard
from . import recovery_override_wizard
from . import score

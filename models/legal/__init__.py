from . import recovery_legal_source
from . import recovery_legal_coded
from . import recovery_legal_parameter
from . import recovery_legal_text
from . import recovery_rate
from . import recovery_condition
from . import recovery_insolvency_effect
from . import recovery_insolvency

from . import res_company
from . import recovery_score_factor
from . import recovery_score_band
from . import recovery_score
from . import recovery_external_score
from . import recovery_risk_signal
from . import recovery_scoring
from . import recovery_debtor

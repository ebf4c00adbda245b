from . import recovery_activity
from . import recovery_dossier
from . import recovery_ageing_report
from . import recovery_debtor

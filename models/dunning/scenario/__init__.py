from . import recovery_scenario
from . import recovery_scenario_rule
from . import recovery_quiet_period
from . import recovery_level
from . import recovery_debtor
from . import res_company
from . import recovery_responsible

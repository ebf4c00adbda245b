from . import test_ladder
from . import test_restraint
from . import test_restraint_rules
from . import test_scenario_rules

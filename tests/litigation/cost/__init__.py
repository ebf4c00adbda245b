from . import test_case_costs
from . import test_costs_claimed
from . import test_cost_suggestions
from . import test_case_parties
from . import test_case_letter
from . import test_cost_import
from . import test_court_window
from . import test_providers

from . import test_exposure
from . import test_limit_warning
from . import test_scoring_rules
from . import test_score
from . import test_score_reading
from . import test_contract_terms
from . import test_solvency_file
from . import test_review

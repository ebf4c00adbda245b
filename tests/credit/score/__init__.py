from . import test_score
from . import test_score_reading
from . import test_scoring_rules

from . import test_claim
from . import test_claim_checks
from . import test_claim_statement

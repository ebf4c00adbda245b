from . import test_account_statement
from . import test_campaign
from . import test_claim
from . import test_claim_statement
from . import test_ladder
from . import test_sending
from . import test_two_at_once
from . import test_worklist

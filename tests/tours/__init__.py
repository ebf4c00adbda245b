from . import test_agreements
from . import test_auditor
from . import test_configuration
from . import test_customer
from . import test_every_action
from . import test_hold_and_decision
from . import test_litigation
from . import test_story

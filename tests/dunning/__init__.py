from . import test_automatic
from . import test_campaign
from . import test_ladder
from . import test_sending
from . import test_two_at_once
from . import test_verdicts
from . import test_worklist

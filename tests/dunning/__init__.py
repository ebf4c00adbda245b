from . import test_campaign
from . import test_ladder
from . import test_sending
from . import test_worklist

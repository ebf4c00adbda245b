from . import test_life
from . import test_award
from . import test_title_account
from . import test_title
from . import test_title_claim
from . import test_title_limitation
from . import test_act
from . import test_shipped_execution

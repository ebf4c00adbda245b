from . import test_follow
from . import test_ical
from . import test_shipped_rules
from . import test_deadline
from . import test_deadline_watch

from . import test_deadline
from . import test_deadline_watch
from . import test_follow
from . import test_ical
from . import test_people_left
from . import test_shipped_rules

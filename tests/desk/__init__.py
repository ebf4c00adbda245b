from . import test_nights_in_ranges
from . import test_contacts
from . import test_desk
from . import test_refresh
from . import test_worklist
from . import test_waiting
from . import test_banner
from . import test_stale_figures

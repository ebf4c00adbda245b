from . import test_fee_grid
from . import test_communes
from . import test_court_directory
from . import test_jurisdiction
from . import test_contribution
from . import test_mandate

from . import test_coverage
from . import test_credit_control
from . import test_exposure
from . import test_limit_warning
from . import test_limits
from .score import *
from .file import *
from .review import *

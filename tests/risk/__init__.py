from . import test_exposure
from . import test_limit_warning

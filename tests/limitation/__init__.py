from . import test_limitation
from . import test_limitation_alert
from . import test_limitation_evidence

from . import test_charge
from . import test_charge_marks
from . import test_waiver

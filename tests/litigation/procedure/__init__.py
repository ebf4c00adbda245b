from . import test_course
from . import test_procedure
from . import test_procedure_limitation
from . import test_procedure_takeover
from . import test_procedure_types

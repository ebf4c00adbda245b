from . import test_case
from . import test_case_doors
from . import test_case_statement

from . import test_case
from . import test_case_closing
from . import test_case_doors
from . import test_case_follow_up
from . import test_case_gate
from . import test_case_statement
from . import test_case_takeover
from . import test_case_union

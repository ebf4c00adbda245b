from . import test_vat
from . import test_closing_rules
from . import test_doubtful
from . import test_doubtful_lives

from . import test_vat
from . import test_closing_rules
from . import test_doubtful
from . import test_doubtful_invoice
from . import test_duplicates
from . import test_case_books
from . import test_stories
from . import test_doubtful_lives

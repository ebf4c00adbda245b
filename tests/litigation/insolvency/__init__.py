from . import test_distribution
from . import test_insolvency
from . import test_declaration
from . import test_insolvency_payments
from . import test_insolvency_story
from . import test_declaration_document
from . import test_unmatched_payments

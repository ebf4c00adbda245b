from . import test_law_stories
from . import test_order_stories
from . import test_other_stories

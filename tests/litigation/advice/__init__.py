from . import test_advice
from . import test_law_stories
from . import test_order_stories
from . import test_other_stories
from . import test_ranking
from . import test_roles

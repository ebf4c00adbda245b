from . import test_advice
from . import test_ranking
from . import test_roles

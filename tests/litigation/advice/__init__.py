from . import test_advice
from . import test_ranking

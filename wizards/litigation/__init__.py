from . import parties
from . import case
from . import cost

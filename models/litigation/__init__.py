from . import parties
from . import case
from . import procedure
from . import deadline
from . import cost
from . import advice
from . import doubtful

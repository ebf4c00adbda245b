from . import parties
from . import case
from . import procedure
from . import cost
from . import advice

from . import parties
from . import case
from . import cost
from . import procedure
from . import advice

from . import case
from . import procedure
from . import advice

from . import parties
from . import case
from . import procedure
from . import deadline
from . import cost
from . import execution
from . import insolvency
from . import advice

from . import parties
from . import case
from . import procedure
from . import deadline
from . import evidence
from . import cost
from . import insolvency
from . import advice

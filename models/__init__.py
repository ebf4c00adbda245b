from . import common
from . import ledger
from . import risk
from . import dunning
from . import litigation
from . import settings

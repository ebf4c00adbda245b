from . import dunning
from . import litigation
from . import reporting

from . import dunning
from . import reporting

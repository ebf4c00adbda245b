from . import test_architecture
from . import test_security
from .dunning import *
from .ledger import *
from .litigation import *
from .reports import *
from .risk import *
from .tours import *

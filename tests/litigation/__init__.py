from .parties import *
from .case import *
from .procedure import *
from .deadline import *
from .cost import *
from .execution import *
from .insolvency import *
from .advice import *

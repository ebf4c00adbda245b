from .parties import *
from .case import *
from .procedure import *
from .deadline import *
from .evidence import *
from .cost import *
from .advice import *

from .parties import *
from .case import *
from .procedure import *
from .deadline import *
from .cost import *
from .advice import *
from .doubtful import *

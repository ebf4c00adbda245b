from .parties import *
from .case import *
from .cost import *

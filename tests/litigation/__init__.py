from .case import *
from .deadline import *

from .case import *
from .procedure import *
from .advice import *

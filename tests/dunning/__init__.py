from .scenario import *
from .campaign import *
from .formal import *

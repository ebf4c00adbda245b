from . import deadlines
from . import export
from . import letters

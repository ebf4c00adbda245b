from . import campaign
from . import formal

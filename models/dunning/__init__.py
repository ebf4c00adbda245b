from . import scenario
from . import campaign
from . import formal

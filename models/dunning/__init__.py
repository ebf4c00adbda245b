from . import scenario
from . import campaign
from . import desk
from . import agreements

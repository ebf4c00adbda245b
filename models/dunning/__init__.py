from . import scenario
from . import campaign
from . import claim
from . import formal
from . import desk
from . import agreements
from . import prescription
from . import charge

from . import scenario
from . import campaign
from . import formal
from . import desk
from . import claim
from . import agreements
from . import prescription
from . import charge

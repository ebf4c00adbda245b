from . import common
from . import credit
from . import claim
from . import limitation
from . import dunning
from . import agreements
from . import late_fees
from . import desk

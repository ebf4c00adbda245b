from . import recovery_exposure
from . import account_move
from . import sale_order

from . import recovery_case_close_wizard
from . import recovery_doubtful_wizard
from . import recovery_doubtful_adopt_wizard
from . import recovery_doubtful_adopt_wizard_line
from . import recovery_loss_wizard
from . import recovery_doubtful_receipt_wizard
from . import recovery_set_off_wizard

from . import recovery_electronic_letter
from . import recovery_tracking_import
from . import recovery_lawyer_review
from . import recovery_cancel_wizard
